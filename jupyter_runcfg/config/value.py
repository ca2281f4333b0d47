"""The kinds of values that settings take, each with its rule and its words when it is broken."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator

_YES = frozenset(("true", "yes", "on", "1", "y"))
_NO = frozenset(("false", "no", "off", "0", "n"))
_WHOLE = re.compile(r"[-+]?[0-9]+|0x[0-9a-fA-F]+|0o[0-7]+")


def shown(value: object) -> str:
    """The value as a message shows it: quoted, and cut when it is long."""
    text = value if isinstance(value, str) else repr(value)
    return f"'{text if len(text) <= 60 else text[:57] + '…'}'"


def text(value: Any) -> str | None:
    """A str, a number or a path as text; '' and None are None."""
    if value is None or (isinstance(value, str) and value == ""):
        return None
    if isinstance(value, bool | int | float):
        return str(value)
    return _checked(value)


def named(value: Any) -> str | None:
    """Text, or the `name` of an object that has one (a compute target)."""
    name = getattr(value, "name", None)
    if isinstance(name, str) and not isinstance(value, os.PathLike):
        value = name
    return text(value)


def _checked(value: Any) -> str:
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if not isinstance(value, str):
        raise ValueError(f"{shown(value)} is no text")  # noqa: TRY004 pydantic collects ValueError
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError(f"{shown(ascii(value))} holds characters that are no Unicode") from None
    if "\0" in value:
        raise ValueError(f"{shown(value)} holds a zero character")
    return value


def _item(value: Any) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, bool | int | float) else _checked(value)


def text_list(value: Any) -> list[str]:
    """A list of texts; one str is split as a POSIX shell splits it, None is the empty list."""
    if value is None:
        return []
    if isinstance(value, str):
        try:
            return [_item(word) for word in shlex.split(value)]
        except ValueError:
            raise ValueError(f"{shown(value)} opens a quote and does not close it") from None
    if isinstance(value, Mapping) or not isinstance(value, Iterable):
        raise ValueError(f"{shown(value)} is no list of words")  # noqa: TRY004
    return [_item(item) for item in value]


def command(value: Any) -> str | list[str] | None:
    """One shell line, or a list of words; '' and [] are None."""
    if value is None or isinstance(value, str):
        return text(value)
    return text_list(value) or None


def text_map(value: Any) -> dict[str, str]:
    """Names chosen by the person, with texts; never renamed, None is the empty map."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ValueError(f"{shown(value)} is no map of names and values")  # noqa: TRY004
    for name, entry in value.items():
        if not isinstance(name, str) or not name or "=" in name or "\0" in name:
            raise ValueError(f"{shown(name)} cannot name an environment variable")
        if isinstance(entry, Mapping | list | tuple):
            raise ValueError(f"the value of {shown(name)} is no text")  # noqa: TRY004
    return {_checked(name): _item(entry) for name, entry in value.items()}


def yes_no(value: Any) -> bool | None:
    """A bool, or a word that people use for one."""
    if value is None or isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError(f"{shown(value)} is neither true nor false (yes, no, on and off do as well)")


class Whole:
    """A whole number of `unit`, at least 1."""

    def __init__(self, unit: str = "") -> None:
        self.unit = f" of {unit}" if unit else ""

    def __call__(self, value: Any) -> int | None:
        if value is None:
            return None
        written = isinstance(value, str) and len(value) < 20 and _WHOLE.fullmatch(value.strip())
        whole = written or (isinstance(value, float) and value.is_integer())
        number = _integer(value) if whole else value
        if isinstance(number, bool) or not isinstance(number, int):
            raise ValueError(f"{shown(value)} is not a whole number{self.unit}")  # noqa: TRY004
        if number < 1:
            raise ValueError(f"{shown(value)} is less than 1")
        return number


def _integer(value: str | float) -> int:
    based = isinstance(value, str) and value.strip()[:2] in ("0x", "0o")
    return int(str(value), 0) if based else int(value)


class OneOf:
    """One of the words given, in any case; it is kept as it was written."""

    def __init__(self, *words: str) -> None:
        self.words = words

    def __call__(self, value: Any) -> str | None:
        word = text(value)
        if word is None or word.lower() in [known.lower() for known in self.words]:
            return word
        raise ValueError(f"{shown(word)} is none of {', '.join(self.words)}")


Text = Annotated[str, BeforeValidator(text)]
TargetName = Annotated[str, BeforeValidator(named)]
TextList = Annotated[list[str], BeforeValidator(text_list)]
TextMap = Annotated[dict[str, str], BeforeValidator(text_map)]
Command = Annotated[str | list[str] | None, BeforeValidator(command)]
OptionalText = Annotated[str | None, BeforeValidator(text)]
YesNo = Annotated[bool, BeforeValidator(yes_no)]
