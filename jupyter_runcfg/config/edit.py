"""One edit of a YAML text: a value set, put behind the last of a list, or taken out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from . import rendering
from .difference import GONE, Added
from .node import Node

_EMPTY_LINE_END = re.compile(r":[ \t]*\r?\n\s*\Z")
_COMMA = re.compile(r"\s*,")
_PROPERTIES = re.compile(r"(?:[&!]\S*\s*)*")


@dataclass(frozen=True)
class Place:
    """One step of a path: a key or an index; `spelled` knows the other spellings of a key of ours.

    `was` knows the keys of older files, which count where none of today is there.
    """

    part: str | int
    spelled: Callable[[str], bool] | None = None
    was: Callable[[str], bool] | None = None

    def fits(self, word: str) -> bool:
        return word == self.part or (self.spelled is not None and self.spelled(word))

    def find(self, pairs: Iterable[tuple[Node, Node]]) -> tuple[Node, Node] | None:
        """The key and value of this step among those of a map."""
        found = [pair for pair in pairs if not pair[0].is_merge]
        for fits in (self.fits, self.was):
            for pair in found:
                if fits is not None and fits(pair[0].text):
                    return pair
        return None


def change(text: str, root: Node | None, places: list[Place], value: Any, goal: dict[str, Any]) -> str:
    """`text`, parsed as `root`, with `value` at a path (GONE: taken out, Added: put in before that item).

    `goal` is the whole tree that the text is on its way to. Where aliases, merged maps or values of
    another kind are in the way, those are written out first; then the caller calls again.
    """
    return _Change(text, root, places, value, goal).apply()


class _Change:
    def __init__(
        self, text: str, root: Node | None, places: list[Place], value: Any, goal: dict[str, Any]
    ) -> None:
        self.text = text
        self.root = root
        self.places = places
        self.value = value
        self.goal = goal

    def apply(self) -> str:
        if self.root is None:
            return _appended(self.text, rendering.block(self.wanted_below(0)))
        node, parent = self.root, self.root
        for depth, place in enumerate(self.places):
            found = self.step(node, parent, place, depth)
            if isinstance(found, str):
                return found
            parent, node = node, found
        return _set(self.text, self.root, node, parent, self.value)

    def step(self, node: Node, parent: Node, place: Place, depth: int) -> Node | str:
        """The node one step further down; or the text with the edit, where it is due already here."""
        taken = self.value is GONE and depth == len(self.places) - 1
        if node.kind == "alias":
            return _replaced(self.text, node, rendering.inline(node.plain()))
        if isinstance(place.part, str):
            return self.key(node, parent, place, depth, taken=taken)
        return self.item(node, parent, place.part, depth, taken=taken)

    def item(self, node: Node, parent: Node, index: int, depth: int, *, taken: bool) -> Node | str:
        is_new = isinstance(self.value, Added) and depth == len(self.places) - 1
        if node.kind != "sequence" or not node.items or index >= len(node.items) + is_new:
            return self.whole(node, parent, depth)
        if is_new:
            return self.added(node, parent, index)
        item = node.items[index]
        return (self.kept_elsewhere(item) or _without_item(self.text, node, index)) if taken else item

    def key(self, node: Node, parent: Node, place: Place, depth: int, *, taken: bool) -> Node | str:
        if node.is_null and not taken and place.spelled:
            return _filled(self.text, node, parent, self.wanted_below(depth))
        if node.kind != "mapping":
            return self.whole(node, parent, depth)
        pair = place.find(node.pairs)
        if taken:
            return self.without(node, place, pair)
        return self.inserted(node, place, depth) if pair is None else pair[1]

    def wanted(self, depth: int) -> Any:
        """What the goal has at the first `depth` steps."""
        value: Any = self.goal
        for place in self.places[:depth]:
            value = value[place.part]
        return value

    def wanted_below(self, depth: int) -> dict[str, Any]:
        """The map to be put in below `depth` steps: this value alone, or the whole that it is an entry of."""
        end = next(
            (n for n in range(depth + 1, len(self.places)) if self.places[n].spelled is None),
            len(self.places),
        )
        value = self.wanted(end)
        for place in reversed(self.places[depth:end]):
            value = {place.part: value}
        return value  # type: ignore[no-any-return]

    def whole(self, node: Node, parent: Node, depth: int) -> str:
        assert self.root is not None
        return _set(self.text, self.root, node, parent, self.wanted(depth))

    def kept_elsewhere(self, leaving: Node) -> str | None:
        """The text with the value of an alias written out, when it names what is to be taken out."""
        assert self.root is not None
        alias = _alias_of(self.root, leaving)
        return None if alias is None else _replaced(self.text, alias, rendering.inline(alias.plain()))

    def without(self, node: Node, place: Place, pair: tuple[Node, Node] | None) -> str:
        if pair and (text := self.kept_elsewhere(pair[1])):
            return text
        cut = _cut(self.text, node, pair) if pair else None
        if cut is not None:
            return self.text[: cut[0]] + self.text[cut[1] :]
        rest = {key: item for key, item in node.plain().items() if not place.fits(key)}
        return _replaced(self.text, node, rendering.inline(rest))

    def inserted(self, node: Node, place: Place, depth: int) -> str:
        merged = place.find(node.entries())
        if merged is not None and depth < len(self.places) - 1:
            value = merged[1].plain()
        else:
            value = self.wanted_below(depth)[str(place.part)]
        return _inserted(self.text, node, str(place.part), value)

    def added(self, node: Node, parent: Node, index: int) -> str:
        """A new item of a list, before the one at `index` or behind the last."""
        value, after = self.value.value, index == len(node.items)
        near = node.items[index - 1 if after else index]
        like = near if near.kind == "scalar" and near.style in "\"'" and isinstance(value, str) else None
        simple = not isinstance(value, dict | list)
        new = rendering.scalar(value, like, flow=node.flow) if simple else rendering.inline(value)
        if node.flow:
            at = near.end if after else near.start
            return self.text[:at] + (f", {new}" if after else f"{new}, ") + self.text[at:]
        dash = self.text.rfind("-", 0, near.start)
        start = _line_start(self.text, dash)
        if self.text[start:dash].strip(" "):
            return self.whole(node, parent, len(self.places) - 1)
        line = f"{self.text[start:dash]}- {new}"
        if after:
            return _insert_lines(self.text, _item_end(self.text, near), [line])
        return self.text[:start] + line + _newline(self.text) + self.text[start:]


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


def _set(text: str, root: Node, node: Node, parent: Node, value: Any) -> str:
    alias = _alias_of(root, node)
    if alias is not None:
        return _replaced(text, alias, rendering.inline(alias.plain()))
    flow = parent.flow
    pairs = parent.pairs
    json = flow and (pairs[0][0].style == '"' if pairs else all(item.style == '"' for item in parent.items))
    if isinstance(value, list) and value and node.kind == "sequence" and node.items and not node.flow:
        return _set_block(text, node, value)
    if isinstance(value, dict | list):
        json = json or (
            node.kind == "sequence" and bool(node.items) and all(i.style == '"' for i in node.items)
        )
        return _replaced(text, node, rendering.inline(value, json=json))
    new = rendering.scalar(value, node, flow=flow, json=json and isinstance(value, str))
    return _replaced(text, node, new)


def _set_block(text: str, node: Node, value: list[Any]) -> str:
    """A list of lines, written anew in its own indentation."""
    first = node.items[0]
    dash = text.rfind("-", 0, first.start)
    column = first.start - _line_start(text, first.start)
    separator = _newline(text) + " " * (column - (first.start - dash))
    lines = separator.join(f"- {rendering.inline(item, flow=False)}" for item in value)
    return text[:dash] + lines + text[_item_end(text, node.items[-1]) :]


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


def _alias_of(root: Node, changed: Node) -> Node | None:
    """An alias outside of `changed` that names it, or something in it."""
    inside = list(_walk(changed))
    anchored = {id(node) for node in inside if node.anchor}
    if not anchored:
        return None
    within = {id(node) for node in inside}
    aliases = (node for node in _walk(root) if node.target is not None and id(node) not in within)
    return next((alias for alias in aliases if id(alias.target) in anchored), None)


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
