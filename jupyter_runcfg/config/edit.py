"""One edit of a YAML text: set the value at a path, or take a name out of a map."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from . import rendering
from .node import Node
from .section import camel

Path = tuple[str, ...]
_EMPTY_LINE_END = re.compile(r":[ \t]*\r?\n\s*\Z")
_COMMA = re.compile(r"\s*,")
_PROPERTIES = re.compile(r"(?:[&!]\S*\s*)*")


def put_value(text: str, root: Node | None, path: Path, value: Any, keys: int) -> str:
    """`text`, parsed as `root`, with `value` at `path`, whose first `keys` parts may be spelled in three
    ways.

    Where aliases or merged maps are in the way, they are written out first; then the value is not
    set yet and the caller calls again.
    """
    if root is None:
        return _appended(text, rendering.block(_nested(path, value)))
    node, parent = root, root
    for depth, part in enumerate(path):
        if node.kind == "alias":
            return _replaced(text, node, rendering.inline(node.plain()))
        if node.is_null:
            return _filled(text, node, parent, _nested(path[depth:], value))
        pair = _find(node, part, exact=depth >= keys)
        if pair is None:
            merged = _find_merged(node, part, exact=depth >= keys)
            inherited = merged is not None and depth < len(path) - 1
            item = merged.plain() if inherited and merged else _nested(path[depth + 1 :], value)
            return _inserted(text, node, part, item)
        parent, node = node, pair[1]
    return _set(text, root, node, parent, value)


def remove_name(text: str, root: Node | None, path: Path) -> str:
    """`text` without the last name of `path`, which stands in a map of the person's own names."""
    node = root
    for depth, part in enumerate(path[:-1]):
        pair = _find(node, part, exact=False) if node is not None else None
        if pair is None:
            whole = _value_at(root, path[: depth + 1])
            return put_value(text, root, path[: depth + 1], whole, len(path))
        node = pair[1]
        if node.kind == "alias":
            return _replaced(text, node, rendering.inline(node.plain()))
    if node is None:
        return text
    pair = _find(node, path[-1], exact=True)
    cut = _cut(text, node, pair) if pair is not None else None
    if cut is None:
        rest = {key: item for key, item in node.plain().items() if key != path[-1]}
        return _replaced(text, node, rendering.inline(rest))
    return text[: cut[0]] + text[cut[1] :]


def _value_at(root: Node | None, path: Path) -> Any:
    """The plain value at a path, merged maps included."""
    node = root
    for part in path:
        pairs = node.entries() if node is not None else iter(())
        node = next((value for key, value in pairs if camel(key.text) == part), None)
    return node.plain() if node is not None else {}


def _cut(text: str, node: Node, pair: tuple[Node, Node]) -> tuple[int, int] | None:
    """The span that leaves with the pair; None when it cannot be cut out alone."""
    key, value = pair
    index = node.pairs.index(pair)
    if value.anchor:
        return None
    if node.flow:
        if index + 1 < len(node.pairs):
            return key.start, node.pairs[index + 1][0].start
        if index:
            return node.pairs[index - 1][1].end, value.end
        comma = _COMMA.match(text, max(value.end, key.end))
        return key.start, comma.end() if comma else value.end
    start = _line_start(text, key.start)
    if text[start : key.start].strip(" "):
        return None
    return start, _after_line(text, _content_end(text, key, value))


def _find(node: Node, part: str, *, exact: bool) -> tuple[Node, Node] | None:
    for key, value in node.pairs:
        if key.text == part or (not exact and camel(key.text) == part):
            return key, value
    return None


def _find_merged(node: Node, part: str, *, exact: bool) -> Node | None:
    for key, value in node.entries():
        if key.text == part or (not exact and camel(key.text) == part):
            return value
    return None


def _nested(path: Path, value: Any) -> Any:
    for part in reversed(path):
        value = {part: value}
    return value


def _set(text: str, root: Node, node: Node, parent: Node, value: Any) -> str:
    alias = _alias_of(root, node) if node.anchor else None
    if alias is not None:
        return _replaced(text, alias, rendering.inline(node.plain()))
    if node.kind == "sequence" and isinstance(value, list):
        return _set_list(text, root, node, value)
    flow = parent.flow
    json = flow and parent.pairs != [] and parent.pairs[0][0].style == '"'
    if isinstance(value, dict | list):
        return _replaced(text, node, rendering.inline(value, json=json))
    new = rendering.scalar(value, node, flow=flow, json=json and isinstance(value, str))
    return _replaced(text, node, new)


def _set_list(text: str, root: Node, node: Node, value: list[Any]) -> str:
    """Change one item, add one, or write the list anew in its own style."""
    old = [item.resolved.text if not item.is_null else "" for item in node.items]
    if len(old) == len(value):
        index = next(i for i, item in enumerate(value) if old[i] != item)
        return _set(text, root, node.items[index], node, value[index])
    cut = _surplus(old, value)
    if cut is not None:
        return _without_item(text, node, cut)
    json = bool(node.items) and all(item.style == '"' for item in node.items)
    if node.items and value[: len(old)] == old:
        last = node.items[-1]
        like = last if last.kind == "scalar" and last.style in "\"'" else None
        new = rendering.scalar(value[len(old)], like, flow=node.flow)
        if node.flow:
            return text[: last.end] + ", " + new + text[last.end :]
        dash = text.rfind("-", 0, last.start)
        indent = text[_line_start(text, dash) : dash]
        if not indent.strip(" "):
            return _insert_lines(text, _item_end(text, last), [f"{indent}- {new}"])
    if node.flow or not value or not node.items:
        return _replaced(text, node, rendering.inline(value, json=json))
    column = node.items[0].start - _line_start(text, node.items[0].start)
    dash = text.rfind("-", 0, node.items[0].start)
    separator = _newline(text) + " " * (column - (node.items[0].start - dash))
    lines = separator.join(f"- {rendering.scalar(item)}" for item in value)
    end = _item_end(text, node.items[-1])
    return text[:dash] + lines + text[end:]


def _surplus(old: list[str], value: list[Any]) -> int | None:
    """The first item to take out, when only taking out is needed and some item stays."""
    rest = iter(old)
    if not value or len(value) >= len(old) or not all(item in rest for item in value):
        return None
    return next((i for i, item in enumerate(value) if old[i] != item), len(value))


def _without_item(text: str, node: Node, index: int) -> str:
    item = node.items[index]
    if node.flow:
        start = node.items[index - 1].end if index else item.start
        end = item.end if index else node.items[1].start
        return text[:start] + text[end:]
    dash = text.rfind("-", 0, item.start)
    start = _line_start(text, dash)
    if text[start:dash].strip(" "):
        return _replaced(text, node, rendering.inline(node.plain()))
    return text[:start] + text[_after_line(text, _item_end(text, item)) :]


def _alias_of(root: Node, wanted: Node) -> Node | None:
    return next((node for node in _walk(root) if node.target is wanted), None)


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in [value for _, value in node.pairs] + node.items:
        yield from _walk(child)


def _replaced(text: str, node: Node, new: str) -> str:
    """The node's own words replaced; its anchor stays, a tag goes."""
    start, end = node.start, node.end
    if node.kind != "alias" and (node.anchor or node.tag):
        found = _PROPERTIES.match(text, start, end)
        words = found.group().split() if found else []
        start = found.end() if found else start
        kept = [word for word in words if word.startswith("&")]
        new, start = " ".join([*kept, new]), node.start
    spread = node.kind in ("mapping", "sequence") and not node.flow
    if spread or node.style in ("|", ">"):
        end = start + len(text[start:end].rstrip())
    if spread:
        start, new = _on_the_line_of_its_key(text, start, new)
    before = " " if start and text[start - 1] not in " \t\n[{,\ufeff" else ""
    return text[:start] + before + new + text[end:]


def _on_the_line_of_its_key(text: str, start: int, new: str) -> tuple[int, str]:
    """A block becomes one line behind its colon; below a comment, indented more than the key."""
    empty = _EMPTY_LINE_END.search(text, 0, start)
    return (empty.start() + 1, new) if empty else (start, "  " + new)


def _filled(text: str, node: Node, parent: Node, value: dict[str, Any]) -> str:
    """A map put where a key has no value yet."""
    written = node.resolved is not node or node.end > node.start
    if written or parent.flow or not parent.pairs:
        return _replaced(text, node, rendering.inline(value))
    key = parent.pairs[0][0]
    indent = " " * _column(text, key) + "  "
    return _insert_lines(text, node.start, rendering.block(value, indent))


def _inserted(text: str, node: Node, name: str, value: Any) -> str:
    """A new last entry of a map."""
    json = node.flow and bool(node.pairs) and node.pairs[0][0].style == '"'
    if not node.flow and node.pairs:
        key, last = node.pairs[-1]
        indent = " " * _column(text, node.pairs[0][0])
        end = _content_end(text, key, last)
        return _insert_lines(text, end, rendering.block({name: value}, indent))
    pair = rendering.inline({name: value}, json=json)[1:-1]
    if not node.pairs:
        at = text.index("{", node.start) + 1
        return text[:at] + pair + text[at:]
    key, last = node.pairs[-1]
    end = max(last.end, key.end)
    space = re.search(r"\r?\n[ \t]*\Z", text[: key.start])
    comma = _COMMA.match(text, end)
    at = comma.end() if comma else end
    lead = ("" if comma else ",") + (space.group() if space else " ")
    return text[:at] + lead + pair + text[at:]


def _appended(text: str, lines: list[str]) -> str:
    return _insert_lines(text, len(text), lines) if text else "\n".join(lines) + "\n"


def _insert_lines(text: str, at: int, lines: list[str]) -> str:
    """Whole lines put after the line of `at` (or right there, where a line begins)."""
    newline = _newline(text)
    body = newline.join(lines)
    if at and text[at - 1] == "\n":
        return text[:at] + body + newline + text[at:]
    end = text.find("\n", at)
    if end < 0:
        return text + newline + body
    return text[: end + 1] + body + newline + text[end + 1 :]


def _content_end(text: str, key: Node, value: Node) -> int:
    """Where the last word below the key ends; an empty value ends after its colon."""
    if value.kind in ("mapping", "sequence") and not value.flow:
        if value.pairs:
            return _content_end(text, *value.pairs[-1])
        if value.items:
            return _item_end(text, value.items[-1])
    return max(value.end, key.end)


def _item_end(text: str, item: Node) -> int:
    return _content_end(text, item, item)


def _line_start(text: str, index: int) -> int:
    start = text.rfind("\n", 0, index) + 1
    return start + 1 if text[start : start + 1] == "\ufeff" else start


def _after_line(text: str, index: int) -> int:
    if index and text[index - 1] == "\n":
        return index
    end = text.find("\n", index)
    return len(text) if end < 0 else end + 1


def _column(text: str, node: Node) -> int:
    return node.start - _line_start(text, node.start)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
