"""What the collector drops, what it leaves alone, and for how long."""

import json
import os
import time

import pytest

from jupyter_runcfg.errors import HomeError
from jupyter_runcfg.snapshot import Collected, gc, lock, take

from .unprivileged import run_unprivileged

DAY_S = 86_400.0


def grow_old(home, days):
    """Everything in the store, as if it had been written so long ago."""
    then = time.time() - days * DAY_S
    for start in (home.objects, home.snapshots, home.stat):
        for directory, _, names in os.walk(start):
            for name in names:
                os.utime(os.path.join(directory, name), (then, then))


def stored(home):
    """Objects and manifests by their digests."""
    found = [directory[-2:] + name for directory, _, names in os.walk(home.objects) for name in names]
    return sorted(found), sorted(os.listdir(home.snapshots))


def record(home, run_id, digest):
    paths = home.run(run_id)
    os.makedirs(paths.directory)
    with open(paths.request, "w", encoding="utf-8") as stream:
        json.dump({"snapshot": digest}, stream)


def test_nothing_there(home):
    """A home that was never used, and one with nothing in it."""
    assert gc(home) == Collected(0, 0)
    home.create()
    assert gc(home, grace_s=0) == Collected(0, 0)


def test_what_a_record_names_stays(root, home):
    """For ever; what no record names goes when its hour is over."""
    (root / "a").write_text("kept")
    kept = take(root, home)
    record(home, "exp_1_00000000", kept.digest)
    (root / "a").write_text("dropped")
    dropped = take(root, home)
    assert gc(home) == Collected(0, 0)
    grow_old(home, 400)
    assert gc(home) == Collected(2, 7 + os.path.getsize(home.manifest(kept.digest)))
    assert stored(home) == ([kept.entries[0].digest], [kept.digest])
    assert dropped.digest not in stored(home)[1]


def test_a_snapshot_that_a_run_took_later_stays(root, home):
    """`run.take_snapshot` names it in a file of its own."""
    (root / "a").write_text("x")
    taken = take(root, home)
    record(home, "exp_1_00000000", "")
    with open(home.run("exp_1_00000000").snapshot, "w", encoding="utf-8") as stream:
        json.dump({"snapshot": taken.digest}, stream)
    grow_old(home, 400)
    assert gc(home) == Collected(0, 0)
    assert stored(home) == ([taken.entries[0].digest], [taken.digest])


def test_one_that_was_not_to_be_kept(root, home):
    """`history.snapshotProject: false`: it is there until its run has ended."""
    (root / "a").write_text("x")
    taken = take(root, home)
    paths = home.run("exp_1_00000000")
    os.makedirs(paths.directory)
    history = {"history": {"snapshotProject": False}}
    with open(paths.request, "w", encoding="utf-8") as stream:
        json.dump({"snapshot": taken.digest, "configuration": history}, stream)
    grow_old(home, 400)
    assert gc(home) == Collected(0, 0)
    with open(paths.end, "w", encoding="utf-8") as stream:
        stream.write("{}")
    assert gc(home).count == 2
    assert stored(home) == ([], [])


def test_a_snapshot_taken_again_is_young_again(root, home):
    """Its hour begins with the last time, not with the first."""
    (root / "a").write_text("x")
    first = take(root, home)
    grow_old(home, 1)
    take(root, home)
    assert gc(home) == Collected(0, 0)
    assert stored(home) == ([first.entries[0].digest], [first.digest])


def test_two_weeks_on_a_network(root, home, monkeypatch):
    """Where no lock can be relied on, what is younger than that stays."""
    monkeypatch.setattr(lock, "is_network", lambda path: True)
    (root / "a").write_text("x")
    take(root, home)
    grow_old(home, 13)
    assert gc(home) == Collected(0, 0)
    grow_old(home, 15)
    assert gc(home).count == 2
    assert stored(home) == ([], [])


def test_leftovers(root, home):
    """Broken-off writes and objects set aside as damaged go with the rest, when they are old."""
    (root / "a").write_text("x")
    record(home, "exp_1_00000000", take(root, home).digest)
    before = stored(home)
    for place in (home.objects, home.snapshots):
        with open(os.path.join(place, "0123.tmp"), "wb") as stream:
            stream.write(b"half")
    with open(os.path.join(home.objects, "damaged-00-00"), "wb") as stream:
        stream.write(b"bad")
    assert gc(home) == Collected(0, 0)
    grow_old(home, 1)
    assert gc(home) == Collected(3, 11)
    assert stored(home) == before


def test_caches_of_directories_that_are_gone(root, home):
    """They go; that of a directory which is there stays, whatever its age."""
    (root / "a").write_text("x")
    os.utime(root / "a", (1e9, 1e9))
    time.sleep(0.01)
    other = root.parent / "other"
    other.mkdir()
    (other / "b").write_text("y")
    for place in (root, other):
        before = time.time() + 120
        while not os.path.isdir(home.stat) or len(os.listdir(home.stat)) < 1 + (place == other):
            take(place, home)  # a cache is written of files that are some seconds old
            assert time.time() < before
            time.sleep(0.2)
    os.unlink(other / "b")
    other.rmdir()
    grow_old(home, 1)
    gc(home)
    assert len(os.listdir(home.stat)) == 1


def test_a_record_that_cannot_be_read():
    """Nobody knows what it refers to: nothing is dropped, and the error says which one."""

    def check(root, home):
        (root / "a").write_text("x")
        record(home, "exp_1_00000000", take(root, home).digest)
        grow_old(home, 1)
        os.chmod(home.run("exp_1_00000000").request, 0)
        with pytest.raises(HomeError) as caught:
            gc(home, grace_s=0)
        assert "exp_1_00000000" in caught.value.where
        assert len(stored(home)[0]) == 1

    run_unprivileged(check)
