"""`compare` of the shell."""

import json

from ..project import project
from .test_history import three
from .test_verb import shell

__all__ = ["project", "shell", "three"]


def test_a_table(three, shell):
    """One row a run, in the order asked for; what is left out is said beside it."""
    status, out, err = shell("compare", "--experiment", "project", "--sort", "-loss", "--limit", "2")
    head, *rows = out.splitlines()
    assert (status, head.split()) == (0, ["run", "status", "took", "argument", "1", "loss", "accuracy"])
    assert [row.split()[0] for row in rows] == ["project/3", "project/2"]
    assert err == "the first 2 of 3 runs; `--limit N` takes up to 200\n"


def test_json(three, shell):
    """Values as they are, for programs."""
    found = json.loads(shell("compare", "1", "3", "--value", "best", "--json")[1])
    assert [run["settings"] for run in found["runs"]] == [{"argument 1": "0.1"}, {"argument 1": "0.5"}]
    assert [run["metrics"]["accuracy"] for run in found["runs"]] == [0.9, 0.5]


def test_runs_takes_runs(three, shell):
    """`runs 1 3` lists those; not together with filters."""
    found = json.loads(shell("runs", "1", "3", "--json")[1])
    assert [run["run"] for run in found] == ["project/1", "project/3"]
    assert "both runs and filters" in shell("runs", "1", "--status", "Failed")[2]
