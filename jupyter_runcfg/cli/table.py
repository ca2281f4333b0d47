"""Runs as a table in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..history import RunSummary
from ..verbs.wording import COLUMNS, row

STYLES = {"Completed": "green", "Failed": "red", "Canceled": "yellow"}


def print_runs(summaries: Sequence[RunSummary]) -> None:
    if not summaries:
        print("no runs yet: `jupyter runcfg submit train.py`, or `jupyter runcfg quickstart`")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in COLUMNS:
        table.add_column(name, no_wrap=name in ("run", "status", "started", "took"), overflow="fold")
    for summary in summaries:
        texts = [Text(text) for text in row(summary)]
        texts[1].stylize(STYLES.get(summary.status, "cyan"))
        table.add_row(*texts)
    console = Console()
    # a pipe has no width: nothing is cut there
    console.print(table, width=None if console.is_terminal else 1000)
