"""A small line chart as an SVG image in a data: address, which every sanitizer of notebooks lets through."""

from __future__ import annotations

import base64
import math
import sys
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

Points = Sequence[tuple[float, float]]

_value = itemgetter(1)

MAX_POINTS = 200
WIDTH, HEIGHT = 320, 120
_RIGHT, _TOP, _BOTTOM = 6, 6, 18
_DIGIT = 6  # how wide a character of the labels is
_LINE, _TEXT = "#3b82f6", "#868c95"


def thin(points: Points, limit: int = MAX_POINTS) -> Points:
    """At most `limit` points; first, last, and each stretch's lowest and highest: no peak is lost."""
    if len(points) <= limit:
        return points
    kept = [points[0]]
    stretches = limit // 2 - 1
    inner = len(points) - 2
    for index in range(stretches):
        stretch = points[1 + index * inner // stretches : 1 + (index + 1) * inner // stretches]
        finite = [point for point in stretch if math.isfinite(point[1])]
        if finite:
            low, high = min(finite, key=_value), max(finite, key=_value)
            kept += [low, high] if low[0] <= high[0] else [high, low]
    return [*kept, points[-1]]


class Line(NamedTuple):
    """One line of a chart, with its colour and, in the words of SVG, its dashes in pixels."""

    points: Points
    colour: str = _LINE
    dashes: tuple[int, ...] = ()


def chart_image(points: Points) -> str:
    """The chart as an address for <img src>."""
    return overlay_image([Line(points)])


def overlay_image(lines: Sequence[Line]) -> str:
    """Several lines over the same axes, as an address for <img src>; one alone has a ground below it."""
    return "data:image/svg+xml;base64," + base64.b64encode(_svg(lines).encode()).decode()


def _svg(lines: Sequence[Line]) -> str:
    # sorted by x alone: a step may come twice, and its values keep their order
    finite = [
        sorted((p for p in line.points if math.isfinite(p[0]) and math.isfinite(p[1])), key=lambda p: p[0])
        for line in lines
    ]
    x_low, x_high = _bounds([x for points in finite for x, _ in points])
    y_low, y_high = _bounds([y for points in finite for _, y in points])
    left = 8 + _DIGIT * max(len(short(y_low)), len(short(y_high)))
    right, bottom = WIDTH - _RIGHT, HEIGHT - _BOTTOM

    def place(x: float, y: float) -> tuple[float, float]:
        across, up = _share(x, x_low, x_high), _share(y, y_low, y_high)
        return 10 * (left + across * (right - left)), 10 * (bottom - up * (bottom - _TOP))

    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="system-ui,sans-serif" font-size="10">',
        *_grid(left),
        '<g transform="scale(.1)" fill="none" stroke-width="15" stroke-linejoin="round">',
    ]
    for line, points in zip(lines, finite, strict=True):
        if points:
            ground = 10 * bottom if len(lines) == 1 else None
            parts += _line([place(x, y) for x, y in points], line, ground)
    parts += [
        "</g>",
        _text(left - 5, _TOP + 7, "end", short(y_high)),
        _text(left - 5, bottom, "end", short(y_low)),
        _text(left, HEIGHT - 4, "start", short(x_low)),
        _text(right, HEIGHT - 4, "end", short(x_high)),
        "</svg>",
    ]
    return "".join(parts)


def _line(dots: Sequence[tuple[float, float]], line: Line, ground: float | None) -> Iterator[str]:
    """The line and the ground below it, in tenths; short steps from dot to dot keep it small."""
    at_x, at_y = start_x, start_y = round(dots[0][0]), round(dots[0][1])
    steps = []
    for x, y in dots[1:]:
        step_x, step_y = round(x) - at_x, round(y) - at_y
        at_x, at_y = at_x + step_x, at_y + step_y
        steps.append(f"{step_x} {step_y}")
    path = f"M{start_x} {start_y}l{' '.join(steps)}" if steps else f"M{start_x} {start_y}h9"
    if ground is not None:
        yield f'<path d="{path}V{ground:g}H{start_x}Z" fill="{line.colour}" fill-opacity=".1"/>'
    dashes = f' stroke-dasharray="{" ".join(str(10 * part) for part in line.dashes)}"' if line.dashes else ""
    yield f'<path d="{path}" stroke="{line.colour}"{dashes}/>'


def _grid(left: float) -> Iterator[str]:
    for part in (0.0, 0.5, 1.0):
        y = _TOP + part * (HEIGHT - _BOTTOM - _TOP)
        yield f'<path d="M{left} {y:g}H{WIDTH - _RIGHT}" stroke="#7f7f7f" stroke-opacity=".22"/>'


def _text(x: float, y: float, anchor: str, label: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{_TEXT}">{label}</text>'


def short(value: float) -> str:
    """A number at the edge of a chart: three digits, more only for whole numbers."""
    if float(value).is_integer() and abs(value) < 1e5:
        return f"{value:.0f}".replace("-", "−")
    for unit, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if unit <= abs(value) < 1e15:
            return f"{value / unit:.3g}{letter}".replace("-", "−")
    return f"{value:.3g}".replace("e-0", "e-").replace("e+", "e").replace("-", "−")


def _share(value: float, low: float, high: float) -> float:
    """Where between low and high; halves, because the distance of two doubles may be none."""
    spread = high / 2 - low / 2
    return (value / 2 - low / 2) / spread if spread else 0.5


def _bounds(values: Sequence[float]) -> tuple[float, float]:
    """Lowest and highest, never the same."""
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    if low == high:
        half = abs(low) * 0.1 or 1.0
        return max(low - half, -sys.float_info.max), min(high + half, sys.float_info.max)
    return low, high
