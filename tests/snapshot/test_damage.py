"""Objects that are not what they were: found, named, and mended from the directory."""

import os

import pytest

from jupyter_runcfg.errors import SnapshotError
from jupyter_runcfg.runtime.checkout import checkout, read_manifest
from jupyter_runcfg.runtime.objects import ObjectStore
from jupyter_runcfg.snapshot import take, uses, verify
from jupyter_runcfg.snapshot.damage import Use


def change(path):
    os.chmod(path, 0o600)
    with open(path, "r+b") as stream:
        stream.write(b"#")
    os.chmod(path, 0o400)


def cut(path):
    os.truncate(path, 1)


@pytest.mark.parametrize("damage", [change, cut])
def test_found_named_and_mended(damage, root, home, tmp_path):
    """`verify` has its digest, `uses` its paths; the next snapshot of the directory stores it again."""
    (root / "d").mkdir()
    for name in ("a", "d/b"):
        (root / name).write_text("the same")
    (root / "c").write_text("another")
    taken = take(root, home)
    bad = taken.entries[0].digest
    damage(ObjectStore(home.objects).path(bad))
    assert verify(home) == [bad]
    assert list(uses(home, [bad])) == [Use(taken.digest, "a", bad), Use(taken.digest, "d/b", bad)]
    assert [name[:72] for name in os.listdir(home.objects) if len(name) > 2] == [f"damaged-{bad}"]
    with pytest.raises(SnapshotError, match=r"'a'|'d/b'"):
        checkout(read_manifest(home, taken.digest), ObjectStore(home.objects), str(tmp_path / "no"))
    assert take(root, home).digest == taken.digest
    assert verify(home) == []
    checkout(read_manifest(home, taken.digest), ObjectStore(home.objects), str(tmp_path / "out"))
    assert (tmp_path / "out" / "d" / "b").read_text() == "the same"


@pytest.mark.parametrize("damage", [change, cut])
def test_met_at_checkout(damage, root, home, tmp_path):
    """Bytes are checked as they are copied: the path and what to do, nothing half-written is run."""
    (root / "a").write_text("good")
    taken = take(root, home)
    damage(ObjectStore(home.objects).path(taken.entries[0].digest))
    with pytest.raises(SnapshotError) as caught:
        checkout(read_manifest(home, taken.digest), ObjectStore(home.objects), str(tmp_path / "out"))
    assert "'a'" in caught.value.message
    assert caught.value.hint
    take(root, home)
    assert verify(home) == []


def test_nothing_to_verify(home):
    assert verify(home) == []


def test_a_damaged_manifest(root, home):
    """It is refused by its digest, and the next snapshot writes it whole."""
    (root / "a").write_text("x")
    taken = take(root, home)
    path = home.manifest(taken.digest)
    with open(path, "r+b") as stream:
        stream.write(b" ")
    with pytest.raises(SnapshotError):
        read_manifest(home, taken.digest)
    assert take(root, home).digest == taken.digest
    assert len(read_manifest(home, taken.digest)) == 1
