"""The line after `%runcfg`: split into words, with `{name}` of the notebook put in."""

from __future__ import annotations

import keyword
import re
import shlex
from collections.abc import Mapping
from typing import Any

from ..errors import ConfigError, did_you_mean

_NAME = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"
# {name} is a variable, {{name}} those letters in braces; whatever else holds a brace stays as typed
_VARIABLE = re.compile(rf"\{{\{{(?P<literal>{_NAME})\}}\}}|\{{(?P<variable>{_NAME})\}}")


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
    return [_VARIABLE.sub(lambda found: _value(found, names), word) for word in words]


def _value(found: re.Match[str], names: Mapping[str, Any]) -> str:
    dotted = found["variable"]
    if dotted is None:
        return "{" + found["literal"] + "}"
    first, *attributes = dotted.split(".")
    if first not in names:
        known = [name for name in names if not name.startswith("_")]
        near = did_you_mean(first, known)
        raise ConfigError.single(
            f"no variable '{first}' in this notebook",
            where="{" + dotted + "}",
            hint=" ".join(filter(None, (near, "`{{" + first + "}}` stands for the letters themselves"))),
        )
    value = names[first]
    for name in attributes:
        try:
            value = getattr(value, name)
        except AttributeError as error:
            raise ConfigError.single(str(error), where="{" + dotted + "}") from error
    return str(value)


def check_variable(name: str | None) -> None:
    """Nothing, if `--as` may bind that name.

    Raises:
        ConfigError: Python has no variable of that name.
    """
    if name is not None and (not name.isidentifier() or keyword.iskeyword(name)):
        raise ConfigError.single(f"'{name}' cannot name a variable", "--as", "a name as Python has it: run1")
