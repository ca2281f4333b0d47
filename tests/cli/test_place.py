"""`experiment`, `targets` and `data` of the shell."""

import json
import sys

import pytest

from jupyter_runcfg import get_run

from ..project import project
from .test_verb import shell

__all__ = ["project", "shell"]


@pytest.fixture
def old_python(tmp_path):
    """An interpreter of its own name: this one, told apart by a variable."""
    path = tmp_path / "old-python"
    path.write_text(f'#!/bin/sh\nWHICH=old exec {sys.executable} "$@"\n')
    path.chmod(0o755)
    return path


def test_a_target_with_an_interpreter_of_its_own(project, shell, old_python):
    """Added, checked, listed, run with, removed: the script runs in the interpreter that the target names."""
    project.write("train.py", "import os; print(os.environ.get('WHICH'))")
    assert shell("targets", "add", "old", "local", f"python={old_python}")[0] == 0
    assert [target["name"] for target in json.loads(shell("targets", "--json")[1])] == ["local", "old"]
    status, out, _err = shell("targets", "check", "old")
    assert status == 0
    assert [line.split()[:2] for line in out.splitlines()] == [["ok", "old"]] * 3
    assert f"interpreter: {old_python}, Python 3." in out
    assert shell("submit", "train.py", "--target", "old")[1] == "old\n"
    assert shell("submit", "train.py")[1] == "None\n"
    run = get_run(1)
    assert (run.request["target"]["name"], run.request["target"]["executor"]) == ("old", "local")
    assert "removed old from" in shell("targets", "remove", "old")[1]
    assert shell("submit", "train.py", "--target", "old")[0] == 2
    assert run.rerun().wait(60).status == "Completed"  # the record knows the executor


@pytest.mark.parametrize(
    ("python", "said"),
    [
        ("/nothing/here", "there is no '/nothing/here'"),
        ("/bin/ls", "is no Python"),
        ("/bin/true", "is no Python"),
    ],
)
def test_check_looks(project, shell, python, said):
    """An interpreter that is not there, or is none, is found before a run is sent there."""
    assert shell("targets", "add", "bad", "local", f"python={python}", "--project")[0] == 0
    status, out, _err = shell("targets", "check", "bad")
    assert status == 1
    assert out.startswith("BAD  bad")
    assert said in out
    assert shell("targets", "check")[0] == 1
    assert shell("targets", "check", "local")[0] == 0
    assert json.loads(shell("targets", "check", "bad", "--json")[1])["is_well"] is False


def test_no_such_target(project, shell):
    """Of check, add and remove: status is not 0, and what there is stands in the answer."""
    assert "there is 'local'" in shell("targets", "check", "x")[2]
    assert "there is 'local'" in shell("targets", "add", "x", "slurm", "host=login1")[2]
    assert "none was added yet" in shell("targets", "remove", "x")[2]
    assert "'partition' is not KEY=VALUE" in shell("targets", "add", "x", "local", "partition")[2]


def test_data(project, shell, tmp_path):
    """A directory gets the name that a v1 configuration refers to; forgotten, the directory stays."""
    (tmp_path / "blob").mkdir()
    (tmp_path / "blob" / "x.csv").write_text("42")
    project.write("train.py", "import os; print(open(os.environ['AZUREML_DATAREFERENCE_in']).read())")
    project.write(
        ".azureml/v1.runconfig",
        """
        script: train.py
        dataReferences:
          in: {dataStoreName: blob, mode: mount, pathOnDataStore: x.csv}
        """,
    )
    assert shell("submit", "v1")[0] == 2
    assert shell("data", "add", "blob", f"path={tmp_path}/blob")[0] == 0
    assert shell("submit", "v1")[1] == "42\n"
    listed = json.loads(shell("data", "--json")[1])
    assert {store["name"]: store["is_there"] for store in listed} == {
        "blob": True,
        "workspaceblobstore": True,
    }
    assert "workspaceblobstore" in shell("data")[1]
    assert shell("data", "remove", "blob")[0] == 0
    assert (tmp_path / "blob" / "x.csv").exists()
    for words, said in (
        (["data", "add", "blob"], "where is the data?"),
        (["data", "add", "blob", "pth=/x"], "did you mean 'path'?"),
        (["data", "add", "blob", "path=/nothing"], "is no directory"),
        (["data", "remove", "blob"], "no datastore named 'blob'"),
        (["data", "remove", "workspaceblobstore"], "is always there"),
    ):
        status, _out, err = shell(*words)
        assert status != 0
        assert said in err


def test_experiments(project, shell):
    """Each with its newest run; the shell keeps none from line to line."""
    assert shell("experiment")[1] == "none yet\n"
    project.write("train.py", "")
    for name in ("a", "b", "a"):
        shell("submit", "train.py", "--experiment", name)
    found = json.loads(shell("experiment", "--json")[1])
    assert [(row["experiment"], row["newest"], row["active"]) for row in found] == [
        ("a", "a/2", 0),
        ("b", "b/1", 0),
    ]
    assert "--experiment c" in shell("experiment", "c")[2]
    assert "no name for an experiment" in shell("experiment", "-x/")[2] + shell("experiment", "a b")[2]
