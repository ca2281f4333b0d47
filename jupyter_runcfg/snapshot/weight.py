"""What makes a snapshot big, and the line that would keep it out."""

# Paths are the file system's own text here: pathlib would normalise them, and costs time.

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple

from ..errors import SnapshotError
from .value import Snapshot, ignore_line, printable, size_text
from .walk import Tree

LIMIT_BYTES = 1_000_000_000
LIMIT_FILES = 100_000
_NAMED = 3
_MOST_OF_IT = 0.9  # a directory that holds that share of the one above it is the one to name


class Place(NamedTuple):
    """A file, or a directory with all that travels below it."""

    path: str
    is_directory: bool
    files: int
    size: int

    def describe(self) -> str:
        if not self.is_directory:
            return f"{printable(self.path)} {size_text(self.size)}"
        count = "1 file" if self.files == 1 else f"{self.files:,} files"
        return f"{printable(self.path)}/ {size_text(self.size)} in {count}"


def heaviest(files: Iterable[tuple[str, int]], *, by_count: bool = False) -> list[Place]:
    """The files and directories that a (path, size) list is heavy by, the heaviest first.

    Only what no other one of them holds: of a directory that is nearly all of the one above it,
    the lower one.
    """
    members = _add_up(files)

    def weight(place: Place) -> tuple[int, int]:
        return (place.files, place.size) if by_count else (place.size, place.files)

    found = []
    for top in members.get("", {}).values():
        place = top
        while place.is_directory:
            lower = max(members[place.path].values(), key=weight)
            if not lower.is_directory or weight(lower)[0] < _MOST_OF_IT * weight(place)[0]:
                break
            place = lower
        found.append(place)
    return sorted(found, key=weight, reverse=True)


def _add_up(files: Iterable[tuple[str, int]]) -> dict[str, dict[str, Place]]:
    """The members of each directory ("" is the root) by their paths, each with all below it."""
    own: dict[str, list[int]] = {}
    members: dict[str, dict[str, Place]] = {}
    for path, size in files:
        directory = path.rpartition("/")[0]
        members.setdefault(directory, {})[path] = Place(path, False, 1, size)
        while directory:
            total = own.setdefault(directory, [0, 0])
            total[0] += 1
            total[1] += size
            directory = directory.rpartition("/")[0]
    for directory, (count, size) in own.items():
        above = directory.rpartition("/")[0]
        members.setdefault(above, {})[directory] = Place(directory, True, count, size)
    return members


def check(root: str, tree: Tree, limit_bytes: int | None, limit_files: int | None) -> None:
    """Refuse a tree over a limit, naming what it is heavy by.

    Raises:
        SnapshotError: It is.
    """
    total = sum(tree.sizes)
    is_big = limit_bytes is not None and total > limit_bytes
    is_many = limit_files is not None and len(tree.files) > limit_files
    if not is_big and not is_many:
        return
    what = size_text(total) if is_big else f"{len(tree.files):,} files"
    places = heaviest(zip(tree.files, tree.sizes, strict=True), by_count=not is_big)
    raise SnapshotError(
        f"the snapshot would be {what}",
        where=f"the biggest: {', '.join(place.describe() for place in places[:_NAMED])}",
        hint=f"{_advice(root, places[0])}, or say `--yes`",
    )


def note(snapshot: Snapshot, *, limit_bytes: int = LIMIT_BYTES, limit_files: int = LIMIT_FILES) -> str | None:
    """A sentence for people about a snapshot over a limit; None for one that is below both."""
    is_big = snapshot.size_bytes > limit_bytes
    if not is_big and snapshot.file_count <= limit_files:
        return None
    places = heaviest(((entry.path, entry.size) for entry in snapshot.entries), by_count=not is_big)
    what = size_text(snapshot.size_bytes) if is_big else f"{snapshot.file_count:,} files"
    named = ", ".join(place.describe() for place in places[:_NAMED])
    return f"{what}, most of it in {named}; {_advice(str(snapshot.root), places[0])} to leave the first out"


def _advice(root: str, place: Place) -> str:
    line = f"add the line `{ignore_line(place.path, place.is_directory)}` to .amlignore"
    if os.path.lexists(os.path.join(root, ".amlignore")):
        return line
    if os.path.lexists(os.path.join(root, ".gitignore")):
        return f"{line} (which then counts in place of .gitignore: begin with a copy of that)"
    return line
