"""The last step of a submission: the engine gets the job, or the record says why it did not."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import Any

from ..errors import TargetError, home_error
from ..executors import JobSpec, Prepared, get_executor
from ..history.number import release_number
from ..runtime import ending
from ..runtime.paths import Home, RunPaths


def prepared(
    home: Home, paths: RunPaths, target: str, options: dict[str, Any], secrets: Mapping[str, str]
) -> Prepared:
    """The request as the engine would get it."""
    spec = JobSpec(
        run_id=paths.run_id,
        record=paths.directory,
        attempt=1,
        python="",
        options=options,
        secrets=dict(secrets),
    )
    return get_executor(target, home).prepare([spec])[0]


def launch(
    home: Home,
    paths: RunPaths,
    target: str,
    options: dict[str, Any],
    numbered: tuple[str, int],
    *,
    secrets: Mapping[str, str],
) -> None:
    """Let the engine run a record that is written; what goes wrong becomes the end of the run.

    Args:
        home: Where the records are.
        paths: The record.
        target: The engine.
        options: What it needs to know of the target.
        numbered: The experiment and the run's number in it.
        secrets: Variables of the job that are in no record.

    Raises:
        HomeError: The records cannot be written; nothing of this run is left.
        TargetError: The engine did not accept the job; the record is kept, status Failed.
    """
    try:
        get_executor(target, home).launch([prepared(home, paths, target, options, secrets)])
    except TargetError as error:
        ending.write_status(paths, "Failed", error.message)
        raise
    except OSError as error:  # before the start of the job, whatever happens after it is no error
        remove_record(home, paths, *numbered)
        raise home_error(error, home.root) from error
    except BaseException:
        if not ending.write_unstarted(paths, 1, "Canceled", "interrupted before its launch"):
            ending.ask_cancel(paths)
        raise


def remove_record(home: Home, paths: RunPaths, experiment: str, number: int) -> None:
    """Take back a record that was never launched, and its number (0: it has none)."""
    shutil.rmtree(paths.directory, ignore_errors=True)
    if number:
        release_number(home, experiment, number)
