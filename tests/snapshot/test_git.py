"""The git facts of a directory, without credentials and without waiting."""

import subprocess

import pytest

from jupyter_runcfg.snapshot import git
from jupyter_runcfg.snapshot.git import facts, without_credentials


@pytest.mark.engine("git")
def test_facts(root):
    """Repository, branch, commit and whether anything is uncommitted."""

    def run(*words):
        name = ("-c", "user.name=n", "-c", "user.email=e@x.test")
        done = subprocess.run(["git", "-C", str(root), *name, *words], capture_output=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.decode().strip()

    run("init", "-q", "-b", "trunk")
    assert facts(root) == {"branch": "trunk", "dirty": "false"}
    run("commit", "-q", "--allow-empty", "-m", "first")
    run("remote", "add", "other", "https://x.test/other.git")
    run("remote", "add", "origin", "https://me:secret@x.test/mine.git")
    expected = {
        "repository": "https://x.test/mine.git",
        "branch": "trunk",
        "commit": run("rev-parse", "HEAD"),
        "dirty": "false",
    }
    assert facts(root) == expected
    (root / "new").write_text("")
    assert facts(root) == {**expected, "dirty": "true"}
    run("checkout", "-q", "--detach")
    assert "branch" not in facts(root)


def test_no_repository(root, monkeypatch):
    """Outside a repository there are no facts."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(root.parent))
    assert facts(root) == {}


def test_no_git(root, monkeypatch, tmp_path):
    """Without the git command there are no facts."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert facts(root) == {}


def test_git_that_hangs(root, monkeypatch, tmp_path):
    """A git that does not answer costs the time limit once, not once a question."""
    fake, asked = tmp_path / "git", tmp_path / "asked"
    fake.write_text(f"#!/bin/sh\necho once >> {asked}\nexec sleep 60\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(git, "TIMEOUT_S", 0.3)
    assert facts(root) == {}
    assert asked.read_text() == "once\n"


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://me:secret@x.test/a.git", "https://x.test/a.git"),
        ("https://token@x.test:8443/a", "https://x.test:8443/a"),
        ("https://me:se/cr@et@x.test/a", "https://x.test/a"),
        ("https://x.test/@scope/a?private_token=s#t", "https://x.test/@scope/a"),
        ("ssh://git:secret@x.test:22/a", "ssh://git@x.test:22/a"),
        ("git+ssh://git@x.test/a", "git+ssh://git@x.test/a"),
        ("https://[::1]:8443/@a", "https://[::1]:8443/@a"),
        ("https://x.test:8443/@scope/a", "https://x.test:8443/@scope/a"),
        ("https://bob:s3#cret@x.test/a", "https://x.test/a"),
        ("https://bob:12/34@x.test/a", "https://x.test/a"),
        ("bob:secret@x.test:a.git", "bob@x.test:a.git"),
        ("git@x.test:a/b.git", "git@x.test:a/b.git"),
        ("/srv/git/a.git", "/srv/git/a.git"),
    ],
)
def test_without_credentials(url, clean):
    """No user, password or token of an URL is left, and what is left still leads there."""
    assert without_credentials(url) == clean
