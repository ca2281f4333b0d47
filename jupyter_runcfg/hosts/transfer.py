"""Snapshots as they leave for another machine: a manifest as its difference, objects as a tar stream.

The other side has runtime/transfer.py. What it says is missing is asked for once; then only those
objects travel.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
from collections.abc import Iterable, Iterator

from ..errors import SnapshotError
from ..runtime import manifest
from ..runtime.objects import CHUNK, ObjectStore
from ..runtime.paths import Home
from ..runtime.transfer import BLOCK, MAGIC, apply, missing, receive

__all__ = ["apply", "difference", "missing", "receive", "tar_of"]


def difference(old: bytes, new: bytes) -> bytes:
    """What makes `new` of `old`, for a side that has the old manifest; b"" will do as one.

    A first line with both digests, then `=N` lines kept, `-N` lines dropped, `+` and a new line. As
    manifests are sorted, one walk over both finds them.
    """
    names = f" {manifest.digest_of(old)} {manifest.digest_of(new)}".encode()
    before, after = old.splitlines(), new.splitlines()
    kept, known = set(after), set(before)
    steps = [MAGIC + names]
    place = 0
    run = _Run(steps)
    for line in after:
        if line in known:
            while place < len(before) and before[place] not in kept:
                run.count(b"-")
                place += 1
        if place < len(before) and before[place] == line:
            run.count(b"=")
            place += 1
        else:
            run.end()
            steps.append(b"+" + line)
    run.end()
    return b"\n".join(steps) + b"\n"


class _Run:
    """Counts steps of one kind in a row."""

    def __init__(self, steps: list[bytes]) -> None:
        self._steps = steps
        self._kind, self._number = b"", 0

    def count(self, kind: bytes) -> None:
        if kind != self._kind:
            self.end()
        self._kind = kind
        self._number += 1

    def end(self) -> None:
        if self._number:
            self._steps.append(self._kind + b"%d" % self._number)
        self._number = 0


def tar_of(home: Home, digests: Iterable[str]) -> Iterator[bytes]:
    """Those objects as a tar, piece by piece: the same ones give the same bytes.

    Raises:
        SnapshotError: An object is missing or damaged: the tar is cut off there, and `receive` says so.
    """
    store = ObjectStore(home.objects)
    for digest in sorted(set(digests)):
        yield from _member(store, digest)
    yield bytes(2 * BLOCK)


def _member(store: ObjectStore, digest: str) -> Iterator[bytes]:
    path = store.path(digest)
    try:
        stream = open(path, "rb", buffering=0)  # noqa: SIM115 - closed below
    except FileNotFoundError:
        raise _damaged("missing", path) from None
    check = hashlib.sha256()
    with stream:
        info = tarfile.TarInfo(digest)
        info.size = os.fstat(stream.fileno()).st_size
        info.mode = 0o400
        yield info.tobuf(tarfile.GNU_FORMAT)  # it can tell of any size in one header
        left = info.size
        while left and (chunk := stream.read(min(left, CHUNK))):
            check.update(chunk)
            left -= len(chunk)
            if not left and check.hexdigest() != digest:  # before the last piece is out
                break
            yield chunk
        if check.hexdigest() != digest:
            raise _damaged("damaged", path)
        yield bytes(-info.size % BLOCK)


def _damaged(what: str, path: str) -> SnapshotError:
    hint = "submit again from the directory that still has the file"
    return SnapshotError(f"a stored object is {what}", where=path, hint=hint)
