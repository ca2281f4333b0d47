"""What a snapshot of a directory would hold and what not, with nothing written and no file read whole."""

# Paths are the file system's own text here: pathlib would normalise them, and costs time.

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from ..runtime.paths import Home
from .ignore import Rules
from .secret import Finding, find_secrets
from .value import Ignored, Skipped
from .walk import walk

_RULE = re.compile(
    r"(?P<file>default list|always|.*?\.(?:aml|git)ignore)(?::(?P<line>\d+))? (?P<text>.*)", re.DOTALL
)


class Weight(NamedTuple):
    """A file, or a directory with all below it."""

    path: str  # of a directory with a `/` at its end
    size_bytes: int
    file_count: int


class IgnoredBy(NamedTuple):
    """One line of an ignore file, and the paths that it drops; what is below a directory is not counted."""

    file: str
    line: int  # 0: not in a file
    text: str
    paths: tuple[Ignored, ...]


@dataclass(frozen=True)
class Preview:
    """What would be sent. Paths are relative to `root`, sorted, and may hold surrogate escapes."""

    root: str
    rules: str
    """The ignore file that counts, `.amlignore`, `.gitignore`, or `default list`."""
    files: tuple[tuple[str, int], ...]
    ignored: tuple[Ignored, ...]
    skipped: tuple[Skipped, ...]
    doubtful: tuple[Skipped, ...]
    secrets: tuple[Finding, ...]
    not_looked_into: int
    """So many small files were not searched for secrets: there are too many."""

    @property
    def size_bytes(self) -> int:
        return sum(size for _, size in self.files)

    def biggest_files(self, count: int) -> list[Weight]:
        ordered = sorted(self.files, key=lambda file: (-file[1], os.fsencode(file[0])))
        return [Weight(path, size, 1) for path, size in ordered[:count]]

    def biggest_directories(self, count: int) -> list[Weight]:
        """The heaviest directories of the top level, each followed down to where its weight is."""
        weights = _directories(self.files)
        below: dict[str, list[Weight]] = defaultdict(list)
        for weight in weights.values():
            below[_parent(weight.path)].append(weight)
        found = [_narrowed(weight, below) for weight in below[""]]
        return sorted(found, key=_heaviest)[:count]

    def ignored_by(self) -> list[IgnoredBy]:
        """The dropped paths by the line that drops them, in the order of files and lines."""
        groups: dict[str, list[Ignored]] = defaultdict(list)
        for ignored in self.ignored:
            groups[ignored.rule].append(ignored)
        found = [_ignored_by(rule, paths) for rule, paths in groups.items()]
        return sorted(found, key=lambda group: (group.file == "always", group.file, group.line, group.text))


def preview(root: str | os.PathLike[str], home: Home) -> Preview:
    """Look at a directory as `take` would.

    Raises:
        SnapshotError: The directory, or one below it that is not ignored, cannot be read.
    """
    top = os.path.abspath(os.path.expanduser(os.fspath(root)))
    tree = walk(top, home.root)
    unreadable = {path for path in tree.files if not os.access(os.path.join(top, path), os.R_OK)}
    pairs = [pair for pair in zip(tree.files, tree.sizes, strict=True) if pair[0] not in unreadable]
    files = sorted(pairs, key=lambda pair: os.fsencode(pair[0]))
    secrets, left = find_secrets(top, files)
    links = [(path, len(os.fsencode(target))) for path, target in tree.links]
    skipped = [*tree.skipped, *(Skipped(path, "cannot be read: Permission denied") for path in unreadable)]
    return Preview(
        root=top,
        rules=Rules.at(top).files[-1].name,
        files=tuple(sorted([*files, *links], key=lambda pair: os.fsencode(pair[0]))),
        ignored=tuple(sorted(tree.ignored)),
        skipped=tuple(sorted(skipped)),
        doubtful=tuple(sorted(tree.doubtful)),
        secrets=tuple(secrets),
        not_looked_into=left,
    )


def _directories(files: Iterable[tuple[str, int]]) -> dict[str, Weight]:
    """Every directory by its path, with all that is below it."""
    sizes: dict[str, int] = defaultdict(int)
    counts: dict[str, int] = defaultdict(int)
    for path, size in files:
        parent = _parent(path)
        sizes[parent] += size
        counts[parent] += 1
    for path in list(sizes):
        above = _parent(path)
        while above and above not in sizes:
            sizes[above] = 0
            above = _parent(above)
    sizes.setdefault("", 0)
    for path in sorted(sizes, key=lambda path: -path.count("/")):  # the deepest first
        if path:
            sizes[_parent(path)] += sizes[path]
            counts[_parent(path)] += counts[path]
    return {path: Weight(path, size, counts[path]) for path, size in sizes.items() if path}


def _parent(path: str) -> str:
    """`a/b/` of `a/b/c` and of `a/b/c/`; "" at the top."""
    return path[: path.rstrip("/").rfind("/") + 1]


def _narrowed(weight: Weight, below: dict[str, list[Weight]]) -> Weight:
    """The directory that alone holds nearly all of another one's weight, however deep."""
    while below[weight.path]:
        child = min(below[weight.path], key=_heaviest)
        if child.size_bytes < 0.9 * weight.size_bytes:
            break
        weight = child
    return weight


def _heaviest(weight: Weight) -> tuple[int, bytes]:
    return -weight.size_bytes, os.fsencode(weight.path)


def _ignored_by(rule: str, paths: list[Ignored]) -> IgnoredBy:
    found = _RULE.fullmatch(rule)
    if found is None:
        return IgnoredBy(rule, 0, "", tuple(paths))
    return IgnoredBy(found["file"], int(found["line"] or 0), found["text"], tuple(paths))
