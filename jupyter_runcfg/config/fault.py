"""Collects what is wrong in one text: faults to raise together, warnings to show."""

from __future__ import annotations

import warnings

from ..errors import ConfigError, Fault, did_you_mean


class ConfigWarning(UserWarning):
    """Something in a configuration file that is old, or that we do not understand; nothing is lost.

    `fault` says where; None where the warning is about no file.
    """

    def __init__(self, message: str, fault: Fault | None = None) -> None:
        super().__init__(message)
        self.fault = fault


_MOST_HINTS = 100
_LONGEST = 500


def _printable(words: str) -> str:
    """Fit for a terminal and a page: what a file holds may be anything."""
    if not words.isprintable():
        words = "".join(char if char.isprintable() else repr(char)[1:-1] for char in words[:_LONGEST])
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"


class Report:
    """Faults and warnings of the text named `file`, whose first line is `base_line` + 1."""

    def __init__(self, file: str, *, strict: bool = False, base_line: int = 0) -> None:
        self.file = file
        self.strict = strict
        self.base_line = base_line
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []

    def fault(self, message: str, key: str = "", line: int = 0, hint: str = "") -> None:
        """Note a fault; `line` is counted in the text, from 1 (0: no line)."""
        self.faults.append(self._build(message, key, line, hint))

    def warn(self, message: str, key: str = "", line: int = 0, hint: str = "") -> None:
        """Note something that is read all the same: a key of an older file, for example."""
        self.warnings.append(self._build(message, key, line, hint))

    def unknown(self, word: str, known: list[str], key: str, line: int) -> None:
        """Note a key that nobody knows: a fault where the person typed it, else a warning."""
        few = len(self.faults) + len(self.warnings) < _MOST_HINTS  # to look for what is near takes time
        near = did_you_mean(word, known) if few else ""
        found = self._build(f"no setting named '{word}'", key, line, near)
        if not self.strict:
            found.hint = near or "it is kept"
        (self.faults if self.strict else self.warnings).append(found)

    def _build(self, message: str, key: str, line: int, hint: str) -> Fault:
        line = line + self.base_line if line else 0
        return Fault(_printable(message), _printable(key), self.file, line, hint)

    def raise_faults(self) -> None:
        """Raises ConfigError with all faults, in the order of their lines, when there are any."""
        if self.faults:
            raise ConfigError(sorted(self.faults, key=lambda fault: fault.line))

    def show_warnings(self) -> None:
        """Hand the warnings to Python's `warnings`, one each."""
        for found in sorted(self.warnings, key=lambda fault: fault.line):
            place = f"{found.file}:{found.line}: " if found.line else f"{found.file}: "
            hint = f"; {found.hint}" if found.hint else ""
            warnings.warn(ConfigWarning(f"{place}{found.message}{hint}", found), stacklevel=5)
