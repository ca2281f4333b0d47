"""Tars into a container and out of one, without an engine."""

import io
import os
import tarfile
from pathlib import Path

import pytest

from jupyter_runcfg.executors.docker.copied_files import packed, take_record, take_tree
from jupyter_runcfg.hosts.mirror import Receiver
from jupyter_runcfg.runtime.mirror.frame import Broken


def tar_of(*members):
    """Members as (name, bytes or None for a directory, or the target of a link)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.mtime, info.mode = 7, 0o755
            if isinstance(content, str):
                info.type, info.linkname = tarfile.SYMTYPE, content
                tar.addfile(info)
            elif content is None:
                info.type = tarfile.DIRTYPE
                tar.addfile(info)
            else:
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    out.seek(0)
    return out


@pytest.fixture
def place(tmp_path):
    directory = tmp_path / "record"
    directory.mkdir()
    (directory / "request.json").write_text("mine")
    return directory


def take(stream, place):
    with Receiver(str(place)) as receiver:
        take_record(stream, receiver, str(place))


def contents(root):
    return {
        str(path.relative_to(root)): os.readlink(path) if path.is_symlink() else path.read_bytes()
        for path in sorted(root.rglob("*"))
        if (path.is_symlink() or path.is_file()) and ".mirror" not in path.parts
    }


def test_what_is_missing_is_taken(place):
    """Logs from where they end here, files that are not here; no other name, and the first end stays."""
    for name, data in {"logs/a": b"012", "outputs/same": b"same", "attempts/1/end.json": b"first"}.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    os.utime(place / "outputs" / "same", (7, 7))
    stream = tar_of(
        ("r", None),
        ("r/end.json", b"{}"),
        ("r/attempts/1/end.json", b"second"),
        ("r/attempts/1/claim", b"{}"),
        ("r/request.json", b"theirs"),
        ("r/work/left", b"left"),
        ("r/logs/a", b"0123456789"),
        ("r/logs/b", b""),
        ("r/logs/c", b"c" * 600_000),
        ("r/events/client-1.jsonl", b"theirs"),
        ("r/outputs/same", b"same"),
        ("r/outputs/d/new", b"new"),
        ("r/outputs/d/link", "new"),
        ("r/outputs/out", "../../secret"),
        ("r/../../escaped", b"x"),
    )
    take(stream, place)
    assert contents(place) == {
        "attempts/1/claim": b"{}",
        "attempts/1/end.json": b"first",
        "end.json": b"{}",
        "logs/a": b"0123456789",
        "logs/c": b"c" * 600_000,
        "outputs/d/link": "new",
        "outputs/d/new": b"new",
        "outputs/same": b"same",
        "request.json": b"mine",
    }
    assert (place / "outputs/d/new").stat().st_mode & 0o777 == 0o700
    assert not (place.parent / "escaped").exists()


def test_a_tar_that_is_cut_off_brings_no_end(place):
    """The ends are taken last: without them, somebody tries again."""
    data = tar_of(("r/end.json", b"{}"), ("r/logs/a", b"0123456789" * 1000)).getvalue()
    with pytest.raises((tarfile.ReadError, Broken, OSError)):
        take(io.BytesIO(data[:4000]), place)
    assert not (place / "end.json").exists()
    take(io.BytesIO(data), place)
    assert (place / "logs/a").read_bytes() == b"0123456789" * 1000
    assert (place / "end.json").exists()


def test_data_stay_in_their_place(tmp_path):
    """Nothing of a tar is put elsewhere, whatever its names and links say."""
    target = tmp_path / "data"
    target.mkdir()
    (target / "old").write_text("old")
    stream = tar_of(
        ("data", None),
        ("data/sub/new", b"new"),
        ("data/old", b"newer"),
        ("data/../../escaped", b"x"),
        ("data/out", "/etc"),
        ("data/out/passwd", b"x"),
    )
    take_tree(stream, str(target))
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {"data/sub/new", "data/old", "data/out/passwd"}
    assert (target / "old").read_text() == "newer"


def test_a_tree_as_a_tar(tmp_path):
    """Owned by the user it is for; sockets and devices do not travel."""
    root = tmp_path / "data"
    root.mkdir()
    (root / "f").write_bytes(b"x" * 300_000)
    (root / "l").symlink_to("f")
    os.mkfifo(root / "pipe")
    with (
        packed(lambda packing: packing.tree(str(root)), 12, 34) as stream,
        tarfile.open(fileobj=stream, mode="r|") as tar,
    ):
        found = [(Path(one.name).name, one.uid, one.gid, one.uname, one.size) for one in tar]
    assert found == [("data", 12, 34, "", 0), ("f", 12, 34, "", 300_000), ("l", 12, 34, "", 0)]


def test_what_is_wrong_with_a_tree_is_raised(tmp_path):
    """Where it cannot be read, and where nobody wants to read it."""
    with (
        pytest.raises(FileNotFoundError),
        packed(lambda packing: packing.tree(str(tmp_path / "x")), 1, 1) as stream,
    ):
        stream.read()
    (tmp_path / "big").write_bytes(bytes(1_000_000))
    with pytest.raises(ZeroDivisionError), packed(lambda packing: packing.tree(str(tmp_path)), 1, 1):
        raise ZeroDivisionError
