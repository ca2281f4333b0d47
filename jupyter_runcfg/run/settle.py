"""Finds out what became of runs whose job can no longer say so itself, and writes their end."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial

from ..errors import TargetError
from ..executors import EngineWord, Executor, JobSpec, get_executor
from ..history import RunSummary
from ..runtime import atomic, ending, process
from ..runtime.paths import RunPaths
from ..runtime.tracking import interactive, standing
from . import group


def settle(records: Iterable[RunPaths]) -> dict[str, EngineWord]:
    """Poll the engines, one call each, and end the runs whose job is gone; their words by run id."""
    words: dict[str, EngineWord] = {}
    by_target: dict[str, list[JobSpec]] = defaultdict(list)
    home = None
    for paths in records:
        home = paths.home
        request = atomic.read_json(paths.request)
        if request is None or os.path.exists(paths.end):
            continue
        if request.get("kind") == group.KIND:
            words.update(settle(group.children(paths)))
            with suppress(OSError):
                group.end_if_over(paths, request)
            continue
        if request.get("kind") == standing.INTERACTIVE:
            with suppress(OSError):
                interactive.settle(paths, request)
            continue
        target = request.get("target")
        name = str(target.get("executor")) if isinstance(target, dict) else ""
        by_target[name].append(spec_of(paths))
    for name, specs in by_target.items():
        assert home is not None
        try:
            executor = get_executor(name, home)
        except TargetError:
            continue  # a record of an executor this installation does not have
        for spec, word in zip(specs, executor.poll(specs), strict=True):
            words[spec.run_id] = word
            with suppress(OSError):  # a full disk, a home that may only be read: the next reader tries again
                _settle_one(executor, spec, word)
    return words


def with_word(summary: RunSummary, word: EngineWord | None) -> RunSummary:
    """The summary as it is with what the engine says now, as far as that is stronger than the record."""
    if summary.is_terminal or word is None:
        return summary
    if word.status == "NotResponding" or (word.status, summary.status) == ("Queued", "Queued"):
        return replace(summary, status=word.status, cause=word.reason)
    return summary


def spec_of(paths: RunPaths) -> JobSpec:
    """The last attempt of a record, as an executor is asked about it."""
    numbers = paths.attempt_numbers()
    return JobSpec(paths.run_id, paths.directory, numbers[-1] if numbers else 1, "")


def _settle_one(executor: Executor, spec: JobSpec, word: EngineWord) -> None:
    paths = RunPaths(spec.record)
    if word.status == "NotStarted" and not _is_being_submitted(paths):
        if executor.find([spec.run_id]):
            return  # the engine has it; the note of its id was lost
        cause = "its submission was interrupted before the launch"
        _end(paths, cause, "submit it again", partial(ending.write_unstarted, paths, spec.attempt))
    if word.status == "Queued" and os.path.exists(paths.cancel):
        ending.write_unstarted(paths, spec.attempt, "Canceled", "canceled while it was queued")
    if word.status != "Gone" or os.path.exists(paths.end):
        return
    executor.cancel([spec])  # the script of a killed runtime goes on without it: end it first
    _end(paths, word.reason, word.hint, partial(ending.write_status, paths))


def _end(paths: RunPaths, cause: str, hint: str, write: Callable[..., bool]) -> None:
    if os.path.exists(paths.cancel):
        write("Canceled", cause)
    else:
        write("Failed", cause, error={"type": "JobLost", "message": cause, "hint": hint})


def _is_being_submitted(paths: RunPaths) -> bool:
    """Whether the process that wrote the request may still be about to launch it."""
    request = atomic.read_json(paths.request) or {}
    client = request.get("client")
    if not isinstance(client, dict) or process.is_elsewhere(client):
        return True  # another machine's: not ours to judge
    return process.is_alive(client)
