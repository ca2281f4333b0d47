"""The metrics of one run: of each its last value and how many there are, or all of one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..runtime import fields
from ..runtime.events import event_files, in_order, read_events
from ..runtime.paths import RunPaths
from .follow import Point, points_of

_BYTES = 4 << 20


@dataclass(frozen=True)
class Metric:
    """One metric of a run; `last` is a number, a text, a row's columns, or the path of a file."""

    name: str
    count: int
    last: Any
    step: float | None = None
    minimum: float | None = None
    maximum: float | None = None


def read_metrics(paths: RunPaths) -> list[Metric]:
    """Every metric, in the order they first came."""
    found: dict[str, Metric] = {}
    for event in _events(paths):
        name = fields.text(event.get("name"))
        before = found.get(name) or Metric(name, 0, None)
        found[name] = _with(before, event)
    return list(found.values())


def _with(before: Metric, event: dict[str, Any]) -> Metric:
    listed = event.get("values")
    row = event.get("row", event.get("artifact"))
    values = listed if isinstance(listed, list) else [event.get("value") if row is None else row]
    numbers = [value for value in values if isinstance(value, (int, float)) and not _is_nan(value)]
    extremes = [*numbers, *(value for value in (before.minimum, before.maximum) if value is not None)]
    step = event.get("step")
    return Metric(
        before.name,
        before.count + len(values),
        values[-1] if values else before.last,
        step if isinstance(step, (int, float)) else None,
        min(extremes, default=None),
        max(extremes, default=None),
    )


def _is_nan(value: float) -> bool:
    return isinstance(value, float) and math.isnan(value)  # an integer may be beyond floats


def _events(paths: RunPaths) -> Iterator[dict[str, Any]]:
    """All `metric` events, a piece of each file at a time: memory does not grow with the run."""
    offsets = dict.fromkeys(event_files(paths.events), 0)
    is_read = False
    while not is_read:
        before, files = dict(offsets), []
        for path, offset in before.items():
            events, offsets[path] = read_events(path, offset, _BYTES)
            files.append(events)
        is_read = offsets == before
        yield from (event for event in in_order(files) if event["kind"] == "metric")


def read_points(paths: RunPaths, name: str) -> list[Point]:
    """The numbers of one metric, in order."""
    counts: dict[str, int] = {}
    named = (event for event in _events(paths) if fields.text(event.get("name")) == name)
    return [point for event in named for point in points_of(event, counts)]


def read_rows(paths: RunPaths, name: str) -> list[dict[str, Any]]:
    """The rows of one metric (`log_row`, `log_table`), in order."""
    named = (event.get("row") for event in _events(paths) if fields.text(event.get("name")) == name)
    return [row for row in named if isinstance(row, dict)]


def read_series(paths: RunPaths) -> tuple[list[Metric], dict[str, list[tuple[float, float]]]]:
    """Every metric, and the points (x, value) of each that has numbers; reads the record once."""
    found: dict[str, Metric] = {}
    series: dict[str, list[tuple[float, float]]] = {}
    counts: dict[str, int] = {}
    for event in _events(paths):
        name = fields.text(event.get("name"))
        found[name] = _with(found.get(name) or Metric(name, 0, None), event)
        for point in points_of(event, counts):
            series.setdefault(name, []).append((point.x, point.value))
    return list(found.values()), series
