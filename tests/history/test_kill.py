"""kill -9 at any point: what was acknowledged is in the record and in the index."""

import os
import random
import signal
import subprocess
import sys

from jupyter_runcfg.history import Index, read_summary
from jupyter_runcfg.runtime.paths import Home

from ..runtime.job import until

WRITER = """
import os, sys, time
from jupyter_runcfg.runtime import atomic
from jupyter_runcfg.runtime.events import EventWriter
from jupyter_runcfg.runtime.paths import Home
home, count = Home(sys.argv[1]), 0
while True:
    count += 1
    paths = home.run("exp_%d_%08x" % (time.time(), os.getpid() * 1000 + count))
    paths.create()
    request = {"run_id": paths.run_id, "number": count, "experiment": "exp", "created": time.time()}
    atomic.write_once(paths.request, atomic.encode(request))
    print(paths.run_id, "created", 0, flush=True)
    writer = EventWriter.create(paths.events, "rank-0-%d" % os.getpid())
    for number in range(20):
        writer.append_metric('"loss"', str(number), "null")
        writer.append("tag", name="t", value=str(number))
        print(paths.run_id, "said", number, flush=True)
    atomic.write_once(paths.end, atomic.encode({"status": "Completed", "cause": "", "t": time.time()}))
    print(paths.run_id, "ended", 0, flush=True)
"""
INDEXER = """
import sys
from jupyter_runcfg.history import Index
from jupyter_runcfg.runtime.paths import Home
while True:
    with Index(Home(sys.argv[1]), "m") as index:
        index.refresh()
        print(index.count(), flush=True)
"""


def start(code, home, acknowledged):
    with open(acknowledged, "wb") as out:
        return subprocess.Popen([sys.executable, "-c", code, home.root], stdout=out)


def acknowledgements(path):
    """The whole lines that a writer has printed."""
    lines = path.read_bytes().split(b"\n")[:-1]
    return [(run_id, what, int(number)) for run_id, what, number in (line.decode().split() for line in lines)]


def test_killed_writers_and_indexers_lose_nothing(tmp_path):
    """After twelve kills at random points, index and records agree, and hold every line that was promised."""
    home = Home(str(tmp_path / "home"))
    home.create()
    draw = random.Random(3)
    promised = []
    for turn in range(6):
        out, seen = tmp_path / f"writer-{turn}", tmp_path / f"indexer-{turn}"
        writer, indexer = start(WRITER, home, out), start(INDEXER, home, seen)
        size, looks = draw.randrange(1, 40_000), draw.randrange(1, 20)
        until(lambda out=out, size=size: out.stat().st_size > size, "lines of the writer")
        until(lambda seen=seen, looks=looks: seen.read_bytes().count(b"\n") > looks, "looks of the indexer")
        for process in (writer, indexer):
            process.send_signal(signal.SIGKILL)
            process.wait()
        promised += acknowledgements(out)
    with Index(home, "m") as index:
        index.refresh()
        indexed = {summary.run_id: summary for summary in index.select()}
        assert index.damage() == ""
    on_disk = [read_summary(home.run(name)) for name in os.listdir(home.runs)]
    assert indexed == {summary.run_id: summary for summary in on_disk if summary.created}
    assert len({run_id for run_id, _, _ in promised}) > 20
    for run_id, what, number in promised:
        summary = indexed[run_id]
        if what == "said":
            assert summary.metrics["loss"] >= number
            assert int(summary.tags["t"]) >= number
        assert what != "ended" or summary.status == "Completed"
