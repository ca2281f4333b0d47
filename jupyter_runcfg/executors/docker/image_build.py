"""An image from a Dockerfile: built by the engine, with its cache, step by step."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Mapping
from typing import Any

from ...runtime import atomic
from ...runtime.environment.build import BuildFailed, Watcher, once
from ...runtime.environment.place import EnvironmentPaths
from ...runtime.paths import Home
from . import image_dockerfile, image_fault, image_sign_in, proxies
from .engine import Engine
from .image_context import Context, opened
from .image_stream import EngineSaid, events

REPOSITORY = "runcfg-image"
IMAGE = "runcfg.image"  # the label that says its name
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
) -> tuple[str, str]:
    """The id of the image that a request's `image` describes, built unless the engine has it; and its name.

    Under that name it is one of the environments of this machine.

    Raises:
        BuildFailed: It cannot be built.
        BuildCanceled: The watcher does not want it any more.
    """
    with opened(asked, watcher, secrets) as context:
        platform = str(asked.get("platform") or "")
        name = hashlib.sha256(f"{context.digest} {platform}".encode()).hexdigest()[:_LENGTH]
        place = EnvironmentPaths(home, name)
        tag = f"{REPOSITORY}:{name}"

        def make(_held: int) -> dict[str, Any]:
            began = time.time()
            where = str(asked.get("where") or context.dockerfile)
            shutil.rmtree(place.directory, ignore_errors=True)  # what an interrupted build left
            os.makedirs(place.directory, mode=0o700)
            _Build(engine, home, context, watcher, place.log).run(tag, platform, auth, where)
            found = engine.image(tag) or {}
            _note(place, engine, found, asked, began)
            return found

        found = engine.image(tag) or once(place.building, place.log, watcher, lambda: engine.image(tag), make)
        facts = (place.read() or {}).get("image", {})
        if (facts.get("id"), facts.get("engine")) != (found["Id"], engine.host):  # another has had it built
            os.makedirs(place.directory, mode=0o700, exist_ok=True)
            _note(place, engine, found, asked, time.time())
        place.note_use(watcher.run_id)
    return str(found["Id"]), name


def _note(
    place: EnvironmentPaths, engine: Engine, found: Mapping[str, Any], asked: Mapping[str, Any], began: float
) -> None:
    """What `env` tells of it."""
    image = {"id": found.get("Id"), "base_id": found.get("Id"), "engine": engine.host}
    facts = {
        "version": 1,
        "name": place.name,
        "definition": {},
        "image": {**image, "tag": f"{REPOSITORY}:{place.name}", "made_of": _source(asked)},
        "created": time.time(),
        "seconds": round(time.time() - began, 3),
        "size": int(found.get("Size") or 0),
    }
    atomic.write_replace(place.facts, atomic.encode(facts))


def _source(asked: Mapping[str, Any]) -> str:
    """What it is made of, as people know it."""
    context = asked.get("context")
    if context is None:
        return str(asked["where"])
    return f"{context['dockerfile']} in {context.get('directory') or context['git']}"


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
        self._labels = {"runcfg.home": self._home.root, IMAGE: tag.rpartition(":")[2]}
        query = {
            "t": tag,
            "dockerfile": self._context.dockerfile,
            "rm": "1",
            "forcerm": "1",
            "platform": platform,
            "labels": json.dumps(self._labels),
            "buildargs": json.dumps(proxies.of_person(self._engine.host)),
        }
        self._watcher.tell("builds its image")
        with open(self._log, "wb") as log:
            try:
                for event in events(
                    self._engine,
                    "/build",
                    self._watcher,
                    query,
                    headers=image_sign_in.of_all(auth, self._watcher),
                    body=self._context.tar,
                ):
                    text = str(event.get("stream") or "")
                    log.write(text.encode("utf-8", "surrogatepass"))
                    log.flush()
                    self._watcher.show(text.encode("utf-8", "surrogatepass"))
                    self._take(text)
            except EngineSaid as said:
                raise BuildFailed(self._explain(str(said), where)) from None

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
