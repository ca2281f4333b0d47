"""A loop's runs in one table, read as they go on."""

import json

from jupyter_runcfg.runtime import ending
from jupyter_runcfg.verbs.loop import Loop

from .made import made


def test_rows_follow_the_runs(runcfg_home):
    """What differs, status with its reason, last metrics; a run added later changes what differs."""
    first = made(runcfg_home, ["--lr", "1", "--seed", "7"], {"loss": [3]}, status=None, machine="elsewhere")
    second = made(runcfg_home, ["--lr", "2", "--seed", "7"], {"loss": [2], "<i>": [1]})
    loop = Loop()
    loop.add(first)
    assert loop.columns() == ["run", "status", "took", "loss"]
    loop.add(second)
    loop.add(second)
    assert loop.columns() == ["run", "--lr", "status", "took", "loss", "<i>"]
    assert [row[:3] for row in loop.rows()] == [("exp/1", "1", "Running"), ("exp/2", "2", "Completed")]
    assert [row[-2:] for row in loop.rows()] == [("3", ""), ("2", "1")]
    assert (loop.counts(), loop.is_ended) == ("2 runs: 1 Running, 1 Completed", False)
    with open(first.paths.event_file("rank-0-2"), "w", encoding="utf-8") as stream:
        stream.write(
            json.dumps({"seq": 0, "t": 3000.0, "kind": "metric", "name": "loss", "value": 1.5}) + "\n"
        )
    error = {"type": "ValueError", "message": "no\nway", "hint": "another"}
    ending.write_status(first.paths, "Failed", "exit code 1", error=error)
    loop.read()
    assert loop.rows()[0][2] == "Failed: ValueError: no\\nway"
    assert (loop.rows()[0][-2], loop.is_ended) == ("1.5", True)


def test_files_that_change_are_told_only_where_nothing_else_does(runcfg_home):
    """A loop that edits its script differs in the snapshot."""
    loop = Loop()
    for text in ("1", "2"):
        loop.add(made(runcfg_home, files={"a.txt": text}))
    assert loop.columns()[:2] == ["run", "snapshot"]


def test_a_hundred_runs_are_read_quickly_enough_to_be_a_table(runcfg_home):
    """Columns are few however many metrics and settings differ."""
    loop = Loop()
    for number in range(100):
        arguments = [word for name in "abcdefghij" for word in (f"--{name}", number)]
        loop.add(made(runcfg_home, arguments, {f"m{name}": [number] for name in range(10)}))
    assert loop.columns() == [
        "run",
        *(f"--{n}" for n in "abcdef"),
        "status",
        "took",
        *(f"m{n}" for n in range(6)),
    ]
    assert loop.rows()[99][:2] == ("exp/100", "99")
