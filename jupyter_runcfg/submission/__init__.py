"""The one road from a configuration to a run: plan, freeze, write the request down, launch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .. import settings, snapshot
from ..errors import ConfigError, home_error
from ..history.number import take_number
from ..runtime import atomic
from ..runtime.number import new_run_id
from ..runtime.paths import Home, RunPaths
from ..snapshot import git, lock
from ..snapshot.weight import LIMIT_FILES
from .capture import Capture, Part
from .cell import Cell
from .launch import launch, prepared, remove_record
from .plan import Plan, Submission, find_source, make_plan
from .request import build_request, decided_by, digest_of_same

__all__ = ["Capture", "Cell", "Part", "Plan", "Submission", "find_source", "make_plan", "preview", "submit"]

FindSame = Callable[[Plan, str], RunPaths | None]


def submit(submission: Submission, find_same: FindSame | None = None) -> RunPaths:
    """Freeze the source directory, write the request down and ask the target to run it.

    Returns as soon as the engine has accepted the job; it does not wait for it to start.

    Args:
        submission: What a person asked for.
        find_same: Given the plan and the digest of all that would run, the run to attach to in its place, if
            there is one; then nothing is written.

    Raises:
        ConfigError: With every fault found, before anything was written or sent.
        SnapshotError: The source directory cannot be frozen.
        HomeError: The records cannot be written; nothing of this run is left.
        TargetError: The engine did not accept the job; the record is kept, status Failed.
    """
    plan = make_plan(submission)
    home = Home(str(settings.home()))
    with home_errors(home):
        home.create()
    limit_files = None if submission.limit_bytes is None else LIMIT_FILES
    with home_errors(home), lock.shared(home):  # no gc until a record names what was stored
        frozen = snapshot.take(
            plan.source,
            home,
            extra=plan.extra,
            limit_bytes=submission.limit_bytes,
            limit_files=limit_files,
        )
        _check_script(plan, frozen)
        paths = home.run(new_run_id(plan.experiment))
        same = find_same and find_same(plan, digest_of_same({**decided_by(plan), "snapshot": frozen.digest}))
        if same:
            return same
        number = _write_record(home, paths, plan, frozen)
    where = (plan.experiment, number)
    launch(home, paths, plan.target.executor, plan.options, where, secrets=plan.secrets)
    return paths


def preview(submission: Submission) -> tuple[dict[str, object], str]:
    """The request and the engine's command as `submit` would make them; nothing is written or sent."""
    plan = make_plan(submission)
    home = Home(str(settings.home()))
    frozen = snapshot.scan(plan.source, home, extra=plan.extra)
    _check_script(plan, frozen)
    run_id = new_run_id(plan.experiment)
    command = prepared(home, home.run(run_id), plan.target.executor, plan.options, {}).text
    return build_request(run_id, 0, plan, frozen, git.facts(plan.source)), command


def _write_record(home: Home, paths: RunPaths, plan: Plan, frozen: snapshot.Snapshot) -> int:
    """The record with its request, or, when anything goes wrong, no record at all; returns its number."""
    number = 0
    try:
        paths.create()
        number = take_number(home, plan.experiment, paths.run_id)
        state = git.state(plan.source)
        if state.diff:
            atomic.write_once(paths.git_diff, state.diff)
        request = build_request(paths.run_id, number, plan, frozen, state.facts)
        atomic.write_once(paths.request, atomic.encode(request))
    except BaseException:
        remove_record(home, paths, plan.experiment, number)
        raise
    return number


def _check_script(plan: Plan, frozen: snapshot.Snapshot) -> None:
    """A script that an ignore rule drops would not be there to run."""
    if plan.script is None or any(entry.path == plan.script for entry in frozen.entries):
        return
    rule = next(
        (i.rule for i in frozen.ignored if plan.script == i.path or plan.script.startswith(i.path + "/")), ""
    )
    because = f": {rule} leaves it out" if rule else ""
    raise ConfigError.single(
        f"the script '{plan.script}' is not in the snapshot{because}",
        where="script",
        hint=f"add the line `!/{plan.script}` to .amlignore",
    )


@contextmanager
def home_errors(home: Home) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise home_error(error, home.root) from error
