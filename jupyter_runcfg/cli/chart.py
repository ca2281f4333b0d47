"""A small line chart for terminals, drawn with braille dots."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..verbs.wording import number

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


def chart(points: Sequence[tuple[float, float]], *, width: int = 56, height: int = 7) -> list[str]:
    """Lines of text, `height` of them and an axis below; x and y grow right and up.

    Values that are not finite are left out; no lines without a finite value.
    """
    good = [(x, y) for x, y in points if math.isfinite(x) and math.isfinite(y)]
    if not good:
        return []
    x_low, x_high = min(x for x, _ in good), max(x for x, _ in good)
    y_low, y_high = min(y for _, y in good), max(y for _, y in good)
    cells = [[0] * width for _ in range(height)]
    columns, rows = 2 * width - 1, 4 * height - 1
    before: tuple[int, int] | None = None
    for x, y in good:
        here = (
            round((x - x_low) / (x_high - x_low) * columns) if x_high > x_low else 0,
            rows - (round((y - y_low) / (y_high - y_low) * rows) if y_high > y_low else rows // 2),
        )
        for column, line in _between(before or here, here):
            cells[line // 4][column // 2] |= _DOTS[line % 4][column % 2]
        before = here
    return _framed(cells, (x_low, x_high), (y_low, y_high))


def _between(start: tuple[int, int], end: tuple[int, int]) -> list[tuple[int, int]]:
    """The dots of a straight line."""
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
    return [
        (
            round(start[0] + (end[0] - start[0]) * step / steps),
            round(start[1] + (end[1] - start[1]) * step / steps),
        )
        for step in range(steps + 1)
    ]


def _framed(cells: list[list[int]], x: tuple[float, float], y: tuple[float, float]) -> list[str]:
    labels = [number(y[1]), *[""] * (len(cells) - 2), number(y[0])]
    margin = max(len(label) for label in labels)
    lines = [
        f"{label:>{margin}} ┤{''.join(chr(0x2800 + dots) for dots in line)}"
        for label, line in zip(labels, cells, strict=True)
    ]
    left, right = number(x[0]), number(x[1])
    lines.append(f"{'':>{margin}}  {left}{right:>{len(cells[0]) - len(left)}}")
    return lines
