"""The files of a run under the names that v1 gives them: `outputs/…`, `logs/…`, and bare ones of artifacts.

Nothing outside of these directories is ever opened, whatever a name or a link says.
"""

from __future__ import annotations

import heapq
import os
import stat
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from ..errors import RuncfgError, UserErrorException
from ..runtime.tracking.artifacts import inner_path
from ..snapshot.value import printable

if TYPE_CHECKING:
    from .feed import ShownRun

MAX_LISTED = 1_000
MAX_LOOKED_AT = 200_000
LOOK_S = 3.0


class File(NamedTuple):
    """One file: its name in the run, bytes, and unix seconds of its last change."""

    path: str
    size: int
    changed: float


class Listing(NamedTuple):
    """The first files, and what all of them come to."""

    files: list[File]
    total: int
    size: int
    is_partial: bool
    """There are more than could be looked at in a short time."""


def list_files(run: ShownRun, part: str = "", look_s: float = LOOK_S) -> Listing:
    """The files of a run whose name has `part` in it; links are left out."""
    total = size = looked = 0
    deadline = time.monotonic() + look_s
    is_partial = False

    def found() -> Iterator[File]:
        nonlocal total, size, looked, is_partial
        for file in _iter_files(run):
            looked += 1
            if looked >= MAX_LOOKED_AT or (looked % 256 == 0 and time.monotonic() > deadline):
                is_partial = True
                return
            if part.lower() in file.path.lower():
                total, size = total + 1, size + file.size
                yield file

    kept = heapq.nsmallest(MAX_LISTED, found(), key=_order)
    return Listing(kept, total, size, is_partial)


def is_text(name: str) -> bool:
    """Whether JSON can hold it: a file system's names may be bytes that are no UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _order(file: File) -> tuple[int, str]:
    """What the script made comes first, logs last."""
    first = file.path.split("/")[0]
    return ({"outputs": 0, "logs": 2}.get(first, 1), file.path)


def open_file(run: ShownRun, name: str) -> BinaryIO:
    """A file of the run by its name, opened for reading.

    Raises:
        RuncfgError: There is none, its name leaves the run, or it is no plain file.
    """
    if not is_text(name):
        raise RuncfgError("a name that is no text is no file that can be shown")
    try:
        path = inner_path(name)
    except UserErrorException as error:
        raise RuncfgError(f"'{printable(name)}' is no file of the run", hint=error.hint) from error
    for prefix, root in _roots(run):
        if not path.startswith(prefix):
            continue
        try:
            place = os.path.realpath(os.path.join(root, path[len(prefix) :]))
            if not place.startswith(os.path.realpath(root) + os.sep):
                raise RuncfgError(f"'{printable(path)}' is a link that leads out of the run")
            # a pipe that the script made would hold us up
            descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            continue
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            return open(descriptor, "rb")
        os.close(descriptor)
    raise RuncfgError(
        f"run {run.label} has no file '{printable(path)}'",
        hint="it may have been removed: the list of files shows what is there",
    )


def _roots(run: ShownRun) -> list[tuple[str, str]]:
    """Where names that begin so are; while a job runs, its outputs and logs are in its directory."""
    paths = run.paths
    return [
        ("outputs/", run.outputs_directory),
        ("logs/", paths.logs),
        ("logs/", os.path.join(paths.work, "logs")),
        ("", paths.artifacts),
    ]


def _iter_files(run: ShownRun) -> Iterator[File]:
    hidden = os.path.basename(run.paths.std_log_index)  # times of lines, for our views
    for prefix, root in _roots(run):
        if os.path.islink(root):
            continue
        for directory, _, names in os.walk(root):
            inner = os.path.relpath(directory, root)
            start = prefix if inner == os.curdir else f"{prefix}{inner}/"
            for name in names:
                if start == "logs/" and name == hidden:
                    continue
                try:
                    info = os.lstat(os.path.join(directory, name))
                except OSError:  # the run goes on, and has removed it
                    continue
                if stat.S_ISREG(info.st_mode):
                    yield File(start + name, info.st_size, info.st_mtime)
