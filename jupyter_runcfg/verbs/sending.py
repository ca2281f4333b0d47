"""A submission on its way: below its group, in the place of an earlier run, or as one that is there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ..errors import ConfigError
from ..history import Query
from ..run import Run, group
from ..run.select import find_summaries, open_index, opened_home
from ..run.submitting import submit_words
from ..runtime import atomic
from ..runtime.paths import RunPaths
from ..runtime.status import TERMINAL
from ..submission import Plan, Submission, make_plan

_MOST_LOOKED_AT = 2000
_MOST_ACTIVE = 200


@dataclass(frozen=True)
class Sent:
    """The run, and what to tell beside it."""

    run: Run
    notes: tuple[str, ...] = ()
    is_new: bool = True


@dataclass(frozen=True)
class Way:
    """How a submission is to be sent."""

    group: str | None = None
    reuses: bool = False
    replaces: bool = False
    siblings: frozenset[str] = frozenset()
    """Ids of the runs that the same execution of the cell has submitted: those are not replaced."""
    open_group: Callable[[str], Run | None] = lambda _name: None
    """The group of that name that this execution has made."""


def send(submission: Submission, way: Way) -> Sent:
    """Submit, or attach to a run that is the same.

    Raises:
        ConfigError: With every fault found; or the words contradict each other.
        RuncfgError: As `submission.submit`.
    """
    if way.reuses and way.replaces:
        raise ConfigError.single(
            "`--reuse` attaches to a run, `--replace` cancels it", hint="say one of them"
        )
    experiment = make_plan(submission).experiment if way.group or way.replaces else ""
    notes = [_cancel(run) for run in _of_origin(submission, experiment, way)] if way.replaces else []
    attached: list[RunPaths] = []

    def find_same(plan: Plan, digest: str) -> RunPaths | None:
        attached.extend(_same(plan, digest))
        return attached[0] if attached else None

    finder = find_same if way.reuses else None
    if not way.group:
        run = submit_words(submission, finder)
        return _sent(run, notes, is_new=not attached)
    above, is_made = _group(way, experiment, submission)
    try:
        run = submit_words(replace(submission, parent=above.run_id), finder)
    except BaseException:
        if is_made:
            _forget(above, experiment)
        raise
    if attached and is_made:
        _forget(above, experiment)
    elif not attached:
        above.add_child(run.run_id)
    return _sent(run, notes, is_new=not attached)


def _sent(run: Run, notes: list[str], *, is_new: bool) -> Sent:
    if not is_new:
        notes = [*notes, f"attached to {run.label}, {run.refresh().status}: nothing was submitted"]
    return Sent(run, tuple(notes), is_new)


def _group(way: Way, experiment: str, submission: Submission) -> tuple[Run, bool]:
    """The group, and whether it was made now."""
    name = str(way.group)
    if not name.strip() or '"' in name or "/" in name:
        raise ConfigError.single(
            f"'{name}' is no name for a group", "--group", "letters, digits, - and _: lr"
        )
    there = way.open_group(name)
    if there is not None and not there.is_ended and there.request.get("experiment") == experiment:
        return there, False
    return Run.of(group.create(opened_home(), experiment, name, notebook=submission.notebook)), True


def _forget(above: Run, experiment: str) -> None:
    from ..submission.launch import remove_record

    remove_record(above.paths.home, above.paths, experiment, above.number)


def newest_open_group(name: str) -> Run | None:
    """For the shell, where each submit is a process of its own: the group that still has active runs."""
    for summary in find_summaries(Query(active=True, children=True)):
        run = Run(None, summary.run_id)
        if summary.name == name and run.request.get("kind") == group.KIND:
            return run
    return None


def still_active(run: Run) -> list[Run]:
    """The runs of the same cell that go on from before, newest first: what `--replace` would cancel.

    No engine is asked, so that a submit does not wait for one.
    """
    origin = run.request.get("origin")
    if not origin:
        return []
    query = Query(
        experiment=str(run.request.get("experiment")), active=True, children=True, limit=_MOST_ACTIVE
    )
    with open_index() as index:
        others = [summary.run_id for summary in index.select(query)]
    found = [Run(None, run_id) for run_id in others if run_id != run.run_id]
    return [one for one in found if one.request.get("origin") == origin and goes_on(one)]


def goes_on(run: Run) -> bool:
    """Whether it is there, has not ended and was not asked to."""
    return run.is_kept and not run.is_ended and not os.path.exists(run.paths.cancel)


def _of_origin(submission: Submission, experiment: str, way: Way) -> Iterator[Run]:
    """The active runs of the same cell, or of the same script in the shell."""
    if submission.origin is None:
        return
    for summary in find_summaries(Query(experiment=experiment, active=True, children=True)):
        run = Run(None, summary.run_id)
        if summary.run_id not in way.siblings and run.request.get("origin") == submission.origin:
            yield run


def _cancel(run: Run) -> str:
    run.cancel()
    return f"{run.label} of before is canceled"


def _same(plan: Plan, digest: str) -> Iterator[RunPaths]:
    """The newest run, active or Completed, of the same digest in the same experiment."""
    with open_index() as index:
        found = index.select(Query(experiment=plan.experiment, children=True, limit=_MOST_LOOKED_AT))
    for summary in found:
        if summary.script != plan.title or (summary.is_terminal and summary.status != "Completed"):
            continue
        run = Run(None, summary.run_id)
        if (atomic.read_json(run.paths.request) or {}).get("same") != digest:
            continue
        status = run.refresh().status
        if status == "Completed" or (status not in TERMINAL and not os.path.exists(run.paths.cancel)):
            yield run.paths
            return
