"""What `%load_ext` and a bare `%runcfg` say: where we stand, and what has ended since the last look."""

import json
import re

import pytest

from jupyter_runcfg import RunConfiguration, submit
from jupyter_runcfg.notebook.session import Session
from jupyter_runcfg.notebook.standing import look, standing

from ..project import project

__all__ = ["project"]

HEAD = "target local · experiment project (this folder) · {} · %runcfg -h"


@pytest.fixture
def script(project):
    """script(code) writes it to the project and submits it."""

    def run(code):
        project.write("train.py", code)
        return submit(RunConfiguration(script="train.py"), experiment="diabetes")

    return run


def told():
    return standing(Session()).split("\n")


def test_nothing_is_made_for_who_only_looks(project, runcfg_home):
    """Without records there is no home afterwards either."""
    assert told() == [HEAD.format("0 active runs")]
    assert not runcfg_home.exists()


def test_what_has_ended_since_the_last_look_is_told_once(project, script, tmp_path):
    """A run that was active then, one that came and went since; each with how it ended."""
    go = tmp_path / "go"
    first = script(f"import os, time\nwhile not os.path.exists({str(go)!r}): time.sleep(0.01)\n")
    assert told() == [HEAD.format("1 active run")]
    second = script("raise ValueError('out of <memory>')\n")
    second.wait(30)
    go.touch()
    first.wait(30)
    head, since = told()
    assert head == HEAD.format("0 active runs")
    assert re.fullmatch(
        r"since \d\d:\d\d:\d\d: diabetes/1 Completed [\d.]+ s; diabetes/2 Failed: out of <memory>", since
    )
    assert told() == [HEAD.format("0 active runs")]


def test_a_look_is_of_one_directory(project, script, tmp_path, monkeypatch):
    """Who looks from another directory has not seen it yet; the first look there tells nothing old."""
    other = tmp_path / "other"
    other.mkdir()
    script("print(1)\n").wait(30)
    monkeypatch.chdir(other)
    assert len(told()) == 1
    monkeypatch.chdir(project.directory)
    script("print(2)\n").wait(30)
    told()
    monkeypatch.chdir(other)
    assert "diabetes/2 Completed" in told()[1]


def test_many_are_counted(project, script):
    """Four are named, of the others it is said how many."""
    script("print(1)\n").wait(30)
    told()
    for run in [script(f"print({number})\n") for number in range(6)]:
        run.wait(30)
    assert told()[1].endswith("; 2 more in `%runcfg runs`")


def test_cells_of_who_submitted_are_looks(project, script):
    """What ended before the last cell is not told by the next kernel."""
    script("print(1)\n").wait(30)
    told()
    run = script("print(2)\n")
    run.wait(30)
    session = Session()
    session.last_run = run.run_id
    look(session)
    assert len(told()) == 1


@pytest.mark.parametrize("text", ["", "{", "[]", '{"moment": "x", "active": 3}', '{"moment": 1}'])
def test_a_damaged_memory_is_none(project, script, runcfg_home, text):
    """Nothing is told of the time before, and the next look works again."""
    script("print(1)\n").wait(30)
    told()
    [file] = (runcfg_home / "index" / "looks").iterdir()
    file.write_text(text)
    assert len(told()) == 1
    assert sorted(json.loads(file.read_text())) == ["active", "moment"]
