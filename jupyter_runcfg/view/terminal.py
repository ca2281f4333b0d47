"""The end of a log as plain lines: escape sequences gone, progress bars in their last shape."""

from __future__ import annotations

import re

# CSI; OSC (titles, links) up to BEL or ST; two-character escapes; a torn sequence at the end
_ESCAPE = re.compile(
    r"\x1b(?:\[[0-9;:<=>?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\|$)|[ -/]*[0-Z\\^-~]|\[[0-9;:<=>?]*$|$)"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def plain_lines(raw: bytes) -> list[str]:
    """Lines of text; bytes that are not UTF-8 become replacement marks, an empty last line is dropped."""
    lines = raw.decode("utf-8", "replace").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return [_CONTROL.sub("", fold_returns(_ESCAPE.sub("", line))) for line in lines]


def fold_returns(line: str) -> str:
    """What a terminal shows of a line with carriage returns and backspaces in it."""
    shown = ""
    for part in line.split("\r"):
        written = _fold_backspaces(part)
        shown = written + shown[len(written) :]
    return shown


def _fold_backspaces(part: str) -> str:
    if "\b" not in part:
        return part
    kept: list[str] = []
    for character in part:
        if character != "\b":
            kept.append(character)
        elif kept:
            kept.pop()
    return "".join(kept)
