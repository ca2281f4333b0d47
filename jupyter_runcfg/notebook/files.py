"""What `%runcfg snapshot` and `%runcfg diff` show: HTML in the page's own colours, and plain text.

No script and no style sheet, as in summary.py: JupyterLab takes both out of what is not trusted.
"""

from __future__ import annotations

from html import escape

from ..run.diff import RunDiff
from ..snapshot.diff import Change
from ..snapshot.value import printable
from ..verbs.diff import masked, names, stat_lines
from ..verbs.snapshot import Look, Section, text_lines
from ..verbs.wording import one_line

MOST_FILES = 50
MOST_LINES = 400  # of all files together
MOST_WHOLE = 40  # of a file that came or went as a whole: what was changed in others is what is looked for
MOST_LINE = 400
_MONO = "font-family:ui-monospace, Menlo, Consolas, monospace;font-size:12px"
_FAINT = "opacity:0.68"
_LINE = "1px solid rgba(127,127,127,0.28)"
_CELL = "text-align:left;vertical-align:top;padding:1px 18px 1px 0"
_GROUNDS = {"+": "rgba(47,168,102,0.18)", "-": "rgba(229,83,75,0.18)", "@": "rgba(127,127,127,0.14)"}
_AMBER = "rgba(210,153,34,0.16)"


def look_html(look: Look) -> str:
    """The preview as tables under each other."""
    parts = [
        f"<div><b>{escape(look.title)}</b></div>",
        *(f'<div style="{_FAINT}">{escape(line)}</div>' for line in look.remarks),
    ]
    parts += [_section(section) for section in look.sections()]
    return f'<div style="line-height:1.5">{"".join(parts)}</div>'


def _section(section: Section) -> str:
    ground = f"background-color:{_AMBER};border-radius:4px;padding:0 6px" if section.is_warning else ""
    title = f'<div style="margin-top:10px"><b style="{ground}">{escape(section.title)}</b></div>'
    rows = "".join(_row(section, row) for row in section.rows)
    table = (
        f'<table style="border-collapse:collapse;margin:2px 0 0 0;border:none"><tbody>{rows}</tbody></table>'
    )
    note = f'<div style="{_FAINT}">{escape(section.note)}</div>' if section.note else ""
    return title + table + note


def _row(section: Section, row: tuple[str, ...]) -> str:
    cells = []
    for column, text in enumerate(row):
        right = (
            ";text-align:right;white-space:nowrap" if column in section.numbers else ";overflow-wrap:anywhere"
        )
        cells.append(f'<td style="{_CELL}{right}">{escape(text)}</td>')
    return f'<tr style="background-color:transparent">{"".join(cells)}</tr>'


class LookView:
    """The answer of `%runcfg snapshot`; `.preview` has it all."""

    def __init__(self, look: Look) -> None:
        self.preview = look.preview
        self._look = look

    def __repr__(self) -> str:
        return "\n".join(text_lines(self._look))

    def _repr_html_(self) -> str:
        return look_html(self._look)


class DiffView:
    """The answer of `%runcfg diff`; `.diff` is the RunDiff."""

    def __init__(self, diff: RunDiff, *, only_names: bool = False) -> None:
        self.diff = diff
        self._only_names = only_names

    def __repr__(self) -> str:
        head = [one_line(printable(line)) for line in self.diff.head]
        if self._only_names:
            return "\n".join([*head, *stat_lines(self.diff)])
        lines = printable(masked("".join(text for _, text in self.diff))).split("\n")[:-1]
        more = [f"… and {len(lines) - MOST_LINES:,} more lines"] if len(lines) > MOST_LINES else []
        return "\n".join([*head, *([""] if lines else []), *lines[:MOST_LINES], *more])

    def _repr_html_(self) -> str:
        return diff_html(self.diff, only_names=self._only_names)


def diff_html(diff: RunDiff, *, only_names: bool = False) -> str:
    """Settings, then each file with its lines; what is too long for a page is cut, and said so."""
    parts = [f"<div><b>{_text(diff.title)}</b></div>"]
    if diff.settings:
        parts.append(_settings(diff))
    parts += [f'<div style="{_FAINT}">{_text(note)}</div>' for note in diff.notes]
    left = MOST_LINES
    for (letter, name, size), change in list(zip(names(diff), diff.changes, strict=True))[:MOST_FILES]:
        head = f'<b>{letter}</b>&nbsp; <span style="{_MONO}">{_text(name)}</span>'
        parts.append(
            f'<div style="margin-top:8px">{head} &nbsp;<span style="{_FAINT}">{escape(size)}</span></div>'
        )
        if not only_names and left > 0:
            lines, left = _lines(diff, change, left)
            parts.append(lines)
    if len(diff.changes) > MOST_FILES:
        parts.append(f'<div style="{_FAINT}">and {len(diff.changes) - MOST_FILES:,} more files</div>')
    return f'<div style="line-height:1.5">{"".join(parts)}</div>'


def _settings(diff: RunDiff) -> str:
    rows = [str(setting).partition(": ") for setting in diff.settings]
    cells = "".join(
        f'<tr style="background-color:transparent"><td style="{_CELL}">{_text(key)}</td>'
        f'<td style="{_CELL};{_MONO}">{_text(values)}</td></tr>'
        for key, _, values in rows
    )
    return f'<table style="border-collapse:collapse;border:none;margin:2px 0"><tbody>{cells}</tbody></table>'


def _lines(diff: RunDiff, change: Change, left: int) -> tuple[str, int]:
    """The hunks of one file, and how many lines may still follow on the page."""
    lines = masked(diff.text(change)).split("\n")[:-1]
    start = next((number for number, line in enumerate(lines) if line.startswith("@@ ")), None)
    if start is None:
        words = [line for line in lines if line.startswith("Binary files")]
        said = words[0].rpartition(" differ (")[2].rstrip(")") if words else ""
        note = "binary" if said.count(";") == 0 else said.partition("; ")[2]
        return (f'<div style="{_FAINT}">{_text(note)}</div>' if words else ""), left
    most = left if change.old and change.new else min(left, MOST_WHOLE)
    shown = lines[start : start + most]
    rows = "".join(_line(line) for line in shown)
    more = len(lines) - start - len(shown)
    rest = f'<div style="{_FAINT}">… and {more:,} more lines</div>' if more else ""
    box = f"border:{_LINE};border-radius:4px;margin:2px 0;overflow:auto;{_MONO};line-height:18px"
    return f'<div style="{box}">{rows}</div>{rest}', left - len(shown)


def _line(line: str) -> str:
    ground = _GROUNDS.get(line[:1], "")
    style = f"white-space:pre;padding:0 8px{f';background-color:{ground}' if ground else ''}"
    cut = line[:MOST_LINE] + ("…" if len(line) > MOST_LINE else "")
    return f'<div style="{style}">{_text(cut) or " "}</div>'


def _text(text: str) -> str:
    shown = printable(text)
    return escape("".join(char if char == "\t" else one_line(char) for char in shown))
