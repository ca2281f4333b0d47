"""Runs jobs on this machine, detached from whoever submits them."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .. import settings
from ..errors import TargetError
from ..hosts import Host, LocalHost
from ..runtime import archive, atomic, process, slots, starting, variables
from ..runtime.paths import AttemptPaths, Home, RunPaths
from ..runtime.queue import Queue
from .base import EngineWord, Job, JobSpec, Prepared, Resources

CLEANUP_GRACE_S = 5.0


class LocalExecutor:
    """The engine is the operating system: one process group for each job."""

    def __init__(self, home: Home, host: Host | None = None) -> None:
        self.home = home
        self.host: Host = host or LocalHost()

    def prepare(self, specs: Sequence[JobSpec]) -> list[Prepared]:
        pyz = f"{self.home.runtime}/{archive.file_name()}"
        return [self._request(spec, pyz) for spec in specs]

    def _request(self, spec: JobSpec, pyz: str) -> Prepared:
        # -I -S: the runtime needs the standard library only, and must not meet the person's packages
        python = spec.python or sys.executable
        argv = (python, "-I", "-S", pyz, spec.record, str(spec.attempt))
        return Prepared(spec, argv, shlex.join(argv))

    def accept(self, asked: Resources) -> dict[str, Any]:
        gpus = slots.find_gpus(settings.visible_gpus())
        wanted = asked.gpus * asked.nodes
        if wanted > len(gpus):
            there = "has no GPU" if not gpus else f"has {len(gpus)}"
            raise TargetError(
                f"{wanted} GPU{'s are' if wanted > 1 else ' is'} asked for, and this machine {there}",
                where="resources.gpus",
                hint="ask for fewer, or name another target",
            )
        return {
            "slots": settings.max_parallel(),
            "gpus": wanted,
            "gpu_names": gpus,
            "depth": variables.depth(),
            "machine": settings.machine_id(),
        }

    def launch(self, prepared: Sequence[Prepared]) -> list[Job]:
        archive.install(self.home.runtime)
        return [self._submit(request) for request in prepared]

    def _submit(self, request: Prepared) -> Job:
        spec = request.spec
        options = {"slots": settings.max_parallel(), "gpus": 0, "gpu_names": [], **spec.options}
        entry = {
            **options,
            "record": spec.record,
            "attempt": spec.attempt,
            "argv": list(request.argv),
            "env": {**starting.environment(), **spec.secrets},
        }
        return Job(spec.run_id, self._queue(options.get("depth", 0)).submit(entry))

    def _queue(self, depth: int) -> Queue:
        return Queue(self.home, settings.machine_id(), depth)

    def poll(self, specs: Sequence[JobSpec]) -> list[EngineWord]:
        return [self._word(RunPaths(spec.record), spec.attempt) for spec in specs]

    def _word(self, paths: RunPaths, number: int) -> EngineWord:
        attempt = paths.attempt(number)
        ended = atomic.read_json(attempt.end)
        if ended is not None:
            return EngineWord("Gone", str(ended.get("cause", "")))
        claim = atomic.read_json(attempt.claim)
        if claim is not None:
            return self._running(claim, attempt)
        note = atomic.read_json(attempt.job)
        if note is None:
            return self._queued(paths, number)
        word = self._starting(note, paths)
        if word.status == "Gone" and atomic.read_json(attempt.claim) is not None:
            return self._word(paths, number)  # it took the claim and ended in between
        return word

    def _queued(self, paths: RunPaths, number: int) -> EngineWord:
        """Of a run that has not been started; a queue that nobody serves any more is served again."""
        attempt = paths.attempt(number)
        note = atomic.read_json(attempt.queued)
        if note is None:
            return EngineWord("NotStarted")
        root = Path(str(note.get("queue")))
        if root.parent.name != settings.machine_id():
            return EngineWord("Queued", "it waits on another machine")
        queue = self._queue(int(root.name))
        reason = queue.why(paths.run_id)
        if reason:
            pyz = archive.install(self.home.runtime)
            queue.ensure_served([sys.executable, "-I", "-S", pyz])
            return EngineWord("Queued", reason)
        if os.path.exists(attempt.job) or os.path.exists(attempt.claim) or os.path.exists(attempt.end):
            return self._word(paths, number)  # it was started in between
        return EngineWord("Gone", "it is not in the queue any more", "submit it again")

    def _starting(self, note: dict[str, Any], paths: RunPaths) -> EngineWord:
        who = note.get("process") or {}
        if elsewhere := _elsewhere(who):
            return elsewhere
        if self.host.is_alive(who):
            return EngineWord("Starting")
        reason = _last_line(paths.runtime_log) or "it left no message"
        return EngineWord("Gone", f"the runtime did not start: {reason}")

    def _running(self, claim: dict[str, Any], attempt: AttemptPaths) -> EngineWord:
        if claim.get("ended_by") == "reader":
            return EngineWord("Gone", "the job did not start", "submit it again")
        if elsewhere := _elsewhere(claim):
            return elsewhere
        if self.host.is_alive(claim):
            return EngineWord("Running")
        ended = atomic.read_json(attempt.end)
        if ended is not None:  # it ended in between
            return EngineWord("Gone", str(ended.get("cause", "")))
        if claim.get("boot_id") != process.boot_id():
            return EngineWord("Gone", "the machine was restarted while the run was active", "submit it again")
        return EngineWord("Gone", "the runtime of this run was killed", "submit it again")

    def cancel(self, specs: Sequence[JobSpec]) -> None:
        for spec in specs:
            self.host.end_run(spec.run_id, CLEANUP_GRACE_S)

    def find(self, run_ids: Sequence[str]) -> dict[str, Job]:
        found = {}
        for run_id in run_ids:
            paths = self.home.run(run_id)
            for number in reversed(paths.attempt_numbers()):
                claim = atomic.read_json(paths.attempt(number).claim)
                if claim is not None:
                    found[run_id] = Job(run_id, str(claim.get("pid")))
                    break
        return found


def _elsewhere(who: dict[str, Any]) -> EngineWord | None:
    """A home may be shared: what became of another machine's process, only that machine can tell."""
    if not process.is_elsewhere(who):
        return None
    return EngineWord("NotResponding", f"it was started on {who.get('host')}, which cannot be asked here")


def _last_line(path: str) -> str:
    try:
        lines = Path(path).read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1] if lines else ""
