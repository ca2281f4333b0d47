"""What a record says."""

import math
import os

from jupyter_runcfg.history import RecordReader, read_summary
from jupyter_runcfg.runtime import atomic
from jupyter_runcfg.runtime.events import EventWriter

from ..runtime.job import record


def write(paths, *events, writer="node-0"):
    file = EventWriter(paths.event_file(writer))
    for kind, fields in events:
        file.append(kind, **fields)
    file.close()


def test_the_life_of_a_run(tmp_path):
    """The status follows the record, from nothing to its end."""
    paths = record(tmp_path, tags={"a": "1"})
    reader = RecordReader(paths)

    def status():
        reader.read()
        return reader.summary().status

    seen = [status()]
    paths.attempt(1).create()
    atomic.write_once(paths.attempt(1).job, b"{}")
    seen.append(status())
    for phase in ("Preparing", "Running"):
        write(paths, ("status", {"status": phase, "attempt": 1}))
        seen.append(status())
    atomic.write_once(paths.cancel, b"")
    seen.append(status())
    end = {"status": "Canceled", "cause": "canceled while running", "exit_code": -15, "t": 9.0}
    atomic.write_once(paths.end, atomic.encode(end))
    seen.append(status())
    write(paths, ("status", {"status": "Running", "attempt": 1}), ("tag", {"name": "b", "value": "2"}))
    seen.append(status())
    assert seen == [
        "NotStarted",
        "Starting",
        "Preparing",
        "Running",
        "CancelRequested",
        "Canceled",
        "Canceled",
    ]
    summary = reader.summary()
    assert (summary.tags, summary.ended, summary.exit_code) == ({"a": "1", "b": "2"}, 9.0, -15)
    assert (summary.label, summary.is_terminal) == ("exp/1", True)


def test_a_second_attempt(tmp_path):
    """The phases of the later attempt count, in whatever order the files are read."""
    paths = record(tmp_path)
    reader = RecordReader(paths)
    write(paths, ("status", {"status": "Finalizing", "attempt": 1}))
    reader.read()
    assert reader.summary().status == "Finalizing"
    write(
        paths,
        ("status", {"status": "Running", "attempt": 2}),
        ("status", {"status": "Preparing", "attempt": 1}),
    )
    reader.read()
    assert reader.summary().status == "Running"


def test_metrics_and_errors(tmp_path):
    """The last number of each metric; text and rows are none; `fail` explains only a run that failed."""
    paths = record(tmp_path)
    write(
        paths,
        ("metric", {"name": "loss", "value": 2}),
        ("metric", {"name": "loss", "value": 0.5}),
        ("metric", {"name": "list", "values": [1, 2, None, "x"]}),
        ("metric", {"name": "text", "value": "x"}),
        ("metric", {"name": "row", "row": {"x": 1}}),
        ("metric", {"name": "huge", "value": 10**400}),
        ("metric", {"name": "tiny", "value": -(10**400)}),
        ("error", {"type": "E7", "message": "bad data"}),
    )
    summary = read_summary(paths)
    assert summary.metrics == {"loss": 0.5, "list": 2.0, "huge": math.inf, "tiny": -math.inf}
    assert summary.error is None
    atomic.write_once(paths.end, atomic.encode({"status": "Failed", "cause": "exit code 1", "exit_code": 1}))
    assert read_summary(paths).error == {"type": "E7", "message": "bad data"}


def test_a_tag_that_was_taken_away(tmp_path):
    """One of the request, one of the script; taken away twice is once."""
    paths = record(tmp_path, tags={"a": "1", "b": "2"})
    write(
        paths,
        ("tag", {"name": "c", "value": "3"}),
        ("tag", {"name": "a", "value": None}),
        ("tag", {"name": "a", "value": None}),
        ("tag", {"name": "c", "value": None}),
        ("tag", {"name": "d", "value": ""}),
    )
    assert read_summary(paths).tags == {"b": "2", "d": ""}


def test_a_reader_goes_on_where_another_was(tmp_path):
    """What was taken in is not read again, and nothing of it is lost on the way."""
    paths = record(tmp_path, tags={"a": "1"})
    events = (("status", {"status": "Running", "attempt": 1}), ("metric", {"name": "m", "value": math.nan}))
    named = ("name", {"name": "display_name", "value": "new"})
    write(
        paths, *events, named, ("tag", {"name": "a", "value": "2"}), ("property", {"name": "p", "value": "q"})
    )
    first, second = RecordReader(paths), RecordReader(paths)
    first.read_latest()
    second.load(first.dump())
    assert repr(second.summary()) == repr(first.summary())
    assert (second.properties, second.summary().name) == ({"p": "q"}, "new")
    assert second.read() == []
    write(paths, ("metric", {"name": "m", "value": 2}))
    assert [event["kind"] for event in second.read()] == ["metric"]
    assert second.summary().metrics == {"m": 2.0}


def test_what_is_no_record(tmp_path):
    """A directory without a request, or with an empty one, is read without an error."""
    paths = record(tmp_path)
    os.unlink(paths.request)
    assert read_summary(paths).created == 0.0
    atomic.write_once(paths.request, b"{}")
    assert read_summary(paths).experiment == ""
