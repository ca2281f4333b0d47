"""The kinds of values that settings take, each with its rule and its words when it is broken."""

from __future__ import annotations

import math
import numbers
import os
import re
import shlex
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from .shape import TYPED

_YES = frozenset(("true", "yes", "on", "1", "y"))
_NO = frozenset(("false", "no", "off", "0", "n"))
MAX_NESTED = 40
MAX_BITS = 1295
_WHOLE = re.compile(r"[-+]?[0-9]+(\.0*)?|0x[0-9a-fA-F]+|0o[0-7]+")


def shown(value: object) -> str:
    """The value as a message shows it: quoted, and cut when it is long."""
    try:
        text = value if isinstance(value, str) else repr(value)
    except (ValueError, RecursionError):  # a number of thousands of digits, lists in lists in lists
        text = f"<{type(value).__name__}>"
    text = text if len(text) <= 60 else text[:57] + "…"
    return f"'{text if text.isprintable() else repr(text)[1:-1]}'"


class ItemError(ValueError):
    """A fault of one item of a list or map; `.step` is its index or name."""

    def __init__(self, message: str, step: int | str) -> None:
        super().__init__(message)
        self.step = step


def native(value: Any) -> Any:
    """Python's own number for one of another library, NumPy's for example; anything else is itself."""
    if isinstance(value, bool | int | float | str) or value is None:
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value)
    return value.item() if type(value).__name__ in ("bool_", "bool") and hasattr(value, "item") else value


def text(value: Any) -> str | None:
    """A str, a number or a path as text; None stays None."""
    value = native(value)
    if value is None:
        return None
    if isinstance(value, bool | int | float):
        return str(_number(value))
    return _checked(value)


def _number(value: float) -> Any:
    """A number as a file can hold it; what is not finite is the text that a program would get."""
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        raise ValueError("this number has more than 390 digits")
    return value if not isinstance(value, float) or math.isfinite(value) else str(value)


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
        raise ValueError(f"{shown(value)} holds characters that are no Unicode") from None
    if "\0" in value:
        raise ValueError(f"{shown(value)} holds a zero character")
    return value


def _item(value: Any, step: int | str) -> str:
    value = native(value)
    if value is None:
        return ""
    try:
        return str(_number(value)) if isinstance(value, bool | int | float) else _checked(value)
    except ValueError as error:
        raise ItemError(str(error), step) from None


def name_of(value: Any) -> str:
    """A name chosen by the person, of an entry in a map. Raises ValueError."""
    return str(_number(value)) if isinstance(value, bool | int | float) else _checked(value)


def text_list(value: Any) -> list[str]:
    """A list of texts; one str is split as a POSIX shell splits it, None is the empty list."""
    if value is None:
        return []
    if isinstance(value, str):
        return [_item(word, index) for index, word in enumerate(_split(value))]
    return [_item(item, index) for index, item in enumerate(_items(value))]


def _split(value: str) -> list[str]:
    try:
        return shlex.split(value)
    except ValueError:
        raise ValueError(f"{shown(value)} opens a quote and does not close it") from None


def _items(value: Any) -> list[Any]:
    if isinstance(value, Mapping | bytes | set) or not isinstance(value, Iterable):
        raise ValueError(f"{shown(value)} is no list of words")  # noqa: TRY004
    return list(value)


def arguments(value: Any) -> list[Any] | str:
    """A list of texts, numbers and booleans, which keep their types, or one str as a shell has it."""
    if value is None:
        return []
    if isinstance(value, str):
        _split(_checked(value))
        return value
    if isinstance(value, Mapping):
        return [word for name, item in value.items() for word in option(str(name), item)]
    return [_argument(item, index) for index, item in enumerate(_items(value))]


def option(name: str, value: Any) -> list[Any]:
    """`lr`, 0.1 → `--lr 0.1`; None is a flag alone, the values of a list follow one another."""
    word = name if name.startswith("-") else f"--{name}"
    values = value if isinstance(value, list | tuple) else [] if value is None else [value]
    return [word, *(_argument(item, name) for item in values)]


def _argument(value: Any, step: int | str) -> Any:
    value = native(value)
    if value is None:
        return ""
    if not isinstance(value, bool | int | float):
        return _item(value, step)
    try:
        return _number(value)
    except ValueError as error:
        raise ItemError(str(error), step) from None


def words(value: list[Any] | str) -> list[str]:
    """Arguments as a program gets them: numbers as they were written, booleans as Python's str has them."""
    return _split(value) if isinstance(value, str) else [str(item) for item in value]


def command(value: Any) -> str | list[str]:
    """One shell line, or a list of words."""
    if value is None:
        return ""
    return _checked(value) if isinstance(value, str) else text_list(value)


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
            raise ItemError(f"the value of {shown(name)} is no text", name)
    return {_checked(name): _item(entry, name) for name, entry in value.items()}


def plain_map(value: Any) -> dict[str, Any] | None:
    """Names chosen by the person, with values of any plain kind, nested as they like."""
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise ValueError(f"{shown(value)} is no map of names and values")  # noqa: TRY004
    return {_checked(name): _plain(item, name) for name, item in value.items()}


def plain_list(value: Any) -> list[Any] | None:
    """A list of values of any plain kind."""
    if value is None:
        return None
    return [_plain(item, index) for index, item in enumerate(_items(value))]


def _plain(value: Any, step: int | str, depth: int = 0) -> Any:
    if depth > MAX_NESTED:
        raise ItemError(f"nested deeper than {MAX_NESTED} levels", step)
    if isinstance(value, Mapping):
        return {_checked(name): _plain(item, step, depth + 1) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, step, depth + 1) for item in value]
    return value if value is None else _argument(value, step)


def exit_codes(value: Any) -> list[int] | None:
    """A list of whole numbers from 0 to 255: exit codes of processes."""
    if value is None:
        return None
    found = [Whole(minimum=0, maximum=255)(item) for item in _items(value)]
    return [number for number in found if number is not None]


def yes_no(value: Any) -> bool | None:
    """A bool, or a word that people use for one."""
    value = native(value)
    if value is None or isinstance(value, bool):
        return value
    written = isinstance(value, str) or (isinstance(value, int) and abs(value) < 10)
    word = str(value).strip().lower() if written else ""
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError(f"{shown(value)} is neither true nor false (yes, no, on and off do as well)")


class Rule:
    """A check that stands in a field's annotation, and says in the JSON Schema what is allowed."""

    def __call__(self, value: Any) -> Any:
        raise NotImplementedError

    def schema(self) -> dict[str, Any]:
        raise NotImplementedError

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        found = handler(schema)
        for choice in found.get("anyOf", [found]):
            if choice.get("type") != "null":
                choice.update(self.schema())
        return found


class Whole(Rule):
    """A whole number of `unit`, at least `minimum` (None: any)."""

    def __init__(self, unit: str = "", minimum: int | None = 1, maximum: int | None = None) -> None:
        self.unit = unit
        self.minimum = minimum
        self.maximum = maximum

    def __call__(self, value: Any) -> int | None:
        value = native(value)
        if value is None:
            return None
        written = isinstance(value, str) and len(value) < 20 and _WHOLE.fullmatch(value.strip())
        whole = written or (isinstance(value, float) and value.is_integer())
        number = _integer(value) if whole else value
        if isinstance(number, bool) or not isinstance(number, int):
            unit = f" of {self.unit}" if self.unit else ""
            raise ValueError(f"{shown(value)} is not a whole number{unit}")  # noqa: TRY004
        _number(number)
        if self.minimum is not None and number < self.minimum:
            raise ValueError(f"{shown(value)} is less than {self.minimum}")
        if self.maximum is not None and number > self.maximum:
            raise ValueError(f"{shown(value)} is more than {self.maximum}")
        return number

    def schema(self) -> dict[str, Any]:
        found = {"minimum": self.minimum, "maximum": self.maximum, "x-unit": self.unit or None}
        return {key: value for key, value in found.items() if value is not None}


def _integer(value: str | float) -> int:
    based = isinstance(value, str) and value.strip()[:2] in ("0x", "0o")
    if based:
        return int(str(value), 0)
    return int(value.strip().partition(".")[0]) if isinstance(value, str) else int(value)


class OneOf(Rule):
    """One of the words given, in any case; it is kept as it was written, or in small letters.

    `old` are words of older files (in small letters) and what they are called today.
    """

    def __init__(self, *words: str, lower: bool = False, old: Mapping[str, str] | None = None) -> None:
        self.words = words
        self.lower = lower
        self.old = old or {}

    def __call__(self, value: Any) -> str | None:
        word = text(value)
        word = self.old.get(word.lower(), word) if word else word
        if word is None or word.lower() in [known.lower() for known in self.words]:
            return word.lower() if word and self.lower else word
        raise ValueError(f"{shown(word)} is none of {', '.join(self.words)}")

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.words)}


class Size(Rule):
    """Bytes with a unit: `512m` or `2g` as Docker has them, `32GB`, `1.5 GiB`; kept as it was written."""

    _FORM = r"[0-9]+(\.[0-9]+)?\s*([kKmMgGtT]i?)?[bB]?"

    def __call__(self, value: Any) -> str | None:
        word = text(value)
        if word and not re.fullmatch(self._FORM, word.strip()):
            raise ValueError(f"{shown(word)} is no size: a number with b, k, m, g or t, as in 2g or 512m")
        return word

    def schema(self) -> dict[str, Any]:
        return {"pattern": f"^{self._FORM}$", "x-unit": "bytes"}


Text = Annotated[str, BeforeValidator(text)]
TargetName = Annotated[str, BeforeValidator(named)]
TextList = Annotated[list[str], BeforeValidator(text_list)]
OptionalTextList = Annotated[list[str] | None, BeforeValidator(lambda v: None if v is None else text_list(v))]
TextMap = Annotated[dict[str, str], BeforeValidator(text_map)]
OptionalTextMap = Annotated[
    dict[str, str] | None, BeforeValidator(lambda v: None if v is None else text_map(v))
]
PlainMap = Annotated[dict[str, Any], TYPED, BeforeValidator(plain_map)]
OptionalPlainList = Annotated[list[Any] | None, TYPED, BeforeValidator(plain_list)]
OptionalPlainMap = Annotated[dict[str, Any] | None, TYPED, BeforeValidator(plain_map)]
Arguments = Annotated[list[Any] | str, TYPED, BeforeValidator(arguments)]
Command = Annotated[str | list[str], BeforeValidator(command)]
OptionalText = Annotated[str | None, BeforeValidator(text)]
OptionalSize = Annotated[str | None, Size()]
ExitCodes = Annotated[list[int] | None, BeforeValidator(exit_codes)]
YesNo = Annotated[bool, BeforeValidator(yes_no)]
OptionalYesNo = Annotated[bool | None, BeforeValidator(yes_no)]
Count = Annotated[int, Whole()]
OptionalCount = Annotated[int | None, Whole()]


def setting(default: Any, description: str, **more: Any) -> Any:
    """A field of a section: its default, or what makes one, and a sentence for forms and editors."""
    if callable(default):
        return Field(default_factory=default, description=description, **more)
    return Field(default, description=description, **more)
