"""Takes a snapshot: walks, reads each file once it stands still, stores it, writes the manifest."""

# Paths are the file system's own text here: pathlib would normalise them, and costs time.

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from .. import settings
from ..errors import SnapshotError, home_error
from ..runtime import manifest
from ..runtime.atomic import write_once
from ..runtime.manifest import DIRECTORY, EXECUTABLE, FILE, LINK, Entry
from ..runtime.objects import CHUNK, ObjectStore
from ..runtime.paths import Home
from .value import Skipped, Snapshot, printable, size_text
from .walk import Tree, walk

_MOST_READS = 5
_NAMED = 3  # of the files of a directory that is too big


class _Store(Protocol):
    def put(self, stream: object) -> tuple[str, int]: ...


class _SourceError(Exception):
    """A file of the tree, not of the store, could not be read."""


def take(
    root: str | os.PathLike[str],
    home: Home | None = None,
    *,
    extra: Mapping[str, bytes] | None = None,
    limit_bytes: int | None = None,
) -> Snapshot:
    """Freeze `root` into the store of `home` (default: RUNCFG_HOME), manifest and all.

    Args:
        root: The directory.
        home: Where the objects and the manifest go.
        extra: Files to add beside those of the directory, by paths that are free there.
        limit_bytes: Refuse a bigger directory before any file is read.

    Raises:
        SnapshotError: The directory, or one below it that is not ignored, cannot be read, or it is too big.
        HomeError: The objects or the manifest cannot be written; nothing partial is left.
    """
    home = home or Home(str(settings.home()))
    tree = walk(_absolute(root), home.root)
    if limit_bytes is not None:
        _weigh(_absolute(root), tree, limit_bytes)
    try:
        home.create()
        snapshot, data = _freeze(_absolute(root), tree, ObjectStore(home.objects), extra or {})
        write_once(home.manifest(snapshot.digest), data)
    except OSError as error:
        raise home_error(error, home.root) from error
    return snapshot


def scan(
    root: str | os.PathLike[str], home: Home | None = None, *, extra: Mapping[str, bytes] | None = None
) -> Snapshot:
    """What `take` would return, digest and all, with nothing written."""
    home = home or Home(str(settings.home()))
    return _freeze(_absolute(root), walk(_absolute(root), home.root), _Digests(), extra or {})[0]


def _weigh(root: str, tree: Tree, limit_bytes: int) -> None:
    sizes = []
    for path in tree.files:
        with contextlib.suppress(OSError):  # gone meanwhile
            sizes.append((os.lstat(os.path.join(root, path)).st_size, path))
    total = sum(size for size, _ in sizes)
    if total > limit_bytes:
        biggest = [f"{printable(path)} {size_text(size)}" for size, path in sorted(sizes)[: -_NAMED - 1 : -1]]
        raise SnapshotError(
            f"the snapshot would be {size_text(total)}",
            where=f"the biggest: {', '.join(biggest)}",
            hint="name in .amlignore what the run does not need, or say `--yes`",
        )


def _absolute(root: str | os.PathLike[str]) -> str:
    return os.path.abspath(os.path.expanduser(os.fspath(root)))


def _freeze(root: str, tree: Tree, store: _Store, extra: Mapping[str, bytes]) -> tuple[Snapshot, bytes]:
    entries = [Entry(path, DIRECTORY, 0, "") for path in tree.empty]
    for path, content in extra.items():
        digest, size = store.put(io.BytesIO(content))
        entries.append(Entry(path, FILE, size, digest))
    for path, target in tree.links:
        digest, size = store.put(io.BytesIO(os.fsencode(target)))
        entries.append(Entry(path, LINK, size, digest))
    for path in tree.files:
        try:
            entries.append(_file(root, path, tree, store))
        except _SourceError as error:
            tree.skipped.append(Skipped(path, f"cannot be read: {error}"))
    entries.sort(key=lambda entry: os.fsencode(entry.path))
    data = manifest.dump(entries)
    snapshot = Snapshot(
        root=Path(root),
        digest=manifest.digest_of(data),
        entries=tuple(entries),
        ignored=tuple(sorted(tree.ignored)),
        skipped=tuple(sorted(tree.skipped)),
        doubtful=tuple(sorted(tree.doubtful)),
    )
    return snapshot, data


def _file(root: str, path: str, tree: Tree, store: _Store) -> Entry:
    """Store one file, read again while it changes under the reading."""
    for _ in range(_MOST_READS):
        with _open(os.path.join(root, path)) as stream:
            before = os.fstat(stream.fileno())
            digest, size = store.put(_Source(stream))
            after = os.fstat(stream.fileno())
        if size == after.st_size and before.st_mtime_ns == after.st_mtime_ns:
            break
    else:
        tree.doubtful.append(Skipped(path, "kept changing while it was read; as last read"))
    mode = EXECUTABLE if after.st_mode & stat.S_IXUSR else FILE
    return Entry(path, mode, size, digest)


def _open(path: str) -> io.FileIO:
    """The file, if it still is one; no link is followed, no pipe waited for."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise _SourceError(error.strerror) from error
    stream = io.FileIO(descriptor)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        stream.close()
        raise _SourceError("no longer a file")
    return stream


class _Source:
    """A file whose reading errors are told from the store's writing errors."""

    def __init__(self, stream: io.FileIO) -> None:
        self._stream = stream

    def read(self, size: int) -> bytes:
        try:
            return self._stream.read(size)
        except OSError as error:
            raise _SourceError(error.strerror) from error


class _Digests:
    """A store that keeps nothing."""

    def put(self, stream: object) -> tuple[str, int]:
        digest = hashlib.sha256()
        size = 0
        while chunk := stream.read(CHUNK):  # type: ignore[attr-defined]
            digest.update(chunk)
            size += len(chunk)
        return digest.hexdigest(), size
