"""Hands runs to supervisors on this machine, and reads what they leave in the records."""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from ...errors import TargetError
from ...runtime import archive, atomic, process, starting
from ...runtime.paths import AttemptPaths, Home, RunPaths
from .. import machine
from ..base import EngineWord, Finding, Job, JobSpec, Prepared, Resources
from ..local import last_line
from . import address, connection, container, proxies
from .asked import asked as asked_of
from .sweep import is_supervised, sweep

_SHOWN = (
    ("Memory", "--memory", 1),
    ("NanoCpus", "--cpus", 10**9),
    ("ShmSize", "--shm-size", 1),
    ("NetworkMode", "--network", 1),
)
_AGAIN_S = 1.0
_SUPERVISE = "jupyter_runcfg.executors.docker.supervise"


class DockerExecutor:
    """One supervisor process for each run; what the engine has is found by its labels."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def accept(self, asked: Resources, target: Mapping[str, str]) -> dict[str, Any]:
        host = address.find(target.get("host", ""))
        is_remote = connection.is_remote(host)
        machines = asked.nodes if asked.is_one_machine else 1
        nodes = asked.nodes // machines
        copies = is_remote or not asked.container.shares_files or _is_true(target.get("copy", ""))
        own = asked_of(asked, target, machines, is_remote=is_remote, copies=copies)
        return {
            **machine.accept(0 if is_remote else asked.gpus * asked.nodes),
            "host": host,
            "copies": copies,
            "hosts": [f"node-{node}" for node in range(nodes)] if nodes > 1 else [],
            "container": own,
            **_proxies(host),
        }

    def renew(self, options: Mapping[str, Any]) -> dict[str, Any]:
        made = machine.accept(int(options.get("gpus", 0)))
        return {**options, **made, **_proxies(str(options.get("host")))}

    def check(self, options: Mapping[str, Any]) -> Iterator[Finding]:
        from .check import check

        return check(options)

    def prepare(self, specs: Sequence[JobSpec]) -> list[Prepared]:
        return [Prepared(spec, _argv(spec), _text(self.home, spec)) for spec in specs]

    def launch(self, prepared: Sequence[Prepared]) -> list[Job]:
        for host in {str(one.spec.options["host"]) for one in prepared}:
            connection.check(host)
        return [
            Job(one.spec.run_id, machine.submit(self.home, one.spec, one.argv, outlives=True))
            for one in prepared
        ]

    def poll(self, specs: Sequence[JobSpec]) -> list[EngineWord]:
        return [self._word(spec, RunPaths(spec.record)) for spec in specs]

    def _word(self, spec: JobSpec, paths: RunPaths) -> EngineWord:
        attempt = paths.attempt(spec.attempt)
        note = atomic.read_json(attempt.job)
        if note is None and not os.path.exists(attempt.supervising):
            return machine.waiting(self.home, paths, spec.attempt) or self._word(spec, paths)
        who = (note or {}).get("process") or {}
        if process.is_elsewhere(who):
            return EngineWord(
                "NotResponding", f"it was started on {who.get('host')}, which cannot be asked here"
            )
        if not process.is_alive(who) and not is_supervised(attempt):
            if os.path.exists(paths.end):
                return EngineWord("Gone", "it has ended")
            if not os.path.exists(attempt.supervising):
                reason = last_line(paths.runtime_log) or "it left no message"
                return EngineWord("Gone", f"its supervisor did not start: {reason}", "submit it again")
            self._supervise_again(spec, paths, attempt)
        silent = atomic.read_json(attempt.silent)
        if silent is not None:
            return EngineWord("NotResponding", str(silent.get("reason", "")))
        return EngineWord("Running" if os.path.exists(attempt.container) else "Starting")

    def _supervise_again(self, spec: JobSpec, paths: RunPaths, attempt: AttemptPaths) -> None:
        """Have one again, after it was killed; not one after the other where each fails."""
        if time.time() - os.stat(attempt.supervising).st_mtime > _AGAIN_S:
            os.utime(attempt.supervising)
            starting.spawn(list(_argv(spec)), paths.runtime_log, starting.environment())

    def cancel(self, specs: Sequence[JobSpec]) -> None:
        """End what is left of runs whose supervisor cannot: a marker in the record asks it otherwise."""
        from .engine import Engine

        for spec in specs:
            request = atomic.read_json(RunPaths(spec.record).request) or {}
            options = (request.get("target") or {}).get("options") or {}
            with suppress(TargetError):
                engine = Engine(str(options.get("host") or address.find()))
                sweep(engine, {container.RUN: spec.run_id})

    def find(self, run_ids: Sequence[str]) -> dict[str, Job]:
        found = {}
        for run_id in run_ids:
            paths = self.home.run(run_id)
            for number in reversed(paths.attempt_numbers()):
                if is_supervised(paths.attempt(number)):
                    found[run_id] = Job(run_id, container.name_of(paths, number, 0))
        return found


def _argv(spec: JobSpec) -> tuple[str, ...]:
    pyz = os.path.join(RunPaths(spec.record).home.runtime, archive.file_name())
    return (sys.executable, "-m", _SUPERVISE, spec.record, str(spec.attempt), pyz)


def _text(home: Home, spec: JobSpec) -> str:
    """About what a person would type for the same container."""
    options = spec.options
    words = ["docker", "-H", str(options.get("host")), "run", "--user", f"{os.getuid()}:{os.getgid()}"]
    if not options.get("copies"):
        words += ["--volume", f"{home.root}:{home.root}"]
    host = (options.get("container") or {}).get("HostConfig") or {}
    for name, option, unit in _SHOWN:
        if name in host:
            words += [option, f"{host[name] / unit:g}" if unit > 1 else str(host[name])]
    words += [
        str(options.get("image", "IMAGE")),
        "python3",
        "-I",
        "-S",
        "RUNTIME.pyz",
        spec.record,
        str(spec.attempt),
    ]
    return shlex.join(words)


def _proxies(host: str) -> dict[str, bool]:
    """Whether its containers have some: what they are is in no record, as there may be passwords in them."""
    return {"has_proxies": True} if proxies.of_person(host) else {}


def _is_true(text: str) -> bool:
    return text.strip().lower() in ("true", "yes", "1", "on")
