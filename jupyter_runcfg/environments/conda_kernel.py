"""What conda has installed into the Python that we run in, by its own records in `conda-meta`."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from .channel import name_of

_DISTRIBUTION = re.compile(r"site-packages/([^/]+?)-([^/-]+)(?:-py[\d.]+)?\.(?:dist-info|egg-info)(?:/|$)")


@dataclass(frozen=True)
class Installed:
    """A package of conda's, with the distributions of Python that it brought."""

    name: str
    version: str
    channel: str
    """Its name, or its URL without password."""
    brings: Mapping[str, str] = field(default_factory=dict)
    """Names as PEP 503 has them → versions."""
    is_asked: bool = False
    """Whether somebody asked for it by name."""

    @property
    def pin(self) -> str:
        return f"{self.name}={self.version}"


class Kernel:
    """The conda packages of a prefix; of one that conda did not make there are none."""

    def __init__(self, prefix: Path | None = None) -> None:
        place = (prefix or Path(sys.prefix)) / "conda-meta"
        self.packages = _installed(place, place.stat().st_mtime_ns) if place.is_dir() else ()
        self._owners = {item: one for one in self.packages for item in one.brings.items()}

    def owner(self, name: str, version: str) -> Installed | None:
        """The package that brought a distribution; None where pip installed it, or replaced it."""
        return self._owners.get((name, version))

    @property
    def channels(self) -> list[str]:
        """Those that the packages came from, the one with the most first."""
        counts = Counter(one.channel for one in self.packages if one.channel)
        return [channel for channel, _ in counts.most_common()]


@lru_cache(maxsize=1)
def _installed(place: Path, _changed_ns: int) -> tuple[Installed, ...]:
    """The records there, read once as long as nothing is installed: they list each file of each package."""
    return tuple(_read(place))


def _read(place: Path) -> Iterator[Installed]:
    for file in sorted(place.glob("*.json")):
        try:
            facts: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            name, version = str(facts["name"]), str(facts["version"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
        brings = {}
        for path in facts.get("files") or ():
            found = _DISTRIBUTION.search(str(path))
            if found:
                brings[re.sub(r"[-_.]+", "-", found[1]).lower()] = found[2]
        is_asked = bool(facts.get("requested_spec") or facts.get("requested_specs"))
        yield Installed(name, version, name_of(str(facts.get("channel") or "")), brings, is_asked)
