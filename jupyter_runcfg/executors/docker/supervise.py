"""`python -m jupyter_runcfg.executors.docker.supervise RECORD ATTEMPT PYZ`: one run's life at its engine.

Everything that a reader must know is on the disk: where this process is killed, the container goes on,
and the next reader starts another supervisor, which finds the container by its name.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress

from ...errors import RuncfgError, TargetError
from ...runtime import atomic, ending, variables
from ...runtime.events import EventWriter
from ...runtime.paths import RunPaths
from ...runtime.slots import lock
from . import container, words
from .engine import Engine, EngineError, EngineGone
from .started import Started
from .sweep import sweep, sweep_ended

TYPE_CHECKING = False  # as typing has it; whatever a supervisor imports, its run waits for
if TYPE_CHECKING:
    from typing import Any

LOOK_S = 1.0
RETRY_S = 0.5
TAKE_S = 2.0
SWEEP_S, SWEEP_EVERY_S = 900.0, 5.0  # for an engine that is gone when the run ends


def main(arguments: list[str]) -> int:
    """Supervise; 0 where another does, or has."""
    paths = RunPaths(arguments[0])
    attempt = paths.attempt(int(arguments[1]))
    attempt.create()
    deadline = time.monotonic() + TAKE_S
    while (held := lock(attempt.supervising)) is None:  # a reader that only looks lets go of it at once
        if time.monotonic() > deadline:
            return 0
        time.sleep(0.01)
    try:
        return Supervisor(paths, attempt.number, arguments[2]).run()
    finally:
        os.close(held)


class Supervisor:
    """Makes what a run needs at its engine, waits for its end, takes everything back."""

    def __init__(self, paths: RunPaths, number: int, pyz: str) -> None:
        self.paths = paths
        self.attempt = paths.attempt(number)
        self.request: dict[str, Any] = atomic.read_json(paths.request) or {}
        self.options: dict[str, Any] = self.request["target"]["options"]
        self.engine = Engine(str(self.options["host"]))
        self.kept = variables.take_kept()  # our slot: it is free when these are closed
        self.started = Started(self.paths, self.attempt, self.request, self.engine, pyz)

    def run(self) -> int:
        if os.path.exists(self.paths.end):
            self.tidy()
            return 0
        try:
            if not self.was_started():
                self.start()
            self.watch()
        except RuncfgError as error:
            self.end("Failed", error.message, words.of(error))
        except OSError as error:
            self.end("Failed", f"its container could not be made: {error}")
        except Exception as error:  # noqa: BLE001 - a bug of ours must not leave the run without an end
            self.end(*_of_build(error))
        finally:
            self.tidy()
        return 0

    def was_started(self) -> bool:
        """Whether an earlier supervisor of this attempt came so far. Raises TargetError where it did not."""
        if os.path.exists(self.attempt.container) or os.path.exists(self.attempt.claim):
            return True
        who = (atomic.read_json(self.attempt.job) or {}).get("process") or {}
        if who.get("pid") in (None, os.getpid()):
            return False
        if self.started.is_there():
            return True
        raise TargetError("its container was not started: its supervisor was killed", hint="submit it again")

    def start(self) -> None:
        """From the image to the running container."""
        events = EventWriter(self.paths.event_file("supervisor"))

        def tell(step: str) -> None:
            events.append("status", status="Preparing", attempt=self.attempt.number, cause=step)

        try:
            self.started.make(self.show, tell)
        finally:
            events.close()

    def show(self, data: bytes) -> None:
        """What a build prints is part of the run's log."""
        for path in (self.paths.environment_log, self.paths.std_log):
            with suppress(OSError):  # a full disk: the build itself will say so
                descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
                try:
                    os.write(descriptor, data)
                finally:
                    os.close(descriptor)

    def watch(self) -> None:
        """Until the container has ended; an engine that does not answer is asked again and again."""
        while True:
            try:
                has_ended = self.started.wait(LOOK_S)
                self.answers()
                if has_ended:
                    self.end_of_container()
                    return
            except (EngineGone, EngineError) as error:
                if self.has_ended():  # it says so itself: an engine that is stopped stops containers
                    self.end_of_container()
                    return
                self.is_silent(error)
                time.sleep(RETRY_S)

    def end_of_container(self) -> None:
        if not os.path.exists(self.paths.end):
            self.end(*self.started.why_ended())

    def has_ended(self) -> bool:
        """Whether the runtime in the container has said so."""
        return os.path.exists(self.paths.end) or os.path.exists(self.attempt.end)

    def is_silent(self, error: TargetError) -> None:
        if not os.path.exists(self.attempt.silent):
            atomic.write_replace(
                self.attempt.silent, atomic.encode({"reason": error.message, "t": time.time()})
            )

    def answers(self) -> None:
        with suppress(FileNotFoundError):
            os.unlink(self.attempt.silent)

    def end(self, status: str, cause: str, error: dict[str, str] | None = None) -> None:
        """The end of the run, unless its runtime has written one."""
        if status == "Failed" and os.path.exists(self.paths.cancel):
            status, error = "Canceled", None
        more: dict[str, Any] = {"error": error} if error else {}
        if not ending.write_unstarted(self.paths, self.attempt.number, status, cause, **more):
            ending.write_status(self.paths, status, cause, **more)

    def tidy(self) -> None:
        """Nothing is left at the engine, nor of the secrets; who waits for our slot gets it."""
        with suppress(OSError):
            self.started.drop_secrets()
            self.answers()
        is_tidy = self.has_swept()
        for descriptor in self.kept:
            os.close(descriptor)
        with suppress(OSError, RuncfgError):
            from .. import machine

            machine.heal_queue(self.paths.home, self.options)
        deadline = time.monotonic() + SWEEP_S
        pause = RETRY_S
        while not is_tidy and time.monotonic() < deadline:
            time.sleep(pause)
            pause = min(2 * pause, SWEEP_EVERY_S)
            is_tidy = self.has_swept()

    def has_swept(self) -> bool:
        """Take away what the engine has of this run, and of others that nobody took away."""
        try:
            self.started.keep_what_it_printed()
            sweep(self.engine, container.labels(self.paths, self.attempt.number))
            sweep_ended(self.engine, self.paths.home)
        except EngineGone:
            return False
        except (EngineError, OSError):
            pass  # somebody else takes it away at this moment, or a full disk
        return True


def _of_build(error: Exception) -> tuple[str, str, dict[str, str] | None]:
    """The end of a run whose image could not be had, or that met a bug of ours."""
    from ...runtime.environment.build import BuildCanceled, BuildFailed

    if isinstance(error, BuildCanceled):
        return "Canceled", "canceled before its container was started", None
    if isinstance(error, BuildFailed):
        return "Failed", "its container could not be made", error.error
    import traceback

    traceback.print_exception(error)
    return "Failed", f"the supervisor of its container failed: {error!r}", None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
