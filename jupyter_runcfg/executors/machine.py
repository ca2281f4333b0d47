"""Slots and GPUs of this machine, and the queue for them: of all jobs that are started from here."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .. import settings
from ..errors import TargetError
from ..runtime import archive, atomic, slots, starting, variables
from ..runtime.paths import Home, RunPaths
from ..runtime.queue import Queue
from .base import EngineWord, JobSpec


def accept(gpus: int) -> dict[str, Any]:
    """The options of a job that needs so many GPUs of this machine.

    Raises:
        TargetError: It has not so many.
    """
    there = slots.find_gpus(settings.visible_gpus())
    if gpus > len(there):
        has = f"has {len(there)}" if there else "has no GPU"
        raise TargetError(
            f"{gpus} GPU{'s are' if gpus > 1 else ' is'} asked for, and this machine {has}",
            where="resources.gpus",
            hint="ask for fewer, or name another target",
        )
    return {
        "slots": settings.max_parallel(),
        "gpus": gpus,
        "gpu_names": there,
        "depth": variables.depth(),
        "machine": settings.machine_id(),
    }


def submit(home: Home, spec: JobSpec, argv: tuple[str, ...], *, outlives: bool = False) -> str:
    """Start a job here, or let it wait for a slot; returns its job id, empty while it waits.

    Where the job `outlives` the process that `argv` starts, its slot is taken until the run has ended.

    Raises:
        TargetError: It cannot be started.
        OSError: The disk is full.
    """
    pyz = archive.install(home.runtime)
    options = {"slots": settings.max_parallel(), "gpus": 0, "gpu_names": [], "depth": 0, **spec.options}
    entry = {
        **{key: options[key] for key in ("slots", "gpus", "gpu_names", "depth")},
        "record": spec.record,
        "attempt": spec.attempt,
        "argv": list(argv),
        "outlives": outlives,
        "server": _server(pyz),
        "env": {**starting.environment(), **spec.secrets},
    }
    return Queue(home, settings.machine_id(), options["depth"]).submit(entry)


def waiting(home: Home, paths: RunPaths, number: int) -> EngineWord | None:
    """What an attempt without a job waits for; None where it was started in between.

    A queue that nobody serves any more is served again.
    """
    attempt = paths.attempt(number)
    note = atomic.read_json(attempt.queued)
    if note is None:
        return EngineWord("NotStarted")
    root = Path(str(note.get("queue")))
    if root.parent.name != settings.machine_id():
        return EngineWord("Queued", "it waits on another machine")
    queue = Queue(home, settings.machine_id(), int(root.name))
    reason = queue.why(paths.run_id)
    if reason:
        queue.ensure_served(_server(archive.install(home.runtime)))
        return EngineWord("Queued", reason)
    if os.path.exists(attempt.job) or os.path.exists(attempt.claim) or os.path.exists(attempt.end):
        return None
    return EngineWord("Gone", "it is not in the queue any more", "submit it again")


def heal_queue(home: Home, options: Mapping[str, Any]) -> None:
    """After a job: whoever waits for its slot is started, though the queue's process was killed."""
    Queue(home, settings.machine_id(), int(options.get("depth", 0))).heal(archive.install(home.runtime))


def _server(pyz: str) -> list[str]:
    return [sys.executable, "-I", "-S", pyz]
