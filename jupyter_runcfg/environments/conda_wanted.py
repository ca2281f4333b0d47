"""What a job is told of an environment with conda packages: enough to build it, and its name."""

from __future__ import annotations

import hashlib
import json
import sys
import sysconfig
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from .. import settings
from ..errors import UserErrorException
from ..runtime.atomic import encode
from ..runtime.environment.place import EnvironmentPaths, conda_cache
from ..runtime.paths import Home
from ..runtime.variables import CONDA_SECRETS
from . import channel
from .definition import Definition

_LENGTH = 16


def wanted(home: Home, definition: Definition, directory: Path, uv: str) -> dict[str, Any]:
    """The `environment` of a request: JSON, as the runtime builds from it.

    Args:
        home: Where it is, or will be.
        definition: What is in it.
        directory: Where channels begin that are relative paths.
        uv: The program that installs pip's section.

    Raises:
        ConfigError: A channel cannot be one.
        UserErrorException: There is nothing to build it with.
    """
    found = channel.resolve(definition.conda_channels, directory)
    told = {
        "definition": definition.facts(),
        "asked": dict(definition.asked),
        "channels": list(found.urls),
        "tls": found.tls,
        "priority": found.priority,
        "uv": uv,
        "credentials": list(definition.variables),
    }
    return _wanted(home, told, "")


def secrets(definition: Definition, channels: tuple[str, ...], directory: Path) -> dict[str, str]:
    """The variable of the build that holds passwords of channels and proxies.

    Args:
        definition: What is asked for.
        channels: As they were written, with passwords.
        directory: Where channels begin that are relative paths.
    """
    found = channel.resolve([*channels, *definition.conda_channels], directory).secrets
    return {CONDA_SECRETS: json.dumps(found)} if found else {}


def again(home: Home, before: Mapping[str, Any], lock: str) -> dict[str, Any]:
    """The same environment once more, on this machine, from the lock that it was built from.

    Raises:
        UserErrorException: There is nothing to build it with.
    """
    told = {
        key: before[key]
        for key in ("definition", "asked", "channels", "tls", "priority", "uv", "credentials")
    }
    plain = _wanted(home, told, "")
    there = EnvironmentPaths(home, plain["name"]).read()
    if not lock or (there is not None and there.get("lock") == lock):
        return plain
    return _wanted(home, told, lock)


def builder() -> dict[str, str]:
    """Who solves and installs: py-rattler in this Python, else a program of conda's.

    Raises:
        UserErrorException: There is none.
    """
    if find_spec("rattler") is not None:
        return {"kind": "rattler", "program": sys.executable}
    kind, path = settings.conda_program()
    if kind:
        return {"kind": kind, "program": path, "python": sys.executable}
    raise UserErrorException(
        "there is nothing to install conda's packages with",
        hint="`python -m pip install py-rattler` where Jupyter is, or micromamba on the PATH",
    )


def _wanted(home: Home, told: Mapping[str, Any], lock: str) -> dict[str, Any]:
    key = [told["definition"], told["channels"], sysconfig.get_platform(), lock]
    name = hashlib.sha256(encode(key)).hexdigest()[:_LENGTH]
    return {
        **told,
        "name": name,
        "python": EnvironmentPaths(home, name).python,
        "base": "",
        "builder": builder(),
        "cache": conda_cache(home),
        "lock": lock,
    }
