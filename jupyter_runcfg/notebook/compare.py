"""What `%runcfg compare` shows: a table that sorts itself where scripts may run, and overlaid charts.

All that is needed is in the HTML, so a saved notebook sorts too. Where the page takes the script out
(JupyterLab does, of what is not trusted), the rows stand in the order that was asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from typing import Any

from ..verbs.compare import Column, Comparison
from ..verbs.differences import as_number, value_text
from ..view.sparkline import Line, overlay_image, thin
from .sorting import head, sortable
from .table import text_table

MOST_LINES, MOST_CHARTS = 20, 12
MOST_POINTS = 4_000  # of all lines together: what keeps the page under 100 KB
MOST_METRICS = 30
_MOST_TEXT = 48
# by Okabe and Ito, told apart by colour-blind people too; mid-tones, for light and dark pages
_COLOURS = ("#1f78c8", "#d55e00", "#009e73", "#c98a00", "#c05f96", "#45a6dd", "#808790")
_DASHES = (((), "solid"), ((8, 4), "dashed"), ((2, 3), "dotted"))
_FAINT = "opacity:0.68"
_BORDER = "1px solid rgba(127,127,127,0.28)"
_CUT = "overflow:hidden;text-overflow:ellipsis;white-space:nowrap"
_TONES = {"Completed": "#2f9e5f", "Failed": "#e0524a", "Canceled": "#b07d2b"}
_ACTIVE = "#3d80ea"


class CompareView:
    """The answer of `%runcfg compare`: `.to_pandas()`, `.to_dict()`; displayed again, it is read again."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        self._is_shown = False

    def to_pandas(self) -> Any:
        """A DataFrame, one row a run. Raises RuncfgError where pandas is not installed."""
        return self.comparison.to_pandas()

    def to_dict(self) -> dict[str, Any]:
        """Plain values: one entry a run, with its `settings` and `metrics`."""
        return self.comparison.to_dict()

    def __repr__(self) -> str:
        return text(self.comparison)

    def _repr_html_(self) -> str:
        """While a run goes on, each display but the first shows it as it is then."""
        if self._is_shown and not self.comparison.is_final:
            self.comparison = self.comparison.again()
        self._is_shown = True
        return html(self.comparison)


def text(found: Comparison) -> str:
    """Aligned lines."""
    columns = found.columns()
    rows = list(zip(*(column.texts for column in columns), strict=True))
    table = text_table([column.title for column in columns], rows) if rows else "no runs"
    return "\n".join([table, *found.remarks()])


def html(found: Comparison) -> str:
    """Table and charts; under 100 KB for 20 runs of 20 metrics."""
    if not found.runs:
        return "<i>no runs</i>"
    notes = "".join(f'<div style="{_FAINT}">{escape(note)}</div>' for note in _notes(found))
    return f'<div style="line-height:1.5">{_table(found)}{notes}{_charts(found)}</div>'


def _notes(found: Comparison) -> Iterator[str]:
    yield from found.remarks()
    if len(found.metrics) > MOST_METRICS:
        yield f"{MOST_METRICS} of {len(found.metrics):,} metrics; `--metrics NAME,…` chooses others"


def _shown(found: Comparison) -> list[Column]:
    columns = found.columns()
    settings = [column for column in columns if not column.is_metric]
    return settings + [column for column in columns if column.is_metric][:MOST_METRICS]


def _table(found: Comparison) -> str:
    columns = _shown(found)
    charted = bool(_shared(found))
    heads = "".join(_head(column, found.sort) for column in columns)
    rows = []
    for place, run in enumerate(found.runs):
        mark = f"{_swatch(place)}&ensp;" if charted and place < MOST_LINES else ""
        cells = [f'<td style="text-align:left;white-space:nowrap">{mark}<b>{escape(run.label)}</b></td>']
        cells += [_cell(column, place) for column in columns[1:]]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return sortable(heads, "".join(rows))


def _head(column: Column, sort: str | None) -> str:
    is_number = column.is_number or column.is_metric
    mark = ""
    if sort and sort.lstrip("-") == column.name.lstrip("-"):
        mark = " ▲" if sort == column.name or not sort.startswith("-") else " ▼"
    title, more = _cut(column.title)
    return head(title, is_number=is_number, title=more, mark=mark)


def _cell(column: Column, place: int) -> str:
    key, shown = column.keys[place], column.texts[place]
    if column.name == "status" and not column.is_metric:
        tone = _TONES.get(shown, _ACTIVE)
        return f'<td style="text-align:left"><span style="color:{tone};font-weight:600">{shown}</span></td>'
    if column.is_metric or column.is_number:
        value = as_number(key)
        exact = "" if value is None or shown == repr(value) else f' title="{value!r}"'
        return f"<td{exact}>{escape(shown)}</td>"
    cut, more = _cut(shown)
    return f'<td style="text-align:left"{more}>{cut}</td>'


def _cut(text: str) -> tuple[str, str]:
    """Text as HTML, and the title that has all of it where it is cut."""
    if len(text) <= _MOST_TEXT:
        return escape(text), ""
    return escape(text[: _MOST_TEXT - 1]) + "…", f' title="{escape(text[:400])}"'


def _shared(found: Comparison) -> list[str]:
    """Metrics that make a line in more than one run; in the only one, where there is no other."""
    least = min(2, len(found.runs))
    lines = {name: sum(len(own.get(name, ())) > 1 for own in found.series) for name in found.metrics}
    return [name for name, count in lines.items() if count >= least]


def _charts(found: Comparison) -> str:
    names = _shared(found)
    if not names:
        return ""
    shown = names[:MOST_CHARTS]
    drawn = list(range(len(found.runs[:MOST_LINES])))
    count = sum(name in found.series[place] for name in shown for place in drawn)
    limit = max(8, min(200, MOST_POINTS // max(1, count)))
    cards = "".join(_card(found, name, drawn, limit) for name in shown)
    grid = "display:grid;grid-template-columns:repeat(auto-fill, minmax(260px, 1fr));gap:10px"
    said = []
    if len(names) > len(shown):
        said.append(f"charts of {len(shown)} of {len(names):,} metrics; `--metrics NAME,…` chooses others")
    if len(found.runs) > MOST_LINES:
        said.append(f"lines of the first {MOST_LINES} runs of the table; `--sort` puts others there")
    notes = "".join(f'<div style="{_FAINT}">{escape(note)}</div>' for note in said)
    return f'{_legend(found, drawn)}<div style="{grid}">{cards}</div>{notes}'


def _legend(found: Comparison, drawn: list[int]) -> str:
    """Which line is whose: the run's label, and what was changed for it."""
    arguments = [key for key in found.settings if key.startswith("-")][:2]
    items = []
    for place in drawn:
        said = [found.runs[place].label]
        values = [(key.lstrip("-"), found.settings[key][place]) for key in arguments]
        said += [f"{key} {value_text(value)}" for key, value in values if value is not None]
        label, more = _cut(" · ".join(said))
        items.append(f'<span style="white-space:nowrap"{more}>{_swatch(place)} {label}</span>')
    style = "display:flex;flex-wrap:wrap;gap:2px 16px;font-size:12px;margin:10px 0 6px 0"
    return f'<div style="{style}">{"".join(items)}</div>'


def _swatch(place: int) -> str:
    colour, (_dashes, border) = _COLOURS[place % len(_COLOURS)], _DASHES[place // len(_COLOURS)]
    style = f"display:inline-block;width:22px;border-top:3px {border} {colour};vertical-align:middle"
    return f'<span style="{style}"></span>'


def _card(found: Comparison, name: str, drawn: list[int], limit: int) -> str:
    lines = []
    for place in drawn:
        points = found.series[place].get(name, [])
        if any(math.isfinite(value) for _, value in points):
            colour, (dashes, _border) = _COLOURS[place % len(_COLOURS)], _DASHES[place // len(_COLOURS)]
            lines.append(Line(thin(points, limit), colour, dashes))
    label, more = _cut(name)
    alt = f"{label} of {len(lines)} runs"
    image = f'<img src="{overlay_image(lines)}" alt="{alt}" style="display:block;width:100%">'
    caption = f'<div style="{_FAINT};font-size:12px;{_CUT}"{more}>{label}</div>'
    style = f"border:{_BORDER};border-radius:6px;padding:8px 10px;min-width:0"
    return f'<div style="{style}">{caption}{image}</div>'
