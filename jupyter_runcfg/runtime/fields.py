"""Fields of a record as what they must be, whatever JSON has been put there."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LATEST_S = 253370764800.0  # the year 9999: calendars end there


def text(value: "object") -> "str":
    """Text as it is; null is empty, anything else as Python writes it."""
    if value is None or isinstance(value, str):
        return value or ""
    try:
        return str(value)
    except (RecursionError, ValueError):  # nested too deep, an integer of thousands of digits
        return "…"


def texts(value: "object") -> "dict[str, str]":
    """A map of texts; what is no map is an empty one."""
    return {text(name): text(inner) for name, inner in mapping(value).items()}


def mapping(value: "object") -> "dict[str, Any]":
    return value if isinstance(value, dict) else {}


def number(value: "object") -> "float | None":
    """A number as a float, an integer beyond them as infinity; None for what is none."""
    if not isinstance(value, (int, float)):
        return None
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def whole(value: "object") -> "int | None":
    """A whole number of at most 64 bits; None for anything else."""
    found = None if isinstance(value, bool) else number(value)
    if found is None or not abs(found) < 1 << 63 or found != int(found):
        return None
    return int(found) if isinstance(value, float) else value  # type: ignore[return-value]


def moment(value: "object") -> "float | None":
    """A time in unix seconds that a calendar has; None for anything else."""
    found = None if isinstance(value, bool) else number(value)
    return found if found is not None and 0.0 <= found < _LATEST_S else None


def error(value: "object") -> "dict[str, str] | None":
    """The error of an end: its words by name; None where nothing is said."""
    if not value:
        return None
    return texts(value) if isinstance(value, dict) else {"type": "", "message": text(value)}
