"""A run's snapshot given back: into a directory, or as the ZIP file of SDK v1."""

# Paths are the file system's own text here: pathlib would normalise them, and costs time.

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
import tempfile
import zipfile
from typing import TYPE_CHECKING

from ..errors import RuncfgError
from ..runtime import checkout, manifest
from ..runtime.manifest import Entry
from ..runtime.objects import ObjectStore
from ..snapshot.value import printable
from .diff import entries, entries_of

if TYPE_CHECKING:
    from .run import Run

_NAMED = 3


def restore(run: Run, directory: str | os.PathLike[str]) -> tuple[str, list[Entry]]:
    """Put a run's snapshot into a new or empty directory; its absolute path, and what was put there.

    When anything goes wrong, the directory is as it was.

    Raises:
        RuncfgError: Something is in the directory, or it cannot be written.
        SnapshotError: The snapshot is gone or damaged.
    """
    listed = entries_of(run)
    target = os.path.abspath(os.path.expanduser(os.fspath(directory)))
    made = _make(target)
    staging = os.path.join(target, f".runcfg-{secrets.token_hex(6)}")
    moved: list[str] = []
    try:
        os.mkdir(staging)
        _refuse_unless_empty(target, os.path.basename(staging))
        checkout.checkout(listed, ObjectStore(run.paths.home.objects), staging)
        for name in os.listdir(staging):
            os.rename(os.path.join(staging, name), os.path.join(target, name))
            moved.append(name)
        os.rmdir(staging)
    except BaseException as error:
        for name in moved:
            _remove(os.path.join(target, name))
        _remove(staging)
        for place in made:
            _remove_empty(place)
        if isinstance(error, OSError):
            raise _unwritable(error, target) from error
        raise
    return target, listed


def _make(target: str) -> list[str]:
    """Make the directory and those above it; returns the new ones, the deepest first.

    Raises:
        RuncfgError: They cannot be made, or something is in the directory.
    """
    made = []
    place = target
    while not os.path.lexists(place):
        made.append(place)
        place = os.path.dirname(place)
    try:
        os.makedirs(target, exist_ok=True)
        _refuse_unless_empty(target)
    except OSError as error:
        raise _unwritable(error, target) from error
    return made


def _refuse_unless_empty(target: str, ours: str = "") -> None:
    names = sorted(name for name in os.listdir(target) if name != ours)
    if names:
        more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        raise RuncfgError(
            f"the directory '{printable(target)}' is not empty",
            where=f"there is {', '.join(printable(name) for name in names[:_NAMED])}{more}",
            hint="name a directory that is new or empty: nothing of yours is overwritten",
        )


def _remove(path: str) -> None:
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path, ignore_errors=True)
    elif os.path.lexists(path):
        os.unlink(path)


def _remove_empty(place: str) -> None:
    with contextlib.suppress(OSError):  # somebody else has put something there
        os.rmdir(place)


def _unwritable(error: OSError, target: str) -> RuncfgError:
    return RuncfgError(
        f"cannot write the snapshot: {error.strerror or error}",
        where=printable(str(error.filename or target)),
        hint="name a directory that you may write, on a disk with room",
    )


def restore_zip(run: Run, digest: str | None, path: str | os.PathLike[str] | None) -> str:
    """Write a snapshot (default: the run's) as a ZIP file: `path`, or `<digest>.zip` in that directory.

    Returns the absolute path of the file.

    Raises:
        RuncfgError: It cannot be written.
        SnapshotError: The snapshot is gone or damaged.
    """
    digest = digest or run.get_snapshot_id()
    listed = entries(run.paths.home, digest)
    place = os.path.abspath(os.path.expanduser(os.fspath(path or ".")))
    if os.path.isdir(place):
        place = os.path.join(place, f"{digest}.zip")
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with tempfile.TemporaryDirectory(dir=os.path.dirname(place), prefix=".runcfg-") as staging:
            tree, archive = os.path.join(staging, "tree"), os.path.join(staging, "zip")
            checkout.checkout(listed, ObjectStore(run.paths.home.objects), tree)
            with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
                for entry in listed:
                    _add(out, tree, entry)
            os.replace(archive, place)
    except OSError as error:
        raise _unwritable(error, place) from error
    return place


def _add(out: zipfile.ZipFile, tree: str, entry: Entry) -> None:
    path = os.path.join(tree, entry.path)
    name = printable(entry.path)  # a ZIP has no other names
    if entry.mode == manifest.LINK:
        info = zipfile.ZipInfo(name)
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        out.writestr(info, os.fsencode(os.readlink(path)))
    elif entry.mode == manifest.DIRECTORY:
        out.writestr(zipfile.ZipInfo(name + "/"), b"")
    else:
        out.write(path, name)
