"""The points of one run, compact, in the order they came: metrics, and what the run uses of its machine."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Any

from ..history.follow import Point
from ..runtime import fields

FIELDS = 4  # series, x, unix seconds, value: what the view reads as a Float64Array
METRIC, USAGE = "metric", "usage"


class Trace:
    """Points as numbers in one array; the names of the series apart, in the order they appeared."""

    def __init__(self) -> None:
        self._numbers = array("d")
        self._index: dict[tuple[str, str], int] = {}

    def __len__(self) -> int:
        return len(self._numbers) // FIELDS

    @property
    def names(self) -> list[tuple[str, str]]:
        """Of each series its kind and its name; one metric may be named as a usage is."""
        return list(self._index)

    def take(self, points: Iterable[Point], kind: str = METRIC) -> None:
        flat: list[float] = []
        before, series = None, 0
        for name, x, t, value in points:
            if name != before:
                before, series = name, self._index.setdefault((kind, name), len(self._index))
            flat += (series, x, t, value)
        self._numbers.extend(flat)

    def dump(self, start: int, end: int) -> bytes:
        """The points from `start` to before `end` as native float64, FIELDS of them a point."""
        return self._numbers[start * FIELDS : end * FIELDS].tobytes()

    def series(self, kind: str = METRIC) -> dict[str, Sequence[tuple[float, float]]]:
        """The points (x, value) of each series of a kind."""
        found: list[list[tuple[float, float]]] = [[] for _ in self._index]
        numbers = self._numbers
        columns = (numbers[0::FIELDS], numbers[1::FIELDS], numbers[3::FIELDS])
        for series, x, value in zip(*columns, strict=True):
            found[int(series)].append((x, value))
        named = zip(self._index, found, strict=True)
        return {name: points for (its_kind, name), points in named if its_kind == kind}


def usage_points(event: dict[str, Any]) -> list[Point]:
    """The points of a `sample` event: percent of a core, of a GPU, and bytes."""
    t = fields.moment(event.get("t")) or 0.0
    said = {"cpu": event.get("cpu"), "memory": event.get("memory")}
    gpus = event.get("gpus")
    for gpu in gpus if isinstance(gpus, list) else []:
        facts = fields.mapping(gpu)
        name = f"gpu {fields.text(facts.get('index'))}"
        said[name] = facts.get("utilization")
        said[f"{name} memory"] = facts.get("memory")
    found = [(name, fields.number(value)) for name, value in said.items()]
    return [Point(name, t, t, value) for name, value in found if value is not None]
