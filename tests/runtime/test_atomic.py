"""Files that are whole or not there."""

import fcntl
import multiprocessing
import os
import stat
import termios
import threading

import pytest

from jupyter_runcfg.runtime import atomic

from .job import until


def _race(path, number, gate, answers):
    gate.wait()
    answers.put((number, atomic.write_once(path, b"%d" % number * 1000)))


def test_write_once_has_one_winner(tmp_path):
    """Of eight processes that write one name at once one is told that it won, and its bytes are there."""
    context = multiprocessing.get_context("fork")
    for round_ in range(5):
        path = str(tmp_path / f"claim-{round_}")
        gate, answers = context.Barrier(8), context.Queue()
        writers = [context.Process(target=_race, args=(path, n, gate, answers)) for n in range(8)]
        for writer in writers:
            writer.start()
        won = [number for number, first in (answers.get(timeout=60) for _ in writers) if first]
        for writer in writers:
            writer.join()
        assert len(won) == 1
        with open(path, "rb") as stream:
            assert stream.read() == b"%d" % won[0] * 1000
    assert len(os.listdir(tmp_path)) == 5


def test_files_are_private_and_whole(tmp_path):
    """Mode 0600 whatever the umask; replaced in one step; no temporary file stays."""
    before = os.umask(0)
    try:
        atomic.write_once(str(tmp_path / "a"), b"1")
        atomic.write_replace(str(tmp_path / "b"), b"1")
        atomic.write_replace(str(tmp_path / "b"), b"22")
    finally:
        os.umask(before)
    files = {p.name: (p.read_bytes(), stat.S_IMODE(p.stat().st_mode)) for p in tmp_path.iterdir()}
    assert files == {"a": (b"1", 0o600), "b": (b"22", 0o600)}


@pytest.mark.parametrize("write", [atomic.write_once, atomic.write_replace])
def test_failing_writes_leave_nothing(write, tmp_path):
    """A directory in the way, bytes that are none: no temporary file stays."""
    (tmp_path / "there" / "x").mkdir(parents=True)
    if write is atomic.write_once:
        assert write(str(tmp_path / "there"), b"") is False
    else:
        with pytest.raises(IsADirectoryError):
            write(str(tmp_path / "there"), b"")
    with pytest.raises(TypeError):
        write(str(tmp_path / "new"), "text")
    assert os.listdir(tmp_path) == ["there"]


def test_a_dangling_link_is_something(tmp_path):
    """write_once never writes through a link, and never over one."""
    (tmp_path / "end.json").symlink_to(tmp_path / "nowhere")
    assert atomic.write_once(str(tmp_path / "end.json"), b"x") is False
    assert os.listdir(tmp_path) == ["end.json"]


def test_json_keeps_any_text(tmp_path):
    """Names that are no UTF-8 (surrogate escapes) and any Unicode come back."""
    path = str(tmp_path / "request.json")
    value = {"b": ["\udcff", "żółw", "\u2028"], "a": None}
    atomic.write_once(path, atomic.encode(value))
    assert atomic.read_json(path) == value


@pytest.mark.parametrize("data", [b"", b"{", b"[1]", b"\xff{}", b"null"])
def test_what_is_no_object_is_none(data, tmp_path):
    """A file cut short, of another kind or missing reads as None."""
    (tmp_path / "f").write_bytes(data)
    assert atomic.read_json(str(tmp_path / "f")) is None
    assert atomic.read_json(str(tmp_path / "missing")) is None


@pytest.mark.parametrize("size", [0, 1, atomic._READ - 1, atomic._READ, atomic._READ + 1, 3 * atomic._READ])
def test_all_bytes_are_read(size, tmp_path):
    """Whatever part of what is read at once the file fills."""
    data = os.urandom(size)
    (tmp_path / "f").write_bytes(data)
    assert atomic.read_bytes(str(tmp_path / "f")) == data


def _say_in_pieces(path):
    with open(path, "wb", buffering=0) as stream:
        stream.write(b"one")
        until(lambda: fcntl.ioctl(stream, termios.FIONREAD, bytes(4)) == bytes(4), "its reader")
        stream.write(b"two")


def test_what_comes_in_pieces_is_read_to_its_end(tmp_path):
    """As of file systems that give less than is asked for."""
    path = str(tmp_path / "pipe")
    os.mkfifo(path)
    writer = threading.Thread(target=_say_in_pieces, args=(path,))
    writer.start()
    assert atomic.read_bytes(path) == b"onetwo"
    writer.join()
