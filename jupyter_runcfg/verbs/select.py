"""The runs that the words of a verb name."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from ..errors import RunNotFoundError
from ..run import Run, get_run
from . import grammar


def selected(options: argparse.Namespace, experiment: str | None, last: str | None = None) -> list[Run]:
    """The named runs; without a name the newest one (`last`: the id of this kernel's newest).

    A bare number counts in the experiment that was named, else in that of this kernel's newest run, else
    in the one a run from here would have.

    Raises:
        RunNotFoundError: A word names no run.
    """
    words = options.runs or ["last"]
    if options.experiment:
        return [get_run(word, options.experiment) for word in words]
    newest = None if last is None else Run(None, last)
    within = [newest.experiment.name] if newest is not None else []
    within += [experiment] if experiment is not None and experiment not in within else []
    return [newest if word == "last" and newest else _get(word, within) for word in words]


def _get(word: str, experiments: Sequence[str]) -> Run:
    """`last` is the newest of the experiment, and of all when that has none."""
    for experiment in experiments:
        try:
            return get_run(word, experiment)
        except RunNotFoundError:
            if experiment == experiments[-1] and not word.startswith("last"):
                raise
    return get_run(word)


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
