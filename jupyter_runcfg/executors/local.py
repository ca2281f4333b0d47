"""Runs jobs on this machine, detached from whoever submits them."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..hosts import Host, LocalHost
from ..runtime import archive, atomic, process
from ..runtime.paths import AttemptPaths, Home, RunPaths
from . import machine
from .base import EngineWord, Finding, Job, JobSpec, Prepared, Resources

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

    def accept(self, asked: Resources, target: Mapping[str, str]) -> dict[str, Any]:
        return machine.accept(asked.gpus * asked.nodes)

    def renew(self, options: Mapping[str, Any]) -> dict[str, Any]:
        return machine.accept(int(options.get("gpus", 0)))

    def check(self, options: Mapping[str, Any]) -> Iterator[Finding]:
        return iter(())

    def launch(self, prepared: Sequence[Prepared]) -> list[Job]:
        archive.install(self.home.runtime)
        return [self._submit(request) for request in prepared]

    def _submit(self, request: Prepared) -> Job:
        return Job(request.spec.run_id, machine.submit(self.home, request.spec, request.argv))

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
            return machine.waiting(self.home, paths, number) or self._word(paths, number)
        word = self._starting(note, paths)
        if word.status == "Gone" and atomic.read_json(attempt.claim) is not None:
            return self._word(paths, number)  # it took the claim and ended in between
        return word

    def _starting(self, note: dict[str, Any], paths: RunPaths) -> EngineWord:
        who = note.get("process") or {}
        if elsewhere := _elsewhere(who):
            return elsewhere
        if self.host.is_alive(who):
            return EngineWord("Starting")
        reason = last_line(paths.runtime_log) or "it left no message"
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


def last_line(path: str) -> str:
    """Of a text file; empty where there is none."""
    try:
        lines = Path(path).read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1] if lines else ""
