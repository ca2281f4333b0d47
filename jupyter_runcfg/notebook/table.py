"""The answers of `%runcfg runs` and `%runcfg metrics`: values that show themselves as tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from html import escape

from ..history import RunSummary
from ..verbs.metrics import Metrics
from ..verbs.wording import COLUMNS, row

_COLOURS = {"Completed": "#2f9e5f", "Failed": "#e0524a", "Canceled": "#b07d2b"}  # for light and dark pages
_ACTIVE = "#3d80ea"
_CELL = "text-align:left;padding:3px 14px 3px 0;white-space:nowrap"
_LONG = f"{_CELL};max-width:36em;overflow:hidden;text-overflow:ellipsis"
_NUMBER = "text-align:right;padding:3px 14px 3px 0;white-space:nowrap;font-variant-numeric:tabular-nums"
_NEVER_LONG = ("run", "status", "started", "took", "target", "created", "ended", "number")
_MOST_TEXT = 80
MOST_ROWS = 200


def text_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Aligned lines under their headings."""
    lines = [tuple(columns), *(tuple(map(_cut, line)) for line in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_TEXT else f"{text[: _MOST_TEXT - 1]}…"


def _head(columns: Sequence[str], numbers: Collection[str] = ()) -> str:
    cells = (f'<th style="{_NUMBER if name in numbers else _CELL}">{escape(name)}</th>' for name in columns)
    return f"<tr>{''.join(cells)}</tr>"


def _html(rows: Iterable[str]) -> str:
    return f'<table style="border-collapse:collapse">{"".join(rows)}</table>'


class RunTable(list[RunSummary]):
    """Run summaries in the order that was asked for."""

    def __init__(
        self, summaries: Iterable[RunSummary], columns: Sequence[str] = COLUMNS, *, is_filtered: bool = False
    ) -> None:
        super().__init__(summaries)
        self.columns = tuple(columns)
        self.none = "no run matches" if is_filtered else "no runs here"

    def __repr__(self) -> str:
        if not self:
            return self.none
        return text_table(self.columns, (row(summary, self.columns) for summary in self))

    def _repr_html_(self) -> str:
        if not self:
            return f"<i>{self.none}</i>"
        return _html([_head(self.columns), *(self._line(summary) for summary in self)])

    def _line(self, summary: RunSummary) -> str:
        cells = []
        for name, text in zip(self.columns, row(summary, self.columns), strict=True):
            shown = escape(text)
            if name == "status":
                colour = _COLOURS.get(summary.status, _ACTIVE)
                shown = f'<span style="color:{colour};font-weight:600">{shown}</span>'
            is_long = name not in _NEVER_LONG
            title = f' title="{escape(text)}"' if is_long else ""
            cells.append(f'<td style="{_LONG if is_long else _CELL}"{title}>{shown}</td>')
        return f'<tr title="{escape(summary.run_id)}">{"".join(cells)}</tr>'


class TextTable:
    """Rows of plain texts; `none`: what is said where there are no rows."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Sequence[str]], none: str = "") -> None:
        self.columns = tuple(columns)
        self.rows = [tuple(row) for row in rows]
        self._none = none

    def __repr__(self) -> str:
        return text_table(self.columns, self.rows) if self.rows else self._none

    def _repr_html_(self) -> str:
        if not self.rows:
            return f"<i>{escape(self._none)}</i>"
        lines = ("".join(f'<td style="{_LONG}">{escape(text)}</td>' for text in row) for row in self.rows)
        return _html([_head(self.columns), *(f"<tr>{line}</tr>" for line in lines)])


class MetricsTable:
    """The answer of `%runcfg metrics`; `.metrics` has the numbers, `.points` the values of one."""

    def __init__(self, answer: Metrics) -> None:
        self.metrics = answer.metrics
        self.points = answer.points
        self._answer = answer

    def _rows(self) -> tuple[list[tuple[str, ...]], str]:
        """The rows for a page, the last ones of many, and what to say of the others."""
        rows = self._answer.rows()
        left_out = len(rows) - MOST_ROWS
        said = f"{left_out:,} before these; `.points` has all" if left_out > 0 else ""
        return rows[-MOST_ROWS:], said

    def __repr__(self) -> str:
        rows, said = self._rows()
        if not rows:
            return f"{self._answer.run.label} has no metrics yet"
        return "\n".join(filter(None, (said, text_table(self._answer.columns, rows))))

    def _repr_html_(self) -> str:
        rows, said = self._rows()
        if not rows:
            return f"<i>{escape(repr(self))}</i>"
        columns = self._answer.columns
        numbers = [columns[place] for place in self._answer.number_columns if columns[place] != "last"]
        lines = [
            "".join(
                f'<td style="{_NUMBER if name in numbers else _LONG}">{escape(text)}</td>'
                for name, text in zip(columns, line, strict=True)
            )
            for line in rows
        ]
        note = f"<i>{escape(said)}</i>" if said else ""
        return note + _html([_head(columns, numbers), *(f"<tr>{line}</tr>" for line in lines)])
