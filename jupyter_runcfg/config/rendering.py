"""Values as YAML text: one scalar, a value on one line, or a block of lines."""

from __future__ import annotations

import re
from typing import Any

from .node import Node

# plain text that every YAML reader takes for the same text, outside and inside brackets
_PLAIN = re.compile(r"(?:[A-Za-z0-9_./$]|--?[A-Za-z])(?:[A-Za-z0-9_./+@%=$~() -]|:(?=[A-Za-z0-9_/.]))*")
_OTHER_TYPE = re.compile(
    r"(?:~|null|true|false|yes|no|on|off|y|n|[-+]?\.(?:inf|nan)"
    r"|[-+]?[0-9.][0-9_.:,eExXoOa-fA-F+-]*)",
    re.IGNORECASE,
)
_PRINTABLE = re.compile("[\x20-\x7e\xa1-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def scalar(value: Any, like: Node | None = None, *, flow: bool = False, json: bool = False) -> str:
    """One value; `like` is the node whose quoting is kept where the value can be written so."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    return _text(value, like, flow, json)


def _text(value: str, like: Node | None, flow: bool, json: bool) -> str:
    style = like.style if like is not None and like.kind == "scalar" else ""
    if json or style == '"' or not _PRINTABLE.fullmatch(value) or "\u2028" in value:
        return _double(value)
    if style == "'":
        return _single(value)
    if _looks_plain(value, flow) and (not _other_type(value) or _numbers(like, value)):
        return value
    return _single(value)


def _looks_plain(value: str, flow: bool) -> bool:
    fits = bool(_PLAIN.fullmatch(value)) and not value.endswith(" ")
    return fits and not (flow and ":" in value) and value not in ("---", "...", "<<", "=")


def _other_type(value: str) -> bool:
    return bool(_OTHER_TYPE.fullmatch(value))


def _numbers(like: Node | None, value: str) -> bool:
    """A number that was written without quotes stays so: `OMP_NUM_THREADS: 8` → `16`."""
    plain = like is not None and like.kind == "scalar" and not like.style and not like.tag
    return plain and like is not None and like.text.isdecimal() and value.isdecimal()


def _single(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _double(value: str) -> str:
    return '"' + "".join(map(_escaped, value)) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if _PRINTABLE.fullmatch(character) and character not in "\u2028\u2029":
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def inline(value: Any, *, json: bool = False, flow: bool = True) -> str:
    """The value on one line, maps and lists in brackets; `flow`: it stands in brackets itself."""
    if isinstance(value, dict):
        pairs = (
            f"{scalar(key, flow=True, json=json)}: {inline(item, json=json)}" for key, item in value.items()
        )
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(item, json=json) for item in value) + "]"
    return scalar(value, flow=flow, json=json and isinstance(value, str))


def block(value: dict[str, Any], indent: str = "") -> list[str]:
    """Lines without their ends, nested maps indented by two spaces."""
    lines = []
    for key, item in value.items():
        head = f"{indent}{scalar(key)}:"
        if isinstance(item, dict) and item:
            lines += [head, *block(item, indent + "  ")]
        elif isinstance(item, list) and any(isinstance(entry, dict) for entry in item):
            lines += [head, *_items(item, indent)]
        elif isinstance(item, list | dict):
            lines.append(f"{head} {inline(item)}")
        else:
            lines.append(f"{head} {scalar(item)}")
    return lines


def _items(value: list[Any], indent: str) -> list[str]:
    """A list of which some items are maps: one item below the other."""
    lines = []
    for item in value:
        inner = block(item, indent + "  ") if isinstance(item, dict) and item else [inline(item, flow=False)]
        lines.append(f"{indent}- {inner[0].strip()}")
        lines += inner[1:]
    return lines
