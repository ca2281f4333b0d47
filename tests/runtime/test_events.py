"""Event files: one writer each, appended, read by offset."""

import json
import os
import subprocess
import sys
import threading

import pytest

from jupyter_runcfg.runtime.events import HEADER, EventWriter, event_files, in_order, read_events, read_latest


def values(path):
    return [event["value"] for event in read_events(str(path))[0]]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "rank-0.jsonl"


def test_what_is_written_is_read(path):
    """Header, then events with seq from 1; the offset goes on behind the last one."""
    writer = EventWriter(str(path))
    writer.append("tag", name="a", value="ż\n")
    writer.append_metric('"loss"', "0.5", "3")
    events, offset = read_events(str(path))
    assert [(e["kind"], e["name"], e["value"], e["seq"]) for e in events] == [
        ("tag", "a", "ż\n", 1),
        ("metric", "loss", 0.5, 2),
    ]
    assert path.read_bytes().startswith(HEADER)
    assert offset == path.stat().st_size
    writer.append("tag", name="b", value="1")
    assert [e["seq"] for e in read_events(str(path), offset)[0]] == [3]
    writer.close()


def test_a_torn_last_line_waits(path):
    """Half an event is not read, and is read once its rest is there."""
    path.write_bytes(HEADER + b'{"kind": "tag", "value": 1}\n{"kind": "tag", "va')
    events, offset = read_events(str(path))
    assert [e["value"] for e in events] == [1]
    with path.open("ab") as stream:
        stream.write(b'lue": 2}\n')
    assert [e["value"] for e in read_events(str(path), offset)[0]] == [2]


def test_garbage_lines_are_skipped(path):
    """No JSON, no UTF-8, no object, no kind: each costs its own line and no other."""
    lines = [b"\0\0\0", b"\xff\xfe", b"[]", b'{"a": 1}', b'{"kind": "tag", "value": 7}', b"", b"nul"]
    path.write_bytes(HEADER + b"\n".join(lines) + b"\n")
    assert values(path) == [7]
    assert read_events(str(path))[1] == path.stat().st_size


def test_a_writer_comes_back_to_a_torn_file(path):
    """The next attempt ends the torn line, and counts on above all that was there."""
    first = EventWriter(str(path))
    first.append("tag", value=1)
    first.close()
    with path.open("ab") as stream:
        stream.write(b'{"kind": "tag", "val')
    second = EventWriter(str(path))
    second.append("tag", value=2)
    second.close()
    events = read_events(str(path))[0]
    assert [e["value"] for e in events] == [1, 2]
    assert events[1]["seq"] > events[0]["seq"]


def test_an_event_longer_than_the_limit(path):
    """It comes whole; reading with a limit meets every event once."""
    writer = EventWriter(str(path))
    writer.append("tag", value="a")
    writer.append("tag", value="x" * 5000)
    writer.append("tag", value="b")
    writer.close()
    seen, offset = [], 0
    while True:
        events, new = read_events(str(path), offset, 100)
        if new == offset:
            break
        offset = new
        seen += [len(e["value"]) for e in events]
    assert seen == [1, 5000, 1]


def test_threads_share_a_writer(path):
    """Eight threads, 2,000 events: each line whole, each seq once."""
    writer = EventWriter(str(path))
    threads = [
        threading.Thread(target=lambda n=n: [writer.append("tag", value=n) for _ in range(250)])
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    assert sorted(e["seq"] for e in read_events(str(path))[0]) == list(range(1, 2001))


def test_one_name_twice_is_two_files(tmp_path):
    """Two processes with one pid (containers) get a file each."""
    writers = [EventWriter.create(str(tmp_path), "rank-0-7") for _ in range(3)]
    for number, writer in enumerate(writers):
        writer.append("tag", value=number)
        writer.close()
    files = event_files(str(tmp_path))
    assert [os.path.basename(f) for f in files] == [
        "rank-0-7-2.jsonl",
        "rank-0-7-3.jsonl",
        "rank-0-7.jsonl",
    ]
    assert sorted(values(f)[0] for f in files) == [0, 1, 2]


def test_a_fork_gets_its_own_file(tmp_path):
    """Parent and forked children write at once; every file has one writer and every seq once."""
    code = """
import os, sys
from jupyter_runcfg.runtime.tracking.tracker import Tracker
tracker = Tracker(sys.argv[1], "rank-0")
tracker.log("m", 0)
children = []
for n in (1, 2):
    pid = os.fork()
    if not pid:
        for i in range(100): tracker.log("m", n)
        os._exit(0)
    children.append(pid)
for i in range(100): tracker.log("m", 0)
for pid in children: os.waitpid(pid, 0)
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
    files = event_files(str(tmp_path))
    assert sorted((values(f) for f in files), key=min) == [[0] * 101, [1] * 100, [2] * 100]
    for file in files:
        events = read_events(file)[0]
        assert [e["seq"] for e in events] == list(range(1, len(events) + 1))


@pytest.mark.engine("tmpfs")
def test_a_full_disk_costs_only_the_events_that_did_not_fit(tmpfs):
    """What is cut off is an OSError for its writer, and takes no later event with it."""
    room = tmpfs("64k")
    writer = EventWriter.create(str(room), "rank-0")
    filler = room / "filler"
    filler.write_bytes(b"x" * 48 * 1024)
    written, failed = 0, 0
    while not failed:
        try:
            writer.append_metric('"m"', str(written), "null")
            written += 1
        except OSError:
            failed += 1
    filler.unlink()
    writer.append_metric('"m"', "-1", "null")
    writer.close()
    found = values(event_files(str(room))[0])
    assert found == [*range(written), -1]


def test_events_of_a_missing_directory(tmp_path):
    """A record that is not there has no events."""
    assert event_files(str(tmp_path / "no")) == []
    assert read_events(str(tmp_path / "no.jsonl"), 5) == ([], 5)
    assert json.loads(HEADER) == {"kind": "header", "version": 1}


def test_a_writers_own_order_stays(tmp_path):
    """Times that go back, of a clock or of a client with its own, do not reorder what one writer said."""
    first, second = (EventWriter(str(tmp_path / name)) for name in ("a.jsonl", "b.jsonl"))
    first.append_points([('"x"', "1", "0", 9.0), ('"x"', "2", "1", 3.0)])
    first.append("tag", name="t", value="1", t=4.0)
    second.append_points([('"y"', "1", "0", 5.0)])
    read = [read_events(writer.path)[0] for writer in (first, second)]
    assert [(e["name"], e.get("step")) for e in in_order(read)] == [("y", 0), ("x", 0), ("x", 1), ("t", None)]
    latest, _ = read_latest(first.path)
    assert [(e["name"], e["seq"]) for e in latest] == [("x", 2), ("t", 3)]


def test_many_points_at_once(tmp_path):
    """One write, each point an event with a number and a time of its own; none is no write."""
    writer = EventWriter(str(tmp_path / "a.jsonl"))
    writer.append_points([])
    writer.append_points([('"x"', "NaN", "null", 1.5), ('"\\u00e9"', "2", "7", 2.0)])
    writer.append("tag", name="t", value="v", t=3.0)
    assert repr(read_events(writer.path)[0]) == repr(
        [
            {"kind": "metric", "name": "x", "value": float("nan"), "step": None, "t": 1.5, "seq": 1},
            {"kind": "metric", "name": "é", "value": 2, "step": 7, "t": 2.0, "seq": 2},
            {"kind": "tag", "t": 3.0, "name": "t", "value": "v", "seq": 3},
        ]
    )
