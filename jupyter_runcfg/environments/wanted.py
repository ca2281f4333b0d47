"""What a job is told of the environment that it needs: enough to build it, and its name."""

from __future__ import annotations

import hashlib
import sysconfig
from collections.abc import Mapping
from typing import Any

from ..errors import UserErrorException
from ..runtime.atomic import encode
from ..runtime.environment.place import EnvironmentPaths
from ..runtime.paths import Home
from . import conda_wanted
from .definition import Definition
from .interpreter import Interpreter, choose

_LENGTH = 16  # of the name: `#!` lines of its programs hold the path, and systems cut those


def wanted(home: Home, definition: Definition, base: Interpreter, lock: str = "") -> dict[str, Any]:
    """The `environment` of a request: JSON, as the runtime builds from it.

    Args:
        home: Where it is, or will be.
        definition: What is in it.
        base: The Python it is built upon.
        lock: The text of the lock to install; empty: the newest versions that fit, resolved when it is built.

    Raises:
        UserErrorException: There is no uv to build it with.
    """
    return _wanted(home, definition.facts(), definition.asked, base, lock)


def again(home: Home, before: Mapping[str, Any], lock: str) -> dict[str, Any]:
    """The same environment once more, on this machine, from the lock that it was built from.

    Raises:
        ConfigError: No Python of its version is here.
        UserErrorException: There is no uv to build it with.
    """
    facts = dict(before["definition"])
    if facts.get("conda"):
        return conda_wanted.again(home, before, lock)
    _, base = choose(str(facts["python"]), "rerun")
    plain = _wanted(home, facts, before.get("asked") or {}, base, "")
    there = EnvironmentPaths(home, plain["name"]).read()
    if not lock or (there is not None and there.get("lock") == lock):
        return plain
    return _wanted(home, facts, before.get("asked") or {}, base, lock)


def _wanted(
    home: Home, facts: Mapping[str, Any], asked: Mapping[str, str], base: Interpreter, lock: str
) -> dict[str, Any]:
    key = [facts, base.path, sysconfig.get_platform(), lock]
    name = hashlib.sha256(encode(key)).hexdigest()[:_LENGTH]
    return {
        "name": name,
        "python": EnvironmentPaths(home, name).python,
        "definition": dict(facts),
        "base": base.path,
        "uv": find_uv(),
        "asked": dict(asked),
        "lock": lock,
    }


def find_uv() -> str:
    """The program that builds. Raises UserErrorException where it is not installed."""
    try:
        import uv

        return str(uv.find_uv_bin())
    except (ImportError, FileNotFoundError) as error:
        raise UserErrorException(
            "there is no uv, which builds environments", hint="`python -m pip install uv` where Jupyter is"
        ) from error
