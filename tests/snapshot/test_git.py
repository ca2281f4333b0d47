"""The git facts of a directory, without credentials and without waiting."""

import os
import subprocess
from pathlib import Path

import pytest

from jupyter_runcfg.snapshot import git
from jupyter_runcfg.snapshot.git import State, facts, state, without_credentials


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """A machine that is busy with other tests is no git that hangs."""
    monkeypatch.setattr(git, "TIMEOUT_S", 60)


@pytest.fixture
def run(root):
    """run(*words) → what git prints in the source directory, a new repository."""

    def git_in_root(*words):
        name = ("-c", "user.name=n", "-c", "user.email=e@x.test")
        done = subprocess.run(["git", "-C", str(root), *name, *words], capture_output=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.decode().strip()

    git_in_root("init", "-q", "-b", "trunk")
    return git_in_root


def commit(root, run, **files):
    for name, text in files.items():
        (root / name).write_text(text)
    run("add", "-A")
    run("commit", "-q", "-m", "m", "--allow-empty")


@pytest.mark.engine("git")
def test_facts(root, run):
    """Repository, branch, commit and whether anything is uncommitted."""
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
    """A git that does not answer costs the limit once: in what is left of it the branch is asked for."""
    fake, asked = tmp_path / "git", tmp_path / "asked"
    fake.write_text(f"#!/bin/sh\necho once >> {asked}\nexec sleep 60\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(git, "TIMEOUT_S", 2)
    assert facts(root) == {}
    assert not asked.exists()  # where no .git is, here or above, it is not even asked
    (root / ".git").mkdir()
    assert facts(root) == {}
    assert asked.read_text() == "once\n" * 2


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


@pytest.mark.engine("git")
def test_what_is_not_committed(root, run):
    """The diff to HEAD, staged or not, below the names of untracked files; the tree can be made of it."""
    commit(root, run, a="1\n", b="2\n", c="3\n")
    assert state(root).diff == b""
    (root / "a").write_text("one\n")
    (root / "b").write_text("two\n")
    run("add", "b")
    run("mv", "c", "d")
    (root / "new file\n").write_text("")
    (root / "dir").mkdir()
    (root / "dir" / "x").write_text("")
    diff = state(root).diff.decode()
    head, _, patch = diff.partition("diff --git ")
    assert head == "# untracked: dir/\n# untracked: new file\\n\n"
    assert [line for line in patch.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")] == [
        "-1", "+one", "-2", "+two"
    ]  # fmt: skip
    run("stash", "-q")
    subprocess.run(["git", "apply"], cwd=root, input=diff.encode(), check=True)
    assert ((root / "a").read_text(), (root / "b").read_text(), (root / "d").read_text()) == (
        "one\n", "two\n", "3\n"
    )  # fmt: skip


@pytest.mark.engine("git")
def test_nobodys_settings_change_the_diff(root, run, tmp_path):
    """Prefixes, colours and order stay git's own, and no program that is named there is started."""
    commit(root, run, a="1\n")
    (root / "a").write_text("2\n")
    expected = state(root).diff
    fake = tmp_path / "fake"
    fake.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
    fake.chmod(0o755)
    (root / ".git" / "info" / "attributes").write_text("* diff=mine\n")
    for key, value in {
        "diff.noprefix": "true", "diff.mnemonicPrefix": "true", "color.ui": "always",
        "diff.external": str(fake),
        "diff.mine.textconv": str(fake), "diff.mine.command": str(fake), "core.fsmonitor": str(fake),
        "diff.relative": "true", "core.pager": str(fake),
    }.items():  # fmt: skip
        run("config", key, value)
    assert state(root).diff == expected
    assert not (tmp_path / "started").exists()


@pytest.mark.engine("git")
def test_only_the_source_directory_counts(root, run):
    """In a part of a repository, what is not committed elsewhere in it is not of the run."""
    (root / "part").mkdir()
    commit(root, run, **{"a": "1\n", "part/b": "2\n"})
    (root / "a").write_text("!\n")
    (root / "new").write_text("")
    assert (facts(root)["dirty"], facts(root / "part")["dirty"], state(root / "part").diff) == (
        "true",
        "false",
        b"",
    )
    (root / "part" / "b").write_text("!\n")
    assert state(root / "part").diff.startswith(b"diff --git a/part/b b/part/b\n")


@pytest.mark.engine("git")
def test_a_long_diff_is_cut_with_a_note(root, run, monkeypatch):
    """After the last file that is whole; where the first alone is too long, after a line."""
    commit(root, run, a="", b="")
    (root / "a").write_text("a\n" * 100)
    (root / "b").write_text("b\n" * 5_000_000)
    diff = state(root).diff
    assert diff.startswith(
        b"# cut off: what is not committed is longer than 1,000,000 bytes\ndiff --git a/a b/a\n"
    )
    assert diff.endswith(b"+a\n")
    assert b"b/b" not in diff
    (root / "a").write_text("")
    diff = state(root).diff
    assert len(diff) <= git.MOST_DIFF_BYTES + 100
    assert diff.endswith(b"+b\n")


@pytest.mark.engine("git")
def test_secrets_are_left_out_of_the_diff(root, run):
    """A line that looks like one says so in its place, a file whose name tells is only named."""
    commit(root, run, **{"a.py": "x = 1\n", ".env": "A=1\n"})
    token = "ghp" + "_" + "q7Zx2Lm9Tb4Vk8Rw3Yp6Nc1Hd5Jf0Gsq7Zx2"
    (root / "a.py").write_text(f"x = 1\ntoken = '{token}'\ny = 2\n")
    (root / ".env").write_text("A=2\nPASSWORD=hunter2\n")
    diff = state(root).diff.decode()
    assert diff.splitlines()[:2] == [
        "diff --git a/.env b/.env",
        "# left out: looks like a secret by its name",
    ]
    assert diff.splitlines()[-3:] == [" x = 1", "+[left out: looks like a GitHub token]", "+y = 2"]
    assert "hunter2" not in diff
    assert token not in diff


@pytest.mark.engine("git")
def test_odd_names_and_many_of_them(root, run, monkeypatch):
    """Untracked names of any bytes, each in a line; beyond the limit they are counted."""
    commit(root, run)
    for name in (b"\xff", b"a\tb", b"-> x", b"? y"):
        with open(os.path.join(os.fsencode(root), name), "w"):
            pass
    assert state(root).diff.decode().splitlines() == [
        "# untracked: -> x", "# untracked: ? y", "# untracked: a\\tb", "# untracked: \\xff"
    ]  # fmt: skip
    monkeypatch.setattr(git, "_MOST_NAMED", 1)
    assert state(root).diff.decode().splitlines() == ["# untracked: -> x", "# untracked: 3 more"]


@pytest.mark.engine("git")
def test_a_renamed_file_is_no_untracked_one(root, run):
    """Its old name, which stands alone in git's answer, is not read as an entry."""
    (root / "? old").write_text("some text\n")
    commit(root, run)
    run("mv", "? old", "new")
    assert b"untracked" not in state(root).diff


def test_v1_variables_win(root, monkeypatch):
    """AZUREML_GIT_* say what git would, also where there is no git; no credentials come through."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(root.parent))
    for name, value in {
        "REPOSITORY_URI": "https://me:secret@x.test/a.git", "BRANCH": "b", "COMMIT": "c0ffee",
        "DIRTY": "True", "BUILD_ID": "7", "BUILD_URI": "https://me:secret@x.test/build?id=7",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"AZUREML_GIT_{name}", value)
    assert state(root) == State(
        {
            "repository": "https://x.test/a.git", "branch": "b", "commit": "c0ffee", "dirty": "true",
            "build_id": "7", "build_uri": "https://x.test/build?id=7",
        }
    )  # fmt: skip
    monkeypatch.setenv("AZUREML_GIT_DIRTY", "False")
    monkeypatch.setenv("AZUREML_GIT_BRANCH", "")
    assert (facts(root)["dirty"], "branch" in facts(root)) == ("false", False)


@pytest.mark.engine("git")
def test_v1_variables_win_one_by_one(root, run, monkeypatch):
    """What they do not say is git's."""
    commit(root, run)
    monkeypatch.setenv("AZUREML_GIT_BRANCH", "ci")
    assert facts(root) == {"branch": "ci", "commit": run("rev-parse", "HEAD"), "dirty": "false"}


@pytest.mark.engine("git")
def test_a_tree_too_big_to_look_through_in_time(root, run, monkeypatch, tmp_path):
    """Branch and commit are told all the same, `dirty` and the diff are not."""
    commit(root, run)
    fake = tmp_path / "git"
    real = subprocess.run(["which", "git"], capture_output=True, text=True).stdout.strip()
    fake.write_text(f'#!/bin/sh\ncase "$*" in *status*) exec sleep 60;; esac\nexec {real} "$@"\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(git, "TIMEOUT_S", 4)
    assert state(root) == State({"branch": "trunk", "commit": run("rev-parse", "HEAD")})
    run("checkout", "-q", "--detach")
    assert state(root) == State({"commit": run("rev-parse", "HEAD")})


@pytest.mark.engine("git")
def test_a_filter_that_hangs(root, run, monkeypatch, tmp_path):
    """A program that git has started, and that holds its output open, is ended with it."""
    commit(root, run, a="1\n")
    fake = tmp_path / "slow"
    fake.write_text(f"#!/bin/sh\necho $$ >> {tmp_path}/pids\nsleep 60\n")
    fake.chmod(0o755)
    run("config", "filter.slow.clean", str(fake))
    (root / ".git" / "info" / "attributes").write_text("a filter=slow\n")
    (root / "a").write_text("2\n")
    monkeypatch.setattr(git, "TIMEOUT_S", 2)
    found = facts(root)
    assert "dirty" not in found
    for pid in (tmp_path / "pids").read_text().split():
        stat = Path(f"/proc/{pid}/stat")
        assert not stat.exists() or stat.read_text().split()[2] == "Z"
