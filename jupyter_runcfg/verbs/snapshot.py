"""`snapshot`: what would be sent and why, as sections of rows that every front door can draw."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import settings, snapshot
from ..config import RunConfiguration
from ..runtime.manifest import DIRECTORY
from ..runtime.paths import Home
from ..snapshot.explain import Explanation, explain
from ..snapshot.ignore import DEFAULTS, Rules
from ..snapshot.preview import IgnoredBy, Preview, preview
from ..snapshot.secret import find_secrets
from ..snapshot.value import ignore_line, printable, size_text
from ..submission import Submission, find_source
from .submit import ASK_ABOVE_BYTES
from .wording import one_line

MOST_ROWS = 10
_MOST_WEIGHTS = 5
_MOST_EXAMPLES = 3


@dataclass(frozen=True)
class Section:
    """A title and rows of texts; `note` stands below them."""

    title: str
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    is_warning: bool = False
    numbers: tuple[int, ...] = ()
    """The columns that are aligned to the right."""


@dataclass(frozen=True)
class Look:
    """The answer of `snapshot`."""

    preview: Preview

    @property
    def title(self) -> str:
        count = len(self.preview.files)
        files = "1 file" if count == 1 else f"{count:,} files"
        size = size_text(self.preview.size_bytes)
        return f"{_shown(settings.short_path(self.preview.root))}: {files}, {size} would be sent"

    @property
    def rules(self) -> str:
        """Which ignore file counts."""
        if self.preview.rules == "default list":
            return f"no .amlignore, no .gitignore: left out are {' '.join(DEFAULTS)}"
        other = os.path.lexists(os.path.join(self.preview.root, ".gitignore"))
        if self.preview.rules == ".amlignore" and other:
            return "rules: .amlignore (so .gitignore does not count)"
        return f"rules: {self.preview.rules}"

    @property
    def remarks(self) -> list[str]:
        """Lines for under the title."""
        left = self.preview.not_looked_into
        more = f"{left:,} more small files were not searched for secrets: there are too many"
        return [self.rules, *([more] if left else [])]

    def sections(self) -> list[Section]:
        """All there is to say; sections without rows are left out."""
        seen = self.preview
        found = (_secrets(seen), *_oddities(seen), *_weights(seen), _ignored(seen))
        return [section for section in found if section.rows]

    def __str__(self) -> str:
        return "\n".join(text_lines(self))


def text_lines(look: Look, bold: Callable[[str], str] = str) -> list[str]:
    """The answer as aligned lines; `bold` may mark the titles for a terminal."""
    lines = [bold(look.title), *look.remarks]
    for section in look.sections():
        lines += ["", bold(section.title)]
        widths = [max(map(len, column)) for column in zip(*section.rows, strict=True)]
        for row in section.rows:
            cells = [
                cell.rjust(width) if column in section.numbers else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            lines.append(("  " + "  ".join(cells)).rstrip())
        lines += [f"  {section.note}"] if section.note else []
    return lines


def source_of(options: argparse.Namespace, config: RunConfiguration) -> Path:
    """The directory that `submit` would send.

    Raises:
        ConfigError: It is not there, or one that is only sent when it is named.
    """
    named = None if options.source is None else Path(options.source).expanduser()
    return find_source(Submission(config, source=named))


def look_at(source: Path) -> Look:
    """Preview a directory; nothing is written."""
    return Look(preview(source, Home(str(settings.home()))))


def explain_path(source: Path, path: str) -> Explanation:
    """Which line of which file keeps or drops a path."""
    return explain(source, path, str(settings.home()))


def as_json(source: Path) -> dict[str, Any]:
    """All of it for programs: every file with its digest, so each one is read."""
    frozen = snapshot.scan(source, Home(str(settings.home())))
    files = [entry for entry in frozen.entries if entry.mode != DIRECTORY]
    secrets, left = find_secrets(str(frozen.root), [(entry.path, entry.size) for entry in files])
    return {
        "source": str(frozen.root),
        "rules": Rules.at(str(frozen.root)).files[-1].name,
        "digest": frozen.digest,
        "size_bytes": frozen.size_bytes,
        "file_count": frozen.file_count,
        "files": [
            {"path": entry.path, "size": entry.size, "digest": entry.digest, "mode": entry.mode}
            for entry in files
        ],
        "empty_directories": [entry.path for entry in frozen.entries if entry.mode == DIRECTORY],
        "ignored": [ignored._asdict() for ignored in frozen.ignored],
        "skipped": [skipped._asdict() for skipped in frozen.skipped],
        "doubtful": [doubtful._asdict() for doubtful in frozen.doubtful],
        "secrets": [finding._asdict() for finding in secrets],
        "files_not_searched_for_secrets": left,
    }


def _shown(path: str) -> str:
    return one_line(printable(path))


def _more(count: int, shown: int) -> str:
    return f"and {count - shown:,} more" if count > shown else ""


def _weights(seen: Preview) -> tuple[Section, Section]:
    """Where the bytes are."""
    directories = seen.biggest_directories(_MOST_WEIGHTS)
    note = ""
    if seen.size_bytes > ASK_ABOVE_BYTES and directories:
        line = ignore_line(directories[0].path.rstrip("/"), True)
        saved = size_text(directories[0].size_bytes)
        note = (
            f"above {size_text(ASK_ABOVE_BYTES)} `submit` asks for `--yes`; "
            f"the line {_shown(line)} in .amlignore keeps {saved} here"
        )
    rows = [
        (size_text(weight.size_bytes), _count(weight.file_count, "file"), _shown(weight.path))
        for weight in directories
    ]
    files = [(size_text(w.size_bytes), _shown(w.path)) for w in seen.biggest_files(_MOST_WEIGHTS)]
    return (
        Section("biggest directories", tuple(rows), note, numbers=(0, 1)),
        Section("biggest files", tuple(files), _more(len(seen.files), len(files)), numbers=(0,)),
    )


def _count(number: int, word: str) -> str:
    if number == 1:
        return f"1 {word}"
    return f"{number:,} {word[:-1]}ies" if word.endswith("y") else f"{number:,} {word}s"


def _ignored(seen: Preview) -> Section:
    groups = seen.ignored_by()
    rows = tuple(_ignored_row(group) for group in groups[:MOST_ROWS])
    note = _more(len(groups), len(rows))
    return Section("ignored", rows, note and f"{note} lines that leave something out")


def _ignored_row(group: IgnoredBy) -> tuple[str, str, str, str]:
    """The line, how many paths, and the first of them."""
    place = f"{group.file}:{group.line}" if group.line else group.file
    directories = sum(path.is_directory for path in group.paths)
    files = len(group.paths) - directories
    counts = [_count(n, word) for n, word in ((directories, "directory"), (files, "file")) if n]
    examples = [_shown(path.path) + "/" * path.is_directory for path in group.paths[:_MOST_EXAMPLES]]
    examples += ["…"] if len(group.paths) > _MOST_EXAMPLES else []
    return _shown(place), _shown(group.text), ", ".join(counts), ", ".join(examples)


def _oddities(seen: Preview) -> list[Section]:
    """What cannot travel, and what may not work where it arrives."""
    sections = []
    for title, paths in (("not sent", seen.skipped), ("sent, but", seen.doubtful)):
        rows = tuple((_shown(path), one_line(reason)) for path, reason in paths[:MOST_ROWS])
        sections.append(Section(title, rows, _more(len(paths), len(rows)), is_warning=True))
    return sections


def _secrets(seen: Preview) -> Section:
    rows = tuple(
        (_shown(path) + (f":{line}" if line else ""), what) for path, line, what in seen.secrets[:MOST_ROWS]
    )
    notes = [_more(len(seen.secrets), len(rows))]
    if seen.secrets:
        line = ignore_line(seen.secrets[0].path, False)
        notes.append(f"the line {_shown(line)} in .amlignore keeps the first one here")
    return Section("would be sent, and looks like a secret", rows, "; ".join(filter(None, notes)), True)
