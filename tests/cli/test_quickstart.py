"""The README's first command, after its installation."""

import pytest

from jupyter_runcfg import get_run
from jupyter_runcfg.cli import main


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path / "diabetes"


def test_it_does_the_main_job_and_says_what_happens(folder, capfd):
    """Example, configuration, snapshot with what is left out and why, the run's own lines, what is next."""
    assert main(["quickstart"]) == 0
    out, err = capfd.readouterr()
    run = get_run("diabetes/1")
    assert (run.status, run.get_metrics()["r2"] > 0.5) == ("Completed", True)
    for said in (
        f"[1/4] an example project in {folder}",
        "script: train.py",
        "+ diabetes.csv",
        "- notes.txt  left out by .amlignore:2 notes.txt",
        "held out: r2 0.55",
        "jupyter lab 01-first-run.ipynb",
    ):
        assert said in out
    assert f"record: {run.paths.directory}" in err
    assert "┤" in err
    assert run.get_file_names()[0] == "outputs/model.json"


def test_a_second_time_it_changes_nothing_that_is_there(folder, capfd):
    """What the person has changed stays, and is what runs."""
    assert main(["quickstart"]) == 0
    (folder / "train.py").write_text("print('mine')")
    assert main(["quickstart"]) == 0
    assert get_run("diabetes/2").logs() == "mine\n"
    assert get_run("diabetes/1").paths.directory in capfd.readouterr().err


def test_it_fails_when_the_run_fails(folder):
    """The exit status is the run's."""
    assert main(["quickstart"]) == 0
    (folder / "train.py").write_text("raise SystemExit(3)")
    assert main(["quickstart"]) == 1


def test_a_directory_of_something_else_is_left_alone(folder, capfd):
    """It is refused, with how to name another; nothing is written into it."""
    folder.mkdir()
    (folder / "thesis.tex").write_text("years of work")
    assert main(["quickstart"]) == 2
    assert "is not empty" in capfd.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["thesis.tex"]


def test_a_place_that_cannot_be_written_is_one_error(folder, capfd):
    """A file where the directory would be: one error with a hint, no traceback."""
    folder.write_text("a file")
    assert main(["quickstart", str(folder / "below")]) == 1
    err = capfd.readouterr().err
    assert err.startswith("error: the example cannot be written")
    assert "hint: " in err
