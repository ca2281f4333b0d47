"""The files of a tree on their way into the store: which are known, which must be read."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from ..runtime.manifest import EXECUTABLE, FILE
from . import stamp
from .seen import Seen
from .source import SMALL, SourceError, Store, read_file
from .stat_cache import Known, StatCache
from .value import Skipped
from .walk import Tree

_FEW = 32  # changed files: a manifest is mended in so many places, and else made anew
_NO_DIGEST = "0" * 64
_MOST_THREADS = 4  # hashing keeps a core busy each, writing the disk


class Columns(NamedTuple):
    """Files that were stored: the same place in each list is one of them."""

    paths: list[str]
    modes: list[str]
    sizes: list[int]
    digests: list[str]


class Files:
    """What `tree` found, and what `cache` knows of it; a number stands for a file of the tree."""

    def __init__(self, root: str, tree: Tree, cache: StatCache) -> None:
        self.root, self.tree, self.cache = root, tree, cache
        self._digests: list[str | None] = []
        self._is_same = False  # nothing is new, gone or changed: `_digests` is made when it is asked for
        self._read: list[int] = []  # the numbers of those whose bytes were looked at
        self._executable: set[int] = set()  # of those

    def store(self, store: Store, seen: Seen) -> bool:
        """Have every file in the store; False when none had to be read, and none is gone or new."""
        tree, cache = self.tree, self.cache
        if cache.has_just(tree.files, tree.stamps):
            self._is_same = not self._lost(store, seen, cache.digests, tree.sizes)
            if self._is_same:
                return False
        self._digests = digests = cache.match(tree.files, tree.stamps)
        known = [number for number, digest in enumerate(digests) if digest is not None]
        wanted = "".join([digest for digest in digests if digest is not None])
        for place in self._lost(store, seen, wanted, [tree.sizes[number] for number in known]):
            digests[known[place]] = None
        self._read = [number for number, digest in enumerate(digests) if digest is None]
        # by inode: nearly as they lie on the disk
        self._read.sort(key=lambda number: stamp.inode(tree.stamps[number]))
        self._read_all(store)
        return True

    @staticmethod
    def _lost(store: Store, seen: Seen, digests: str, sizes: list[int]) -> list[int]:
        """The places of those that are not in the store any more, as far as it is looked at."""
        places = seen.suspects(digests)
        if not places:
            return []
        wanted = [digests[place * 64 : place * 64 + 64] for place in places]
        found = store.unsound(wanted, [sizes[place] for place in places])
        return [places[place] for place in found]

    def _all_digests(self) -> list[str | None]:
        if self._is_same and not self._digests:
            self._digests = self.cache.match(self.tree.files, self.tree.stamps)
        return self._digests

    def columns(self) -> Columns:
        """What was stored, in no order."""
        tree = self.tree
        modes = [EXECUTABLE if found and stamp.is_executable(found) else FILE for found in tree.stamps]
        for number in self._read:
            modes[number] = self._mode(number)
        found = self._all_digests()
        digests = [digest for digest in found if digest is not None]
        if len(digests) == len(tree.files):
            return Columns(tree.files, modes, tree.sizes, digests)
        kept = [number for number, digest in enumerate(found) if digest is not None]
        paths, sizes = [tree.files[number] for number in kept], [tree.sizes[number] for number in kept]
        return Columns(paths, [modes[number] for number in kept], sizes, digests)

    def size(self) -> int:
        """Bytes of what was stored."""
        if self._is_same or None not in self._digests:
            return sum(self.tree.sizes)
        return sum(size for size, digest in zip(self.tree.sizes, self._digests, strict=True) if digest)

    def _read_all(self, store: Store) -> None:
        def read(number: int) -> None:
            self._read_one(number, store)

        for number in self._read:
            if self.tree.sizes[number] <= SMALL:  # threads would only wait for one another here
                read(number)
        _in_threads(read, [number for number in self._read if self.tree.sizes[number] > SMALL])

    def _read_one(self, number: int, store: Store) -> None:
        tree, path = self.tree, self.tree.files[number]
        last = self.cache.last(path) if tree.sizes[number] > SMALL else None  # a small one needs none
        try:
            reading = read_file(self.root, path, store, last)
        except SourceError as error:
            tree.skipped.append(Skipped(path, f"cannot be read: {error}"))
            return
        self._digests[number] = reading.digest
        tree.sizes[number] = reading.size
        tree.stamps[number] = reading.stamp
        if reading.is_executable:
            self._executable.add(number)
        if not reading.is_stable:
            tree.stamps[number] = stamp.NONE
            tree.doubtful.append(Skipped(path, "kept changing while it was read; as last read"))

    def settled(self, youngest_ns: int, manifest: str, others: str) -> Known | None:
        """What to remember; None when the cache has just this."""
        known, paths = self.cache.known, self.tree.files
        if not paths or (self._is_same and others == known.others):
            return None
        stamps, digests = list(self.tree.stamps), self._all_digests()
        unsettled = [
            number
            for number in self._read
            if digests[number] is None or not stamp.is_settled(stamps[number], youngest_ns)
        ]
        is_known = (paths, others) == (known.paths, known.others)
        if len(unsettled) == len(paths) or (len(unsettled) == len(self._read) and is_known):
            return None
        for number in unsettled:
            stamps[number] = stamp.UNKNOWN
        block = bytes.fromhex("".join([digest or _NO_DIGEST for digest in digests]))
        return Known(paths, b"".join(stamps), block, manifest, others)

    def replaced(self) -> Columns | None:
        """What was read of the files that the cache knows, when it knows just these; else None."""
        if len(self._read) > _FEW or self.cache.known.paths != self.tree.files:
            return None
        if any(self._digests[number] is None for number in self._read):
            return None
        return self._pick(self._read)

    def _pick(self, numbers: list[int]) -> Columns:
        tree = self.tree
        return Columns(
            [tree.files[number] for number in numbers],
            [self._mode(number) for number in numbers],
            [tree.sizes[number] for number in numbers],
            [self._digests[number] or "" for number in numbers],
        )

    def _mode(self, number: int) -> str:
        return EXECUTABLE if number in self._executable else FILE


def _in_threads(read: Callable[[int], None], numbers: list[int]) -> None:
    if len(numbers) < 2:
        for number in numbers:
            read(number)
        return
    with ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1)) as pool:
        try:
            for _ in pool.map(read, numbers):
                pass
        finally:
            pool.shutdown(cancel_futures=True)
