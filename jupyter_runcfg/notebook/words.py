"""The line after `%runcfg`: split into words, with `{name}` of the notebook put in."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any

from ..errors import ConfigError, did_you_mean

_VARIABLE = re.compile(r"\{\{|\}\}|\{([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\}")


def split(line: str, names: Mapping[str, Any]) -> list[str]:
    """The words of a line; a variable's value stays one word, JSON and `$` stay as typed.

    Raises:
        ConfigError: A quote is not closed, or a variable is not there.
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise ConfigError.single(
            f"the line cannot be read: {str(error).lower()}", hint="quotes come in pairs"
        ) from error
    return [_expand(word, names) for word in words]


def _expand(word: str, names: Mapping[str, Any]) -> str:
    if not word.startswith(("{", "[")) or not _is_json(word):
        return _VARIABLE.sub(lambda found: _value(found, names), word)
    return word


def _is_json(word: str) -> bool:
    import json

    try:
        json.loads(word)
    except ValueError:
        return False
    return True


def _value(found: re.Match[str], names: Mapping[str, Any]) -> str:
    dotted = found.group(1)
    if dotted is None:
        return found.group(0)[0]  # {{ and }} are the braces themselves
    first, *attributes = dotted.split(".")
    if first not in names:
        known = [name for name in names if not name.startswith("_")]
        near = did_you_mean(first, known)
        raise ConfigError.single(
            f"no variable '{first}' in this notebook",
            where="{" + dotted + "}",
            hint=" ".join(filter(None, (near, "`{{…}}` stands for the braces themselves"))),
        )
    value = names[first]
    for name in attributes:
        try:
            value = getattr(value, name)
        except AttributeError as error:
            raise ConfigError.single(str(error), where="{" + dotted + "}") from error
    return str(value)
