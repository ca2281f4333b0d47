"""The environments that SDK v1 had under names of its own, as they are written in curated.toml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PREFIX = "AzureML-"
_GPU = re.compile("gpu|cuda", re.IGNORECASE)
_MISSPELT = 0.9  # how alike two names are, of which one is meant by the other
_NO_FRAMEWORKS = {"azureml", "acpt", "cpu", "cuda", "cudnn", "gpu", "inference", "learn", "py", "ubuntu"}
_FILE = Path(__file__).with_name("curated.toml")


@dataclass(frozen=True)
class Curated:
    """One definition of ours, for one of v1's names."""

    name: str
    since: str
    """The day it was written, `2026-11-21`."""
    stands_for: str
    python: str
    packages: tuple[str, ...]
    changed: str
    """What differs from v1's."""

    @property
    def dependencies(self) -> list[object]:
        """As a conda file has them."""
        return [f"python{self.python}", {"pip": list(self.packages)}]

    @property
    def note(self) -> str:
        """What a person who uses it should know."""
        return f"{self.name} is our definition of {self.since} for {self.stands_for}: {self.changed}"


@cache
def _tables() -> dict[str, list[dict[str, Any]]]:
    import tomllib  # few runs need it

    with _FILE.open("rb") as stream:
        return tomllib.load(stream)


@cache
def list_curated() -> dict[str, Curated]:
    """All, by name."""
    return {
        name: Curated(
            name,
            entry["since"].isoformat(),
            entry["stands_for"],
            entry["python"],
            tuple(entry["packages"]),
            entry["changed"],
        )
        for entry in _tables()["curated"]
        for name in entry["names"]
    }


def find_curated(name: str) -> Curated | None:
    """The one of that name, which counts in these letters only; None where there is none."""
    return list_curated().get(name) if name.startswith(PREFIX) else None


def find_nearest(name: str) -> Curated | None:
    """The one for the frameworks in a name that is not here: of later, or misspelt; None where none is."""
    from difflib import SequenceMatcher  # few runs need it

    asked = _frameworks(name)

    def nearness(one: str) -> tuple[int, bool, float]:
        is_gpu = [bool(_GPU.search(word)) for word in (one, name)]
        alike = SequenceMatcher(None, one.lower(), name.lower()).ratio()
        return len(asked & _frameworks(one)), is_gpu[0] == is_gpu[1], alike

    near = max(list_curated(), key=nearness)
    count, _, alike = nearness(near)
    return list_curated()[near] if count or alike > _MISSPELT else None


def _frameworks(name: str) -> set[str]:
    return {word for word in re.findall("[a-z]{2,}", name.lower()) if word not in _NO_FRAMEWORKS}


def why_gone(name: str) -> str:
    """Why nothing stands for a name that v1 had; empty where something does, or there was none."""
    return next((str(entry["why"]) for entry in _tables()["gone"] if name in entry["names"]), "")
