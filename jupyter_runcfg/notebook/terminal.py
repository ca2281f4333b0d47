"""The answers of IPython in a terminal: colours and small charts where a notebook shows HTML."""

from __future__ import annotations

import io
import math
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.text import Text

    from ..run import Run

_STYLES = {"Completed": "green", "Failed": "red", "Canceled": "yellow"}
_ACTIVE = "cyan"
_MARKS = {"+": "green", "-": "red", "@": "cyan"}
_BARS = "▁▂▃▄▅▆▇█"
_BARS_WIDE = 40
_LOG_LINES = 10
_MOST_CHARTS = 6
_LEAST_POINTS = 2

_TYPES = {
    ("jupyter_runcfg.notebook.table", "RunTable"): "runs_text",
    ("jupyter_runcfg.notebook.table", "MetricsTable"): "table_text",
    ("jupyter_runcfg.notebook.table", "TextTable"): "table_text",
    ("jupyter_runcfg.notebook.files", "DiffView"): "diff_text",
    ("jupyter_runcfg.notebook.files", "LookView"): "look_text",
    ("jupyter_runcfg.config.model", "RunConfiguration"): "configuration_text",
}


def is_terminal(shell: Any) -> bool:
    """Whether a person sits before this IPython: no kernel, and no pipe."""
    return getattr(shell, "kernel", None) is None and sys.stdout.isatty()


def register(shell: Any) -> None:
    """Show our answers in colours; nothing of rich is imported before the first is shown."""
    plain = shell.display_formatter.formatters["text/plain"]
    for (module, name), function in _TYPES.items():
        plain.for_type_by_name(module, name, _shown_by(function))


def unregister(shell: Any) -> None:
    plain = shell.display_formatter.formatters["text/plain"]
    for module, name in _TYPES:
        plain.deferred_printers.pop((module, name), None)
        for kind in [one for one in plain.type_printers if (one.__module__, one.__name__) == (module, name)]:
            plain.type_printers.pop(kind)


def _shown_by(function: str) -> Callable[[Any, Any, bool], None]:
    def show(value: Any, printer: Any, _cycle: bool) -> None:
        printer.text(_rendered(globals()[function](value)))

    return show


def _rendered(text: Text | str) -> str:
    """With escape sequences, and not cut: a terminal wraps by itself."""
    from rich.console import Console

    out = io.StringIO()
    Console(file=out, force_terminal=True, highlight=False).print(text, soft_wrap=True, end="")
    return out.getvalue().rstrip()


def runs_text(table: Any) -> Text:
    """The list of runs, each status in its colour."""
    text = table_text(table)
    for status in {summary.status for summary in table}:
        text.highlight_words([f" {status} "], _STYLES.get(status, _ACTIVE))
    return text


def table_text(table: Any) -> Text:
    """Plain rows under a bold head."""
    from rich.text import Text

    head, newline, rows = repr(table).partition("\n")
    return Text.assemble((head, "bold" if newline else ""), newline + rows)


def diff_text(view: Any) -> Text:
    """A unified diff, lines that came and went in green and red."""
    lines = repr(view).split("\n")
    return _lines(lines, [_MARKS.get(line[:1], "") for line in lines])


def look_text(view: Any) -> Text:
    """The preview of a snapshot, its titles bold."""
    lines = repr(view).split("\n")
    titles = {0, *(place + 1 for place, line in enumerate(lines) if not line)}
    return _lines(lines, ["bold" if place in titles else "" for place in range(len(lines))])


def configuration_text(config: Any) -> Text:
    """What differs from the defaults, one setting a line."""
    from rich.text import Text

    from ..config.rendering import inline

    changes = config.changes()
    text = Text(config._caption(), style="bold")
    for key, value in changes.items():
        text.append_text(Text.assemble(("\n  " + key, "not bold cyan"), (f": {inline(value)}", "not bold")))
    return text if changes else text.append("\n  all settings have their defaults", style="not bold")


def _lines(lines: Sequence[str], styles: Sequence[str]) -> Text:
    from rich.text import Text

    return Text("\n").join(Text(line, style=style) for line, style in zip(lines, styles, strict=True))


def told(shell: Any, run: Run, note: str = "") -> str:
    """A run for a person, or in plain lines for a pipe."""
    from ..verbs.wording import answer

    if is_terminal(shell):
        return run_text(run, note)
    return "\n".join(filter(None, (run.sent, note, answer(run.refresh()))))


def run_text(run: Run, note: str = "") -> str:
    """One run: what was sent, how it stands, its metrics as small charts, its error, the end of its log."""
    from rich.text import Text

    from ..verbs.wording import answer, number, one_line
    from ..view.seen import read_seen
    from ..view.terminal import plain_lines

    summary = run.refresh()
    series = list(read_seen(run).trace.series().items())
    parts = [Text(line, style="bold") for line in (run.sent, note) if line]
    parts.append(Text(answer(summary), style=_STYLES.get(summary.status, _ACTIVE)))
    for name, points in series[:_MOST_CHARTS]:
        values = [value for _, value in points]
        drawn = bars(values)
        if drawn:
            parts.append(Text.assemble(f"  {one_line(name)}  ", (drawn, _ACTIVE), f"  {number(values[-1])}"))
    error = summary.error or {}
    for line in str(error.get("code", "")).splitlines():
        parts.append(Text("  " + one_line(line), style="" if line.startswith(">") else "dim"))
    if error.get("hint"):
        parts.append(Text(f"hint: {one_line(str(error['hint']))}"))
    parts += [Text("  " + line, style="dim") for line in plain_lines(_log_end(run))[-_LOG_LINES:]]
    return _rendered(Text("\n").join(parts))


def _log_end(run: Run) -> bytes:
    from ..view.still import TAIL_BYTES, read_at

    try:
        size = os.path.getsize(run.paths.std_log)
    except OSError:
        return b""
    return read_at(run.paths.std_log, max(0, size - TAIL_BYTES), TAIL_BYTES)


def bars(values: Iterable[float], width: int = _BARS_WIDE) -> str:
    """A line of blocks, the highest of each stretch; nothing where there is no course to show."""
    finite = [value for value in values if math.isfinite(value)]
    if len(finite) < _LEAST_POINTS:
        return ""
    count = min(width, len(finite))
    stretches = [finite[len(finite) * n // count : len(finite) * (n + 1) // count] for n in range(count)]
    highest = [max(stretch) for stretch in stretches]
    low, high = min(highest), max(highest)
    span = high - low or 1.0
    return "".join(_BARS[min(len(_BARS) - 1, int((value - low) / span * len(_BARS)))] for value in highest)
