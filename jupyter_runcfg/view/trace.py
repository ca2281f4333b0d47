"""The metric points of one run, compact, in the order they came."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

from ..history.follow import Point

FIELDS = 3  # series, x, value: what the view reads as a Float64Array


class Trace:
    """Points as numbers in one array; the names of the series apart, in the order they appeared."""

    def __init__(self) -> None:
        self._numbers = array("d")
        self._index: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._numbers) // FIELDS

    @property
    def names(self) -> list[str]:
        return list(self._index)

    def take(self, points: Iterable[Point]) -> None:
        for point in points:
            series = self._index.setdefault(point.name, len(self._index))
            self._numbers.extend((series, point.x, point.value))

    def dump(self, start: int, end: int) -> bytes:
        """The points from `start` to before `end` as native float64 triples."""
        return self._numbers[start * FIELDS : end * FIELDS].tobytes()

    def series(self) -> dict[str, Sequence[tuple[float, float]]]:
        """The points (x, value) of each metric."""
        found: list[list[tuple[float, float]]] = [[] for _ in self._index]
        numbers = self._numbers
        for series, x, value in zip(numbers[0::FIELDS], numbers[1::FIELDS], numbers[2::FIELDS], strict=True):
            found[int(series)].append((x, value))
        return dict(zip(self._index, found, strict=True))
