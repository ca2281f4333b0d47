"""What of a still picture is folded away until one asks: the steps' times, files, what was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from ..verbs.wording import duration, number
from .files import Listing
from .media import TABLE, TEXT, Item
from .steps import Step

MAX_FILES = 30
MAX_FACTS = 12
MAX_MEDIA, MAX_MEDIA_HTML = 12, 10_000
MAX_ROWS, MAX_COLUMNS, MAX_CELL = 10, 8, 40
MAX_TEXT = 160
MAX_YAML = 2_000

_LINE = "1px solid rgba(127,127,127,0.28)"
_FAINT = "opacity:0.68"
_MONO = "font-family:ui-monospace, Menlo, Consolas, monospace"


def steps_html(steps: Sequence[Step]) -> str:
    """`Queued 0.7 s › Running 12 s`; empty for a run that has only waited."""
    if len(steps) < 2:
        return ""
    shown = " › ".join(f"{escape(step.name)} {duration(step.took_s)}" for step in steps)
    return f'<div style="{_FAINT};padding:4px 0 0 0;font-size:12px">{shown}</div>'


def media_html(items: Sequence[Item]) -> str:
    """What was logged and is no number: texts, the last rows of tables, of images and documents the file."""
    parts: list[str] = []
    for item in items[:MAX_MEDIA]:
        part = _table(item) if item.kind == TABLE else _row(_medium(item), item.name)
        if sum(map(len, parts)) + len(part) > MAX_MEDIA_HTML:
            break
        parts.append(part)
    left = len(items) - len(parts)
    more = f'<div style="{_FAINT}">and {left:,} more</div>' if left > 0 else ""
    return _fold(f"Media · {len(items):,}", "".join(parts) + more) if parts else ""


def _medium(item: Item) -> str:
    last = str(item.kept[-1])
    return last if item.kind == TEXT else f"{last} · {item.kind.replace('_', ' ')}"


def _table(item: Item) -> str:
    rows = item.kept[-MAX_ROWS:]
    columns = list(dict.fromkeys(name for row in rows for name in row))[:MAX_COLUMNS]
    heads = "".join(f'<th style="text-align:left">{_cut(name, MAX_CELL)}</th>' for name in columns)
    lines = ("".join(_cell(row.get(name)) for name in columns) for row in rows)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    said = f"last {len(rows)} of {item.total:,} rows" if item.total > len(rows) else "table"
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    return _row(item.name, said) + f'<div style="overflow-x:auto">{table}</div>'


def _cell(value: object) -> str:
    shown = number(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    return f'<td style="text-align:left">{_cut("" if shown is None else str(shown), MAX_CELL)}</td>'


def files_html(listing: Listing) -> str:
    """The first files with their sizes."""
    if not listing.total:
        return ""
    shown = listing.files[:MAX_FILES]
    rows = "".join(_row(file.path, size_text(file.size)) for file in shown)
    left = listing.total - len(shown)
    more = f'<div style="{_FAINT}">and {left:,} more</div>' if left > 0 else ""
    unit = "file" if listing.total == 1 else "files"
    return _fold(f"Files · {listing.total:,} {unit}, {size_text(listing.size)}", rows + more)


def sent_html(sent: Mapping[str, Any]) -> str:
    """What `view.sent.what_was_sent` tells."""
    facts = "".join(_row(text, name) for name, text in sent["facts"][:MAX_FACTS])
    yaml = str(sent["configuration"])
    if yaml:
        style = f"{_MONO};font-size:12px;line-height:18px;white-space:pre-wrap;background:none;border:0"
        facts += f'<pre style="{style};margin:6px 0 0 0;padding:0">{_cut(yaml, MAX_YAML)}</pre>'
    return _fold("What was sent", facts) if facts else ""


def size_text(size: int) -> str:
    """`12 B`, `1.5 kB`, `2.5 MB`, as the live view says it."""
    if size < 1_000:
        return f"{size} B"
    units = ("kB", "MB", "GB", "TB")
    power = min(len(units), (len(str(size)) - 1) // 3)
    return f"{size / 1_000**power:.1f} {units[power - 1]}"


def _row(text: str, beside: str) -> str:
    name = f'<span style="{_MONO};font-size:12px;word-wrap:break-word;min-width:0">{_cut(text)}</span>'
    return (
        '<div style="display:flex;gap:12px">'
        f'{name}<span style="{_FAINT};margin-left:auto;white-space:nowrap">{_cut(beside)}</span></div>'
    )


def _fold(title: str, body: str) -> str:
    return (
        f'<details style="border-top:{_LINE};padding:6px 12px;font-size:12px">'
        f'<summary style="cursor:pointer;font-weight:600">{escape(title)}</summary>'
        f'<div style="padding:6px 0 2px 0">{body}</div></details>'
    )


def _cut(value: str, limit: int = MAX_TEXT) -> str:
    return escape(value if len(value) <= limit else f"{value[:limit]}…")
