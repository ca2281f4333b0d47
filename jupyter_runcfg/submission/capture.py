"""What travels with a cell: parts that run before it, variables of the notebook, names that come back."""

from __future__ import annotations

import json
import os
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .payload import Variable, describe, has_package, package, python

MODULE = "_runcfg.runtime.cell"
DIRECTORY = ".runcfg"


@dataclass(frozen=True)
class Part:
    """A cell of the notebook that runs before the one submitted; tracebacks have its name."""

    name: str
    code: str

    @property
    def file(self) -> str:
        """No module's name, so that nothing is hidden by it: `cell-load.py`."""
        return f"cell-{''.join(char if char.isalnum() else '-' for char in self.name)}.py"


@dataclass(frozen=True)
class Capture:
    """Nothing of it: the cell is a plain script."""

    parts: tuple[Part, ...] = ()
    variables: tuple[Variable, ...] = ()
    results: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.parts or self.variables or self.results)

    def add_files(self, source: Path, script: str, interpreter: str, extra: dict[str, bytes]) -> str:
        """Put its files beside those of the snapshot; returns the directory that the job is told of."""
        directory = DIRECTORY
        while os.path.lexists(source / directory):
            directory += "-"
        names = []
        for part in self.parts:
            name = free_name(source, part.file, extra)
            extra[name] = part.code.encode("utf-8", "surrogatepass")
            names.append(name)
        told = {
            "version": 1,
            "script": script,
            "parts": names,
            "variables": {one.name: one.facts() for one in self.variables},
            "results": list(self.results),
            "python": python(),
        }
        files = {"capture.json": json.dumps(told, sort_keys=True).encode("utf-8")}
        files.update({one.file: one.data for one in self.variables})
        if (self.variables or self.results) and not has_package(interpreter):
            files.update(package())
        extra.update({f"{directory}/{name}": data for name, data in files.items()})
        return directory

    def facts(self) -> dict[str, Any]:
        """What the request says of it."""
        return {
            "parts": [part.name for part in self.parts],
            "variables": {one.name: {"type": one.type, "size": len(one.data)} for one in self.variables},
            "results": list(self.results),
        }

    @property
    def described(self) -> str:
        """`sends df 442×11 39 KB, feats 1 KB`; empty when no variable travels."""
        return f"sends {describe(self.variables)}" if self.variables else ""


def free_name(source: Path, name: str, taken: Container[str] = ()) -> str:
    """A name that no file of the directory has: `cell.py`, else `cell2.py` …"""
    stem, dot, suffix = name.rpartition(".")
    number = 1
    while os.path.lexists(source / name) or name in taken:
        number += 1
        name = f"{stem}{number}{dot}{suffix}"
    return name
