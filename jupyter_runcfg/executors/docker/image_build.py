"""An image from a Dockerfile: built by the engine, with its cache, step by step."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from typing import Any

from ...runtime.environment.build import BuildFailed, Watcher, once
from ...runtime.paths import Home
from . import image_dockerfile, image_fault
from .engine import Engine
from .image_context import Context, opened
from .image_stream import EngineSaid, events

REPOSITORY = "runcfg-image"
_LENGTH = 16
_STEP = re.compile(r"Step (\d+)/(\d+) : (.*)")
_LONGEST = 80


def build(
    engine: Engine,
    home: Home,
    asked: Mapping[str, Any],
    watcher: Watcher,
    *,
    secrets: Mapping[str, str],
    auth: Mapping[str, str] | None,
) -> str:
    """The id of the image that a request's `image` describes; built unless the engine has it.

    Raises:
        BuildFailed: It cannot be built.
        BuildCanceled: The watcher does not want it any more.
    """
    with opened(asked, watcher, secrets) as context:
        platform = str(asked.get("platform") or "")
        name = (
            context.digest[:_LENGTH]
            if not platform
            else f"{context.digest[:_LENGTH]}-{platform.partition('/')[2]}"
        )
        tag = f"{REPOSITORY}:{name}"

        log = os.path.join(home.images, f"{name}.log")

        def make(_held: int) -> dict[str, Any]:
            _Build(engine, home, context, watcher, log).run(
                tag, platform, auth, str(asked.get("where") or "")
            )
            return engine.image(tag) or {}

        lock = os.path.join(home.images, f"{name}.lock")
        found = engine.image(tag) or once(lock, log, watcher, lambda: engine.image(tag), make)
    return str(found["Id"])


class _Build:
    """One build."""

    def __init__(self, engine: Engine, home: Home, context: Context, watcher: Watcher, log: str) -> None:
        self._engine = engine
        self._home = home
        self._context = context
        self._watcher = watcher
        self._log = log
        self._step: tuple[int, int, str] | None = None
        self._said: list[str] = []
        self._labels: dict[str, str] = {}

    def run(self, tag: str, platform: str, auth: Mapping[str, str] | None, where: str) -> None:
        self._labels = {"runcfg.home": self._home.root, "runcfg.image": tag.rpartition(":")[2]}
        query = {
            "t": tag,
            "dockerfile": self._context.dockerfile,
            "rm": "1",
            "forcerm": "1",
            "platform": platform,
            "labels": json.dumps(self._labels),
        }
        self._watcher.tell("builds its image")
        with open(self._log, "wb") as log:
            try:
                for event in events(
                    self._engine,
                    "/build",
                    self._watcher,
                    query,
                    headers=_headers(auth),
                    body=self._context.tar,
                ):
                    text = str(event.get("stream") or "")
                    log.write(text.encode("utf-8", "surrogatepass"))
                    log.flush()
                    self._watcher.show(text.encode("utf-8", "surrogatepass"))
                    self._take(text)
            except EngineSaid as said:
                raise BuildFailed(self._explain(str(said), where or self._context.dockerfile)) from None

    def _take(self, text: str) -> None:
        for line in text.splitlines():
            found = _STEP.match(line)
            if found is None:
                self._said.append(line)
                continue
            number, count, instruction = int(found[1]), int(found[2]) - len(self._labels), found[3]
            self._step, self._said = (number, count, instruction), []
            shown = instruction if len(instruction) <= _LONGEST else instruction[: _LONGEST - 1] + "…"
            if number <= count:  # the engine adds a step for each label
                self._watcher.tell(f"builds its image: step {number} of {count}: {shown}")

    def _explain(self, said: str, name: str) -> dict[str, str]:
        if self._step is None:
            return image_fault.not_parsed(said, name)
        number, _, instruction = self._step
        base = re.match(r"FROM\s+(?:--\S+\s+)*(\S+)", instruction, re.IGNORECASE)
        line = image_dockerfile.line_of_step(self._context.text, number)
        where = f"{name}:{line}" if line else name
        error = (
            image_fault.not_pulled(base[1], said, self._engine)
            if base
            else image_fault.step_failed(self._step, self._said, said, self._log)
        )
        return {**error, "where": where}


def _headers(given: Mapping[str, str] | None) -> dict[str, str]:
    """The sign-ins of the person, and the one of the configuration, for the images that it starts from."""
    from docker import auth

    found = dict(auth.load_config().get_all_credentials())  # type: ignore[no-untyped-call]
    if given:
        found[given["serveraddress"] or auth.INDEX_NAME] = dict(given)
    return {"X-Registry-Config": auth.encode_header(found).decode("ascii")} if found else {}
