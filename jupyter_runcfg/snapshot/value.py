"""What a snapshot is, once it is taken: a list of paths and one digest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ..runtime.manifest import DIRECTORY, Entry
from .entries import Entries


class Ignored(NamedTuple):
    """A path that an ignore rule drops; below an ignored directory nothing was looked at."""

    path: str
    is_directory: bool
    rule: str  # ".amlignore:3 data/": file, line, pattern


class Skipped(NamedTuple):
    """A path that no rule drops, and that cannot travel or will not work where it arrives."""

    path: str
    reason: str


@dataclass(frozen=True)
class Snapshot:
    """A frozen directory. Paths are relative to `root`, use `/`, and may hold surrogate escapes.

    `digest` is the SHA-256 of the manifest's bytes: the same tree has the same digest everywhere.
    """

    root: Path
    digest: str
    entries: Sequence[Entry]  # sorted as in the manifest
    ignored: tuple[Ignored, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    doubtful: tuple[Skipped, ...] = ()  # kept all the same: broken links, files still being written

    @property
    def file_count(self) -> int:
        """Files and links."""
        if isinstance(self.entries, Entries):
            return self.entries.file_count
        return sum(entry.mode != DIRECTORY for entry in self.entries)

    @property
    def size_bytes(self) -> int:
        if isinstance(self.entries, Entries):
            return self.entries.size_bytes
        return sum(entry.size for entry in self.entries)

    def describe(self) -> str:
        """One short line, `14 files 0.3 MB (2 ignored)`."""
        left_out = [
            f"{len(paths)} {word}"
            for word, paths in (("ignored", self.ignored), ("skipped", self.skipped))
            if paths
        ]
        files = "1 file" if self.file_count == 1 else f"{self.file_count} files"
        line = f"{files} {size_text(self.size_bytes)}"
        return f"{line} ({', '.join(left_out)})" if left_out else line


def size_text(size: int) -> str:
    """Bytes for people, in powers of ten: `812 B`, `39 KB`, `0.3 MB`, `1.2 GB`."""
    if size < 1000:
        return f"{size} B"
    if size < 99_500:
        return f"{size / 1e3:.0f} KB"
    if size < 999_950_000:
        return f"{size / 1e6:.1f} MB"
    return f"{size / 1e9:.1f} GB"


def printable(path: str) -> str:
    """The path as text that any stream takes: bytes that are no UTF-8 stand as `\\xff`."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def ignore_line(path: str, is_directory: bool) -> str:
    """The line of an ignore file in the root that drops exactly this path."""
    text = re.sub(r"([*?\[\\])", r"\\\1", printable(path))
    if text.endswith(" ") and not is_directory:
        text = text[:-1] + "\\ "
    return f"/{text}/" if is_directory else f"/{text}"
