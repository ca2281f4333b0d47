"""Drops what no record refers to: objects, manifests, what writers that were killed left behind."""

# Paths are the file system's own text here: pathlib would normalise them, and costs time.

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import home_error
from ..runtime.paths import Home
from . import lock, stat_cache

GRACE_S = 3600.0
_DIGEST = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_NOT_KEPT = b'"snapshotProject": false'  # history.snapshotProject
_NAME = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Collected:
    """What was dropped: objects, manifests and leftovers."""

    count: int
    bytes: int


def gc(home: Home, *, grace_s: float | None = None) -> Collected:
    """Drop from the store of `home` what no record refers to and nobody stored a moment ago.

    Waits for the snapshots that are being taken, and lets no other begin until it is done. A snapshot
    that no record names, with all its objects, stays for `grace_s` after it was last taken: an hour by
    default. On a network file system, where nobody can be kept out, that is two weeks, and it holds
    for each object by itself too.

    Raises:
        HomeError: A record or a manifest cannot be read: then nobody knows what it refers to; or what
            should go cannot be removed.
    """
    try:
        if not os.path.isdir(home.objects):
            return Collected(0, 0)
        with lock.exclusive(home) as is_alone:
            default = GRACE_S if is_alone else lock.NETWORK_GRACE_S
            return _Collection(home, default if grace_s is None else grace_s).run()
    except OSError as error:
        raise home_error(error, home.root) from error


class _Collection:
    """One run of it."""

    def __init__(self, home: Home, grace_s: float) -> None:
        self.home = home
        self.youngest = time.time() - grace_s
        self.count = self.bytes = 0

    def run(self) -> Collected:
        referred = self._of_records()
        for manifest in self._manifests(referred):
            referred |= _digests(manifest)
        self._sweep(self.home.snapshots, referred, start="")
        for start in sorted(os.listdir(self.home.objects)):
            place = os.path.join(self.home.objects, start)
            if len(start) == 2 and os.path.isdir(place):
                self._sweep(place, referred, start)
        self._sweep(self.home.objects, set(), start="")  # broken-off writes, damaged objects
        if self.count:
            os.utime(self.home.objects)  # who looked at them a moment ago looks again
        self._stat_caches()
        return Collected(self.count, self.bytes)

    def _of_records(self) -> set[str]:
        """Every digest that a record names, wherever in its files; more than needed never harms."""
        found = set()
        for run_id in os.listdir(self.home.runs):
            paths = self.home.run(run_id)
            for path in (paths.request, paths.snapshot):
                with contextlib.suppress(FileNotFoundError, NotADirectoryError):  # removed, or not begun
                    found |= _digests(path, paths.end)
        return found

    def _manifests(self, referred: set[str]) -> Iterator[str]:
        """The manifests that stay: those of records, and young ones."""
        with os.scandir(self.home.snapshots) as members:
            for member in members:
                if member.name in referred or not self._is_old(member):
                    yield member.path

    def _sweep(self, directory: str, referred: set[str], start: str) -> None:
        with os.scandir(directory) as members:
            for member in members:
                name = start + member.name
                if name not in referred and not member.is_dir(follow_symlinks=False) and self._is_old(member):
                    self._drop(member)

    def _is_old(self, member: os.DirEntry[str]) -> bool:
        try:
            return member.stat(follow_symlinks=False).st_mtime <= self.youngest
        except FileNotFoundError:
            return False

    def _drop(self, member: os.DirEntry[str]) -> None:
        size = member.stat(follow_symlinks=False).st_size
        with contextlib.suppress(FileNotFoundError):
            os.unlink(member.path)
            self.count += 1
            self.bytes += size

    def _stat_caches(self) -> None:
        """Those of directories that are gone, and what is no cache at all."""
        if not os.path.isdir(self.home.stat):
            return
        with os.scandir(self.home.stat) as members:
            found = {member.name: member for member in members}
        kept = set()
        for name, member in found.items():
            root = stat_cache.read_root(member.path) if _NAME.fullmatch(name) else None
            if root is not None and os.path.isdir(root):
                kept |= {name, name + ".seen"}
        for name, member in found.items():
            if name not in kept and self._is_old(member):
                self._drop(member)


def _digests(path: str, end: str = "") -> set[str]:
    """Those in a file; none of a run that was not to keep its snapshot once there is the file `end`."""
    with open(path, "rb") as stream:
        data = stream.read()
    if end and _NOT_KEPT in data and os.path.exists(end):
        return set()
    return {word.decode("ascii") for word in _DIGEST.findall(data)}
