"""The one follower of a run: what its record holds that was not there at the last look."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..runtime import fields
from ..runtime.paths import RunPaths
from .record import RecordReader, RunSummary, numbers

EVENT_BYTES = 4 << 20
SETTLE_S = 2.0


@dataclass(frozen=True)
class Point:
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

    def __init__(self, paths: RunPaths, settle: Callable[[], object] | None = None) -> None:
        """Follow a record.

        Args:
            paths: The record.
            settle: Called now and then while the run is active: finds out whether its job still lives.
        """
        self._paths = paths
        self._reader = RecordReader(paths)
        self._offset = 0
        self._counts: dict[str, int] = {}
        self._settle = settle
        self._settled = time.monotonic()

    def read(self, max_bytes: int = 1 << 20) -> Batch:
        """What is new since the last call; at most `max_bytes` of the log."""
        self._settle_now_and_then()
        events = self._reader.read(EVENT_BYTES)  # looks for the end first, so nothing after it is missed
        summary = self._reader.summary()
        log = self._read_log(max_bytes)
        offset = self._offset
        self._offset += len(log)
        metrics = [event for event in events if event["kind"] == "metric"]
        points = [point for event in metrics for point in points_of(event, self._counts)]
        done = summary.is_terminal and not events and len(log) < max_bytes
        others = [event for event in events if event["kind"] != "metric" or not _is_numeric(event)]
        return Batch(offset, log, points, summary, done, others)

    def _settle_now_and_then(self) -> None:
        now = time.monotonic()
        if self._settle is not None and self._reader.end is None and now - self._settled > SETTLE_S:
            self._settled = now
            self._settle()

    def _read_log(self, max_bytes: int) -> bytes:
        try:
            with open(self._paths.std_log, "rb") as stream:
                stream.seek(self._offset)
                return stream.read(max_bytes)
        except OSError:
            return b""


def _is_numeric(event: dict[str, Any]) -> bool:
    value = event.get("value")
    return isinstance(value, (int, float)) or isinstance(event.get("values"), list)


def points_of(event: dict[str, Any], counts: dict[str, int]) -> list[Point]:
    """The points of a `metric` event; `counts` has how many each series had before."""
    name, t = fields.text(event.get("name")), fields.moment(event.get("t")) or 0.0
    step = fields.number(event.get("step"))
    points = []
    for value in numbers(event):
        count = counts.get(name, 0)
        counts[name] = count + 1
        points.append(Point(name, float(count) if step is None else step, t, value))
    return points
