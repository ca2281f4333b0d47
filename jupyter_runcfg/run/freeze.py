"""A snapshot taken for a run that was not submitted with one."""

from __future__ import annotations

import os

from .. import snapshot
from ..errors import RuncfgError, SnapshotError
from ..runtime import atomic
from ..runtime.paths import Home
from ..runtime.v1.context import Run
from ..snapshot import lock


def freeze(run: Run, directory: str | os.PathLike[str]) -> str:
    """Freeze a directory as the run's snapshot; returns its id.

    Raises:
        SnapshotError: The run has a snapshot, or the directory cannot be frozen.
    """
    has = _find(run)
    if has is not None:
        raise SnapshotError(f"run {run.id} has a snapshot already: {has}", hint="a run has one")
    home = run.paths.home
    with lock.shared(home):  # no gc until the record names what was stored
        digest = take(directory, home).digest
        written = atomic.write_once(run.paths.snapshot, atomic.encode({"snapshot": digest}))
    if not written:
        raise SnapshotError(f"run {run.id} was given a snapshot in this moment", hint="a run has one")
    return digest


def _find(run: Run) -> str | None:
    try:
        return run.get_snapshot_id()
    except RuncfgError:
        return None


def take(directory: str | os.PathLike[str], home: Home) -> snapshot.Snapshot:
    """Freeze a directory; the caller holds the lock until a record names it. Raises SnapshotError."""
    root = os.path.abspath(os.path.expanduser(os.fspath(directory)))
    if not os.path.isdir(root):
        raise SnapshotError(f"'{root}' is no directory", hint="name the one with the code")
    home.create()
    return snapshot.take(root, home)
