"""The table of a loop under its cell: live while a run goes on, then a still one; rows open to their runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from .. import settings
from ..run import Run
from ..verbs.loop import Loop
from ..view.feed import sent_line
from ..view.loop import MOST_ROWS, RUNS_MIME, counts, named, note_lines, told
from ..view.seen import read_seen
from ..view.still import read_at, still_bundle
from ..view.terminal import plain_lines
from ..view.told import NOTHING, Told
from . import live
from .pump import pump
from .sorting import head, sortable
from .table import text_table

READ_S = 0.4
# reading takes at most this share of the time, however many runs there are
SHARE = 0.1
MOST_DETAIL = 40_000  # characters below the table, of all runs together
_TAIL_LINES, _TAIL_BYTES, _LONGEST = 10, 16_384, 200
_TONES = {"Completed": "#2f9e5f", "Failed": "#e0524a", "Canceled": "#b07d2b", "Running": "#3d80ea"}
_FAINT = "opacity:0.68"
_WRAP = "white-space:pre-wrap;word-wrap:break-word"
_MONO = "font-family:ui-monospace, Menlo, Consolas, monospace;font-size:12px;line-height:18px"

_STATIC = Path(__file__).parent / "static"


class CellViews:
    """What was drawn under one execution of a cell: the first run's own view, from the second on a table."""

    def __init__(self) -> None:
        self._execution = -1
        self._first: tuple[Run, Told, str] | None = None
        self._table: LoopTable | None = None

    def draw(self, run: Run, said: Told, execution: int) -> None:
        """Draw a run that this execution has not drawn yet."""
        if execution != self._execution or self._first is None:
            self._execution, self._table = execution, None
            self._first = (run, said, live.show(run, told=said))
        elif self._table is None:
            first, said_first, display_id = self._first
            live.release(display_id)
            self._table = LoopTable([(first, said_first), (run, said)], display_id)
            self._table.display()
        else:
            self._table.add(run, said)


class LoopTable(anywidget.AnyWidget):
    """The widget of several runs; it takes the place of the view of the first."""

    _esm = _STATIC / "runs.js"
    _css = _STATIC / "runs.css"

    table = traitlets.Dict().tag(sync=True)
    """Table in labextension/src/runs/types.ts."""
    opened = traitlets.Dict().tag(sync=True)
    """What is below the rows that were opened."""

    def __init__(self, runs: list[tuple[Run, Told]], display_id: str) -> None:
        self._display_id = display_id
        self._loop = Loop()
        self._lock = threading.RLock()
        self._said: dict[str, Told] = {}
        for run, said in runs:
            self._take(run, said)
        self._due = 0.0
        self._settled = False
        self._published = 0
        # there the server shows the table, and knows of its runs by the output alone
        self._is_served = settings.server_home() == str(settings.home())
        super().__init__(table=told(self._loop, self._said), opened={})
        self.on_msg(self._on_view)

    def display(self) -> None:
        """Put the table where the first run's view is."""
        self._show()
        if settings.in_vscode():
            live.publish(self._picture(), f"{self._display_id}-still", update=True)
        live.watch(self._display_id, self)
        pump.add(self)

    def add(self, run: Run, said: Told) -> None:
        with self._lock:
            self._take(run, said)
            self.table = told(self._loop, self._said)
            self._settled = False
        pump.add(self)

    def _take(self, run: Run, said: Told) -> None:
        self._loop.add(run)
        if said != NOTHING:
            self._said[run.run_id] = said

    def step(self) -> bool:
        """Read and send what is new, now and then; False when all have ended."""
        started = time.monotonic()
        if started < self._due:
            return True
        with self._lock:
            self._loop.read()
            self.table = told(self._loop, self._said)
            ended = self._loop.is_ended
        if ended:
            self._show_picture()
        else:
            self._show_grown()
        self._due = started + max(READ_S, (time.monotonic() - started) / SHARE)
        return not ended

    def show_ended(self) -> None:
        """Put the still table in place if all have ended, once: of the cell that is running now."""
        if self._settled:
            return
        if not all(Path(run.paths.end).exists() for run in self._loop.runs):
            self._show_grown()
            return
        with self._lock:
            self._settled = True
            self._loop.read()
        self._show_picture()

    def report(self, error: Exception) -> None:
        with self._lock:
            said = f"the runs cannot be read, it is tried again: {error}"
            self.table = {**told(self._loop, self._said), "counts": said}

    def _show(self) -> None:
        widget = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        live.publish({live.WIDGET_MIME: widget, **self._picture()}, self._display_id, update=True)

    def _show_grown(self) -> None:
        if self._is_served and self._published < len(self._loop.runs):
            self._show()

    def _show_picture(self) -> None:
        live.publish(self._picture(), self._display_id, update=True)
        if settings.in_vscode():
            live.publish({"text/html": "", "text/plain": ""}, f"{self._display_id}-still", update=True)

    def _picture(self) -> dict[str, Any]:
        loop = self._loop
        with self._lock:
            self._published = len(loop.runs)
            return {
                RUNS_MIME: named(loop, self._said),
                "text/html": html(loop, self._said),
                "text/plain": text(loop, self._said),
            }

    def _on_view(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        if content.get("kind") == "open":
            run_id = content.get("run_id")
            run = next((run for run in self._loop.runs if run.run_id == run_id), None)
            if run is not None and run.run_id not in self.opened:
                said = self._said.get(run.run_id, NOTHING)
                self.opened = {**self.opened, run.run_id: _opened(run, said)}


def _opened(run: Run, said: Told) -> dict[str, str]:
    """The live view of a run, or its picture when it has ended."""
    if run.summary().is_terminal:
        return {"html": still_bundle(run, read_seen(run), sent_line(run), said)["text/html"]}
    return {"model_id": live.follow(run, told=said).model_id}


def text(loop: Loop, said: Mapping[str, Told]) -> str:
    """The table as aligned lines."""
    return "\n".join(
        [counts(loop), *note_lines(loop, said), text_table(loop.columns(), loop.rows()[:MOST_ROWS])]
    )


def html(loop: Loop, said: Mapping[str, Told]) -> str:
    """The table as it is now, without a kernel; below it, folded, how each run ended."""
    columns, metrics = loop.columns(), len(loop.metrics())
    numbers = range(len(columns) - metrics, len(columns))
    heads = "".join(head(escape(name), is_number=place in numbers) for place, name in enumerate(columns))
    rows = "".join(_row(columns, row, numbers) for row in loop.rows()[:MOST_ROWS])
    stamp = "" if loop.is_ended else f" · as of {time.strftime('%Y-%m-%d %H:%M:%S')}"
    title = f'<div><b>{escape(counts(loop))}</b><span style="{_FAINT}">{stamp}</span></div>'
    notes = "".join(f'<div style="{_FAINT};{_WRAP}">{escape(line)}</div>' for line in note_lines(loop, said))
    return (
        f'<div style="line-height:1.5">{title}{notes}{sortable(heads, rows)}{"".join(_details(loop))}</div>'
    )


def _row(columns: list[str], row: Sequence[str], numbers: range) -> str:
    cells = (_cell(columns[place], shown, place in numbers) for place, shown in enumerate(row))
    return f"<tr>{''.join(cells)}</tr>"


def _cell(column: str, shown: str, is_number: bool) -> str:
    if is_number:
        return f"<td>{escape(shown)}</td>"
    cut = escape(shown[:_LONGEST])
    if column == "status":
        status, colon, cause = cut.partition(":")
        tone = _TONES.get(status, "inherit")
        cut = f'<span style="color:{tone};font-weight:600">{status}</span>{colon}{cause}'
    elif column == "run":
        cut = f"<b>{cut}</b>"
    return f'<td style="text-align:left">{cut}</td>'


def _details(loop: Loop) -> Iterator[str]:
    """Of each run the end of its log, as far as there is room; those that failed first."""
    left = MOST_DETAIL
    order = sorted(range(len(loop.runs)), key=lambda place: loop.summaries[place].status != "Failed")
    for place in order:
        summary = loop.summaries[place]
        if not summary.is_terminal:
            continue
        error = summary.error or {}
        said = [": ".join(filter(None, (error.get("type"), error.get("message")))), error.get("hint", "")]
        lines = [line[:_LONGEST] for line in said if line]
        lines += [line[:_LONGEST] for line in _tail(loop.runs[place])]
        shown = "\n".join(escape(line) for line in lines)
        left -= len(shown) + 300
        if left < 0:
            return
        if shown:
            name = f"{escape(summary.label)} {summary.status}"
            pre = f'<pre style="{_MONO};margin:2px 0 6px 16px;white-space:pre-wrap">{shown}</pre>'
            yield f'<details><summary style="cursor:pointer">{name}</summary>{pre}</details>'


def _tail(run: Run) -> list[str]:
    """The last lines of its log."""
    try:
        size = Path(run.paths.std_log).stat().st_size
    except OSError:
        return []
    return plain_lines(read_at(run.paths.std_log, max(0, size - _TAIL_BYTES), _TAIL_BYTES))[-_TAIL_LINES:]
