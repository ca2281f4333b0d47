"""The image of a run: found, pulled or built, with the packages that it needs upon it."""

from __future__ import annotations

import http
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ... import settings
from ...errors import TargetError
from ...runtime.environment import build
from ...runtime.environment.build import BuildFailed, Watcher
from ...runtime.paths import Home
from . import image_fault, image_python
from .engine import Engine, EngineError, EngineGone
from .image_layer import Layer
from .image_source import find_or_make


def remove(home: Home, image: Mapping[str, Any]) -> None:
    """Take an image of ours away, as the facts of an environment name it, and what is remembered of it.

    Nothing where it is gone.

    Raises:
        TargetError: A container needs it, or the engine does not answer.
    """
    engine = Engine(str(image["engine"]))
    try:
        engine.ask("DELETE", f"/images/{image['tag']}")
    except EngineError as error:
        if error.status == http.HTTPStatus.CONFLICT:
            message = f"a container needs the image '{image['tag']}'"
            hint = f"`docker ps --all --filter ancestor={image['tag']}` shows it"
            raise TargetError(message, where=engine.host, hint=hint) from error
        if error.status != http.HTTPStatus.NOT_FOUND:
            raise
    image_python.forget_gone(engine, home)


@dataclass(frozen=True)
class Ready:
    """An image that a run can be started in."""

    image_id: str
    python: str
    """The interpreter in it that starts the runtime."""
    lock: dict[str, Any]
    """What the attempt notes in lock.json: which image it was, and the packages upon it."""


def ensure(
    engine: Engine,
    wanted: Mapping[str, Any],
    watcher: Watcher,
    *,
    home: Home | None = None,
    secrets: Mapping[str, str] | None = None,
) -> Ready:
    """The image of a request's `environment`, which the engine has when this returns.

    Args:
        engine: Where it has to be.
        wanted: Its `image`, and where packages are to be upon it the keys of an environment.
        watcher: Who wants it.
        home: Where the facts of environments are; default: the person's.
        secrets: Passwords by the names that the request has for them; default: this process's variables.

    Raises:
        BuildFailed: It cannot be had.
        BuildCanceled: The watcher does not want it any more.
        OSError: The home cannot be written.
    """
    home = home or Home(str(settings.home()))
    secrets = os.environ if secrets is None else secrets
    try:
        base_id, built = find_or_make(engine, home, wanted["image"], watcher, secrets)
        python = image_python.find(engine, home, base_id, wanted["image"], watcher)
        image = {"id": base_id, "base": image_python.shown(wanted["image"]), "base_id": base_id}
        if not wanted.get("definition"):
            return Ready(base_id, python.path, {**({"name": built} if built else {}), "image": image})
        if wanted.get("name"):  # conda's packages are installed on this machine, and seen from the container
            given = None if secrets is os.environ else secrets  # a build takes only some of our own
            facts = {"image": image, **build.ensure(home, dict(wanted), watcher, given)}
        else:
            facts = Layer(
                engine, home, base_id=base_id, python=python, wanted=wanted, watcher=watcher
            ).ensure(secrets)
        kept: dict[str, Any] = {
            key: facts[key] for key in ("name", "base", "packages", "lock", "image") if key in facts
        }
        return Ready(facts["image"]["id"], python.path, {**kept, "definition": wanted["definition"]})
    except (EngineError, EngineGone) as error:
        raise BuildFailed(image_fault.of_engine(error)) from error
