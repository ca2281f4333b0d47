"""Links: kept as links inside the tree, named where they cannot travel or will not work."""

import os

import pytest

from jupyter_runcfg.snapshot import Skipped, scan, take


@pytest.fixture
def tree(root):
    (root / "d" / "e").mkdir(parents=True)
    (root / "d" / "x").write_text("x")
    return root


def links(snapshot):
    return [entry.path for entry in snapshot.entries if entry.mode == "120000"]


@pytest.mark.parametrize("target", ["d", "d/x", "./d/../d/x", "d/e/../x", "."])
def test_inside(target, tree, home):
    """A link whose way stays in the tree is kept, its text as it was."""
    (tree / "l").symlink_to(target)
    snapshot = take(tree, home)
    (entry,) = [entry for entry in snapshot.entries if entry.path == "l"]
    with open(os.path.join(home.objects, entry.digest[:2], entry.digest[2:]), "rb") as stored:
        assert stored.read() == target.encode()
    assert (snapshot.skipped, snapshot.doubtful) == ((), ())


@pytest.mark.parametrize("target", ["..", "../project/d", "d/../../other", "/etc/passwd", "no/../.."])
def test_outside(target, tree, home):
    """A link out of the tree does not travel, even one that comes back in or leads nowhere."""
    (tree / "l").symlink_to(target)
    snapshot = scan(tree, home)
    assert links(snapshot) == []
    assert snapshot.skipped == (Skipped("l", f"link out of the directory, to '{target}'"),)


def test_outside_by_way_of_another_link(tree, home):
    """A link through one that leaves the tree leaves it too."""
    (tree / "out").symlink_to("/etc")
    (tree / "l").symlink_to("out/passwd")
    assert [path for path, _ in scan(tree, home).skipped] == ["l", "out"]


def test_absolute_inside(tree, home):
    """An absolute link into the tree is stored as a relative one: it must not lead back here."""
    (tree / "d" / "l").symlink_to(tree / "d" / "x")
    snapshot = take(tree, home)
    (entry,) = [entry for entry in snapshot.entries if entry.path == "d/l"]
    with open(os.path.join(home.objects, entry.digest[:2], entry.digest[2:]), "rb") as stored:
        assert stored.read() == b"x"


def test_broken(tree, home):
    """A broken link travels as git has it, and is named."""
    (tree / "l").symlink_to("d/nothing")
    snapshot = scan(tree, home)
    assert links(snapshot) == ["l"]
    assert snapshot.doubtful == (Skipped("l", "broken link, to 'd/nothing'"),)


def test_circle(tree, home):
    """Links that lead in a circle travel and are named; nothing follows them for ever."""
    (tree / "a").symlink_to("b")
    (tree / "b").symlink_to("a")
    snapshot = scan(tree, home)
    assert links(snapshot) == ["a", "b"]
    assert snapshot.doubtful == (
        Skipped("a", "link that leads in a circle, to 'b'"),
        Skipped("b", "link that leads in a circle, to 'a'"),
    )
