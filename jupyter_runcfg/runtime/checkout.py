"""A snapshot put into a directory, and what in that directory is still as it was put there."""

import os
import stat

from ..errors import SnapshotError
from . import manifest
from .manifest import Entry
from .objects import ObjectStore
from .paths import Home


def read_manifest(home: "Home", digest: "str") -> "list[Entry]":
    """The entries of a stored snapshot.

    Raises:
        SnapshotError: It is not there, or its bytes are not those of its name.
    """
    path = home.manifest(digest)
    try:
        with open(path, "rb") as stream:
            data = stream.read()
    except FileNotFoundError:
        raise SnapshotError("the snapshot of this run is not in the home any more", where=path) from None
    if manifest.digest_of(data) != digest:
        raise SnapshotError("the list of the snapshot is damaged", where=path)
    return manifest.load(data)


def checkout(
    entries: "list[Entry]", objects: "ObjectStore", target: "str"
) -> "dict[str, tuple[int, int, int]]":
    """Write every entry below the new directory `target`; returns a stamp for each file.

    Raises:
        SnapshotError: An object is missing or damaged; it names the path, the snapshot and the object.
    """
    os.makedirs(target, mode=0o700, exist_ok=True)
    stamps = {}
    made = {target}
    for entry in entries:
        path = os.path.join(target, entry.path)
        parent = path if entry.mode == manifest.DIRECTORY else os.path.dirname(path)
        if parent not in made:
            os.makedirs(parent, mode=0o755, exist_ok=True)
            made.add(parent)
        if entry.mode == manifest.DIRECTORY:
            continue
        try:
            _write(entry, objects, path)
        except SnapshotError as error:
            objects.verify(entry.digest)  # sets it aside: the next snapshot that has the bytes mends it
            error.where += ", for the snapshot " + manifest.digest_of(manifest.dump(entries))
            raise
        stamps[entry.path] = stamp(path)
    return stamps


def _write(entry: "Entry", objects: "ObjectStore", path: "str") -> "None":
    if entry.mode == manifest.LINK:
        os.symlink(_link_text(objects, entry), path)
    else:
        objects.copy_to(entry.digest, path, 0o755 if entry.mode == manifest.EXECUTABLE else 0o644, entry.path)


def _link_text(objects: "ObjectStore", entry: "Entry") -> "bytes":
    path = objects.path(entry.digest)
    try:
        with open(path, "rb") as stream:
            data = stream.read()
    except FileNotFoundError:
        data = b""
    if manifest.digest_of(data) != entry.digest:
        raise SnapshotError(
            "the stored link '{}' is missing or damaged".format(entry.path),
            where=path,
            hint="submit again from the directory that still has it",
        )
    return data


def stamp(path: "str") -> "tuple[int, int, int]":
    """Changes when a file is written, replaced or touched."""
    info = os.lstat(path)
    return info.st_ino, info.st_size, info.st_mtime_ns


def is_unchanged(path: "str", before: "tuple[int, int, int] | None") -> "bool":
    try:
        return before is not None and stamp(path) == before
    except OSError:
        return False


def remove_unchanged(root: "str", stamps: "dict[str, tuple[int, int, int]]") -> "None":
    """Take away what is still as it was checked out, and directories that empties."""
    parents = set()
    inside = _Inside(root)
    for name, before in stamps.items():
        path = os.path.join(root, name)
        if inside.holds(os.path.dirname(path)) and is_unchanged(path, before):
            os.unlink(path)
            parents.add(os.path.dirname(path))
    for parent in sorted(parents, key=len, reverse=True):
        _remove_empty(parent, root)


class _Inside:
    """Which directories really are below a root: the script may have put a link in the place of one."""

    def __init__(self, root: "str") -> "None":
        self.root = os.path.realpath(root)
        self._known = {}  # type: dict[str, bool]

    def holds(self, directory: "str") -> "bool":
        if directory not in self._known:
            real = os.path.realpath(directory)
            self._known[directory] = real == self.root or real.startswith(self.root + os.sep)
        return self._known[directory]


def _remove_empty(directory: "str", root: "str") -> "None":
    while directory != root:
        try:
            os.rmdir(directory)
        except OSError:
            return
        directory = os.path.dirname(directory)


def iter_files(root: "str") -> "list[tuple[str, int]]":
    """Regular files below a directory as (path with `/`, size in bytes), sorted; links not followed."""
    found = []
    for directory, names, files in os.walk(root):
        names.sort()
        for name in sorted(files):
            path = os.path.join(directory, name)
            info = os.lstat(path)
            if stat.S_ISREG(info.st_mode):
                found.append((os.path.relpath(path, root).replace(os.sep, "/"), info.st_size))
    return found
