"""What the form's buttons answer: boxes of errors, the difference of the file, what would be sent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import unified_diff
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import RuncfgError

if TYPE_CHECKING:
    from ...config import RunConfiguration

_HIDDEN = "•••"
# names whose values nobody else should read, as keys and as environment variables
_SECRET = re.compile(r"(?i)(?:password|passwd|secret|token|(?:api|access|private)_?key)$")
_SECRET_LINE = re.compile(r"^(?P<key>[+\-\s]*['\"]?(?P<name>[\w.-]+)['\"]?:\s+)(?P<value>\S.*)$")
_MARKS = {"+": "runcfg-in", "-": "runcfg-out", "@": "runcfg-at"}


def error_box(error: RuncfgError) -> str:
    return f'<div class="runcfg-box" role="alert"><b>error: </b>{escape(str(error))}</div>'


def said(text: str) -> str:
    return f'<div role="status">{escape(text)}</div>' if text else ""


def preview(config: RunConfiguration, file: Path | None) -> str:
    """How the file would change, and what would be sent.

    Raises:
        RuncfgError: The configuration cannot be written so, or its source directory cannot be sent.
    """
    return f"{file_change(config, file)}{_snapshot(config)}"


def file_change(config: RunConfiguration, file: Path | None) -> str:
    """The lines of the YAML that `save` would change; without a file, those that are not the defaults."""
    after = masked_lines(config.to_yaml())
    before = masked_lines(type(config)().to_yaml() if file is None else _text(file))
    if before == after:
        same = "all settings have their defaults" if file is None else f"{file}: nothing to save"
        return f"<div><b>{escape(same)}</b></div>"
    title = "what differs from the defaults" if file is None else f"what Save would change in {file}"
    lines = list(unified_diff(before, after, n=2, lineterm=""))[2:]
    return f"<div><b>{escape(title)}</b></div>{_coloured(lines)}"


def masked_lines(text: str) -> list[str]:
    """The lines with passwords hidden: a page is saved, and shown to others."""
    from ...verbs.diff import masked

    return [_SECRET_LINE.sub(_masked, line) for line in masked(text).splitlines()]


def _masked(found: re.Match[str]) -> str:
    is_secret = _SECRET.search(found["name"]) and found["value"] not in ("null", "{}")
    return f"{found['key']}{_HIDDEN}" if is_secret else found[0]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _coloured(lines: Iterable[str]) -> str:
    rows = (f'<div class="{_MARKS.get(line[:1], "")}">{escape(line) or " "}</div>' for line in lines)
    return f'<div class="runcfg-yaml">{"".join(rows)}</div>'


def _snapshot(config: RunConfiguration) -> str:
    from ...submission import Submission, find_source
    from ...verbs.snapshot import look_at
    from ..files import look_html

    return look_html(look_at(find_source(Submission(config))))


def masked_changes(changes: dict[str, Any]) -> list[tuple[str, str]]:
    """What differs from the defaults, each on one line, without passwords."""
    from ...config.rendering import inline
    from ...verbs.diff import masked

    return [
        (key, _HIDDEN if _SECRET.search(key) and value else masked(inline(value)))
        for key, value in changes.items()
    ]
