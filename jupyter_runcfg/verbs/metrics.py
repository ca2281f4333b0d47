"""`metrics RUN [NAME]`: every metric in a line, or all values of one."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from ..errors import ConfigError, RuncfgError, did_you_mean
from ..history.follow import Point
from ..history.series import Metric, read_metrics, read_points, read_rows
from ..run import Run
from ..runtime.fields import text
from .wording import number, one_line

Select = Callable[[argparse.Namespace], list[Run]]
METRIC_COLUMNS = ("metric", "values", "last", "step", "least", "greatest")
POINT_COLUMNS = ("step", "value")
_MOST_NAMED = 12


@dataclass(frozen=True)
class Metrics:
    """The answer: all metrics of a run, or (`name`) the points or the rows of one."""

    run: Run
    metrics: list[Metric]
    name: str | None = None
    points: list[Point] | None = None
    table: list[dict[str, Any]] | None = None
    """The rows of a metric that has columns instead of points."""

    @property
    def columns(self) -> tuple[str, ...]:
        if self.table is not None:
            return tuple(map(one_line, self._names))
        return METRIC_COLUMNS if self.points is None else POINT_COLUMNS

    @property
    def _names(self) -> list[str]:
        return list(dict.fromkeys(name for row in self.table or () for name in row))

    @property
    def number_columns(self) -> list[int]:
        """Which columns stand to the right."""
        if self.table is None:
            return list(range(1 if self.points is None else 0, len(self.columns)))
        values = [[row[name] for row in self.table if name in row] for name in self._names]
        return [
            place
            for place, column in enumerate(values)
            if all(isinstance(value, (int, float)) for value in column)
        ]

    def rows(self) -> list[tuple[str, ...]]:
        if self.table is not None:
            names = self._names
            return [tuple(_value(row[name]) if name in row else "" for name in names) for row in self.table]
        if self.points is not None:
            return [(number(point.x), number(point.value)) for point in self.points]
        return [_row(metric) for metric in self.metrics]

    def as_json(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"run": self.run.label, "run_id": self.run.run_id}
        if self.table is not None:
            return {**answer, "metric": self.name, "rows": self.table}
        if self.points is not None:
            values = [{"step": point.x, "value": point.value, "t": point.t} for point in self.points]
            return {**answer, "metric": self.name, "values": values}
        return {**answer, "metrics": {metric.name: _json(metric) for metric in self.metrics}}


def _json(metric: Metric) -> dict[str, Any]:
    return {key: value for key, value in asdict(metric).items() if key != "name"}


def _row(metric: Metric) -> tuple[str, ...]:
    return (
        one_line(metric.name),
        f"{metric.count:,}",
        _value(metric.last),
        "" if metric.step is None else number(metric.step),
        "" if metric.minimum is None else number(metric.minimum),
        "" if metric.maximum is None else number(metric.maximum),
    )


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{one_line(key)} {_value(inner)}" for key, inner in value.items())
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(value)
    return one_line("None" if value is None else text(value))


def metrics_of(options: argparse.Namespace, select: Select) -> Metrics:
    """Do `metrics`.

    Raises:
        ConfigError: There are more than two words.
        RuncfgError: The run has no metric of that name, or that one has no numbers.
    """
    if len(options.runs) > 2:
        hint = "`metrics RUN`, or `metrics RUN NAME`"
        raise ConfigError.single(f"one word too many: '{options.runs[2]}'", "metrics", hint)
    name = options.runs[1] if len(options.runs) == 2 else None
    options.runs = options.runs[:1]
    [run] = select(options)
    found = read_metrics(run.paths)
    if name is None:
        return Metrics(run, found)
    if name not in [metric.name for metric in found]:
        names = [metric.name for metric in found[:_MOST_NAMED]]
        there = ", ".join(names) + (" …" if len(found) > len(names) else "") or "none yet"
        hint = did_you_mean(name, [metric.name for metric in found]) or f"there is {there}"
        raise RuncfgError(f"run {run.label} has no metric '{name}'", hint=hint)
    points = read_points(run.paths, name)
    table = [] if points else read_rows(run.paths, name)
    if table:
        return Metrics(run, found, name, table=table)
    if not points:
        hint = f"`run.get_metrics()['{name}']` has it as it was logged"
        raise RuncfgError(f"the metric '{name}' of {run.label} has no numbers", hint=hint)
    return Metrics(run, found, name, points)
