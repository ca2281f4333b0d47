"""The runs that the words of a verb name."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from ..errors import RunNotFoundError
from ..run import Run, get_run
from ..run.select import get_run_within
from . import grammar


def selected(options: argparse.Namespace, experiment: str | None, last: str | None = None) -> list[Run]:
    """The named runs; without a name the newest one (`last`: the id of this kernel's newest).

    `last~1` is the one before `last` in its experiment.

    A bare number counts in the experiment that was named, else in that of this kernel's newest run, else
    in the one a run from here would have.

    Raises:
        RunNotFoundError: A word names no run.
    """
    words = options.runs or ["last"]
    if options.experiment:
        return [get_run(word, options.experiment) for word in words]
    newest = _kept(last)
    within = [newest.experiment.name] if newest is not None else []
    within += [experiment] if experiment is not None and experiment not in within else []
    return [get_run_within(word, within, newest) for word in words]


def _kept(run_id: str | None) -> Run | None:
    """This kernel's newest run; None when it was removed since."""
    try:
        return None if run_id is None else Run(None, run_id)
    except RunNotFoundError:
        return None


def wait_for(runs: list[Run], timeout: str | None, done: Callable[[Run], None]) -> None:
    """Wait for each; `done` is called as they end. Raises for the first that failed, after all have ended.

    Raises:
        RunFailedError: One ended as Failed or Canceled.
        StillRunningError: One goes on after the time.
    """
    limit = None if timeout is None else float(grammar.seconds(timeout))
    for run in runs:
        run.wait(limit)
        done(run)
    for run in runs:
        run.raise_if_failed()


def cancel(run: Run) -> str:
    """Ask for the end of a run; the answer in a line."""
    if run.is_ended:
        return f"{run.label} has ended already: {run.summary().status}"
    run.cancel()
    return f"{run.label}: {'canceled' if run.is_ended else 'cancel asked for'}"
