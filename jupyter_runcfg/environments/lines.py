"""The lines of pip's files: those that name other files are replaced by what these hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ..errors import ConfigError
from .definition import Asked

_FILE = re.compile(r"(-r|--requirement|-c|--constraint)(?:\s+|=|(?<=-[rc]))(.+)")
_DEEPEST = 10


def expand(lines: Sequence[Asked], directory: Path) -> tuple[list[Asked], list[Asked]]:
    """The packages and options of these lines and of the files they name, and the constraints.

    Args:
        lines: As pip's list or a requirements file has them.
        directory: Where the files are that they name.

    Raises:
        ConfigError: A file cannot be read, or names itself.
    """
    found: list[Asked] = []
    constraints: list[Asked] = []
    _expand(lines, directory, found, constraints, 0)
    return found, constraints


def read_requirements(file: Path) -> list[Asked]:
    """The lines of a requirements file, joined where they end in a backslash. Raises ConfigError."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError.single(f"cannot read '{file}': {reason}", "requirements") from error
    except UnicodeDecodeError as error:
        raise ConfigError.single(
            f"'{file}' is no text in UTF-8", "requirements", "save it as UTF-8"
        ) from error
    found, begun = [], ""
    for number, line in enumerate(text.splitlines(), 1):
        begun += line.rstrip()
        if begun.endswith("\\"):
            begun = begun[:-1]
            continue
        if begun.strip() and not begun.lstrip().startswith("#"):
            found.append(Asked(begun.strip(), f"{file.name}:{number}"))
        begun = ""
    return found


def _expand(
    lines: Sequence[Asked], directory: Path, found: list[Asked], constraints: list[Asked], depth: int
) -> None:
    for line in lines:
        named = _FILE.fullmatch(re.sub(r"\s#.*$", "", line.text.strip()))
        if named is None:
            found.append(line)
            continue
        if depth == _DEEPEST:
            raise ConfigError.single(f"'{line.text}' names itself", line.where, "take it out there")
        file = directory / named[2].strip().strip("'\"")
        into = constraints if named[1] in ("-c", "--constraint") else found
        _expand(read_requirements(file), file.parent, into, constraints, depth + 1)
