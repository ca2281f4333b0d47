"""Remembers the digest of each file by its stamp, so that an unchanged file is not read again.

One file a source directory, `stat/<SHA-256 of its real path>`: paths, stamps and digests in the
order of the walk, each as one block, and the digest of the manifest that came of them. It is only
a cache: damaged, foreign or of another version, it is empty.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import struct
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from ..runtime.atomic import read_bytes, write_replace
from ..runtime.paths import Home
from . import stamp

_MAGIC = b"rcstat1\n"
_SIZES = struct.Struct("<QQQ")  # number of files, bytes of the root's path, bytes of all paths
_DIGEST = 32  # bytes of a digest
_HEAD = len(_MAGIC) + _DIGEST + _SIZES.size + 2 * _DIGEST


class Known(NamedTuple):
    """What a cache holds; in columns, in the order of the walk."""

    paths: Sequence[str]
    stamps: bytes  # one after the other
    digests: bytes  # one after the other
    manifest: str  # the digest of the snapshot that these files were in
    others: str  # tells apart what else was in it: links, empty directories, added files


_NOTHING = Known((), b"", b"", "", "")


class StatCache:
    """What is known of the files of one source directory."""

    def __init__(self, known: Known = _NOTHING, identity: str = "") -> None:
        self.known = known
        self.identity = identity  # another one for each content

    def __len__(self) -> int:
        return len(self.known.paths)

    @cached_property
    def digests(self) -> str:
        """All of them in hex, one after the other."""
        return self.known.digests.hex()

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {path: number for number, path in enumerate(self.known.paths)}

    def has_just(self, paths: list[str], stamps: list[bytes]) -> bool:
        """Whether these are the very files that it knows, all unchanged."""
        return self.known.paths == paths and self.known.stamps == b"".join(stamps)

    def match(self, paths: Sequence[str], found: Sequence[bytes]) -> list[str | None]:
        """The digest of each file whose stamp is the known one."""
        stamps, digests, size = self.known.stamps, self.digests, stamp.SIZE
        if self.known.paths == paths and stamp.NONE not in found:
            known: list[str | None] = [digests[place : place + 64] for place in range(0, len(digests), 64)]
            for number in _differing(stamps, b"".join(found), 0, len(found)):
                known[number] = None
            return known
        return [
            digests[number * 64 : number * 64 + 64]
            if number is not None and stamps[number * size : number * size + size] == one
            else None
            for number, one in zip(map(self._numbers.get, paths), found, strict=True)
        ]

    def last(self, path: str) -> str | None:
        """The digest that the file at `path` had, whatever it has now."""
        number = self._numbers.get(path)
        return None if number is None else self.digests[number * 64 : (number + 1) * 64]


def _differing(known: bytes, found: bytes, start: int, end: int) -> Iterator[int]:
    """The numbers, from `start` to `end`, of the stamps that are not the same; few, mostly."""
    size = stamp.SIZE
    if known[start * size : end * size] == found[start * size : end * size]:
        return
    if end - start == 1:
        yield start
    else:
        middle = (start + end) // 2
        yield from _differing(known, found, start, middle)
        yield from _differing(known, found, middle, end)


def read(home: Home, root: str) -> StatCache:
    """The cache of the directory `root`, a real path."""
    try:
        found_root, cache = _load(read_bytes(cache_path(home, root)))
    except (OSError, ValueError, struct.error):
        return StatCache()
    return cache if found_root == root else StatCache()


def read_root(path: str) -> str | None:
    """The directory that a cache file is of; None for what is no whole cache."""
    try:
        return _load(read_bytes(path))[0]
    except (OSError, ValueError, struct.error):
        return None


def write(home: Home, root: str, known: Known) -> str:
    """Replace the cache of `root`; returns its identity, "" for one that could not be written."""
    names, place = os.fsencode("\0".join(known.paths)), os.fsencode(root)
    around = bytes.fromhex(known.manifest + known.others)
    sizes = _SIZES.pack(len(known.paths), len(place), len(names))
    body = b"".join((sizes, around, place, names, known.stamps, known.digests))
    identity = hashlib.sha256(body)
    try:
        os.makedirs(home.stat, mode=0o700, exist_ok=True)
        write_replace(cache_path(home, root), _MAGIC + identity.digest() + body)
    except OSError:  # a cache that cannot be written is as good as none
        return ""
    return identity.hexdigest()


def forget(home: Home, root: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(cache_path(home, root))


def cache_path(home: Home, root: str) -> str:
    return os.path.join(home.stat, hashlib.sha256(os.fsencode(root)).hexdigest())


def _load(data: bytes) -> tuple[str, StatCache]:
    """Root and content of a cache file. Raises ValueError or struct.error for anything else."""
    start = len(_MAGIC) + _DIGEST
    identity = hashlib.sha256(memoryview(data)[start:]).digest()
    if data[: len(_MAGIC)] != _MAGIC or data[len(_MAGIC) : start] != identity:
        raise ValueError("damaged, or no cache of this version")
    count, root_size, paths_size = _SIZES.unpack_from(data, start)
    names = _HEAD + root_size
    stamps = names + paths_size
    digests = stamps + count * stamp.SIZE
    paths = os.fsdecode(data[names:stamps]).split("\0") if count else []
    around = data[_HEAD - 2 * _DIGEST : _HEAD].hex()
    known = Known(paths, data[stamps:digests], data[digests:], around[:64], around[64:])
    return os.fsdecode(data[_HEAD:names]), StatCache(known, identity.hex())
