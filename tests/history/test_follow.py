"""The follower: every byte and every point once, in order."""

import math
import os
from dataclasses import replace

from jupyter_runcfg.history import Follower
from jupyter_runcfg.runtime import atomic
from jupyter_runcfg.runtime.events import EventWriter

from ..runtime.job import log_of, record, start


def drain(follower, **words):
    """(log, points, batches) of a run until it is done."""
    log, points, batches = b"", [], 0
    while True:
        batch = follower.read(**words)
        assert batch.log_offset == len(log)
        log += batch.log
        points += batch.points
        batches += 1
        if batch.done:
            return log, points, batch.summary


def test_while_it_runs(tmp_path):
    """Two followers of a run that writes all the time have all of it, and so has one that comes later."""
    paths = record(
        tmp_path,
        """
        import sys
        from azureml.core import Run
        run = Run.get_context()
        for i in range(3000):
            run.log("loss", i / 2); run.log("other", -i, step=i * 10)
            sys.stdout.buffer.write(b"line %d \\xff\\r\\n" % i); sys.stdout.flush()
        """,
    )
    runtime = start(paths)
    one, two = Follower(paths), Follower(paths)
    two.read(max_bytes=7)
    follow = drain(one)
    assert runtime.wait(30) == 0
    # its own start was read already
    rest = b""
    while not (batch := two.read(max_bytes=1 << 16)).done:
        rest += batch.log
    rest += batch.log
    late = drain(Follower(paths), max_bytes=1000)
    expected = b"".join(b"line %d \xff\r\n" % i for i in range(3000))
    assert follow[0] == late[0] == log_of(paths) == expected
    assert expected.endswith(rest)
    for points in (follow[1], late[1]):
        assert [(p.x, p.value) for p in points if p.name == "loss"] == [(i, i / 2) for i in range(3000)]
        assert [(p.x, p.value) for p in points if p.name == "other"] == [(i * 10, -i) for i in range(3000)]
    assert follow[2].status == late[2].status == "Completed"


def test_points(tmp_path):
    """x is the step, or the place in the series; what is no number is no point."""
    paths = record(tmp_path)
    writer = EventWriter(paths.event_file("rank-0-1"))
    for fields in (
        {"name": "a", "value": 1},
        {"name": "a", "values": [2, "x", 3]},
        {"name": "a", "value": 4, "step": 10},
        {"name": "b", "value": math.nan, "step": None},
        {"name": "b", "value": 10**400, "step": 10**400},
        {"name": "c", "row": {"x": 1}},
        {"name": "d", "value": "text"},
        {"name": "e", "value": True},
    ):
        writer.append("metric", **fields)
    writer.close()
    points = [(p.name, p.x, p.value) for p in Follower(paths).read().points]
    assert repr(points) == repr(
        [
            ("a", 0.0, 1.0),
            ("a", 1.0, 2.0),
            ("a", 2.0, 3.0),
            ("a", 10.0, 4.0),
            ("b", 0.0, math.nan),
            ("b", math.inf, math.inf),
            ("e", 0.0, 1.0),
        ]
    )


def test_done_is_after_all_of_it(tmp_path):
    """A run that has ended is done only when log and events were read to their ends."""
    paths = record(tmp_path)
    with open(paths.std_log, "wb") as stream:
        stream.write(b"x" * 25)
    atomic.write_once(paths.end, atomic.encode({"status": "Completed", "t": 1.0}))
    follower = Follower(paths)
    batches = [follower.read(max_bytes=10) for _ in range(4)]
    assert [(len(b.log), b.done) for b in batches] == [(10, False), (10, False), (5, True), (0, True)]


def test_a_run_without_anything(tmp_path):
    """No log, no events: empty batches; settle is asked now and then, what it adds stands."""
    paths = record(tmp_path)
    asked = []

    def settle():
        asked.append(1)
        return lambda summary: replace(summary, cause=f"asked {len(asked)}")

    follower = Follower(paths, settle=settle)
    assert follower.read().summary.cause == ""
    follower._settled -= 10
    batch = follower.read()
    assert (batch.log, batch.points, batch.done, batch.summary.status) == (b"", [], False, "NotStarted")
    assert [batch.summary.cause, follower.read().summary.cause] == ["asked 1", "asked 1"]
    assert os.listdir(paths.logs) == []
