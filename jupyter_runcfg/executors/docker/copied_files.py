"""What goes into a container before its start, and what comes out of one that has ended, as tars."""

from __future__ import annotations

import io
import os
import stat
import tarfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, cast

from ...hosts.mirror import Receiver
from ...runtime.mirror import frame, names
from ...runtime.mirror.frame import Frame
from ...runtime.mirror.sending import placing

CHUNK = 1 << 18
Take = Callable[[tarfile.TarFile], None]


class Packing:
    """A tar whose files belong to the user of the container."""

    def __init__(self, tar: tarfile.TarFile, uid: int, gid: int) -> None:
        self._tar = tar
        self._owner = (uid, gid)

    def directory(self, path: str, mode: int = 0o700) -> None:
        info = tarfile.TarInfo(path.lstrip("/"))
        info.type, info.mode = tarfile.DIRTYPE, mode
        info.uid, info.gid = self._owner
        self._tar.addfile(info)

    def tree(self, path: str) -> None:
        """A file or a directory with all below it; links stay links."""
        self._tar.add(path, path.lstrip("/"), filter=self._owned)

    def _owned(self, info: tarfile.TarInfo) -> tarfile.TarInfo | None:
        info.uid, info.gid = self._owner
        info.uname = info.gname = ""
        return info if info.isfile() or info.isdir() or info.issym() else None


@contextmanager
def packed(fill: Callable[[Packing], None], uid: int, gid: int) -> Iterator[BinaryIO]:
    """The tar that `fill` makes, as it is made: nothing of it is kept."""
    read_end, write_end = os.pipe()
    faults: list[BaseException] = []

    def write() -> None:
        try:
            with (
                open(write_end, "wb") as out,
                tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as tar,
            ):
                fill(Packing(tar, uid, gid))
        except BrokenPipeError:
            pass  # whoever reads says what is wrong
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            faults.append(error)

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    try:
        with open(read_end, "rb") as stream:
            yield stream
    finally:
        thread.join()
        if faults:  # the reader's own trouble comes of it
            raise faults[0]


def take_record(stream: BinaryIO, receiver: Receiver, directory: str) -> None:
    """The files of a record out of the engine's tar of it: what is missing here, the ends last."""
    ends = []
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        for member in tar:
            name = member.name.partition("/")[2]
            kind = names.kind_of(name)
            if member.issym() and kind == names.TREE and names.link_stays(name, member.linkname):
                receiver.take(Frame(frame.LINK, name, 0, os.fsencode(member.linkname)))
            if kind is None or not member.isreg():
                continue
            source = cast(BinaryIO, tar.extractfile(member))
            if kind == names.GROWING:
                _grow(source, receiver, directory, name)
            elif names.is_end(name):
                ends.append((member, name, source.read(frame.MOST)))
            elif not _is_there(os.path.join(directory, name), member):
                _place(source, receiver, member, name)
    for member, name, data in sorted(ends, key=lambda end: end[1]):  # attempts/… is before end.json
        _place(io.BytesIO(data), receiver, member, name)
    receiver.take(Frame(frame.END, "", 0, b""))


def _grow(source: BinaryIO, receiver: Receiver, directory: str, name: str) -> None:
    try:
        has = os.lstat(os.path.join(directory, name)).st_size
    except FileNotFoundError:
        has = 0
    offset = 0
    while data := source.read(CHUNK):
        if offset + len(data) > has:
            kept = max(0, has - offset)
            receiver.take(Frame(frame.GROWN, name, offset + kept, data[kept:]))
        offset += len(data)


def _is_there(path: str, member: tarfile.TarInfo) -> bool:
    try:
        info = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISREG(info.st_mode) and (info.st_size, int(info.st_mtime)) == (
        member.size,
        int(member.mtime),
    )


def _place(source: BinaryIO, receiver: Receiver, member: tarfile.TarInfo, name: str) -> None:
    stage, facts = placing(name, member.size, int(member.mtime * 1e9), member.mode)
    offset = 0
    while data := source.read(CHUNK):
        receiver.take(Frame(frame.PART, stage, offset, data))
        offset += len(data)
    receiver.take(Frame(frame.PLACE, name, 0, facts))


def take_tree(stream: BinaryIO, target: str, without: str = "") -> None:
    """A directory as the job left it, over what is here; what is called `without` is left out."""
    os.makedirs(target, mode=0o700, exist_ok=True)
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        for member in tar:
            member.name = member.name.partition("/")[2] or "."
            if without and member.name.split("/")[0] == without:
                continue
            with suppress(tarfile.FilterError):  # what would lead out of it stays where it is
                tar.extract(member, target, filter="data")


def size_of(paths: Iterable[str]) -> int:
    """The bytes of all files there, as they are long."""
    total = 0
    for path in paths:
        if os.path.isfile(path):
            total += os.path.getsize(path)
        for directory, _, files in os.walk(path):
            for name in files:
                with suppress(OSError):
                    total += os.lstat(os.path.join(directory, name)).st_size
    return total
