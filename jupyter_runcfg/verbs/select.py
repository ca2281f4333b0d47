"""The runs that the words of a verb name."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from ..errors import RunNotFoundError
from ..history import Query
from ..run import Run, get_run
from ..run.select import get_run_within, open_index
from . import grammar

_TAKE_GROUPS = (
    *("runs", "runs archive", "runs restore", "runs remove", "runs export"),
    *("show", "logs", "wait", "cancel", "compare"),
)


def selected(options: argparse.Namespace, experiment: str | None, last: str | None = None) -> list[Run]:
    """The named runs; without a name the newest one (`last`: the id of this kernel's newest).

    `last~1` is the one before `last` in its experiment. The name of a group means its runs, the oldest first.

    A bare number counts in the experiment that was named, else in that of this kernel's newest run, else
    in the one a run from here would have.

    Raises:
        RunNotFoundError: A word names no run, or several where the verb takes one.
    """
    words = options.runs or ["last"]
    within, newest = [options.experiment] if options.experiment else [], None
    if not options.experiment:
        newest = _kept(last)
        within += [newest.experiment.name] if newest is not None else []
        within += [experiment] if experiment is not None and experiment not in within else []
    found = []
    for word in words:
        try:
            if options.experiment:
                found.append(get_run(word, options.experiment))
            else:
                found.append(get_run_within(word, within, newest))
        except RunNotFoundError:
            group = find_group(word, options.experiment)
            if group is None:
                raise
            found += _runs_of(group, word, options.verb)
    return found


def _runs_of(group: Run, name: str, verb: str) -> list[Run]:
    """Raises RunNotFoundError where the verb takes one run."""
    if verb not in _TAKE_GROUPS:
        raise RunNotFoundError(
            f"'{name}' is a group of runs, and `{verb}` takes one",
            hint=f"`runs --group {name}` lists them",
        )
    return children_of(group)


def group_named(name: str, experiment: str | None = None) -> Run:
    """The run above a group's runs. Raises RunNotFoundError."""
    group = find_group(name, experiment)
    if group is None:
        within = f" in experiment '{experiment}'" if experiment else ""
        raise RunNotFoundError(f"no group '{name}'{within}", hint="`submit --group NAME` makes one")
    return group


def find_group(name: str, experiment: str | None = None) -> Run | None:
    """The newest run of that name that has children: it is the group's parent."""
    if '"' in name:  # such a name cannot be asked for
        return None
    query = Query(experiment=experiment, where=f'name = "{name}"', children=True, archived=True)
    with open_index() as index:
        for summary in index.select(query):
            if index.select(Query(parent=summary.run_id, archived=True, limit=1)):
                return Run(None, summary.run_id)
    return None


def children_of(group: Run) -> list[Run]:
    """The runs below another, the oldest first."""
    with open_index() as index:
        below = index.select(Query(parent=group.run_id))
    return [Run(None, summary.run_id) for summary in reversed(below)]


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
