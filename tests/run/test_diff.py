"""What two runs, or a run and a directory, have differently."""

import os
import subprocess

import pytest

from jupyter_runcfg import RunConfiguration, submit
from jupyter_runcfg.errors import RuncfgError, SnapshotError
from jupyter_runcfg.run.diff import Setting
from jupyter_runcfg.runtime import atomic
from jupyter_runcfg.runtime.objects import ObjectStore
from jupyter_runcfg.submission import Cell, Submission
from jupyter_runcfg.submission import submit as submit_words


def ended(config=None, **settings):
    run = submit(config or RunConfiguration(script="train.py", **settings))
    run.wait(30)
    return run


def object_of(run, name):
    store = ObjectStore(run.paths.home.objects)
    [digest] = [change.old.digest for change in run.diff().changes if change.old.path == name]
    return store.path(digest)


def test_two_runs(project):
    """Settings first, then the files as a unified diff, in an order that stays."""
    project.write("train.py", "x = 1\n")
    project.write("a.txt", "same\n")
    one = ended(arguments=["--lr", "0.1"])
    project.write("train.py", "x = 2\n")
    (project.directory / "a.txt").rename(project.directory / "b.txt")
    two = ended(arguments=["--lr", "0.3 5"], node_count=1, environment_variables={"A": "b\nc"})
    diff = one.diff(two)
    assert diff.settings == (
        Setting("arguments", ["--lr", "0.1"], ["--lr", "0.3 5"]),
        Setting("environmentVariables.A", None, "b\nc"),
    )
    assert str(diff) == (
        "project/1 → project/2: 1 changed, 1 renamed\n"
        "arguments: --lr 0.1 → --lr '0.3 5'\n"
        'environmentVariables.A: – → "b\\nc"\n'
        "\n"
        "diff --git a/a.txt b/b.txt\nsimilarity index 100%\nrename from a.txt\nrename to b.txt\n"
        "diff --git a/train.py b/train.py\n--- a/train.py\n+++ b/train.py\n@@ -1 +1 @@\n-x = 1\n+x = 2\n"
    )
    assert str(two.diff(one)).splitlines()[0] == "project/2 → project/1: 1 changed, 1 renamed"
    assert str(one.diff(one)) == "project/1 → project/1: no difference\n"


@pytest.mark.engine("git")
def test_the_commit_is_one_of_the_settings(project):
    """Runs of two commits say so; without git nothing is said."""

    def commit():
        name = ("-c", "user.name=n", "-c", "user.email=e@x.test")
        subprocess.run(["git", *name, "commit", "-qm", "m", "--allow-empty"], check=True)
        return subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()

    subprocess.run(["git", "init", "-q"], check=True)
    project.write("train.py", "")
    first, one = commit(), ended()
    second, two = commit(), ended()
    assert str(one.diff(two)) == (f"project/1 → project/2: the same files\ngit.commit: {first} → {second}\n")


def test_a_run_and_its_directory(project):
    """From the run to what is there now: edits, links, a file that became a directory, another mode."""
    project.write("train.py", "1\n")
    project.write("thing", "file\n")
    project.write("run.sh", "")
    (project.directory / "link").symlink_to("train.py")
    run = ended()
    assert str(run.diff()) == f"project/1 → {project.directory}: no difference\n"
    (project.directory / "thing").unlink()
    project.write("thing/inner", "x\n")
    (project.directory / "run.sh").chmod(0o755)
    (project.directory / "link").unlink()
    (project.directory / "link").symlink_to(project.directory / "thing")
    assert str(run.diff()).partition("\n\n")[2] == (
        "diff --git a/link b/link\n--- a/link\n+++ b/link\n@@ -1 +1 @@\n-train.py\n"
        "\\ No newline at end of file\n+thing\n\\ No newline at end of file\n"
        "diff --git a/run.sh b/run.sh\nold mode 100644\nnew mode 100755\n"
        "diff --git a/thing b/thing\ndeleted file mode 100644\n"
        "--- a/thing\n+++ /dev/null\n@@ -1 +0,0 @@\n-file\n"
        "diff --git a/thing/inner b/thing/inner\nnew file mode 100644\n--- /dev/null\n+++ b/thing/inner\n"
        "@@ -0,0 +1 @@\n+x\n"
    )


def test_another_directory(project, tmp_path):
    """A run can be held against any directory."""
    project.write("train.py", "1\n")
    run = ended()
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "train.py").write_text("1\n")
    assert run.diff(tmp_path / "copy").changes == ()


def test_the_cell_is_no_file_of_the_directory(project):
    """A run of a cell is compared without it, and that is said; two cells differ in their code."""
    project.write("data", "1\n")
    runs = []
    for code in ("print(1)\n", "print(2)\n"):
        from jupyter_runcfg import get_run

        paths = submit_words(Submission(RunConfiguration(), cell=Cell(code)))
        runs.append(get_run(paths.run_id))
        runs[-1].wait(30)
    assert str(runs[0].diff()) == (
        f"project/1 → {project.directory}: no difference\n"
        "cell.py was the cell itself, and is no file of the directory\n"
    )
    assert "-print(1)\n+print(2)\n" in str(runs[0].diff(runs[1]))


def test_a_directory_that_is_gone(project, tmp_path, monkeypatch):
    """The error names it, and what can be compared instead."""
    project.write("train.py", "")
    run = ended()
    monkeypatch.chdir(tmp_path)
    project.directory.rename(tmp_path / "moved")
    with pytest.raises(RuncfgError, match="the directory to compare project/1 with is not there") as caught:
        run.diff()
    assert caught.value.where == str(project.directory)
    assert run.diff(tmp_path / "moved").changes == ()


def test_a_snapshot_that_is_gone(project, tmp_path):
    """Without the list of files there is an error; without one file's bytes only its lines are missing."""
    project.write("train.py", "1\n")
    project.write("other", "1\n2\n")
    run = ended()
    project.write("train.py", "2\n")
    project.write("other", "2\n")
    os.unlink(object_of(run, "train.py"))
    damaged = object_of(run, "other")
    os.chmod(damaged, 0o600)
    with open(damaged, "w") as stream:
        stream.write("!")
    assert str(run.diff()).partition("\n\n")[2] == (
        "diff --git a/other b/other\nBinary files a/other and b/other differ "
        "(4 B → 2 B; the stored bytes are damaged)\n"
        "diff --git a/train.py b/train.py\nBinary files a/train.py and b/train.py differ "
        "(2 B → 2 B; the stored bytes are missing)\n"
    )
    os.unlink(run.paths.home.manifest(run.get_snapshot_id()))
    with pytest.raises(SnapshotError, match="the snapshot of this run is not in the home any more"):
        run.diff()


@pytest.mark.parametrize("value", [None, "", 7, "../../etc/passwd", "a" * 63])
def test_a_record_without_a_snapshot(project, value):
    """A damaged or later record: our error, no path made of what it says."""
    project.write("train.py", "")
    run = ended()
    request = atomic.read_json(run.paths.request)
    request.update(snapshot=value, configuration=[], git="?", extra=None)
    atomic.write_replace(run.paths.request, atomic.encode(request))
    with pytest.raises(RuncfgError, match=r"has no snapshot|is no snapshot"):
        run.diff()
