"""What the settings of a ParallelRunConfig take."""

from __future__ import annotations

import json
import math
import operator
import re
from collections.abc import Callable
from numbers import Integral, Real
from typing import Any, Protocol, runtime_checkable

from pydantic import PlainValidator

from .environment import Environment
from .value import ItemError, named, shown, text

_MOST = 2**63 - 1
_BATCH = re.compile(r"(\d+)(KB|MB|GB)?\n?", re.IGNORECASE)
_FACTORS = {"": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}


@runtime_checkable
class PipelineValue(Protocol):
    """A parameter of a pipeline, as SDK v1's PipelineParameter."""

    name: str
    default_value: Any


def checked(
    rule: Callable[[Any], Any], *, none: bool = False, default: Callable[[Any], Any] | None = None
) -> PlainValidator:
    """What a setting takes; `none`: None as well, `default`: a parameter whose default keeps this rule."""

    def check(value: Any) -> Any:
        if none and value is None:
            return None
        if isinstance(value, PipelineValue):
            if default is None:
                raise ValueError("cannot be a parameter of a pipeline")
            default(value.default_value)
            return value
        if value is None:
            raise ValueError("must have a value")
        return rule(value)

    return PlainValidator(check)


def whole(minimum: int, *, logical: bool = False) -> Callable[[Any], int]:
    """A whole number, never text that spells one; `logical`: SDK v1 takes True for 1 here."""

    def rule(value: Any) -> int:
        try:
            number = operator.index(value)
        except TypeError:
            number = None
        if number is None or (isinstance(value, bool) and not logical):
            what = "the text " if isinstance(value, str) else ""
            raise ValueError(f"{what}{shown(value)} is not a whole number")
        if number < minimum:
            raise ValueError(f"{shown(value)} is less than {minimum}")
        if number > _MOST:
            raise ValueError(f"{shown(value)} is more than {_MOST}")
        return int(number)

    return rule


def number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        what = "the text " if isinstance(value, str) else ""
        raise ValueError(f"{what}{shown(value)} is not a number")  # noqa: TRY004 pydantic collects ValueError
    return whole(-_MOST)(value) if isinstance(value, Integral) else float(value)


def nodes(value: Any) -> float | str:
    """Any number: SDK v1 never looks at it. Digits stay the text they are."""
    if isinstance(value, str) and value.removeprefix("-").isdecimal():
        return value
    found = number(value)
    if not math.isfinite(found):
        raise ValueError(f"{shown(value)} is no number of machines")
    return found


def count(value: Any) -> float:
    """1 or more; SDK v1 takes fractions as well."""
    found = number(value)
    if not (found >= 1 and math.isfinite(found)):
        raise ValueError(f"{shown(value)} is less than 1")
    return found


def percent(value: Any) -> float:
    found = number(value)
    if not 0 <= found <= 100:
        raise ValueError(f"{shown(value)} is not between 0 and 100")
    return found


def seconds(value: Any) -> float:
    found = number(value)
    if not (found > 0 and math.isfinite(found)):
        raise ValueError(f"{shown(value)} is not more than 0 seconds")
    return found


def mini_batch(value: Any) -> int:
    """Files, or bytes: `10`, '1024KB', '10MB', '1GB'."""
    if not isinstance(value, str):
        return whole(-_MOST)(value)
    found = _BATCH.fullmatch(value)
    if found is None:
        raise ValueError(f"{shown(value)} is no size: digits, with KB, MB or GB behind them, as in 10MB")
    if len(found[1]) > len(str(_MOST)):
        raise ValueError(f"{shown(value)} is more than {_MOST}")
    return whole(0)(int(found[1]) * _FACTORS[(found[2] or "").upper()])


def keys(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise ValueError(f"{shown(value)} is no list of column names")  # noqa: TRY004
    for index, item in enumerate(value):
        if not isinstance(item, str):
            raise ItemError(f"{shown(item)} is no name of a column", index)
    return [str(text(item)) for item in value]


def keys_of_default(value: Any) -> list[str]:
    """Of a parameter, which cannot hold a list in SDK v1: its JSON text."""
    try:
        return keys(json.loads(value))
    except (ValueError, TypeError):
        raise ValueError(f"the default {shown(value)} is no JSON list of column names") from None


def target(value: Any) -> str:
    name = named(value)
    if not name:
        raise ValueError("no compute target is named")
    return name


def environment(value: Any) -> Environment:
    if isinstance(value, Environment):
        return value
    raise ValueError(f"{shown(value)} is no Environment, as in Environment('batch')")


def stripped(value: Any) -> str | None:
    word = text(value)
    return None if word is None else word.strip()
