"""What a script gives to calls of v1 that take several words at once."""

import operator
import os

from ...errors import UserErrorException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def as_map(call: "str", given: "Any") -> "dict[Any, Any]":
    """Raises UserErrorException unless it is a map."""
    if not hasattr(given, "items"):
        raise UserErrorException(
            "{} takes a map, not {!r}".format(call, given), hint='{}({{"name": "value"}})'.format(call)
        )
    return dict(given)


def as_names(call: "str", given: "Any") -> "list[Any]":
    """A list of names, or one name. Raises UserErrorException unless it is that."""
    if isinstance(given, str):
        return [given]
    if not hasattr(given, "__iter__"):
        raise UserErrorException(
            "{} takes a list of names, not {!r}".format(call, given), hint='{}(["name"])'.format(call)
        )
    return list(given)


def as_whole(call: "str", given: "Any") -> "int":
    """Raises UserErrorException unless it is a whole number."""
    try:
        return operator.index(given)
    except TypeError:
        raise UserErrorException("{} takes a whole number, not {!r}".format(call, given)) from None


def as_path(call: "str", given: "Any") -> "str":
    """Raises UserErrorException unless it is a path."""
    if not isinstance(given, (str, os.PathLike)):
        raise UserErrorException("{} takes a path, not {!r}".format(call, given))
    return os.fspath(given)
