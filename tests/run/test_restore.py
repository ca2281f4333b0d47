"""A snapshot given back: all of it, or nothing."""

import os
import stat
import threading
import zipfile

import pytest

from jupyter_runcfg import RunConfiguration, snapshot, submit
from jupyter_runcfg.errors import RuncfgError, SnapshotError
from jupyter_runcfg.runtime import checkout
from jupyter_runcfg.runtime.objects import ObjectStore


@pytest.fixture
def run(project):
    """An ended run of a directory with all that a snapshot can hold."""
    project.write("train.py", "print(1)\n")
    project.write("run.sh", "true\n").chmod(0o755)
    project.write("a/b", "b")
    (project.directory / "empty").mkdir()
    (project.directory / "link").symlink_to("a/b")
    with open(os.path.join(os.fsencode(project.directory), b"odd\n\xff"), "w"):
        pass
    run = submit(RunConfiguration(script="train.py"))
    run.wait(30)
    return run


def listing(root):
    return sorted(
        os.path.relpath(os.path.join(d, n), root) for d, ds, fs in os.walk(root) for n in [*ds, *fs]
    )


@pytest.mark.parametrize("place", ["new", "there", "deep/er/new"])
def test_exactly_what_ran(run, project, tmp_path, monkeypatch, place):
    """Bytes, modes, links, empty directories, odd names: the same digest, in a new or an empty directory."""
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path)
    assert run.checkout(place) == str(tmp_path / place)
    assert snapshot.scan(tmp_path / place).digest == run.get_snapshot_id()
    assert listing(tmp_path / place) == listing(project.directory)
    assert stat.S_IMODE((tmp_path / place / "run.sh").stat().st_mode) & 0o700 == 0o700


def test_into_the_working_directory(run, tmp_path, monkeypatch):
    """`.` will do when it is empty, and stays the same directory."""
    place = tmp_path / "here"
    place.mkdir()
    monkeypatch.chdir(place)
    inode = place.stat().st_ino
    run.checkout(".")
    assert ((place / "train.py").read_text(), place.stat().st_ino) == ("print(1)\n", inode)


def test_nothing_is_overwritten(run, tmp_path):
    """What is there is named, and stays as it is; so does a file in the directory's place."""
    for name in ("train.py", "x", "y", "z"):
        (tmp_path / "full").mkdir(exist_ok=True)
        (tmp_path / "full" / name).write_text("mine")
    with pytest.raises(RuncfgError) as caught:
        run.checkout(tmp_path / "full")
    assert str(caught.value) == (
        f"the directory '{tmp_path}/full' is not empty\n  there is train.py, x, y and 1 more\n\n"
        "hint: name a directory that is new or empty: nothing of yours is overwritten"
    )
    with pytest.raises(RuncfgError, match="cannot write the snapshot: File exists"):
        run.checkout(tmp_path / "full" / "x")
    assert listing(tmp_path / "full") == ["train.py", "x", "y", "z"]


def test_half_done_work_is_removed(run, tmp_path):
    """A damaged object: the error names the file; no directory is left that was not there before."""
    [entry] = [
        e for e in checkout.read_manifest(run.paths.home, run.get_snapshot_id()) if e.path == "train.py"
    ]
    path = ObjectStore(run.paths.home.objects).path(entry.digest)
    os.chmod(path, 0o600)
    with open(path, "w") as stream:
        stream.write("?")
    (tmp_path / "there").mkdir()
    for place in ("new/deep", "there"):
        with pytest.raises(SnapshotError, match=r"train\.py"):
            run.checkout(tmp_path / place)
    assert (listing(tmp_path / "there"), (tmp_path / "new").exists()) == ([], False)


def test_an_interruption_leaves_nothing(run, tmp_path, monkeypatch):
    """Ctrl-C in the middle takes away what was written."""

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(ObjectStore, "copy_to", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run.checkout(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_two_at_once(run, tmp_path):
    """Of several into one directory at most one succeeds, and what is there then is whole."""
    outcomes = []

    def one():
        try:
            outcomes.append(run.checkout(tmp_path / "new"))
        except RuncfgError as error:
            outcomes.append(error.message)

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = [outcome for outcome in outcomes if outcome == str(tmp_path / "new")]
    assert len(outcomes) == 6
    assert len(done) <= 1
    if done:
        assert snapshot.scan(tmp_path / "new").digest == run.get_snapshot_id()


@pytest.mark.engine("tmpfs")
def test_a_full_disk(run, tmpfs):
    """The error says so, and the disk is as empty as before."""
    disk = tmpfs("8k")
    with pytest.raises(RuncfgError, match="cannot write the snapshot: No space left on device"):
        run.checkout(disk / "new")
    assert listing(disk) == []


def test_v1s_zip(run, tmp_path, monkeypatch):
    """restore_snapshot writes a ZIP: into a directory under its id, or under the name that is given."""
    monkeypatch.chdir(tmp_path)
    first = run.restore_snapshot()
    assert first == str(tmp_path / f"{run.get_snapshot_id()}.zip")
    assert run.restore_snapshot(run.get_snapshot_id(), "deep/x.zip") == str(tmp_path / "deep" / "x.zip")
    with zipfile.ZipFile(first) as archive:
        names = sorted(archive.namelist())
        assert archive.read("train.py") == b"print(1)\n"
        assert archive.read("link") == b"a/b"
        assert archive.getinfo("run.sh").external_attr >> 16 & 0o100
    assert names == ["a/b", "empty/", "link", "odd\n\\xff", "run.sh", "train.py"]
    assert sorted(p.name for p in tmp_path.iterdir() if p.suffix != ".zip") == ["deep", "project"]


@pytest.mark.parametrize("name", ["0" * 64, "../../x", ""])
def test_a_snapshot_that_is_not_there(run, name, tmp_path):
    """A wrong id is our error, and no path; none means the run's own."""
    if not name:
        assert run.restore_snapshot(name, str(tmp_path)).endswith(f"{run.get_snapshot_id()}.zip")
        return
    with pytest.raises(SnapshotError):
        run.restore_snapshot(name, str(tmp_path))
