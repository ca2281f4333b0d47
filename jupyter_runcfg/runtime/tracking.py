"""What a script says of its run: metrics, tags, properties, as events of its own file."""

import json
import os

from ..errors import RuncfgError
from .events import EventWriter

_PLAIN = (float, int, str, bool, type(None))


def scalar(value: "object") -> "float | int | str | bool | None":
    """A number, text, truth or None; NumPy's, torch's and TensorFlow's scalars become plain.

    Raises:
        RuncfgError: For lists and the like (`log_list`, `log_table` take those).
    """
    if isinstance(value, _PLAIN):
        for kind in (bool, int, float, str):
            if isinstance(value, kind):
                return kind(value)
        return None
    item = getattr(value, "item", None)
    if item is not None and (getattr(value, "size", 0) == 1 or _is_tensor(value)):
        plain = item()
        return scalar(plain) if type(plain) is not type(value) else _plain(value)  # a longdouble stays one
    if isinstance(value, (list, tuple, set, range)) or item is not None:
        raise RuncfgError(
            "a metric takes one value, not a {}".format(type(value).__name__),
            hint="log_list(name, values) takes many",
        )
    return str(value)


def _plain(value: "object") -> "float | str":
    kind = getattr(getattr(value, "dtype", None), "kind", "")
    return float(value) if kind == "f" else str(value)  # type: ignore[arg-type]


def _is_tensor(value: "object") -> "bool":
    return callable(getattr(value, "numel", None)) and value.numel() == 1  # type: ignore[attr-defined]


class Tracker:
    """Writes one process's words about its run; quick enough for an inner loop.

    A forked child gets a file of its own, so that every file keeps its one writer.
    """

    def __init__(self, events: "str", writer: "str") -> "None":
        self._directory = events
        self._prefix = writer
        self._file = self._create()
        self._quoted = {}  # type: dict[str, str]

    def _create(self) -> "EventWriter":
        return EventWriter.create(self._directory, "{}-{}".format(self._prefix, os.getpid()))

    def _events(self) -> "EventWriter":
        if self._file.pid != os.getpid():
            self._file = self._create()
        return self._file

    def log(self, name: "str", value: "object", step: "object" = None) -> "None":
        """One point of a series; `step` is its x value, else points are counted."""
        quoted = self._quoted.get(name)
        if quoted is None:
            quoted = self._quoted[name] = json.dumps(str(name))
        kind = type(value)
        if kind is float or kind is int:
            text = repr(value)
            if text in _NOT_FINITE:
                text = _NOT_FINITE[text]
        else:
            text = json.dumps(scalar(value))
        where = repr(step) if type(step) is int else json.dumps(scalar(step))
        self._events().append_metric(quoted, text, where)

    def row(self, name: "str", row: "dict[str, object]") -> "None":
        values = {str(key): scalar(value) for key, value in row.items()}
        self._events().append("metric", name=str(name), row=values)

    def values(self, name: "str", values: "list[object]") -> "None":
        plain = [scalar(value) for value in values]
        if plain:
            self._events().append("metric", name=str(name), values=plain)

    def tag(self, name: "str", value: "object") -> "None":
        text = "" if value is None else str(value)
        self._events().append("tag", name=str(name), value=text)

    def property(self, name: "str", value: "object") -> "None":
        self._events().append("property", name=str(name), value=str(value))

    def error(self, message: "str", code: "str") -> "None":
        self._events().append("error", type=code, message=message)


# how Python's json writes and reads what JSON itself has no word for
_NOT_FINITE = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


class MetricSet:
    """Metrics as `get_metrics` gives them: one value plain, several as a list, rows by column."""

    def __init__(self) -> "None":
        self._points = {}  # type: dict[str, list[object]]
        self._rows = {}  # type: dict[str, dict[str, list[object]]]

    def add(self, event: "dict[str, object]") -> "None":
        """Take in one `metric` event."""
        name = str(event.get("name"))
        row = event.get("row")
        if isinstance(row, dict):
            columns = self._rows.setdefault(name, {})
            for column, value in row.items():
                columns.setdefault(column, []).append(value)
            return
        values = event.get("values")
        points = self._points.setdefault(name, [])
        points.extend(values if isinstance(values, list) else [event.get("value")])

    def as_dict(self) -> "dict[str, object]":
        found = {}  # type: dict[str, object]
        for name, points in self._points.items():
            found[name] = points[0] if len(points) == 1 else points
        for name, columns in self._rows.items():
            found[name] = {
                column: values[0] if len(values) == 1 else values for column, values in columns.items()
            }
        return found
