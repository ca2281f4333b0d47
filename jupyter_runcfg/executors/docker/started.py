"""The containers of one attempt: made, started, waited for, and asked how they ended."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress

from ...runtime import atomic
from . import container, known, words
from .engine import EngineError

GRACE_S = 10.0  # of the script, from its cancel to its kill, as the runtime has it
MORE_S = 20.0  # for what the runtime does after it
_NAME_TAKEN = 409

TYPE_CHECKING = False  # as typing has it; whatever a supervisor imports, its run waits for
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ...runtime.paths import AttemptPaths, RunPaths
    from .copied import Copied
    from .engine import Engine


class Started:
    """All containers of the attempt, node 0 first."""

    def __init__(
        self, paths: RunPaths, attempt: AttemptPaths, request: dict[str, Any], engine: Engine, pyz: str
    ) -> None:
        self._paths = paths
        self._attempt = attempt
        self._request = request
        self._engine = engine
        self._pyz = pyz
        self._options: dict[str, Any] = request["target"]["options"]
        self._hosts: list[str] = self._options.get("hosts") or [""]
        self._canceled = 0.0
        self._copied: Copied | None = None
        if self._options.get("copies"):
            from .copied import Copied

            self._copied = Copied(engine, paths, attempt.number, pyz)

    def make(self, show: Callable[[bytes], object], tell: Callable[[str], object]) -> None:
        """Have the image, and start a container of it for each node.

        Args:
            show: Gets what a build prints.
            tell: Gets each step.

        Raises:
            BuildFailed: There is no such image, or what it needs cannot be had.
            BuildCanceled: The run was canceled meanwhile.
            TargetError: The engine refuses, or does not answer.
        """
        image, python, lock = known.find(
            self._engine, self._paths.home, self._request["environment"]
        ) or self._made(show, tell)
        atomic.write_once(self._attempt.lock, atomic.encode(lock))
        tell("starts its container")
        labels = container.labels(self._paths, self._attempt.number)
        if len(self._hosts) > 1:
            self._engine.create_network(container.network_of(self._paths, self._attempt.number), labels)
        for node in range(len(self._hosts)):
            self._start(node, (image, python, str(lock["image"]["base_id"])))
        names = [self._name(node) for node in range(len(self._hosts))]
        note = {"names": names, "image": image, "host": self._engine.host, "t": time.time()}
        atomic.write_once(self._attempt.container, atomic.encode(note))

    def _made(
        self, show: Callable[[bytes], object], tell: Callable[[str], object]
    ) -> tuple[str, str, dict[str, Any]]:
        """The image, pulled or built if need be: its id, its Python, its lock."""
        from ...runtime.environment.build import BuildCanceled, Watcher
        from .image import ensure

        watcher = Watcher(show, tell, lambda: os.path.exists(self._paths.cancel), self._paths.run_id)
        ready = ensure(self._engine, self._request["environment"], watcher, home=self._paths.home)
        if watcher.is_canceled():
            raise BuildCanceled
        return ready.image_id, ready.python, ready.lock

    def _start(self, node: int, image: tuple[str, str, str]) -> None:
        gpus = _share(node, len(self._hosts))
        body = container.build(
            self._paths,
            self._attempt.number,
            self._request,
            image,
            pyz=self._pyz,
            gpus=gpus,
            node=node,
        )
        body = container.as_caller(body, self._engine)
        if self._copied is not None:
            body = self._copied.adapt(body)
        self._write_secrets(node)
        try:
            made = self._engine.create(self._name(node), body)
        except EngineError as error:
            if error.status != _NAME_TAKEN:
                raise
            made = self._name(node)  # an earlier supervisor of this attempt made it
        if self._copied is not None:
            self._copied.load(made)
        self._engine.start(made)

    def _name(self, node: int) -> str:
        return container.name_of(self._paths, self._attempt.number, node)

    def _write_secrets(self, node: int) -> None:
        """Where only the runtime finds them: no variable of the container, nothing `docker inspect` shows."""
        names = self._request.get("secrets") or []
        found = {name: os.environ[name] for name in names if name in os.environ}
        found = {**container.variables_of_files(self._options), **found}
        if found:
            data = json.dumps(found).encode("utf-8", "surrogatepass")
            atomic.write_replace(self._attempt.secrets_of(node), data, 0o600)

    def is_there(self) -> bool:
        """Whether its last container was started. Raises TargetError where the engine does not tell."""
        facts = self._engine.container(self._name(len(self._hosts) - 1))
        return facts is not None and facts["State"]["Status"] != "created"

    def drop_secrets(self) -> None:
        for node in range(len(self._hosts)):
            with suppress(FileNotFoundError):
                os.unlink(self._attempt.secrets_of(node))

    def wait(self, timeout_s: float) -> bool:
        """Whether the first node has ended within that time; the others are looked after meanwhile.

        Raises:
            EngineGone: The engine does not answer.
        """
        try:
            if self._copied is not None:
                has_ended = self._copied.wait(self._name(0), timeout_s)
            else:
                has_ended = self._engine.wait(self._name(0), timeout_s) is not None
            if has_ended:
                return True
        except EngineError as error:
            if error.status == 404:
                return True
            raise
        self._press()
        if len(self._hosts) > 1:
            self._look_at_others()
        return False

    def _look_at_others(self) -> None:
        """Say it for a node whose runtime could not: node 0 waits for its word."""
        for one in self._engine.containers(container.labels(self._paths, self._attempt.number)):
            node = int(one["Labels"].get(container.NODE, 0))
            if node and one["State"] == "exited" and not os.path.exists(self._attempt.node_end(node)):
                cause, error = words.of_end(self._engine.container(one["Id"]), self._limit)
                end = {
                    "status": "Failed",
                    "cause": f"node {node}: {cause}",
                    "exit_code": None,
                    "error": error,
                }
                atomic.write_once(self._attempt.node_end(node), atomic.encode(end))

    def _press(self) -> None:
        """Kill what does not end by itself, long after it was asked to."""
        if not self._canceled:
            if os.path.exists(self._paths.cancel) or os.path.exists(self._paths.end):
                self._canceled = time.monotonic()
            return
        grace_s = float(self._request.get("kill_grace_s") or GRACE_S) + MORE_S
        if time.monotonic() - self._canceled > grace_s:
            self._engine.kill(self._name(0))

    def why_ended(self) -> tuple[str, str, dict[str, str] | None]:
        """Status, cause and error of a run whose runtime has not said how it ended."""
        ended = atomic.read_json(self._attempt.end)
        if ended is not None:
            cause = str(ended.get("cause", "")) or "its container was ended"
            hint = "the engine was stopped, or somebody stopped the container; submit it again"
            return "Failed", cause, {"type": "JobLost", "message": cause, "hint": hint}
        facts, printed = self._engine.container(self._name(0)), b""
        if facts is not None:
            with suppress(EngineError):
                printed = self._engine.printed(self._name(0))
        cause, error = words.of_end(facts, self._limit, printed)
        return "Failed", cause, error

    @property
    def _limit(self) -> int:
        return int(self._options["container"].get("HostConfig", {}).get("Memory") or 0)

    def keep_what_it_printed(self) -> None:
        """The runtime's own words: nothing, unless it failed itself. Raises TargetError."""
        for node in range(len(self._hosts)):
            try:
                data = self._engine.printed(self._name(node))
            except EngineError:
                continue
            if data:
                with open(self._paths.runtime_log, "ab", buffering=0) as log:
                    log.write(data)


def _share(node: int, nodes: int) -> list[str]:
    """The GPUs that our slot came with, shared out evenly."""
    names = [name for name in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if name]
    share = len(names) // nodes
    return names[node * share : (node + 1) * share]
