"""Experiments: names, tags, archive, runs by their numbers."""

import multiprocessing
import os
import shutil

import pytest

from jupyter_runcfg.errors import UserErrorException
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.runtime.tracking import interactive
from jupyter_runcfg.runtime.v1.experiment import Experiment
from jupyter_runcfg.runtime.v1.workspace import Workspace


@pytest.fixture
def workspace(tmp_path):
    return Workspace.of(Home(str(tmp_path)))


@pytest.mark.parametrize("name", ["", "-a", "a b", "a/b", "..", "a\n", "ż", "a" * 256, None, 3])
def test_names_that_cannot_be(name, workspace):
    """v1's rule."""
    with pytest.raises(UserErrorException, match="is no name for an experiment"):
        Experiment(workspace, name)


def test_runs(workspace):
    """Newest first, filtered, children only when asked for; one that was removed is left out."""
    experiment = Experiment(workspace, "exp")
    runs = [experiment.start_logging(display_name=name) for name in "abc"]
    runs[0].tag("k", "v")
    runs[0].add_properties({"p": "1"})
    child = runs[2].child_run()
    assert list(experiment.get_runs()) == runs[::-1]
    assert list(experiment.get_runs(include_children=True)) == [child, *runs[::-1]]
    assert list(experiment.get_runs(tags={"k": "v"})) == [runs[0]]
    assert list(experiment.get_runs(tags="k")) == [runs[0]]
    assert list(experiment.get_runs(tags={"k": "other"})) == []
    assert list(experiment.get_runs(properties={"p": "1"})) == [runs[0]]
    assert list(experiment.get_runs(type="azureml.scriptrun")) == []
    for run in (*runs, child):
        run.complete()
    shutil.rmtree(runs[1].paths.directory)
    assert list(experiment.get_runs()) == [runs[2], runs[0]]
    assert list(Experiment(workspace, "none").get_runs()) == []


def test_tags_and_archive(workspace):
    """Kept in a file of their own; an archived experiment is left out of the list."""
    one, two = Experiment(workspace, "one"), Experiment(workspace, "two")
    one.tag("a")
    one.set_tags({"b": 2})
    one.remove_tags(["a"])
    two.archive()
    assert (one.tags, two.is_archived) == ({"b": "2"}, True)
    assert Experiment.list(workspace) == [one]
    assert Experiment.list(workspace, view_type="ArchivedOnly") == [two]
    assert Experiment.list(workspace, view_type="All") == [one, two]
    assert Experiment.list(workspace, tags={"b": "2"}) == [one]
    two.reactivate()
    assert Experiment.list(workspace, "two") == [two]
    with pytest.raises(UserErrorException, match="keeps its name"):
        two.reactivate("three")
    with pytest.raises(UserErrorException, match="view_type is"):
        Experiment.list(workspace, view_type="Some")


def test_delete(workspace):
    """Only an experiment without runs."""
    experiment = Experiment(workspace, "exp")
    run = experiment.start_logging()
    run.complete()
    with pytest.raises(UserErrorException, match=f"has runs: {run.id}"):
        Experiment.delete(workspace, "exp")
    shutil.rmtree(run.paths.directory)
    Experiment.delete(workspace, "exp")
    assert Experiment.list(workspace, view_type="All") == []
    with pytest.raises(UserErrorException, match="no experiment 'exp'"):
        Experiment.delete(workspace, "exp")


def _tag(root, number):
    for count in range(20):
        Experiment(Workspace.of(Home(root)), "exp").tag(f"{number}-{count}")


def test_tags_of_several_processes(workspace):
    """None takes away another's."""
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_tag, args=(workspace.home.root, number)) for number in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert len(Experiment(workspace, "exp").tags) == 80


def _start(root, count):
    for _ in range(count):
        interactive.start(Home(root), "exp")


def test_runs_of_several_processes(workspace):
    """Each has a number of its own, and each ends with its process."""
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_start, args=(workspace.home.root, 10)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    runs = list(Experiment(workspace, "exp").get_runs())
    assert [run.number for run in runs] == list(range(40, 0, -1))
    assert all(run.get_status() in ("Completed", "Failed") for run in runs)


def test_nothing_is_left_of_a_run_that_could_not_be_written(workspace, monkeypatch):
    """No record, no number."""
    experiment = Experiment(workspace, "exp")
    with pytest.raises(TypeError):
        experiment._start(None, notebook=object())
    assert os.listdir(workspace.home.runs) == []
    run = experiment.start_logging()
    assert run.number == 1
    run.complete()
