"""What a script says of its run."""

import math
import os
import subprocess
import sys
import threading

import pytest

from jupyter_runcfg.runtime.events import event_files, read_events, read_latest
from jupyter_runcfg.runtime.tracking.tracker import Tracker

from ..job import log_of, record, run


@pytest.fixture
def log(tmp_path):
    """log(name, value, step) → the event as it is read back."""
    tracker = Tracker(str(tmp_path), "rank-0")

    def write(*words):
        tracker.log(*words)
        (file,) = event_files(str(tmp_path))
        return read_events(file)[0][-1]

    return write


@pytest.mark.parametrize(
    "value", [0, -3, 1.5, 1e-320, True, False, None, "text \"'\n\u2028ż\udcff", 2**70, 0.1 + 0.2]
)
def test_plain_values_come_back(value, log):
    """Numbers, text, truth and None are what they were, type and all."""
    event = log('na"me\n', value, 7)
    assert (event["name"], event["value"], event["step"]) == ('na"me\n', value, 7)
    assert type(event["value"]) is type(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_not_finite(value, log):
    """NaN and the infinities are recorded as values and as steps."""
    event = log("m", value, value)
    assert repr((event["value"], event["step"])) == repr((value, value))


@pytest.mark.parametrize("value", [10**400, -(10**400)])
def test_long_integers_are_exact(value, log):
    """An integer beyond floats comes back as it was."""
    assert log("m", value)["value"] == value


@pytest.mark.parametrize("sign", [1, -1])
def test_integers_that_cannot_be_read_back(sign, log):
    """More digits than Python reads are an infinity, as a value and as a step: the line stays readable."""
    event = log("m", sign * 10**9999, sign * 10**9999)
    assert (event["value"], event["step"]) == (sign * math.inf, sign * math.inf)


def test_names_of_any_kind(log):
    """A name of a megabyte, with newlines, of lone surrogates, or that is no text at all."""
    for name in ("x" * 1_000_000, "a\nb\r\u2028", "\udcff", 7, None):
        assert log(name, 1)["name"] == str(name)


def test_a_script_that_counts_in_its_names(tmp_path):
    """A new name for each point does not fill the memory."""
    tracker = Tracker(str(tmp_path), "rank-0")
    for number in range(20_050):
        tracker.log(f"name-{number}", number)
    assert len(tracker._quoted) <= 10_000
    (file,) = event_files(str(tmp_path))
    assert len(read_events(file)[0]) == 20_050


def test_threads(tmp_path):
    """Points of several threads are all there, each in its thread's order."""
    tracker = Tracker(str(tmp_path), "rank-0")

    def work(number):
        for step in range(2000):
            tracker.log(f"t{number}", step)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (file,) = event_files(str(tmp_path))
    events = read_events(file)[0]
    assert [event["seq"] for event in events] == list(range(1, 16_001))
    for number in range(8):
        assert [e["value"] for e in events if e["name"] == f"t{number}"] == list(range(2000))


def test_a_million_points(tmp_path):
    """None is lost, and the summary reads the last one."""
    tracker = Tracker(str(tmp_path), "rank-0")
    for step in range(1_000_000):
        tracker.log("loss", 0.5, step)
    (file,) = event_files(str(tmp_path))
    assert read_latest(file)[0][0]["step"] == 999_999
    with open(file, "rb") as stream:
        assert sum(1 for _ in stream) == 1_000_001


LIMITED = """
import os, resource, sys
from azureml.core import Run
run = Run.get_context()
run.log("before", 1)
size = os.path.getsize(run._tracker._file.path)
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, resource.RLIM_INFINITY))
for number in range(1000):
    run.log("lost", number)
run.tag("t"); run.log_row("r", x=1); run.log_confusion_matrix("cm", {"matrix": [[1] * 100]})
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
run.log("after", 1)
print("the script went on")
"""


def test_no_room_for_a_while(tmp_path):
    """A file that may not grow ends no script: what was lost is counted, in the record and on stderr."""
    paths = record(tmp_path, LIMITED)
    assert run(paths)[1]["status"] == "Completed", log_of(paths)
    assert log_of(paths).decode().splitlines() == [
        "[run] 1 entry was not recorded: No space left on device; the script goes on",
        "the script went on",
        "[run] 1003 entries were not recorded: File too large",
    ]
    events = [event for file in event_files(paths.events) for event in read_events(file)[0]]
    assert [e["name"] for e in events if e["kind"] == "metric"] == ["before", "after"]
    assert "1003 entries were not recorded: File too large" in [
        e["message"] for e in events if e["kind"] == "warning"
    ]


@pytest.mark.engine("tmpfs")
def test_a_full_disk(tmpfs, tmp_path):
    """Where there is no room even for the file, the script goes on, and later points are recorded."""
    disk = tmpfs("64k")
    (disk / "full").write_bytes(b"x" * (64 << 10))
    code = f"""
import os, sys
from jupyter_runcfg.runtime.tracking.tracker import Tracker
tracker = Tracker({str(disk)!r}, "rank-0")
tracker.log("m", 1); tracker.log("m", 2)
os.unlink({str(disk / "full")!r})
tracker._lost._moment = 0.0
tracker.log("m", 3)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines() == [
        "[run] 1 entry was not recorded: No space left on device; the script goes on",
        "[run] 2 entries were not recorded: No space left on device",
    ]
    (file,) = event_files(str(disk))
    assert [(e["kind"], e.get("value"), e.get("message")) for e in read_events(file)[0]] == [
        ("metric", 3, None),
        ("warning", None, "2 entries were not recorded: No space left on device"),
    ]


REMOVED = """
import shutil, os
from azureml.core import Run
run = Run.get_context()
run.log("m", 1)
shutil.rmtree(run.paths.directory + "/events")
run.log("m", 2)
pid = os.fork()
if not pid:
    run.log("m", 3); run.tag("t"); os._exit(0)
os.waitpid(pid, 0)
print("the script went on")
"""


def test_a_record_that_was_removed(tmp_path):
    """Logging into a record that is gone ends no script; a process that cannot open its file says so once."""
    paths = record(tmp_path, REMOVED)
    run(paths)
    assert log_of(paths).decode().splitlines() == [
        "[run] 1 entry was not recorded: No such file or directory; the script goes on",
        "the script went on",
    ]


def test_a_forked_child(tmp_path):
    """Parent and child write files of their own; neither loses a point."""
    tracker = Tracker(str(tmp_path), "rank-0")
    tracker.log("m", 0)
    pid = os.fork()
    if not pid:
        for number in range(100):
            tracker.log("child", number)
        os._exit(0)
    for number in range(100):
        tracker.log("parent", number)
    os.waitpid(pid, 0)
    files = [read_events(file)[0] for file in event_files(str(tmp_path))]
    assert sorted([event["name"] for event in events] for events in files) == [
        ["child"] * 100,
        ["m"] + ["parent"] * 100,
    ]
