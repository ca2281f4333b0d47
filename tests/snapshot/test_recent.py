"""A directory that this process took a moment ago: quickly again, and never wrongly."""

import os
import shutil
import time

import pytest

from jupyter_runcfg.runtime.checkout import checkout, read_manifest
from jupyter_runcfg.runtime.objects import ObjectStore
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.snapshot import gc, recent, stamp, stat_cache, take, weight


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """Two files that are not young any more."""
    monkeypatch.setattr(stamp, "LOCAL_GRAIN_S", 0.0)
    root = tmp_path / "root"
    root.mkdir()
    for name in ("a.py", "b.py"):
        (root / name).write_text(name)
    time.sleep(0.05)  # more than a tick of the file system's clock
    return root


@pytest.fixture
def home(tmp_path):
    return Home(str(tmp_path / "home"))


def restored(home, snapshot, place):
    """The names and texts of a snapshot, checked out."""
    checkout(read_manifest(home, snapshot.digest), ObjectStore(home.objects), str(place))
    return {path.name: path.read_text() for path in place.iterdir()}


def object_of(home, snapshot):
    return ObjectStore(home.objects).path(snapshot.entries[0].digest)


def test_nothing_is_read_a_second_time(tree, home, monkeypatch):
    """Neither the cache nor the manifest, and no object is looked at."""
    first = take(tree, home)

    def never(*_asked):
        raise AssertionError("asked again")

    monkeypatch.setattr(stat_cache, "_load", never)
    monkeypatch.setattr(ObjectStore, "unsound", never)
    os.truncate(home.manifest(first.digest), 0)
    assert take(tree, home) == first


def test_changes_are_seen(tree, home, tmp_path):
    take(tree, home)
    (tree / "a.py").write_text("changed")
    (tree / "c.py").write_text("c.py")
    changed = take(tree, home)
    (tree / "b.py").unlink()
    fewer = take(tree, home)
    assert restored(home, changed, tmp_path / "1") == {"a.py": "changed", "b.py": "b.py", "c.py": "c.py"}
    assert restored(home, fewer, tmp_path / "2") == {"a.py": "changed", "c.py": "c.py"}


def test_after_gc_all_is_there_again(tree, home, tmp_path):
    take(tree, home)
    assert gc(home, grace_s=0).count == 3  # no record names anything
    assert restored(home, take(tree, home), tmp_path / "out") == {"a.py": "a.py", "b.py": "b.py"}


def test_a_gc_that_comes_between_is_seen(tree, home, tmp_path, monkeypatch):
    """After the directory was walked and before the lock is held."""
    take(tree, home)
    monkeypatch.setattr(weight, "check", lambda *_asked: gc(home, grace_s=0))
    assert restored(home, take(tree, home), tmp_path / "out") == {"a.py": "a.py", "b.py": "b.py"}


@pytest.mark.parametrize("later", ["the time is over", "it is forgotten"])
def test_a_lost_object_is_found_a_moment_later(later, tree, home, monkeypatch):
    first = take(tree, home)
    os.unlink(object_of(home, first))
    if later == "it is forgotten":
        recent.forget()
    else:
        monkeypatch.setattr(recent, "RECENT_S", -1.0)
    take(tree, home)
    assert os.path.exists(object_of(home, first))


def test_a_home_that_is_gone_is_made_again(tree, home, tmp_path):
    take(tree, home)
    shutil.rmtree(home.root)
    assert restored(home, take(tree, home), tmp_path / "out") == {"a.py": "a.py", "b.py": "b.py"}


def test_a_lost_manifest_is_written_again(tree, home, tmp_path):
    os.unlink(home.manifest(take(tree, home).digest))
    assert restored(home, take(tree, home), tmp_path / "out") == {"a.py": "a.py", "b.py": "b.py"}


def test_another_directory_and_another_home_are_read(tree, home, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(tree, other)
    (other / "a.py").write_text("other")
    elsewhere = Home(str(tmp_path / "elsewhere"))
    found = [take(tree, home), take(other, home), take(tree, elsewhere), take(tree, home)]
    assert [
        restored(where, one, tmp_path / str(number))["a.py"]
        for number, (where, one) in enumerate(zip((home, home, elsewhere, home), found, strict=True))
    ] == ["a.py", "other", "a.py", "a.py"]
