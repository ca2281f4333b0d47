"""Takes a snapshot: walks, reads what is not known yet, stores it, writes the manifest."""

# Paths are the file system's own text here: pathlib would normalise them, and costs time.

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Mapping
from pathlib import Path

from .. import settings
from ..errors import home_error
from ..runtime import manifest
from ..runtime.atomic import read_bytes, write_once, write_replace
from ..runtime.manifest import DIRECTORY, FILE, LINK, Entry
from ..runtime.objects import ObjectStore
from ..runtime.paths import Home
from . import lock, recent, stamp, stat_cache, weight
from .entries import Entries
from .files import Files
from .seen import Seen
from .source import Digests, Store
from .value import Snapshot
from .walk import walk


def take(
    root: str | os.PathLike[str],
    home: Home | None = None,
    *,
    extra: Mapping[str, bytes] | None = None,
    limit_bytes: int | None = None,
    limit_files: int | None = None,
) -> Snapshot:
    """Freeze `root` into the store of `home` (default: RUNCFG_HOME), manifest and all.

    `gc` keeps what this stores for an hour (`gc.GRACE_S`); then only a record keeps it. Who writes
    that record holds `lock.shared` around both.

    Args:
        root: The directory.
        home: Where the objects and the manifest go.
        extra: Files to add beside those of the directory, by paths that are free there.
        limit_bytes: Refuse a bigger directory before any file is read.
        limit_files: Refuse one of more files.

    Raises:
        SnapshotError: The directory, or one below it that is not ignored, cannot be read, or it is too big.
        HomeError: The objects or the manifest cannot be written; nothing partial is left.
    """
    home = home or Home(str(settings.home()))
    work = _Work(_absolute(root), home)
    weight.check(work.root, work.tree, limit_bytes, limit_files)
    try:
        if not work.is_recent:
            home.create()
        with lock.shared(home) as is_locked:
            store = ObjectStore(home.objects) if is_locked else _SharedStore(home.objects)
            snapshot = work.freeze(store, extra or {})
            work.write()
    except OSError as error:
        raise home_error(error, home.root) from error
    return snapshot


def scan(
    root: str | os.PathLike[str], home: Home | None = None, *, extra: Mapping[str, bytes] | None = None
) -> Snapshot:
    """What `take` would return, digest and all, with nothing written."""
    work = _Work(_absolute(root), home or Home(str(settings.home())))
    return work.freeze(Digests(), extra or {})


def _absolute(root: str | os.PathLike[str]) -> str:
    return os.path.abspath(os.path.expanduser(os.fspath(root)))


class _SharedStore(ObjectStore):
    """Objects where no lock keeps `gc` out: what is used again looks young again."""

    def is_sound(self, digest: str, size: int) -> bool:
        return super().is_sound(digest, size) and self._renew(digest)

    def unsound(self, digests: list[str], sizes: list[int]) -> list[int]:
        return [n for n, digest in enumerate(digests) if not self.is_sound(digest, sizes[n])]

    def _renew(self, digest: str) -> bool:
        path = self.path(digest)
        try:
            if time.time() - os.stat(path).st_mtime > lock.NETWORK_GRACE_S / 2:
                os.utime(path)
        except OSError:
            return False
        return True


class _Work:
    """One snapshot on its way."""

    def __init__(self, root: str, home: Home) -> None:
        self.root, self.home = root, home
        self._began_s, self._began_ns = time.monotonic(), time.time_ns()
        self.tree = walk(root, home.root)
        self._place = self.tree.place
        self._look_up()
        self._others: list[Entry] = []
        self._data = b""
        self._digest = ""
        self._others_key = ""
        self._is_there = False  # the manifest, whole: it was just read

    def _look_up(self) -> None:
        """What is known of the directory."""
        home, place = self.home, self._place
        self._recent = recent.find(home, place)
        self._cache = self._recent.cache if self._recent else stat_cache.read(home, place)
        self._seen = Seen(home, place, self._cache.identity, self.is_recent)
        self._files = Files(self.root, self.tree, self._cache)

    @property
    def is_recent(self) -> bool:
        """Whether this process took the directory a moment ago."""
        return self._recent is not None

    def freeze(self, store: Store, extra: Mapping[str, bytes]) -> Snapshot:
        """Have everything in the store."""
        if self.is_recent and recent.find(self.home, self._place) is not self._recent:
            self._look_up()  # `gc` went before
        tree = self.tree
        others = [Entry(path, DIRECTORY, 0, "") for path in tree.empty]
        for path, content in extra.items():
            others.append(Entry(path, FILE, len(content), store.put_bytes(content)))
        for path, target in tree.links:
            text = os.fsencode(target)
            others.append(Entry(path, LINK, len(text), store.put_bytes(text)))
        self._others = sorted(others)
        self._others_key = hashlib.sha256(repr(self._others).encode("utf-8", "surrogatepass")).hexdigest()
        is_new = self._files.store(store, self._seen)
        self._data = self._as_before(is_new) or self._build()
        self._digest = self._digest or manifest.digest_of(self._data)
        count = self._data.count(b"\n") - len(tree.empty)
        size = self._files.size() + sum(entry.size for entry in others)
        return Snapshot(
            root=Path(self.root),
            digest=self._digest,
            entries=Entries(self._data, count, size),
            ignored=tuple(sorted(tree.ignored)),
            skipped=tuple(sorted(tree.skipped)),
            doubtful=tuple(sorted(tree.doubtful)),
        )

    def _as_before(self, is_new: bool) -> bytes | None:
        """The manifest that the cache is of, with the lines of the few files that were read."""
        known = self._cache.known
        changed = self._files.replaced() if is_new else None
        if (is_new and changed is None) or not known.paths or known.others != self._others_key:
            return None
        data = self._recent.manifest if self._recent else self._read_manifest(known.manifest)
        if data is None:
            return None
        if changed is not None:
            return manifest.replace_lines(data, changed)
        self._digest, self._is_there = known.manifest, True
        return data

    def _read_manifest(self, digest: str) -> bytes | None:
        """The manifest of that digest; None for one that is gone or damaged."""
        try:
            data = read_bytes(self.home.manifest(digest))
        except OSError:
            return None
        return data if manifest.digest_of(data) == digest else None

    def _build(self) -> bytes:
        paths, modes, sizes, digests = self._files.columns()
        others = self._others
        return manifest.dump_columns(
            paths + [entry.path for entry in others],
            modes + [entry.mode for entry in others],
            sizes + [entry.size for entry in others],
            digests + [entry.digest for entry in others],
        )

    def write(self) -> None:
        """The manifest, and what makes the next snapshot quick."""
        path = self.home.manifest(self._digest)
        if not (self._is_there and _renew(path)):
            _write_manifest(path, self._data)
        if self._recent and self._is_there:
            return
        youngest_ns = stamp.youngest_ns(self._began_ns, self.root)
        known, cache = self._files.settled(youngest_ns, self._digest, self._others_key), self._cache
        if known is not None:
            cache = stat_cache.StatCache(known, stat_cache.write(self.home, self._place, known))
        self._seen.remember(cache.identity, youngest_ns)
        if cache.known.manifest == self._digest:
            looked_s = self._recent.looked_s if self._recent else self._began_s
            recent.keep(self.home, self._place, cache, self._data, looked_s)


def _write_manifest(path: str, data: bytes) -> None:
    """Put it there, or make the one that is there young: `gc` keeps it and what it names for a while."""
    if write_once(path, data):
        return
    if not (read_bytes(path) == data and _renew(path)):
        write_replace(path, data)


def _renew(path: str) -> bool:
    """Make it young; False where it is gone meanwhile, as on a network no lock keeps `gc` out."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True
