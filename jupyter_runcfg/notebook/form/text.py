"""Values of settings as a person types them, and back."""

from __future__ import annotations

import shlex
from typing import Any

from ...config.fault import Report
from ...config.node import parse
from ...config.rendering import block, inline
from ...errors import ConfigError


def words_text(value: Any) -> str:
    """Arguments as a shell has them on one line; a line that was given as one stays as it is."""
    if isinstance(value, list):
        return shlex.join(str(item) for item in value)
    return "" if value is None else str(value)


def as_words(text: str, before: Any) -> Any:
    """The words of a line, in the form that the setting has now; numbers that stay are numbers still.

    Raises:
        ConfigError: A quote is not closed.
    """
    if isinstance(before, str) and before.strip():
        return text
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise ConfigError.single(f"{str(error).lower()}", hint="quotes come in pairs") from None
    known = {str(item): item for item in before} if isinstance(before, list) else {}
    return [known.get(word, word) for word in words]


def lines_text(value: Any) -> str:
    return "\n".join(str(item) for item in value or [])


def as_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def yaml_text(value: Any) -> str:
    """A list or map as the file would have it, one entry below the other."""
    if not value:
        return ""
    if isinstance(value, dict):
        return "\n".join(block(value))
    return (
        "\n".join(block({"": value})[1:]) if any(isinstance(item, dict) for item in value) else inline(value)
    )


def as_yaml(text: str) -> Any:
    """What the text says; nothing is None.

    Raises:
        ConfigError: It is no YAML, with the line.
    """
    if not text.strip():
        return None
    report = Report("")
    root = parse(text, report)
    if report.faults:
        first = report.faults[0]
        at = f"line {first.line}: " if first.line else ""
        raise ConfigError.single(f"{at}{first.message}", hint=first.hint or "this is written as YAML")
    return None if root is None else root.plain()
