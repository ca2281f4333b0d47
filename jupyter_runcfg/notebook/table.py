"""The answer of `%runcfg runs`: a list that shows itself as a table."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from ..history import RunSummary
from ..verbs.wording import COLUMNS, row

_COLOURS = {"Completed": "#2f9e5f", "Failed": "#e0524a", "Canceled": "#b07d2b"}  # for light and dark pages
_ACTIVE = "#3d80ea"


class RunTable(list[RunSummary]):
    """Run summaries, newest first."""

    def __init__(self, summaries: Iterable[RunSummary]) -> None:
        super().__init__(summaries)

    def __repr__(self) -> str:
        if not self:
            return "no runs yet"
        rows = [COLUMNS, *(row(summary) for summary in self)]
        widths = [max(len(line[i]) for line in rows) for i in range(len(COLUMNS))]
        return "\n".join(
            "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
            for line in rows
        )

    def _repr_html_(self) -> str:
        if not self:
            return "<i>no runs yet</i>"
        cell = "text-align:left;padding:3px 14px 3px 0;white-space:nowrap"
        head = "".join(f'<th style="{cell}">{escape(name)}</th>' for name in COLUMNS)
        lines = [self._line(summary, cell) for summary in self]
        return f'<table style="border-collapse:collapse"><tr>{head}</tr>{"".join(lines)}</table>'

    @staticmethod
    def _line(summary: RunSummary, cell: str) -> str:
        colour = _COLOURS.get(summary.status, _ACTIVE)
        texts = [escape(text) for text in row(summary)]
        texts[1] = f'<span style="color:{colour};font-weight:600">{texts[1]}</span>'
        columns = "".join(f'<td style="{cell}">{text}</td>' for text in texts)
        return f'<tr title="{escape(summary.run_id)}">{columns}</tr>'
