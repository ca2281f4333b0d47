"""Groups, `--reuse` and `--replace`."""

import pytest

from jupyter_runcfg import RunConfiguration, get_run, list_runs
from jupyter_runcfg.errors import ConfigError, RunFailedError
from jupyter_runcfg.run import group
from jupyter_runcfg.submission import Capture, Cell, Submission
from jupyter_runcfg.submission.payload import pack
from jupyter_runcfg.verbs.sending import Way, newest_open_group, send

from ..project import project

__all__ = ["project"]
SLOW = "import time\nwhile True: time.sleep(0.1)\n"


def cell(code, *, origin=None, values=None, **more):
    capture = Capture(variables=pack(values or {}, None))
    return Submission(RunConfiguration(**more), cell=Cell(code), capture=capture, origin=origin)


def sent(code, *, way=None, **more):
    return send(cell(code, **more), way or Way())


REUSE = Way(reuses=True)


def test_the_same_is_not_run_again(project):
    """Attached to the Completed one, said in a note; no record is written."""
    first = sent("print(1)", way=REUSE)
    first.run.wait(30)
    second = sent("print(1)", way=REUSE)
    assert (first.is_new, second.is_new, second.run.run_id) == (True, False, first.run.run_id)
    assert second.notes == ("attached to project/1, Completed: nothing was submitted",)
    assert len(list_runs()) == 1


def test_an_active_one_is_attached_to(project):
    """While it goes on, too; not when it was canceled."""
    first = sent(SLOW, way=REUSE)
    assert sent(SLOW, way=REUSE).run.run_id == first.run.run_id
    first.run.cancel()
    assert sent(SLOW, way=REUSE).is_new
    for run in list_runs(active=True):
        run.cancel()
        run.wait(30)


@pytest.mark.parametrize(
    "change",
    [
        {"code": "print(2)"},
        {"arguments": ["--lr", "2"]},
        {"environment_variables": {"A": "1"}},
        {"values": {"a": 2}},
        {"max_run_duration_seconds": 60},
    ],
)
def test_what_differs_is_run(project, change):
    """Code, arguments, settings and sent variables count, and files of the directory."""
    same = {"code": "print(1)", "values": {"a": 1}}
    sent(**same, way=REUSE).run.wait(30)
    assert not sent(**same, way=REUSE).is_new
    assert sent(**{**same, **change}, way=REUSE).is_new
    project.write("data.csv", "1")
    assert sent(**same, way=REUSE).is_new


def test_a_failed_one_is_run_again(project):
    """Only what completed, or may still, is worth attaching to."""
    sent("1/0", way=REUSE).run.wait(30)
    assert sent("1/0", way=REUSE).is_new


def test_replace_cancels_what_the_cell_still_has(project):
    """The same cell's active run, though its code was changed; not another's, not one of this execution."""
    old, other, sibling = (sent(SLOW, origin=name).run for name in ("n#1", "n#2", "n#1"))
    way = Way(replaces=True, siblings=frozenset({sibling.run_id}))
    new = sent("print(1)", origin="n#1", way=way)
    assert new.notes == (f"{old.label} of before is canceled",)
    assert (old.wait(30).status, new.run.wait(30).status) == ("Canceled", "Completed")
    assert [other.is_ended, sibling.is_ended] == [False, False]
    for run in (other, sibling):
        run.cancel()
        run.wait(30)
    with pytest.raises(ConfigError, match="`--reuse` attaches"):
        sent("1", way=Way(reuses=True, replaces=True))


def grouped(*codes):
    """Runs of one execution of a cell, and the run above them."""
    made = {}
    runs = []
    for code in codes:
        runs.append(sent(code, way=Way("lr", open_group=made.get)).run)
        made["lr"] = runs[-1].parent
    return made["lr"], runs


def test_a_group_ends_with_the_last_of_its_runs(project):
    """One record above: Running while it may get more, Completed when all have."""
    above, runs = grouped("print(1)", "print(2)")
    assert [run.wait(30).status for run in runs] == ["Completed", "Completed"]
    assert (above.refresh().status, above.summary().name) == ("Running", "lr")
    assert above.wait(30).status == "Completed"
    assert [run.run_id for run in above.get_children()] == [run.run_id for run in reversed(runs)]
    assert [run.label for run in list_runs()] == ["project/1"]
    assert [run.label for run in list_runs(parent=above)] == ["project/3", "project/2"]


def test_a_group_fails_with_one_of_its_runs(project):
    """It says which."""
    above, runs = grouped("1/0", "print(2)")
    with pytest.raises(RunFailedError, match="1 of 2 failed: project/2"):
        above.wait_for_completion()
    assert runs[1].wait(30).status == "Completed"


def test_canceling_a_group_cancels_all(project):
    """Those that run and those that wait."""
    above, runs = grouped(SLOW, SLOW)
    above.cancel()
    assert [run.wait(30).status for run in runs] == ["Canceled", "Canceled"]
    assert above.wait(30).status == "Canceled"


def test_a_group_whose_submit_failed_is_not_there(project):
    """Nothing is left of it, nor is its number."""
    with pytest.raises(ConfigError):
        sent("x = (", way=Way("lr"))
    assert list_runs(children=True) == []
    assert sent("print(1)").run.label == "project/1"


def test_the_shell_joins_a_group_that_goes_on(project):
    """There each submit is a process of its own; one that has ended gets no more runs."""
    way = Way("lr", open_group=newest_open_group)
    one, two = sent(SLOW, way=way).run, sent(SLOW, way=way).run
    above = one.parent
    assert two.parent.run_id == above.run_id
    above.cancel()
    assert above.wait(30).status == "Canceled"
    three = sent("print(1)", way=way).run
    assert three.parent.run_id != above.run_id
    three.wait(30)
    group.close(three.parent.paths)
    assert get_run(three.parent.run_id).wait(30).status == "Completed"


@pytest.mark.parametrize("name", ["", " ", 'a"b', "a/b"])
def test_names_that_no_group_can_have(project, name):
    """They could not be asked for again; an empty one is none."""
    if not name:
        assert sent("print(1)", way=Way(name)).run.parent is None
        return
    with pytest.raises(ConfigError, match="is no name for a group"):
        sent("print(1)", way=Way(name))
