"""What the notes of `runtime/changes.py` say since the last look, and whether they say all of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from ..runtime.paths import Home


@dataclass(frozen=True)
class Notes:
    """New notes of all machines that use a home."""

    run_ids: frozenset[str]
    steps: dict[int, int]
    """From the time of change before each to that after it."""
    offsets: dict[str, int]
    """How far each machine's file is read now."""

    def explain(self, old: int, new: int) -> bool:
        """Whether all that came or went between these times of change was noted."""
        while old != new and old in self.steps:
            old = self.steps.pop(old)
        return old == new


def end_of_notes(home: Home) -> dict[str, int]:
    """Where the next notes will be."""
    return {name: os.path.getsize(os.path.join(home.index, name)) for name in _files(home)}


def read_notes(home: Home, offsets: Mapping[str, int]) -> Notes:
    """The notes after these offsets; a last line without its end is left for the next time."""
    run_ids: set[str] = set()
    steps: dict[int, int] = {}
    reached = {}
    for name in _files(home):
        with open(os.path.join(home.index, name), "rb") as stream:
            start = stream.seek(offsets.get(name, 0))
            data = stream.read()
        whole = data[: data.rfind(b"\n") + 1]
        reached[name] = start + len(whole)
        for line in whole.split(b"\n"):
            _take(line, run_ids, steps)
    return Notes(frozenset(run_ids), steps, reached)


def _take(line: bytes, run_ids: set[str], steps: dict[int, int]) -> None:
    words = line.split(b" ")
    if len(words) != 3 or not (words[1].isdigit() and words[2].isdigit()):
        return
    before, after = int(words[1]), int(words[2])
    if before != after:
        steps[before] = after
    name = os.fsdecode(words[0])
    if name and not name.startswith(".") and "/" not in name and "\0" not in name:
        run_ids.add(name)


def _files(home: Home) -> list[str]:
    try:
        return sorted(name for name in os.listdir(home.index) if name.endswith(".changes"))
    except OSError:
        return []
