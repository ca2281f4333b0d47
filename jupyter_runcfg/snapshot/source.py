"""Reads one file of a tree into the store, again while it changes under the reading."""

# Paths are the file system's own text here: pathlib would normalise them, and costs time.

from __future__ import annotations

import hashlib
import io
import os
import stat
from typing import NamedTuple, Protocol

from ..runtime.objects import CHUNK
from .stamp import stamp

SMALL = CHUNK  # bytes that are read at once, and only written when they are not stored yet
_MOST_READS = 5
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Store(Protocol):
    """Where the bytes go: the objects of a home, or nowhere."""

    def put(self, stream: object) -> tuple[str, int]: ...
    def put_bytes(self, data: bytes) -> str: ...
    def is_sound(self, digest: str, size: int) -> bool: ...
    def unsound(self, digests: list[str], sizes: list[int]) -> list[int]: ...


class Digests:
    """A store that keeps nothing."""

    def put(self, stream: object) -> tuple[str, int]:
        digest = hashlib.sha256()
        size = 0
        while chunk := stream.read(CHUNK):  # type: ignore[attr-defined]
            digest.update(chunk)
            size += len(chunk)
        return digest.hexdigest(), size

    def put_bytes(self, data: bytes) -> str:
        return hashlib.sha256(data).hexdigest()

    def is_sound(self, digest: str, size: int) -> bool:
        return True

    def unsound(self, digests: list[str], sizes: list[int]) -> list[int]:
        return []


class SourceError(Exception):
    """A file of the tree, not of the store, could not be read."""


class Reading(NamedTuple):
    """A file as it was stored, the stamp it then had, and whether it stood still."""

    digest: str
    size: int
    is_executable: bool
    stamp: bytes
    is_stable: bool


def read_file(root: str, path: str, store: Store, last: str | None) -> Reading:
    """Store one file. `last` is the digest that it had once, if that is known.

    Raises:
        SourceError: It cannot be read.
        OSError: It cannot be stored.
    """
    is_stable = False
    for _ in range(_MOST_READS):
        with _open(f"{root}/{path}") as stream:
            before = os.fstat(stream.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise SourceError("no longer a file")
            digest, size = _store(stream, before.st_size, store, last)
            after = os.fstat(stream.fileno())
        is_stable = size == after.st_size and _times(before) == _times(after)
        if is_stable:
            break
    return Reading(digest, size, bool(after.st_mode & stat.S_IXUSR), stamp(after), is_stable)


def _times(info: os.stat_result) -> tuple[int, int]:
    return info.st_mtime_ns, info.st_ctime_ns


def _store(stream: _Source, size: int, store: Store, last: str | None) -> tuple[str, int]:
    """Digest and number of the bytes that were stored."""
    if size <= SMALL:
        data = stream.read(size + 1)
        if len(data) == size:
            return store.put_bytes(data), size
        stream.seek(0)  # it grew or shrank
    elif last is not None and store.is_sound(last, size):  # only touched, maybe: then nothing is written
        found = Digests().put(stream)
        if found == (last, size):
            return found
        stream.seek(0)
    return store.put(stream)


def _open(path: str) -> _Source:
    """Whatever is there now; no link is followed, no pipe waited for."""
    try:
        return _Source(os.open(path, _FLAGS))
    except OSError as error:
        raise SourceError(error.strerror) from error


class _Source(io.FileIO):
    """A file whose reading errors are told from the store's writing errors."""

    def read(self, size: int | None = -1, /) -> bytes:
        try:
            return super().read(size) or b""
        except OSError as error:
            raise SourceError(error.strerror) from error
