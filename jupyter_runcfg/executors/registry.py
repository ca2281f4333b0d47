"""Which executors there are; each is imported when it is first used."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple, cast

from ..errors import TargetError, did_you_mean
from ..runtime.paths import Home
from .base import Executor, Resources


class Row(NamedTuple):
    """Where an executor is, and what installs the engine's client."""

    module: str
    name: str
    install: str
    options: dict[str, str]
    """What a compute target may say of it, each with what it means."""


EXECUTORS = {
    "local": Row(
        "local", "LocalExecutor", "", {"python": "the scripts' interpreter: a path, or a name on PATH"}
    ),
    "docker": Row(
        "docker.executor",
        "DockerExecutor",
        "",
        {
            "host": "the engine: unix:///path, ssh://user@host, tcp://host:port; default: as Docker",
            "image": "the image of runs that name none",
            "python": "the scripts' interpreter in the image",
            "network": "the network of its containers, as `docker run --network` has it",
            "copy": "true: files are copied into containers, not mounted",
        },
    ),
}
BUILT_IN_TARGETS = ("local", "docker")


@cache
def _load(name: str) -> type[Executor]:
    row = EXECUTORS[name]
    return cast(type[Executor], getattr(import_module(f"{__package__}.{row.module}"), row.name))


def check_target(target: str) -> None:
    """Nothing, if there is such a compute target.

    Raises:
        TargetError: There is none of that name.
    """
    if target not in EXECUTORS:
        near = did_you_mean(target, EXECUTORS)
        known = "there is " + ", ".join(f"'{name}'" for name in BUILT_IN_TARGETS)
        raise TargetError(
            f"no compute target named '{target}'", where="target", hint=" ".join(filter(None, (near, known)))
        )


def accept(executor: str, home: Home, asked: Resources, target: Mapping[str, str]) -> dict[str, Any]:
    """What an executor makes of what a run asks for; `target` are the target's own options.

    Raises:
        ConfigError: What is asked for is wrong.
        TargetError: The target cannot give it.
    """
    return get_executor(executor, home).accept(asked, target)


def get_executor(target: str, home: Home) -> Executor:
    """The executor behind a compute target. Raises TargetError as `check_target` does."""
    check_target(target)
    return _load(target)(home)  # type: ignore[call-arg]
