"""Secrets by name: in the job's environment, in no file of the record."""

import os
import stat
from pathlib import Path

import pytest

from jupyter_runcfg import RunConfiguration
from jupyter_runcfg.errors import ConfigError
from jupyter_runcfg.run.submitting import submit_words
from jupyter_runcfg.submission import Cell, Submission
from jupyter_runcfg.submission.secret import read_secrets

from ..project import project

__all__ = ["project"]
VALUE = "hunter2-and-more"


def submission(code="import os; print(os.environ['KEY'][::-1])", config=None, **more):
    return Submission(config or RunConfiguration(), cell=Cell(code), secrets={"KEY": VALUE}, **more)


def files_with(root, text):
    return [path for path in Path(root).rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


def test_the_job_has_it_and_no_file_does(project, runcfg_home):
    """The script reads its value; the whole home has it nowhere, the request its name."""
    run = submit_words(submission())
    assert run.wait(30).status == "Completed"
    assert run.logs() == VALUE[::-1] + "\n"
    assert files_with(runcfg_home, VALUE) == []
    assert run.request["secrets"] == ["KEY"]


def test_while_it_is_queued_only_its_owner_can_read_it(project, runcfg_home, monkeypatch):
    """The queue's entry holds the environment: mode 0600, and gone when the run has started."""
    monkeypatch.setenv("RUNCFG_MAX_PARALLEL", "1")
    blocker = submit_words(
        Submission(RunConfiguration(), cell=Cell("import time\nwhile True: time.sleep(1)"))
    )
    run = submit_words(submission())
    (entry,) = files_with(runcfg_home, VALUE)
    assert stat.S_IMODE(os.stat(entry).st_mode) == 0o600
    blocker.cancel()
    assert run.wait(30).status == "Completed"
    assert files_with(runcfg_home, VALUE) == []


def test_a_rerun_asks_for_it_again(project, monkeypatch):
    """The record has no value: it comes from the environment, and is missed by name."""
    run = submit_words(submission())
    run.wait(30)
    with pytest.raises(ConfigError, match="no text to send for the secret 'KEY'"):
        run.rerun()
    monkeypatch.setenv("KEY", "another-value")
    again = run.rerun()
    assert (again.wait(30).status, again.logs()) == ("Completed", "eulav-rehtona\n")


@pytest.mark.parametrize(
    ("code", "more", "place"),
    [
        (f"print('{VALUE}')", {}, "the code of cell.py"),
        ("pass", {"tags": {"a": f"x{VALUE}"}}, "a tag"),
        ("pass", {"name": VALUE}, "the display name"),
        (
            "pass",
            {"config": RunConfiguration(environment_variables={"A": VALUE})},
            "the environment variables",
        ),
        ("pass", {"config": RunConfiguration(arguments=["--key", VALUE])}, "the arguments"),
    ],
)
def test_a_value_that_would_be_kept_is_refused(project, runcfg_home, code, more, place):
    """Code, tags, name, settings and arguments are in the record: nothing is written."""
    with pytest.raises(ConfigError) as caught:
        submit_words(submission(code, **more))
    assert caught.value.message == f"the value of the secret 'KEY' stands in {place}"
    assert not (runcfg_home / "runs").exists()


def test_a_variable_wins_over_the_environment(monkeypatch):
    """The notebook's own, else that of the process; what is no text is told."""
    monkeypatch.setenv("KEY", "of-the-process")
    assert read_secrets(["KEY", "KEY"], {"KEY": "mine"}) == {"KEY": "mine"}
    assert read_secrets(["KEY"], {}) == {"KEY": "of-the-process"}
    for name, variables in (("KEY", {"KEY": 3}), ("KEYY", {}), ("KEY", {"KEY": ""}), ("a=b", {})):
        with pytest.raises(ConfigError):
            read_secrets([name], variables)
