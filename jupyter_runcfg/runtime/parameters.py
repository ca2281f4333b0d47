"""The parameters of a notebook among the words after `--`: `--lr 0.03`, `--lr=0.03`, `-p lr=0.03`."""

import ast
import json
import re

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from typing import Any, Sequence

_LONG = re.compile(r"--([A-Za-z_][\w-]*)(?:=(.*))?$", re.DOTALL)
_SHORT = re.compile(r"([A-Za-z_]\w*)=(.*)$", re.DOTALL)


class Wrong(ValueError):
    """A word that is no parameter; the message says what would be."""


def read_parameters(words: "Sequence[str]") -> "dict[str, Any]":
    """Names and values in their order; a long name without a value is True. Raises Wrong."""
    found = {}  # type: dict[str, Any]
    left = list(words)
    while left:
        word = left.pop(0)
        long = _LONG.match(word)
        if word == "-p":
            short = _SHORT.match(left.pop(0)) if left else None
            if short is None:
                raise Wrong("`-p` takes NAME=VALUE")
            found[short.group(1)] = value_of(short.group(2))
        elif long is None:
            raise Wrong(
                "'{}' is no parameter of a notebook: they are --NAME VALUE or -p NAME=VALUE".format(word)
            )
        elif long.group(2) is not None:
            found[_name(long.group(1))] = value_of(long.group(2))
        elif left and not (_LONG.match(left[0]) or left[0] == "-p"):
            found[_name(long.group(1))] = value_of(left.pop(0))
        else:
            found[_name(long.group(1))] = True
    return found


def _name(word: "str") -> "str":
    return word.replace("-", "_")


def value_of(text: "str") -> "Any":
    """A number, true, false, null, a JSON or Python literal as that; anything else is a text."""
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    return {"True": True, "False": False, "None": None}.get(text, text)
