"""`compare`: which runs, which values, in which order."""

import argparse
import math
import sys

import pytest

from jupyter_runcfg.errors import ConfigError, RuncfgError, RunNotFoundError
from jupyter_runcfg.run import keep
from jupyter_runcfg.runtime import ending
from jupyter_runcfg.verbs import grammar
from jupyter_runcfg.verbs.compare import USUAL_RUNS, compare
from jupyter_runcfg.verbs.select import selected
from jupyter_runcfg.verbs.wording import duration

from .made import made


def compared(*words):
    options = grammar.parse(["compare", *map(str, words)], "jupyter runcfg", "shell")
    return compare(options, lambda chosen: selected(chosen, "exp"))


def table(found):
    """Its columns as name → texts."""
    return {column.title: list(column.texts) for column in found.columns()}


@pytest.fixture
def three(runcfg_home):
    return [
        made(runcfg_home, ["--lr", "0.1"], {"loss": [3, 1, 2], "r2": [0.1, 0.9]}),
        made(runcfg_home, ["--lr", "0.02"], {"loss": [5, 4], "<b>": [7]}),
        made(runcfg_home, ["--lr", "1e-3"], status="Failed"),
    ]


def test_what_differs_and_the_last_values(three):
    """Rows as they were named; a run without a metric has a dash, a name with markup is a text."""
    found = table(compared(1, 2, 3))
    assert found.pop("took") == [duration(run.summary().duration_s(0)) for run in three]
    assert found == {
        "run": ["exp/1", "exp/2", "exp/3"],
        "status": ["Completed", "Completed", "Failed"],
        "--lr": ["0.1", "0.02", "1e-3"],
        "loss": ["2", "4", "–"],
        "r2": ["0.9", "–", "–"],
        "<b>": ["–", "7", "–"],
    }


@pytest.mark.parametrize(
    ("value", "heads"),
    [
        ("best", {"loss, least": ["1", "4"], "r2, greatest": ["0.9", "–"]}),
        ("least", {"loss, least": ["1", "4"], "r2, least": ["0.1", "–"]}),
        ("greatest", {"loss, greatest": ["3", "5"], "r2, greatest": ["0.9", "–"]}),
    ],
)
def test_which_value_of_a_metric(three, value, heads):
    """The least or the greatest, and `best` by the metric's name; `--metrics` chooses and orders."""
    found = table(compared(1, 2, "--value", value, "--metrics", "loss,r2"))
    assert {title: found[title] for title in list(found)[-2:]} == heads


@pytest.mark.parametrize(
    ("sort", "runs"),
    [
        ("lr", [3, 2, 1]),
        ("-lr", [1, 2, 3]),
        ("--lr", [3, 2, 1]),
        ("loss", [1, 2, 3]),
        ("-loss", [2, 1, 3]),
        ("status", [1, 2, 3]),
        ("-run", [3, 2, 1]),
    ],
)
def test_sorted(three, sort, runs):
    """By numbers where all are numbers, runs without a value last either way; `lr` is short for `--lr`."""
    assert [run.number for run in compared(1, 2, 3, "--sort", sort).runs] == runs


def test_runs_by_filter(three):
    """The filters of `runs`, newest first; a limit that cuts is said."""
    assert [run.number for run in compared("--experiment", "exp", "--where", "loss > 0").runs] == [2, 1]
    found = compared("--experiment", "exp", "--limit", 1)
    assert ([run.number for run in found.runs], found.note) == (
        [3],
        "the first 1 of 3 runs; `--limit N` takes up to 200",
    )


def test_many_runs_are_cut_and_it_is_said(runcfg_home):
    """200 runs: the newest 50; and all of them when that is asked for."""
    for number in range(200):
        made(runcfg_home, ["--seed", number], {"loss": [number]})
    found = compared("--experiment", "exp")
    assert (len(found.runs), found.note) == (
        USUAL_RUNS,
        "the first 50 of 200 runs; `--limit N` takes up to 200",
    )
    assert len(compared("--experiment", "exp", "--limit", 200, "--sort", "seed").runs) == 200


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "which runs"),
        ([1, "--status", "Failed"], "both runs and filters"),
        ([1, 2, "--sort", "los"], "no column 'los'"),
        ([1, 2, "--metrics", "los"], "none of these runs has a metric 'los'"),
        (["--text", "nothing has this"], "no run matches"),
        ([1, "--limit", 0], "'0' is no number of runs"),
        ([1, "--limit", 201], "'201' is no number of runs"),
    ],
)
def test_wrong_words(three, words, message):
    """Each is one error that says what would be right."""
    with pytest.raises(ConfigError) as caught:
        compared(*words)
    assert message in caught.value.message
    assert caught.value.hint


def test_a_run_that_is_not_there(three):
    """It is named; nothing is compared."""
    with pytest.raises(RunNotFoundError, match="exp/9"):
        compared(1, "exp/9")


def test_again(runcfg_home):
    """A run that went on is read anew, one removed meanwhile is left out, the order is that asked for."""
    slow = made(runcfg_home, ["--lr", "1"], {"loss": [3]}, status=None)
    other = made(runcfg_home, ["--lr", "2"], {"loss": [2]})
    gone = made(runcfg_home, ["--lr", "3"], {"loss": [1]})
    found = compared(1, 2, 3, "--sort", "loss")
    assert [run.number for run in found.runs] == [3, 2, 1]
    with open(slow.paths.event_file("rank-0-2"), "w", encoding="utf-8") as stream:
        stream.write('{"seq":0,"t":3000.0,"kind":"metric","name":"loss","value":1.5}\n')
    ending.write_status(slow.paths, "Completed", "")
    keep.remove([gone])
    fresh = found.again()
    assert ([run.number for run in fresh.runs], fresh.values_of("loss")) == ([1, 2], (1.5, 2))
    assert not found.is_final
    assert fresh.is_final
    keep.remove([other, slow])
    assert fresh.again().runs == ()


def test_to_dict(three):
    """Plain values, one entry a run."""
    found = compared(1, 3, "--metrics", "loss").to_dict()
    [first, second] = found["runs"]
    assert (found["value"], first["run"], first["settings"], first["metrics"]) == (
        "last",
        "exp/1",
        {"--lr": "0.1"},
        {"loss": 2},
    )
    assert second["metrics"] == {"loss": None}


def test_to_pandas(three):
    """Numbers are numbers, also those of arguments; what is missing is NaN; rows have the runs' labels."""
    pandas = pytest.importorskip("pandas")
    frame = compared(1, 2, 3).to_pandas()
    assert list(frame.index) == ["exp/1", "exp/2", "exp/3"]
    assert list(frame["--lr"]) == [0.1, 0.02, 0.001]
    assert frame["loss"].iloc[0] == 2
    assert math.isnan(frame["loss"].iloc[2])
    assert isinstance(frame, pandas.DataFrame)


def test_to_pandas_without_pandas(three, monkeypatch):
    """The error has the line that installs it."""
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(RuncfgError, match="pandas is not installed") as caught:
        compared(1, 2).to_pandas()
    assert "%pip install pandas" in caught.value.hint


def test_a_group_is_its_runs(runcfg_home):
    """By `--group NAME` and as a RUN, the oldest first; verbs of one run say that it is a group."""
    parent = made(runcfg_home, name="lr")
    for lr in ("1", "2"):
        made(runcfg_home, ["--lr", lr], {"loss": [1]}, parent=parent.run_id)
    assert [run.number for run in compared("--group", "lr").runs] == [2, 3]
    assert [run.number for run in compared("lr").runs] == [2, 3]
    options = argparse.Namespace(runs=["lr"], experiment=None, verb="metrics")
    with pytest.raises(RunNotFoundError, match="'lr' is a group of runs"):
        selected(options, "exp")
    with pytest.raises(RunNotFoundError, match="no group 'rl'"):
        compared("--group", "rl")
