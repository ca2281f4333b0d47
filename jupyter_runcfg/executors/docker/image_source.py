"""The image that a configuration names: the engine has it, or pulls or builds it."""

from __future__ import annotations

import http
from collections.abc import Mapping
from typing import Any

from ...runtime.environment.build import Watcher
from ...runtime.environment.place import EnvironmentPaths
from ...runtime.paths import Home
from ...runtime.variables import REGISTRY_PASSWORD
from .engine import Engine, EngineError
from .image_build import IMAGE, build
from .image_fault import platform_of
from .image_pull import pull


def find_or_make(
    engine: Engine, home: Home, asked: Mapping[str, Any], watcher: Watcher, secrets: Mapping[str, str]
) -> tuple[str, str]:
    """The id of the image, and the name of the environment that it is where it was built; else empty.

    Args:
        engine: Where it has to be.
        home: Where logs of builds are.
        asked: `id`, one to take if it is there; `base`, a name, or `dockerfile`, a text, or `context`;
            `platform`; `registry` (`address`, `username`).
        watcher: Who wants it.
        secrets: The password of the registry, and those in the URL of a build context.

    Raises:
        BuildFailed: It cannot be had.
        BuildCanceled: The watcher does not want it any more.
    """
    registry = asked.get("registry") or {}
    username, password = registry.get("username"), secrets.get(REGISTRY_PASSWORD)
    auth = None
    if username and password:
        auth = {
            "username": str(username),
            "password": password,
            "serveraddress": str(registry.get("address")),
        }
    there = engine.image(str(asked["id"])) if asked.get("id") else None
    if there is not None:  # the very one that a run had that is repeated
        built = str(((there.get("Config") or {}).get("Labels") or {}).get(IMAGE) or "")
        if built:
            EnvironmentPaths(home, built).note_use(watcher.run_id)
        return str(asked["id"]), built
    if "base" not in asked:
        return build(engine, home, asked, watcher, secrets=secrets, auth=auth)
    name, platform = str(asked["base"]), str(asked.get("platform") or "")
    found = find(engine, name, platform)
    if not found:
        pull(engine, name, platform, auth, watcher)
        found = find(engine, name, "")
    return found, ""


def find(engine: Engine, name: str, platform: str) -> str:
    """The id of an image that the engine has; empty where it has none of that name for that platform."""
    try:
        facts = engine.image(name)
    except EngineError as error:
        if error.status == http.HTTPStatus.BAD_REQUEST:
            return ""  # no name that an image could have: to pull it says so
        raise
    if facts is None:
        return ""
    return "" if platform and platform.lower() != platform_of(facts) else str(facts["Id"])
