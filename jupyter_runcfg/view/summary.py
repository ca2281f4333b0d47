"""A run as a still picture: HTML without script or style sheet, and plain text.

JupyterLab's sanitizer takes <svg>, <style> and some declarations (currentColor, overflow-wrap …) out
of what is not trusted, and lets inline styles, flex, grid and data: images through: this is written
in what survives. Colours are mid-tones on transparent ground and text has the page's own colour, so
that light and dark both read well.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from ..history.record import RunSummary
from ..verbs.wording import duration, number
from .files import Listing
from .folded import files_html, media_html, sent_html, steps_html
from .media import Item
from .sparkline import chart_image, thin
from .steps import Step
from .terminal import plain_lines

MAX_CHARTS = 12
MAX_POINTS = 1_600  # of all charts together
MAX_NAMES = 24
SHORT_NAME, KEPT_END = 16, 10
MAX_LOG_LINES = 50
MAX_LINE = 400
MAX_CODE_LINES = 10
MAX_LOG_HTML = 22_000
MAX_TEXT = 600
MAX_HTML = 97_000

_TONES = {
    "Completed": "47,168,102",
    "Failed": "229,83,75",
    "CancelRequested": "210,153,34",
    "NotResponding": "210,153,34",
    "Running": "59,130,246",
    "Finalizing": "59,130,246",
}
_IDLE = "139,146,156"
_LINE = "1px solid rgba(127,127,127,0.28)"
_SANS = "font-family:system-ui, sans-serif"
_MONO = "font-family:ui-monospace, Menlo, Consolas, monospace"
_FAINT = "opacity:0.68"

Series = Mapping[str, Sequence[tuple[float, float]]]


def html(
    summary: RunSummary,
    log_tail: bytes,
    series: Series,
    *,
    notes: Sequence[str] = (),
    log_path: str = "",
    now: float | None = None,
    steps: Sequence[Step] = (),
    media: Sequence[Item] = (),
    files: Listing | None = None,
    sent: Mapping[str, Any] | None = None,
) -> str:
    """The run as HTML, under 100 KB whatever it printed.

    Args:
        summary: The run.
        log_tail: The end of its log, raw; it may begin in the middle of a line.
        series: The points (x, value) of each metric.
        notes: Lines for under the head: what was sent, what to know.
        log_path: Where all of the log is.
        now: The time that this picture shows; default: this moment.
        steps: What it went through so far.
        media: What it has logged and is no number.
        files: What it has written.
        sent: What `view.sent.what_was_sent` tells.
    """
    moment = time.time() if now is None else now
    parts = [
        _head(summary, moment),
        steps_html(steps),
        _reason(summary),
        "".join(_paragraph(note, _FAINT) for note in notes if note),
        _stamp(summary, moment),
    ]
    head = f'<div style="padding:10px 12px">{"".join(parts)}</div>'
    body = head + _metrics(summary, series) + _log(log_tail, log_path)
    body += _folded(MAX_HTML - len(body.encode()), media, files, sent)
    frame = f"border:{_LINE};border-radius:8px;overflow:hidden;margin:4px 0;text-align:left"
    return f'<div style="{frame};{_SANS};font-size:13px;line-height:20px">{body}</div>'


def _folded(room: int, media: Sequence[Item], files: Listing | None, sent: Mapping[str, Any] | None) -> str:
    """What is folded away, as far as there is room: the first to go are media, then what was sent."""
    parts = [media_html(media), files_html(files) if files else "", sent_html(sent) if sent else ""]
    for place in (1, 2, 0):
        size = len(parts[place].encode())
        if size < room:
            room -= size
        else:
            parts[place] = ""
    return "".join(parts)


def text(summary: RunSummary, *, notes: Sequence[str] = (), now: float | None = None) -> str:
    """The run in a few plain lines."""
    seconds = summary.duration_s(time.time() if now is None else now)
    first = [summary.label, words(summary.status)]
    if seconds is not None:
        first.append(duration(seconds))
    first += [summary.name or "", summary.script, f"on {summary.target}" if summary.target else ""]
    lines = [" · ".join(part for part in first if part)]
    before, code, after = _reason_lines(summary)
    lines += [*before, *code.splitlines(), *after]
    lines += [note for note in notes if note]
    shown = list(summary.metrics.items())[:MAX_NAMES]
    if shown:
        lines.append(", ".join(f"{name} {number(value)}" for name, value in shown))
    return "\n".join(lines)


def _head(summary: RunSummary, now: float) -> str:
    tone = _TONES.get(summary.status, _IDLE)
    ground = f"background-color:rgba({tone},0.16);border-radius:999px;padding:2px 10px"
    dot = f'<span style="color:rgb({tone})">●</span>'
    status = escape(words(summary.status))
    pill = f'<span style="{ground};font-weight:600;white-space:nowrap">{dot} {status}</span>'
    label = f'<span style="font-weight:600;font-size:14px">{_cut(summary.label)}</span>'
    name = f"<span>{_cut(summary.name)}</span>" if summary.name else ""
    script = f'<span style="{_MONO};font-size:12px">{_cut(summary.script)}</span>'
    target = f'<span style="{_FAINT}">on {_cut(summary.target)}</span>' if summary.target else ""
    seconds = summary.duration_s(now)
    elapsed = "" if seconds is None else duration(seconds)
    clock = f'<span style="{_FAINT};margin-left:auto;white-space:nowrap">{elapsed}</span>'
    row = "display:flex;flex-wrap:wrap;align-items:center;gap:4px 12px"
    return f'<div style="{row}">{pill}{label}{name}{script}{target}{clock}</div>{_tags(summary.tags)}'


def _tags(tags: Mapping[str, str]) -> str:
    if not tags:
        return ""
    chips = "".join(
        f'<span style="border:{_LINE};border-radius:4px;padding:0 6px">{_cut(f"{name}={value}", 80)}</span>'
        for name, value in list(tags.items())[:MAX_NAMES]
    )
    style = "display:flex;flex-wrap:wrap;gap:4px;padding:6px 0 0 0;font-size:12px;line-height:18px"
    return f'<div style="{style}">{chips}</div>'


def _reason_lines(summary: RunSummary) -> tuple[list[str], str, list[str]]:
    """What to say of the cause: the lines before the person's own code, that code, the lines after it."""
    error = summary.error or {}
    message = ": ".join(part for part in (error.get("type"), error.get("message")) if part)
    if message and summary.cause and summary.cause not in message:
        message = f"{summary.cause} · {message}"
    code = "\n".join(error.get("code", "").splitlines()[:MAX_CODE_LINES])
    place = error.get("where", "")
    before = [message or summary.cause, f"at {place}" if place else ""]
    caused = f"caused by {error['cause']}" if error.get("cause") else ""
    hint = f"hint: {error['hint']}" if error.get("hint") else ""
    return [line for line in before if line], code, [line for line in (caused, hint) if line]


def _reason(summary: RunSummary) -> str:
    before, code, after = _reason_lines(summary)
    inner = "".join(_paragraph(line) for line in before) + _code(code) + "".join(map(_paragraph, after))
    if not inner or summary.status != "Failed":
        return inner
    style = f"border-left:3px solid rgb({_TONES['Failed']});padding:0 0 2px 10px;margin:8px 0 0 0"
    return f'<div style="{style}">{inner}</div>'


def _code(code: str) -> str:
    """The lines around an error, as they were in the snapshot; the one that is marked stands out."""
    if not code:
        return ""
    shown = [
        f"<b>{_cut(line, MAX_LINE)}</b>" if line.startswith(">") else _cut(line, MAX_LINE)
        for line in code.splitlines()
    ]
    ground = "background-color:rgba(127,127,127,0.06);border-radius:4px;padding:4px 8px;margin:4px 0 0 0"
    style = f"{_MONO};font-size:12px;line-height:18px;white-space:pre;overflow:auto;{ground};border:0"
    return f'<pre style="{style}">' + "\n".join(shown) + "</pre>"


def _stamp(summary: RunSummary, now: float) -> str:
    """A picture of a run that goes on says of when it is."""
    if summary.is_terminal:
        return ""
    moment = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(now))
    return _paragraph(f"As of {moment}. %runcfg show {summary.label} shows it as it is now.", _FAINT)


def _metrics(summary: RunSummary, series: Series) -> str:
    charted = [name for name, points in series.items() if len(points) > 1][:MAX_CHARTS]
    limit = min(200, MAX_POINTS // max(1, len(charted)))
    cards = [_card(name, series[name], summary, limit) for name in charted]
    rest = {name: points[-1][1] for name, points in series.items() if points}
    rest.update(summary.metrics)
    singles = [(name, value) for name, value in rest.items() if name not in charted]
    for name, value in singles[:MAX_NAMES]:
        cards.append(f'<div style="{_CARD}">{_caption(name, value)}</div>')
    if not cards:
        return ""
    grid = (
        "display:grid;grid-template-columns:repeat(auto-fill, minmax(240px, 1fr));gap:10px;align-items:start"
    )
    more = len(singles) - MAX_NAMES
    after = _paragraph(f"and {more} more metrics", _FAINT) if more > 0 else ""
    return f'<div style="padding:2px 12px 12px 12px"><div style="{grid}">{"".join(cards)}</div>{after}</div>'


_CARD = f"border:{_LINE};border-radius:6px;padding:8px 10px;min-width:0"


def _card(name: str, points: Sequence[tuple[float, float]], summary: RunSummary, limit: int) -> str:
    value = summary.metrics.get(name, points[-1][1])
    image = chart_image(thin(points, limit))
    alt = f"{_cut(name, 80)}: {len(points)} points, last {number(value)}"
    picture = f'<img src="{image}" alt="{alt}" style="display:block;width:100%;margin:4px 0 0 0">'
    return f'<div style="{_CARD}">{_caption(name, value)}{picture}</div>'


def _caption(name: str, value: float) -> str:
    cut = "overflow:hidden;text-overflow:ellipsis"
    end = "" if len(name) <= SHORT_NAME else name[-KEPT_END:]  # what tells it from others is at its end
    start = f'<span style="{cut}">{_cut(name.removesuffix(end), 60)}</span>'
    pair = f"display:flex;min-width:0;{_FAINT};font-size:12px;white-space:pre"
    left = f'<span style="{pair}">{start}{escape(end)}</span>'
    right = f'<span style="font-weight:600;font-size:14px;margin-left:auto">{number(value)}</span>'
    return f'<div style="display:flex;align-items:baseline;gap:8px">{left}{right}</div>'


def _log(tail: bytes, path: str) -> str:
    lines = _log_lines(tail)
    if not lines:
        return ""
    where = f" · all of it: {_cut(path)}" if path else ""
    count = "last line" if len(lines) == 1 else f"last {len(lines)} lines"
    caption = f'<b>Log</b> <span style="{_FAINT}">{count}{where}</span>'
    # reversed, a box is scrolled to its end when it is first shown
    box = "display:flex;flex-direction:column-reverse;overflow:auto;max-height:340px"
    ground = f"border-top:{_LINE};background-color:rgba(127,127,127,0.06)"
    pre = f"{_MONO};font-size:12px;line-height:18px;white-space:pre;background:none;border:0"
    return (
        f'<div style="border-top:{_LINE};padding:6px 12px;font-size:12px">{caption}</div>'
        f'<div style="{box};{ground}">'
        f'<pre style="{pre};margin:0;padding:8px 12px;flex-shrink:0;overflow:visible">'
        + "\n".join(lines)
        + "</pre></div>"
    )


def _log_lines(tail: bytes) -> list[str]:
    """The last lines as HTML, fewer where they are long: the whole picture has a limit."""
    size, kept = 0, []
    for line in reversed(plain_lines(tail)[-MAX_LOG_LINES:]):
        shown = _cut(line, MAX_LINE)
        size += len(shown.encode()) + 1
        if size > MAX_LOG_HTML:
            break
        kept.append(shown)
    return kept[::-1]


def _paragraph(line: str, style: str = "") -> str:
    base = "padding:4px 0 0 0;white-space:pre-wrap;word-wrap:break-word"
    return f'<div style="{base};{style}">{_cut(line, MAX_TEXT)}</div>'


def _cut(value: str, limit: int = 200) -> str:
    """Text as HTML, never longer than `limit` characters before it is escaped."""
    return escape(value if len(value) <= limit else f"{value[:limit]}…")


def words(status: str) -> str:
    """CancelRequested → Cancel requested: v1's words, readable."""
    return re.sub(r"([a-z])([A-Z])", lambda found: f"{found[1]} {found[2].lower()}", status)
