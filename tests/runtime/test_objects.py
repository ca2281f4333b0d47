"""Stored files by the digest of their bytes."""

import hashlib
import io
import os
import stat
from pathlib import Path

import pytest

from jupyter_runcfg.errors import SnapshotError
from jupyter_runcfg.runtime.objects import CHUNK, ObjectStore


@pytest.fixture
def store(tmp_path):
    (tmp_path / "objects").mkdir()
    return ObjectStore(str(tmp_path / "objects"))


@pytest.mark.parametrize("data", [b"", b"abc", b"\0\xff" * CHUNK])
def test_put_and_copy(data, store, tmp_path):
    """What is put is there under its SHA-256, read-only, and is copied with the mode asked for."""
    digest, size = store.put(io.BytesIO(data))
    assert (digest, size) == (hashlib.sha256(data).hexdigest(), len(data))
    path = Path(store.path(digest))
    assert path.relative_to(store.root) == Path(digest[:2]) / digest[2:]
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    store.copy_to(digest, str(tmp_path / "copy"), 0o755)
    copy = tmp_path / "copy"
    assert (copy.read_bytes(), stat.S_IMODE(copy.stat().st_mode)) == (data, 0o755)
    assert copy.stat().st_ino != path.stat().st_ino


def test_twice_is_once(store):
    """The same bytes are stored once, and nothing temporary stays."""
    assert store.put(io.BytesIO(b"a")) == store.put(io.BytesIO(b"a"))
    assert [len(files) for _, _, files in os.walk(store.root)] == [0, 1]


def test_a_reader_that_fails_leaves_nothing(store):
    """A source that breaks in the middle stores nothing."""

    class Breaking(io.BytesIO):
        def read(self, size=-1):
            data = super().read(3)
            if not data:
                raise OSError("gone")
            return data

    with pytest.raises(OSError, match="gone"):
        store.put(Breaking(b"abc"))
    assert os.listdir(store.root) == []


def test_damage_is_found(store, tmp_path):
    """One byte changed or the file gone: a SnapshotError that names the file, and no wrong file stays."""
    digest, _ = store.put(io.BytesIO(b"weights"))
    path = Path(store.path(digest))
    path.chmod(0o600)
    path.write_bytes(b"weightz")
    with pytest.raises(SnapshotError, match=r"'model\.bin' is damaged"):
        store.copy_to(digest, str(tmp_path / "model.bin"), 0o644)
    assert not (tmp_path / "model.bin").exists()
    path.unlink()
    with pytest.raises(SnapshotError, match=r"'model\.bin' is missing"):
        store.copy_to(digest, str(tmp_path / "model.bin"), 0o644)


def test_an_object_cut_short_is_mended(store, tmp_path):
    """A power cut can leave an object empty: the next put of its bytes puts them back."""
    digest, _ = store.put(io.BytesIO(b"weights"))
    path = Path(store.path(digest))
    path.chmod(0o600)
    path.write_bytes(b"")
    assert store.put(io.BytesIO(b"weights")) == (digest, 7)
    store.copy_to(digest, str(tmp_path / "model.bin"), 0o644)
