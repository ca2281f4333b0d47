"""The receiving side of a mirror: bytes go to the same place of the same file, and nothing is parsed.

What comes is not trusted: names are judged, links are never followed on the way to a file, no file gets
a hole. Any number of mirrors of one record do no harm to each other, and one that is killed is gone on
with: what is there tells what is missing.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from ..runtime.mirror import frame, names
from ..runtime.mirror.frame import Broken, Frame
from ..runtime.mirror.record import Record

STAGES = ".mirror"  # files in the making, in the record
_MOST_OPEN = 64
_PER_FRAME = 2000
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Receiver:
    """One record as it arrives."""

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._root = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._open: OrderedDict[str, int] = OrderedDict()
        self.is_ended = False

    def close(self) -> None:
        for descriptor in self._open.values():
            os.close(descriptor)
        self._open.clear()
        if self._root >= 0:
            os.close(self._root)
        self._root = -1

    def __enter__(self) -> Receiver:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def have(self) -> Iterator[list[tuple[str, int, int]]]:
        """What is there, as (name, size, time), some at a time: the other side sends the rest."""
        items = []
        for item in self._items():
            items.append(item)
            if len(items) == _PER_FRAME:
                yield items
                items = []
        if items:
            yield items

    def _items(self) -> Iterator[tuple[str, int, int]]:
        record = Record(self._directory)
        once = [names.END, *record.written_once()]
        for name in [*record.growing(is_last=True), *once]:
            with suppress(OSError):
                yield name, os.lstat(record.path(name)).st_size, 0
        for name, info in record.trees(is_last=True):
            if stat.S_ISREG(info.st_mode):
                yield name, info.st_size, info.st_mtime_ns
        with suppress(OSError):
            for stage in os.listdir(record.path(STAGES)):
                if names.is_stage(stage):
                    yield stage, os.lstat(f"{record.path(STAGES)}/{stage}").st_size, 0

    def take(self, said: Frame) -> None:
        """Do what a frame of the other side says.

        Raises:
            Broken: It may not be done, or what came before it is missing.
            OSError: There is no room.
        """
        if said.kind == frame.GROWN:
            self._check(names.kind_of(said.name) == names.GROWING, said)
            self._write(said.name, said)
        elif said.kind == frame.PART:
            self._check(names.is_stage(said.name), said)
            self._write(f"{STAGES}/{said.name}", said)
        elif said.kind == frame.PLACE:
            self._place(said)
        elif said.kind == frame.LINK:
            self._link(said)
        elif said.kind == frame.END:
            shutil.rmtree(os.path.join(self._directory, STAGES), ignore_errors=True)
            self.is_ended = True
        else:
            self._check(said.kind == frame.ALIVE, said)

    @staticmethod
    def _check(is_right: bool, said: Frame) -> None:
        if not is_right:
            raise Broken(f"the other side may not send {said.kind!r} of {said.name[:200]!a}")

    def _write(self, name: str, said: Frame) -> None:
        """At the same offset; a mirror beside this one has written the same bytes, or will."""
        descriptor = self._descriptor(name)
        self._check(said.offset <= os.fstat(descriptor).st_size, said)
        data, offset = memoryview(said.data), said.offset
        while data:
            written = os.pwrite(descriptor, data, offset)
            data, offset = data[written:], offset + written

    def _descriptor(self, name: str) -> int:
        """The file of that name, open; of many, those used last stay so."""
        if name in self._open:
            self._open.move_to_end(name)
            return self._open[name]
        if len(self._open) >= _MOST_OPEN:
            os.close(self._open.popitem(last=False)[1])
        parent, member = self._parent(name)
        try:
            descriptor = os.open(member, _FILE, 0o600, dir_fd=parent)
        finally:
            os.close(parent)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise Broken(f"{name[:200]!a} is no file here")
        self._open[name] = descriptor
        return descriptor

    def _parent(self, name: str) -> tuple[int, str]:
        """The directory of a file, open and made where it is missing, and the file's name in it."""
        *above, member = name.split("/")
        here = os.dup(self._root)
        try:
            for word in above:
                with suppress(FileExistsError):
                    os.mkdir(word, 0o700, dir_fd=here)
                below = os.open(word, _DIRECTORY, dir_fd=here)
                os.close(here)
                here = below
        except NotADirectoryError:
            os.close(here)
            raise Broken(f"there is no directory for {name[:200]!a} here") from None
        except BaseException:
            os.close(here)
            raise
        return here, member

    def _place(self, said: Frame) -> None:
        """Give a file that is whole its name; of those that are written once the first one stays."""
        kind = names.kind_of(said.name)
        facts = _facts(said.data)
        self._check(kind in (names.ONCE, names.TREE) and facts is not None, said)
        assert facts is not None
        source = f"{STAGES}/{facts['stage']}"
        descriptor = self._descriptor(source)
        if os.fstat(descriptor).st_size != facts["size"]:
            self._check(self._is_there(said.name, facts), said)  # a mirror beside this one was first
            self._drop(source)
            return
        os.fchmod(descriptor, 0o600 | facts["mode"])
        os.utime(descriptor, ns=(facts["mtime_ns"], facts["mtime_ns"]))
        if kind == names.ONCE:
            os.fsync(descriptor)  # a power cut leaves no empty end
        parent, member = self._parent(said.name)
        try:
            if kind == names.TREE:
                os.replace(source, member, src_dir_fd=self._root, dst_dir_fd=parent)
            else:
                with suppress(FileExistsError):
                    os.link(source, member, src_dir_fd=self._root, dst_dir_fd=parent, follow_symlinks=False)
        except FileNotFoundError:
            self._check(self._is_there(said.name, facts), said)
        except IsADirectoryError:
            raise Broken(f"{said.name[:200]!a} is a directory here") from None
        finally:
            os.close(parent)
        self._drop(source)

    def _is_there(self, name: str, facts: dict[str, Any]) -> bool:
        parent, member = self._parent(name)
        try:
            info = os.lstat(member, dir_fd=parent)
        except FileNotFoundError:
            return False
        finally:
            os.close(parent)
        return info.st_size == facts["size"] and stat.S_ISREG(info.st_mode)

    def _drop(self, name: str) -> None:
        os.close(self._open.pop(name))
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self._root)

    def _link(self, said: Frame) -> None:
        target = os.fsdecode(said.data)
        is_right = names.kind_of(said.name) == names.TREE and names.link_stays(said.name, target)
        self._check(is_right, said)
        parent, member = self._parent(said.name)
        try:
            with suppress(FileExistsError):
                os.symlink(target, member, dir_fd=parent)
        finally:
            os.close(parent)


def _facts(data: bytes) -> dict[str, Any] | None:
    """What is said of a file that is whole; None for what makes no sense."""
    try:
        facts = json.loads(data)
        stage, size = facts["stage"], facts["size"]
        mtime_ns, mode = facts["mtime_ns"], facts["mode"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    is_right = isinstance(stage, str) and names.is_stage(stage) and mode in (0, 0o100)
    is_right = is_right and all(type(word) is int and 0 <= word < 1 << 63 for word in (size, mtime_ns))
    return {"stage": stage, "size": size, "mtime_ns": mtime_ns, "mode": mode} if is_right else None
