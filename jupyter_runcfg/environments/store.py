"""The environments that are built here: listed, found by name, removed."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from typing import Any

from ..errors import UserErrorException, did_you_mean
from ..runtime.environment.place import EnvironmentPaths
from ..runtime.paths import Home
from ..runtime.slots import lock
from . import conda_cache

_NAME = re.compile(r"[0-9a-f]{16}")
_SHORTEST = 4


@dataclass(frozen=True)
class Built:
    """An environment on the disk; times in unix seconds."""

    name: str
    directory: str
    facts: dict[str, Any]
    """What environment.json says; {} for one that is not whole."""
    last_used: float
    runs: tuple[str, ...]
    """The ids of the runs that used it, the newest last; some may be removed by now."""

    @property
    def is_whole(self) -> bool:
        return bool(self.facts)

    @property
    def image(self) -> dict[str, Any]:
        """The image that it is, or is in; {} for one in a directory of this machine."""
        return dict(self.facts.get("image") or {})

    @property
    def size_bytes(self) -> int:
        """Of an image, as its engine counts: what it shares with others too."""
        return int(self.facts.get("size", 0))

    @property
    def packages(self) -> dict[str, str]:
        return dict(self.facts.get("packages") or {})


def list_built(home: Home) -> list[Built]:
    """All there are, the one used last first."""
    try:
        names = [name for name in os.listdir(home.environments) if _NAME.fullmatch(name)]
    except OSError:
        return []
    found = [_built(EnvironmentPaths(home, name)) for name in names]
    return sorted(found, key=lambda one: (-one.last_used, one.name))


def find_built(home: Home, word: str) -> Built:
    """The one whose name begins so.

    Raises:
        UserErrorException: None does, or several do.
    """
    all_built = list_built(home)
    found = [one for one in all_built if len(word) >= _SHORTEST and one.name.startswith(word.lower())]
    if len(found) == 1:
        return found[0]
    names = [one.name for one in all_built]
    if found:
        message = f"'{word}' begins the names of {len(found)} environments"
        raise UserErrorException(message, hint=", ".join(one.name for one in found))
    hint = did_you_mean(word, names) or "`env list` shows those there are"
    raise UserErrorException(f"no built environment '{word}'", hint=hint)


def remove(home: Home, built: Built) -> None:
    """Take it off the disk; a run that needs it builds it anew.

    Raises:
        UserErrorException: It is being built at this moment.
        OSError: It cannot be removed.
    """
    place = EnvironmentPaths(home, built.name)
    held = lock(place.building)
    if held is None:
        raise UserErrorException(
            f"the environment '{built.name}' is being built", hint="cancel that run first, or wait for it"
        )
    try:
        if os.path.exists(place.facts):
            os.unlink(place.facts)  # from here on, nobody takes it for whole
        shutil.rmtree(place.directory)
    finally:
        os.close(held)
    if (built.facts.get("definition") or {}).get("conda"):
        conda_cache.prune(home)


def _built(place: EnvironmentPaths) -> Built:
    facts = place.read() or {}
    runs, last_used = _uses(place)
    return Built(place.name, place.directory, facts, last_used or float(facts.get("created", 0)), runs)


def _uses(place: EnvironmentPaths) -> tuple[tuple[str, ...], float]:
    try:
        with open(place.used, encoding="utf-8", errors="replace") as stream:
            words = [line.strip() for line in stream]
            return tuple(dict.fromkeys(word for word in words if word)), os.fstat(stream.fileno()).st_mtime
    except OSError:
        return (), 0.0
