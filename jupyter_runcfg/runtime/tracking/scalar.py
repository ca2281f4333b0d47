"""What a metric can be: a number, text, truth or None; NumPy's, torch's and TensorFlow's become plain."""

from ...errors import RuncfgError, UserErrorException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PLAIN = (float, int, str, bool, type(None))
_MOST_BITS = 14000  # more digits than Python 3.11 reads back


def scalar(value: "object") -> "float | int | str | bool | None":
    """The plain value; what is no number becomes text, as SDK v1 has it.

    Raises:
        UserErrorException: For lists, ranges and generators (`log_list` takes those), as in SDK v1; there
            an array of several values is text.
    """
    if isinstance(value, _PLAIN):
        return _exact(value)
    number = _number(value)
    if number is not None:
        return number
    if isinstance(value, (list, range)) or hasattr(value, "__next__"):
        raise UserErrorException(
            "a metric takes one value, not a {}".format(type(value).__name__),
            hint="log_list(name, values) takes many",
        )
    return str(value)


def element(value: "object") -> "float | int | str | bool | None":
    """The plain value of an item of a list or a cell of a row.

    Raises:
        RuncfgError: It is a list, a map, an array or the like itself.
    """
    is_array = hasattr(value, "item") and not _is_one(value)
    if is_array or isinstance(value, (list, tuple, dict, set, frozenset, range)):
        raise RuncfgError(
            "an item of a metric is one value, not a {}".format(type(value).__name__),
            hint="upload_file(name, file) keeps whole structures, as JSON for instance",
        )
    return scalar(value)


def _exact(value: "object") -> "float | int | str | bool | None":
    """A value of a subclass (an enum, np.float64, np.str_) as the plain type it is made of."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        if value.bit_length() > _MOST_BITS:
            return float("inf") if value > 0 else float("-inf")
        return int(value)
    return float(value) if isinstance(value, float) else str.__str__(value)


def _number(value: "object") -> "float | int | str | bool | None":
    """The number in a scalar, a tensor or an array of one element, or in anything that is one; else None."""
    if hasattr(value, "item"):
        return _of_array(value) if _is_one(value) else None
    convert = getattr(value, "numpy", None)  # TensorFlow's
    if callable(convert):
        return scalar(convert())
    if hasattr(value, "__index__"):
        return _exact(value.__index__())
    return _float(value)


def _of_array(value: "Any") -> "float | int | str | bool | None":
    """NumPy's and torch's."""
    if getattr(getattr(value, "dtype", None), "kind", "") in ("m", "M", "c"):  # dates, complex numbers
        return str(value.reshape(-1)[0])
    plain = value.item()
    return _float(plain) if type(plain) is type(value) else scalar(plain)  # a longdouble stays one


def _float(value: "object") -> "float | str | None":
    """Decimals, fractions and the like; a complex number is none."""
    if not hasattr(value, "__float__"):
        return str(value) if hasattr(value, "item") else None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return str(value)


def _is_one(value: "object") -> "bool":
    size = getattr(value, "size", 0)  # of torch a method
    count = getattr(value, "numel", None)
    return bool(size == 1 or (callable(count) and count() == 1))
