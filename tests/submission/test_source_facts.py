"""What a record says of the source beside its files: git's facts, and secrets that travel with it."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from jupyter_runcfg import RunConfiguration, get_run, submit
from jupyter_runcfg.snapshot import git
from jupyter_runcfg.submission import Cell, Submission
from jupyter_runcfg.submission import submit as submit_words


@pytest.mark.engine("git")
def test_git_facts_in_the_record(project, monkeypatch):
    """v1's property names; what is not committed is a file of its own, 0600, without secrets."""
    monkeypatch.setattr(git, "TIMEOUT_S", 60)
    name = ("-c", "user.name=n", "-c", "user.email=e@x.test")
    project.write("train.py", "")
    for words in (["init", "-q", "-b", "trunk"], ["add", "-A"], ["commit", "-qm", "m"]):
        subprocess.run(["git", *name, *words], check=True)
    subprocess.run(["git", "remote", "add", "origin", "https://me:secret@x.test/a.git"], check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()
    token = "ghp" + "_" + "q7Zx2Lm9Tb4Vk8Rw3Yp6Nc1Hd5Jf0Gsq7Zx2"
    clean = submit(RunConfiguration(script="train.py"))
    project.write("train.py", f"t = '{token}'\n")
    dirty = submit(RunConfiguration(script="train.py"))
    for run, word in ((clean, "False"), (dirty, "True")):
        run.wait(30)
        assert run.properties == {
            "azureml.git.repository_uri": "https://x.test/a.git",
            "mlflow.source.git.repoURL": "https://x.test/a.git",
            "azureml.git.branch": "trunk",
            "mlflow.source.git.branch": "trunk",
            "azureml.git.commit": head,
            "mlflow.source.git.commit": head,
            "azureml.git.dirty": word,
        }
    assert not os.path.exists(clean.paths.git_diff)
    assert stat.S_IMODE(os.stat(dirty.paths.git_diff).st_mode) == 0o600
    assert Path(dirty.paths.git_diff).read_text().endswith("+[left out: looks like a GitHub token]\n")
    assert token not in Path(dirty.paths.request).read_text()


def test_secrets_that_travel_are_named(project):
    """By the names of files and by what the script and the cell hold; the secret is not repeated."""
    token = "ghp" + "_" + "q7Zx2Lm9Tb4Vk8Rw3Yp6Nc1Hd5Jf0Gsq7Zx2"
    project.write("train.py", f"\nt = '{token}'\n")
    project.write(".env", "A=1\n")
    script = submit(RunConfiguration(script="train.py"))
    assert script.notes == [
        "sent, and looks like a secret: train.py:2, a GitHub token (a line in .amlignore keeps it here)",
        "sent, and looks like a secret: .env (a line in .amlignore keeps it here)",
    ]
    (project.directory / "train.py").unlink()
    cell = get_run(submit_words(Submission(RunConfiguration(), cell=Cell(f"t = '{token}'\n"))).run_id)
    assert cell.notes == [
        "sent, and looks like a secret: cell.py:1, a GitHub token",
        "sent, and looks like a secret: .env (a line in .amlignore keeps it here)",
    ]
    for run in (script, cell):
        run.wait(30)
