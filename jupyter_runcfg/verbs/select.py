"""The runs that the words of a verb name."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from ..errors import RunNotFoundError
from ..run import Run, get_run
from . import grammar


def selected(options: argparse.Namespace, experiment: str | None, last: str | None = None) -> list[Run]:
    """The named runs; without a name the newest one (`last`: the id of this kernel's newest).

    Raises:
        RunNotFoundError: A word names no run.
    """
    words = options.runs or ["last"]
    if options.experiment:
        return [get_run(word, options.experiment) for word in words]
    return [Run(None, last) if word == "last" and last else _get(word, experiment) for word in words]


def _get(word: str, experiment: str | None) -> Run:
    """`last` is the newest of the experiment, and of all when that has none."""
    try:
        return get_run(word, experiment)
    except RunNotFoundError:
        if not word.startswith("last") or experiment is None:
            raise
        return get_run(word)


def wait_for(runs: list[Run], timeout: str | None, done: Callable[[Run], None]) -> None:
    """Wait for each; `done` is called as they end. Raises for the first that failed, after all have ended.

    Raises:
        RunFailedError: One ended as Failed or Canceled.
        TimeoutError: One goes on after the time.
    """
    limit = None if timeout is None else float(grammar.seconds(timeout))
    for run in runs:
        run.wait(limit)
        done(run)
    for run in runs:
        run.raise_if_failed()


def cancel(run: Run) -> str:
    """Ask for the end of a run; the answer in a line."""
    before = run.summary()
    if before.is_terminal:
        return f"{before.label} has ended already: {before.status}"
    run.cancel()
    after = run.summary()
    said = "canceled" if after.is_terminal else "cancel asked for"
    return f"{after.label}: {said}"
