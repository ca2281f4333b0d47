"""Metrics as `get_metrics` gives them."""

from ...errors import RuncfgError
from .. import fields

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable


class MetricSet:
    """One value plain, several as a list in their order, rows by column, files as `find` has them."""

    def __init__(self, find: "Callable[[dict[str, object]], object] | None" = None) -> "None":
        """An empty set; `find` takes the event of a metric that is a file and gives its value."""
        self._find = find
        self._points = {}  # type: dict[str, list[object]]
        self._rows = {}  # type: dict[str, list[dict[str, object]]]

    def add(self, event: "dict[str, object]") -> "None":
        """Take in one `metric` event."""
        name = fields.text(event.get("name"))
        row = event.get("row")
        if isinstance(row, dict):
            self._rows.setdefault(name, []).append(row)
            return
        points = self._points.setdefault(name, [])
        values = event.get("values")
        if isinstance(values, list):
            points.extend(values)
        elif "artifact" in event:
            points.append(self._find(event) if self._find else event["artifact"])
        else:
            points.append(event.get("value"))

    def take_over(self, other: "MetricSet") -> "None":
        """Take in what another set has."""
        for name, points in other._points.items():
            self._points.setdefault(name, []).extend(points)
        for name, rows in other._rows.items():
            self._rows.setdefault(name, []).extend(rows)

    def check(self, only: "str | None" = None) -> "None":
        """See that SDK v1 could read all metrics, or one.

        Raises:
            RuncfgError: The rows of a metric differ in their columns.
        """
        for name, (first, *more) in self._rows.items():
            odd = next((row for row in more if set(row) != set(first)), None)
            if odd is not None and only in (None, name):
                raise RuncfgError(
                    "get_metrics cannot read the metric '{}', as in SDK v1: its rows have unlike columns, "
                    "({}) and ({})".format(name, ", ".join(first), ", ".join(odd)),
                    hint="`runcfg metrics RUN NAME` shows the rows; get_metrics(name) reads any other metric",
                )

    def as_dict(self) -> "dict[str, object]":
        found = {}  # type: dict[str, object]
        for name, points in self._points.items():
            found[name] = points[0] if len(points) == 1 else list(points)
        for name, rows in self._rows.items():
            found[name] = _columns(rows)
        return found


def _columns(rows: "list[dict[str, object]]") -> "dict[str, object]":
    """Rows by column; where rows differ in their columns, None keeps the values of a row side by side."""
    if len(rows) == 1:
        return dict(rows[0])
    names = {name: None for row in rows for name in row}  # in the order they came
    return {name: [row.get(name) for row in rows] for name in names}
