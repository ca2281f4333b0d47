"""`diff`: which two sides its words mean, and the difference as rows, lines and JSON."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import Any

from ..errors import ConfigError
from ..run import Run
from ..run.diff import RunDiff
from ..snapshot.diff import Change
from ..snapshot.secret import may_hold_secrets, without_secrets
from ..snapshot.value import printable, size_text
from .wording import one_line


def read_diff(options: argparse.Namespace, select: Callable[[argparse.Namespace], list[Run]]) -> RunDiff:
    """Two runs; or one and its source directory, or another one (`--source`), as that is now.

    Raises:
        ConfigError: The words name more than two sides.
        RuncfgError: A side is not there any more.
    """
    if len(options.runs) > (1 if options.source else 2):
        raise ConfigError.single(
            f"too many words: {' '.join(options.runs)}",
            where="diff",
            hint="two runs, or one run and a directory: `--source DIR`, else the one it was sent from",
        )
    runs = select(options)
    return runs[0].diff(runs[1] if len(runs) == 2 else options.source)


def masked(text: str) -> str:
    """A diff for the eye, and for notebooks that are saved with it: without what looks like a secret."""
    data = text.encode("utf-8", "surrogateescape")
    if not may_hold_secrets(data):
        return text
    return b"\n".join(without_secrets(data.split(b"\n"))).decode("utf-8", "surrogateescape")


def names(diff: RunDiff) -> Iterator[tuple[str, str, str]]:
    """For `--stat`: letter, path (of a renamed file both), size (of a changed file both)."""
    for change in diff.changes:
        yield change.letter, _named(change), _sized(change)


def _named(change: Change) -> str:
    paths = [entry.path for entry in (change.old, change.new) if entry is not None]
    end = "/" if change.is_directory else ""
    return " → ".join(one_line(printable(path)) + end for path in dict.fromkeys(paths))


def _sized(change: Change) -> str:
    old, new = change.old, change.new
    if change.is_directory:
        said = "empty directory"
    elif old is None or new is None or old.size == new.size:
        said = size_text((new or old).size)  # type: ignore[union-attr]  # a change has one of the two
    else:
        said = f"{size_text(old.size)} → {size_text(new.size)}"
    if old is not None and new is not None and old.mode != new.mode:
        said += f", mode {old.mode} → {new.mode}"
    return said


def stat_lines(diff: RunDiff) -> list[str]:
    """Only the names, as aligned lines."""
    rows = list(names(diff))
    width = max((len(path) for _, path, _ in rows), default=0)
    return [f"{letter}  {path.ljust(width)}  {size}" for letter, path, size in rows]


def as_json(diff: RunDiff, *, only_names: bool) -> dict[str, Any]:
    """All of it for programs; `diff` of each file is the text that the shell prints."""
    files = []
    for change in diff.changes:
        old, new = change.old, change.new
        file: dict[str, Any] = {"kind": change.kind, "path": change.path}
        for side, entry in (("old", old), ("new", new)):
            file[side] = entry and {
                "path": entry.path, "mode": entry.mode, "size": entry.size, "digest": entry.digest
            }  # fmt: skip
        if not only_names:
            file["diff"] = diff.text(change)
        files.append(file)
    return {
        "from": diff.old,
        "to": diff.new,
        "settings": [setting._asdict() for setting in diff.settings],
        "files": files,
    }
