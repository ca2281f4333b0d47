"""The one follower of a run: what its record holds that was not there at the last look."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..runtime import fields
from ..runtime.paths import RunPaths
from .record import RecordReader, RunSummary, numbers

EVENT_BYTES = 4 << 20
SETTLE_S = 2.0
_EXACT = 1 << 53

Amend = Callable[[RunSummary], RunSummary]


class Point(NamedTuple):
    """One value of a metric: `x` is its step, or its place in the series; `t` unix seconds."""

    name: str
    x: float
    t: float
    value: float


@dataclass(frozen=True)
class Batch:
    """What is new: the log's bytes from `log_offset` on, metric points, and the run as it is now."""

    log_offset: int
    log: bytes
    points: list[Point]
    summary: RunSummary
    done: bool = field(default=False)
    """The run has ended and everything of it was read."""
    events: list[dict[str, Any]] = field(default_factory=list)
    """What is no number: phases, samples, warnings, and metrics that are rows, files or texts."""


class Follower:
    """Follows one record on disk; keeps offsets only, so many may follow the same run."""

    def __init__(self, paths: RunPaths, settle: Callable[[], Amend] | None = None) -> None:
        """Follow a record.

        Args:
            paths: The record.
            settle: Called now and then while the run is active: finds out whether its job still lives, and
                gives what the engine has to add to the record's summary until it is called again.
        """
        self._paths = paths
        self._reader = RecordReader(paths)
        self._offset = 0
        self._counts: dict[str, int] = {}
        self._settle = settle
        self._amend: Amend = lambda summary: summary
        self._settled = time.monotonic()

    def read(self, max_bytes: int = 1 << 20) -> Batch:
        """What is new since the last call; at most `max_bytes` of the log."""
        self._settle_now_and_then()
        events = self._reader.read(EVENT_BYTES)  # looks for the end first, so nothing after it is missed
        summary = self._amend(self._reader.summary())
        log = self._read_log(max_bytes)
        offset = self._offset
        self._offset += len(log)
        points, others = self._split(events)
        done = summary.is_terminal and not events and len(log) < max_bytes
        return Batch(offset, log, points, summary, done, others)

    def _split(self, events: list[dict[str, Any]]) -> tuple[list[Point], list[dict[str, Any]]]:
        """The points of the metrics, and the events that are more, or something else."""
        points: list[Point] = []
        others = []
        for event in events:
            if event["kind"] == "metric":
                found = points_of(event, self._counts)
                if found:
                    points += found
                    continue
            others.append(event)
        return points, others

    def _settle_now_and_then(self) -> None:
        now = time.monotonic()
        if self._settle is not None and self._reader.end is None and now - self._settled > SETTLE_S:
            self._settled = now
            self._amend = self._settle()

    def _read_log(self, max_bytes: int) -> bytes:
        try:
            with open(self._paths.std_log, "rb") as stream:
                stream.seek(self._offset)
                return stream.read(max_bytes)
        except OSError:
            return b""


def points_of(event: dict[str, Any], counts: dict[str, int]) -> list[Point]:
    """The points of a `metric` event; `counts` has how many each series had before."""
    name, t, value, step = event.get("name"), event.get("t"), event.get("value"), event.get("step")
    if type(value) is type(t) is float and type(name) is str:
        count = counts.get(name, 0)  # the kind that comes by the million
        if step is None or (type(step) is int and -_EXACT < step < _EXACT):
            counts[name] = count + 1
            return [Point(name, float(count if step is None else step), t, value)]
    name, t, step = fields.text(name), fields.moment(t) or 0.0, fields.number(step)
    points = []
    for value in numbers(event):
        count = counts.get(name, 0)
        counts[name] = count + 1
        points.append(Point(name, float(count) if step is None else step, t, value))
    return points
