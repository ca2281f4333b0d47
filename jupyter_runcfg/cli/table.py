"""Tables in a terminal: one line a row, cut to the terminal's width."""

from __future__ import annotations

from collections.abc import Container, Sequence

from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from ..history import RunSummary
from ..verbs.wording import COLUMNS, row

STYLES = {"Completed": "green", "Failed": "red", "Canceled": "yellow"}
_NEVER_CUT = ("run", "status", "started", "took", "target", "created", "ended", "number")
_PIPE_WIDTH = 100_000
_NARROWEST, _GAP = 8, 2
_MANY = 500  # rows, from which on a table of rich's takes seconds


def print_runs(summaries: Sequence[RunSummary], columns: Sequence[str] = COLUMNS) -> None:
    if len(summaries) > _MANY:
        _print_plainly(columns, [row(summary, columns) for summary in summaries])
        return
    table = _table(columns)
    for summary in summaries:
        texts = [Text(text) for text in row(summary, columns)]
        for text, column in zip(texts, columns, strict=True):
            if column == "status":
                text.stylize(STYLES.get(summary.status, "cyan"))
        table.add_row(*texts)
    _print(table)


def print_table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Container[int] = ()
) -> None:
    """Plain texts under their headings; the columns `numbers` stand to the right."""
    if len(rows) > _MANY:
        _print_plainly(columns, rows, numbers)
        return
    table = _table(columns, numbers)
    for texts in rows:
        table.add_row(*(Text(text) for text in texts))
    _print(table)


def _table(columns: Sequence[str], numbers: Container[int] = ()) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, name in enumerate(columns):
        justify: JustifyMethod = "right" if place in numbers else "left"
        table.add_column(Text(name), no_wrap=True, overflow="ellipsis", justify=justify)
    return table


def _print_plainly(
    columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: Container[int] = ()
) -> None:
    """The same without cutting, in a hundredth of the time."""
    lines = [columns, *rows]
    widths = [max(map(_width, texts)) for texts in zip(*lines, strict=True)]
    for line in lines:
        cells = []
        for place, text in enumerate(line):
            space = " " * (widths[place] - _width(text))
            cells.append(space + text if place in numbers else text + space)
        print("  ".join(cells).rstrip())


def _width(text: str) -> int:
    return len(text) if text.isascii() else cell_len(text)


def _print(table: Table) -> None:
    console = Console()
    if console.is_terminal:
        _fit(table, console.width)
    else:  # a pipe has no width: nothing is cut there
        console = Console(width=_PIPE_WIDTH)
    console.print(table)


def _fit(table: Table, width: int) -> None:
    """Cut the columns that may be, the widest first, until the line fits."""
    widths = [max(cell_len(str(text)) for text in (column.header, *column.cells)) for column in table.columns]
    cut = [place for place, column in enumerate(table.columns) if str(column.header) not in _NEVER_CUT]
    while cut and sum(widths) + _GAP * len(widths) > width:
        widest = max(cut, key=widths.__getitem__)
        if widths[widest] <= _NARROWEST:
            break
        widths[widest] -= 1
        table.columns[widest].max_width = widths[widest]
