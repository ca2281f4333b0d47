"""A run followed in a terminal: its log as it is printed, below it status, metrics and a small chart."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ..history import Batch, RunSummary
from ..run import Run
from ..verbs.wording import answer, duration, number
from .chart import chart
from .table import STYLES

POLL_S = 0.05
MOST_CHARTS = 2


class View:
    """What stands below the log while the run goes on."""

    def __init__(self, steps: int | None) -> None:
        """Show a run; `steps`: how many points its first metric will have, where that is known."""
        self.steps = steps
        self.series: dict[str, list[tuple[float, float]]] = {}
        self.summary: RunSummary | None = None

    def take(self, batch: Batch) -> None:
        self.summary = batch.summary
        for point in batch.points:
            self.series.setdefault(point.name, []).append((point.x, point.value))

    def __rich__(self) -> RenderableType:
        if self.summary is None:
            return Text("submitted …", style="dim")
        parts: list[RenderableType] = [Text(), self._head(self.summary)]
        for name, points in list(self.series.items())[:MOST_CHARTS]:
            if len(points) > 1:
                parts += charted(name, points)
        return Group(*parts)

    def _head(self, summary: RunSummary) -> RenderableType:
        line = Table.grid(padding=(0, 2))
        took = summary.duration_s(time.time())
        cells: list[RenderableType] = [
            Text(summary.label, style="bold"),
            Text(summary.status, style=STYLES.get(summary.status, "cyan")),
            Text(duration(took), style="dim"),
        ]
        if self.steps and self.series:
            done = len(next(iter(self.series.values())))
            cells += [ProgressBar(total=self.steps, completed=done, width=24), Text(f"{done}/{self.steps}")]
        cells += [Text(f"{name} {number(value)}") for name, value in list(summary.metrics.items())[:4]]
        line.add_row(*cells)
        return line


def charted(name: str, points: list[tuple[float, float]]) -> list[RenderableType]:
    """A metric's chart under its name."""
    lines: list[RenderableType] = [Text(f"{name}  {number(points[-1][1])}", style="bold")]
    return lines + [Text(line, style="cyan") for line in chart(points)]


def follow(run: Run, *, steps: int | None = None) -> RunSummary:
    """Show a run until it has ended; Ctrl-C leaves it running.

    In a pipe, the log's own bytes are all that goes to stdout; the rest goes to stderr.
    """
    console = Console()
    view = View(steps)
    with _interruptible(run):
        if console.is_terminal:
            console.print(Text(run.sent, style="bold"), soft_wrap=True)
            summary = _live(run, console, view)
        else:
            print(run.sent, file=sys.stderr, flush=True)
            summary = _plain(run, view)
    print_end(run, summary, view)
    return summary


def follow_log(run: Run) -> None:
    """The log's own bytes until the run has ended; Ctrl-C leaves it running."""
    with _interruptible(run):
        _plain(run, View(None))


@contextmanager
def _interruptible(run: Run) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        print(f"\n{run.label} goes on; `jupyter runcfg cancel {run.label}` ends it", file=sys.stderr)
        raise


def _live(run: Run, console: Console, view: View) -> RunSummary:
    follower = run.follow()
    pending = b""
    with Live(view, console=console, refresh_per_second=12, transient=True):
        while True:
            batch = follower.read()
            view.take(batch)
            *lines, pending = (pending + batch.log).split(b"\n")
            if batch.done and pending:
                lines.append(pending)
            if lines:
                console.print(Text("\n".join(shown(line) for line in lines)), soft_wrap=True)
            if batch.done:
                return batch.summary
            if not batch.log:
                time.sleep(POLL_S)


def shown(line: bytes) -> str:
    """A log line as a terminal would leave it: of a progress bar its last state, no control codes."""
    text = line.decode("utf-8", "replace").rstrip("\r").rpartition("\r")[2]
    return Text.from_ansi(text).plain


def _plain(run: Run, view: View) -> RunSummary:
    follower = run.follow()
    while True:
        batch = follower.read()
        view.take(batch)
        sys.stdout.buffer.write(batch.log)
        sys.stdout.buffer.flush()
        if batch.done:
            return batch.summary
        if not batch.log:
            time.sleep(POLL_S)


def _seen(run: Run) -> View:
    """All that the record has by now."""
    view, follower = View(None), run.follow()
    while True:
        batch = follower.read()
        view.take(batch)
        if not batch.log and not batch.points:
            return view


def print_end(run: Run, summary: RunSummary, view: View | None = None) -> None:
    """How a run ended: charts, metrics, the error with its hint, and where its record is."""
    console = Console(stderr=not sys.stdout.isatty(), highlight=False)
    if view is None:
        view = _seen(run)
    if run.sent:  # of a run that a process records itself, nothing stands above
        console.print()
    for name, points in list(view.series.items())[:MOST_CHARTS]:
        if len(points) > 1:
            console.print(Group(*charted(name, points)))
    console.print(Text(answer(summary), style=STYLES.get(summary.status, "cyan")))
    error = summary.error or {}
    said = ": ".join(filter(None, (error.get("type"), error.get("message"))))
    if said or error.get("where"):
        where = f" at {error['where']}" if error.get("where") else ""
        console.print(Text(f"error: {said}{where}", style="red"), soft_wrap=True)
    for line in error.get("code", "").splitlines():
        console.print(Text(shown(line.encode()), style="" if line.startswith(">") else "dim"), soft_wrap=True)
    if error.get("cause"):
        console.print(Text(f"caused by {error['cause']}", style="red"))
    if error.get("hint"):
        console.print(Text(f"hint: {error['hint']}"), soft_wrap=True)
    for warning in run.warnings:
        console.print(Text(f"warning: {warning}", style="yellow"), soft_wrap=True)
    console.print(Text(f"record: {run.paths.directory}", style="dim"), soft_wrap=True)
