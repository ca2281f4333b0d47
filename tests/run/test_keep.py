"""Archive, restore, remove."""

import os

import pytest

from jupyter_runcfg import get_run, list_runs
from jupyter_runcfg.errors import RuncfgError, RunNotFoundError
from jupyter_runcfg.history.number import take_number
from jupyter_runcfg.run import Run, keep
from jupyter_runcfg.runtime import atomic
from jupyter_runcfg.runtime.paths import Home

from ..runtime.job import record


@pytest.fixture
def home(runcfg_home):
    return Home(str(runcfg_home))


def make(home, number, *, ended=True, **more):
    """A run by hand; its number is taken as submit takes it."""
    run_id = f"exp_{number}_0000000{number}"
    home.create()
    assert take_number(home, "exp", run_id) == number
    client = {"pid": os.getpid()} if ended else {"pid": 1, "host": "another-machine", "boot_id": "x"}
    paths = record(home.root, run_id=run_id, number=number, created=float(number), client=client, **more)
    if ended:
        end = {"status": "Completed", "cause": "", "exit_code": 0, "t": 9.0}
        atomic.write_once(paths.end, atomic.encode(end))
    return Run(None, run_id)


def labels(**words):
    return [run.label for run in list_runs(**words)]


def test_archive_and_restore(home):
    """An archived run is out of the lists, and found by its name as ever; twice is once."""
    one, two = make(home, 1), make(home, 2)
    for _ in range(2):
        keep.archive(two)
        assert (labels(), labels(archived=True)) == (["exp/1"], ["exp/2", "exp/1"])
    assert get_run("exp/2") == two
    assert get_run("last", "exp") == one
    for _ in range(2):
        keep.reactivate(two)
        assert labels() == ["exp/2", "exp/1"]


def test_a_number_is_never_used_again(home):
    """After its removal a run is not found, and the next one has the next number."""
    _one, two = make(home, 1), make(home, 2)
    keep.remove([two])
    assert (labels(), os.listdir(home.runs)) == (["exp/1"], ["exp_1_00000001"])
    with pytest.raises(RunNotFoundError):
        get_run("exp/2")
    assert make(home, 3).label == "exp/3"


def test_children_go_with_their_parent(home):
    """And children of children."""
    make(home, 1)
    parent = make(home, 2)
    child = make(home, 3, parent=parent.run_id)
    make(home, 4, parent=child.run_id)
    assert labels() == ["exp/2", "exp/1"]
    assert labels(children=True) == ["exp/4", "exp/3", "exp/2", "exp/1"]
    assert labels(parent=parent) == ["exp/3"]
    keep.remove([parent])
    assert labels(children=True) == ["exp/1"]


@pytest.mark.parametrize("active_child", [False, True])
def test_an_active_run_is_never_removed(active_child, home):
    """Nor one with an active child; and then none of the others is."""
    one, two = make(home, 1), make(home, 2, ended=active_child)
    if active_child:
        make(home, 3, ended=False, parent=two.run_id)
    with pytest.raises(RuncfgError, match="an active run is not removed: exp/") as caught:
        keep.remove([one, two])
    assert "cancel" in caught.value.hint
    assert labels() == ["exp/2", "exp/1"]


def test_an_interrupted_removal_leaves_no_run(home):
    """Files that a kill left are cleared away later, read-only ones too."""
    run = make(home, 1)
    aside = os.path.join(home.root, ".removed-0123")
    os.rename(run.paths.directory, aside)
    os.chmod(os.path.join(aside, "logs"), 0o500)
    assert labels() == []
    assert (keep.sweep(home), keep.sweep(home)) == (1, 0)
    assert not os.path.exists(aside)


def test_removed_twice_at_once(home):
    """Whoever is second finds nothing to do."""
    run, again = make(home, 1), Run(None, "exp_1_00000001")
    keep._remove(run)
    keep._remove(again)
    assert labels() == []
