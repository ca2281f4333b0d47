"""Times, durations and tables as people read them, the same in every front door."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from ..history import RunSummary

COLUMNS = ("run", "status", "started", "took", "target", "what", "metrics")
MOST_METRICS = 3
_BEYOND_FLOATS = 10**300


def duration(seconds: float | None) -> str:
    """`0.4 s`, `12 s`, `3 m 05 s`, `2 h 11 m`; a dash when it did not start."""
    if seconds is None:
        return "–"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 59.5:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} m {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} m"


def moment(seconds: float) -> str:
    """A time of today as `14:02:11`, another as `2026-11-20 14:02`."""
    when = datetime.fromtimestamp(seconds)
    if when.date() == datetime.now().date():
        return when.strftime("%H:%M:%S")
    return when.strftime("%Y-%m-%d %H:%M")


def number(value: float) -> str:
    """Four or five significant digits, thousands grouped; scientific where plain digits would be long."""
    if isinstance(value, int) and abs(value) >= _BEYOND_FLOATS:
        mantissa, exponent = f"{Decimal(value):.3e}".split("e")
        return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}".replace("-", "−")
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    size = abs(value)
    if size and (size < 1e-4 or size >= 1e9):
        mantissa, exponent = f"{value:.3e}".split("e")
        shown = f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
    elif float(value).is_integer():
        shown = f"{int(value):,}"
    else:
        digits = max(0, (4 if size >= 1 else 3) - math.floor(math.log10(size)))
        shown = f"{value:,.{digits}f}"
        shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return shown.replace("-", "−")


def one_line(text: str) -> str:
    """Text for a cell of a table: what would break the line or act on a terminal stands as an escape."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def cell(summary: RunSummary, column: str) -> str:
    """One column of one run: one of COLUMNS, another name of the record, a metric or a tag."""
    shown = {
        "run": lambda: summary.label,
        "started": lambda: "–" if summary.started is None else moment(summary.started),
        "created": lambda: moment(summary.created),
        "ended": lambda: "–" if summary.ended is None else moment(summary.ended),
        "took": lambda: duration(summary.duration_s(time.time())),
        "duration": lambda: duration(summary.duration_s(time.time())),
        "what": lambda: summary.name or summary.script,
        "metrics": lambda: _metrics(summary),
        "tags": lambda: ", ".join(f"{name}={value}" for name, value in summary.tags.items()),
    }
    scope, dot, rest = column.replace("`", "").partition(".")
    name = rest if dot and scope in ("metrics", "metric", "tags", "tag") else column.replace("`", "")
    if column in shown:
        text = shown[column]()
    elif name == column and name in vars(summary):
        value = getattr(summary, name)
        text = "" if value is None else str(value)
    elif name in summary.metrics and not scope.startswith("tag"):
        text = number(summary.metrics[name])
    else:
        text = summary.tags.get(name, "")
    return one_line(text)


def _metrics(summary: RunSummary) -> str:
    metrics = [f"{name} {number(value)}" for name, value in summary.metrics.items()]
    if len(metrics) > MOST_METRICS:
        metrics = [*metrics[:MOST_METRICS], f"+{len(metrics) - MOST_METRICS}"]
    return ", ".join(metrics)


def row(summary: RunSummary, columns: Sequence[str] = COLUMNS) -> tuple[str, ...]:
    """One run as the texts of these columns."""
    return tuple(cell(summary, column) for column in columns)


def answer(summary: RunSummary) -> str:
    """One run in a line: `diabetes/12 Completed in 3.1 s · loss 0.51`."""
    took = summary.duration_s(time.time())
    parts = [f"{summary.label} {summary.status}" + (f" in {duration(took)}" if took is not None else "")]
    if summary.cause:
        parts.append(summary.cause)
    metrics = row(summary)[-1]
    return " · ".join([*parts, metrics] if metrics else parts)
