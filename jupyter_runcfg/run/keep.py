"""Runs out of sight and out of the disk: archive, restore to the lists, remove."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress

from ..errors import RuncfgError, home_error
from ..history import Query
from ..runtime import atomic, changes
from ..runtime.paths import Home
from .run import Run
from .select import open_index
from .settle import settle

_REMOVED = ".removed-"
UNBORN_S = 86_400.0


def archive(run: Run) -> None:
    """Hide a run in lists; everything of it stays. Raises HomeError."""
    try:
        atomic.write_once(run.paths.archived, b"")
    except OSError as error:
        raise home_error(error, run.paths.archived) from error
    changes.note(run.paths.directory)


def reactivate(run: Run) -> None:
    """Show an archived run in lists again. Raises HomeError."""
    try:
        with suppress(FileNotFoundError):
            os.unlink(run.paths.archived)
    except OSError as error:
        raise home_error(error, run.paths.archived) from error
    changes.note(run.paths.directory)


def with_children(runs: Sequence[Run]) -> list[Run]:
    """These runs and all below them, each once."""
    found = {run.run_id: run for run in runs}
    with open_index() as index:
        left = list(found)
        while left:
            below = index.select(Query(parent=left.pop(), archived=True))
            new = [summary.run_id for summary in below if summary.run_id not in found]
            found.update((run_id, Run(None, run_id)) for run_id in new)
            left += new
    return list(found.values())


def removable(runs: Sequence[Run]) -> list[Run]:
    """These runs and their children.

    Raises:
        RuncfgError: One of them is active.
    """
    all_of_them = with_children(runs)
    settle(run.paths for run in all_of_them if not run.is_ended)
    active = [run for run in all_of_them if not run.is_ended and not run.summary().is_terminal]
    if active:
        labels = " ".join(run.label for run in active[:5])
        raise RuncfgError(
            f"an active run is not removed: {labels}", hint=f"`cancel {labels}` ends it, then remove it"
        )
    return all_of_them


def remove(runs: Sequence[Run]) -> None:
    """Delete the records of runs and of their children; their numbers are never used again.

    What they have stored in common with other runs stays: `gc` knows who needs it.

    Raises:
        RuncfgError: One of them is active; none was removed.
        HomeError: A record cannot be removed.
    """
    for run in removable(runs):
        _remove(run)


def _remove(run: Run) -> None:
    """First it is no record any more, in one step; a kill after that leaves files for `sweep`."""
    aside = os.path.join(run.paths.home.root, _REMOVED + secrets.token_hex(6))
    before = changes.moment(run.paths.home.runs)
    try:
        os.rename(run.paths.directory, aside)
    except FileNotFoundError:  # another was first
        return
    except OSError as error:
        raise home_error(error, run.paths.directory) from error
    changes.note(run.paths.directory, before)
    _delete(aside)


def _delete(directory: str) -> None:
    """Also what a script has made read-only; what stays, `sweep` takes later."""
    for folder, _, _ in os.walk(directory):
        with suppress(OSError):
            os.chmod(folder, 0o700)
    shutil.rmtree(directory, ignore_errors=True)


def unborn(home: Home) -> list[str]:
    """Directories without a request: runs that are being submitted, or whose submission was killed."""
    names = (name for name in sorted(os.listdir(home.runs)) if not name.startswith("."))
    return [name for name in names if not os.path.lexists(home.run(name).request)]


def sweep_unborn(home: Home) -> int:
    """Delete those that nobody has written to for a day; returns how many."""
    old = [name for name in unborn(home) if _is_old(home.run(name).directory)]
    for name in old:
        _remove(Run.of(home.run(name)))
    return len(old)


def _is_old(directory: str) -> bool:
    """Whether it and all below it were left alone for a day; a file in the place of a record is not ours."""
    try:
        places = [folder for folder, _, _ in os.walk(directory)]
        return bool(places) and max(os.stat(place).st_mtime for place in places) < time.time() - UNBORN_S
    except OSError:  # it is going just now
        return False


def sweep(home: Home) -> int:
    """Delete what interrupted removals left; returns how many."""
    left = [name for name in os.listdir(home.root) if name.startswith(_REMOVED)]
    for name in left:
        _delete(os.path.join(home.root, name))
    return len(left)
