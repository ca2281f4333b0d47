"""A YAML text as a tree of nodes that know where they stand, to the character.

ruamel.yaml reads the text; nothing is resolved or lost here: a scalar keeps the words as written, an
alias stays an alias. Readers take what they need, and the writer replaces single spans of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .fault import Report
from .syntax import explain
from .tabs import lenient_scanner

MAX_DEPTH = 50
MAX_VALUES = 10_000
_KINDS = ("str", "int", "float", "bool", "null", "map", "seq")
_TAGS = frozenset(("", "!", *(f"tag:yaml.org,2002:{kind}" for kind in _KINDS)))

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+")
_COLON = re.compile(r"[ \t]*:")
_BASED = re.compile(r"0x[0-9a-fA-F]{1,99}|0o[0-7]{1,99}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


class WrittenInt(int):
    """A whole number whose str is what the file says: 0x10, 010."""

    def __new__(cls, value: int, text: str) -> WrittenInt:
        number = super().__new__(cls, value)
        number.text = text
        return number

    text: str

    def __str__(self) -> str:
        return self.text

    def __getnewargs__(self) -> tuple[int, str]:  # type: ignore[override]
        return int(self), self.text


class WrittenFloat(float):
    """A number whose str is what the file says: 1e-3, 0.10."""

    def __new__(cls, value: float, text: str) -> WrittenFloat:
        number = super().__new__(cls, value)
        number.text = text
        return number

    text: str

    def __str__(self) -> str:
        return self.text

    def __getnewargs__(self) -> tuple[float, str]:  # type: ignore[override]
        return float(self), self.text


@dataclass(eq=False, slots=True)
class Node:
    """A scalar, mapping, sequence or alias; `start` and `end` are its span, `line` counts from 1."""

    kind: str
    start: int
    end: int
    line: int
    text: str = ""
    style: str = ""
    tag: str = ""
    anchor: str = ""
    flow: bool = False
    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)
    target: Node | None = None

    def __deepcopy__(self, memo: dict[int, Any]) -> Node:
        return self  # what was read does not change

    @property
    def resolved(self) -> Node:
        """What an alias stands for; any other node is itself."""
        return self.target or self

    @property
    def is_null(self) -> bool:
        node = self.resolved
        if node.kind != "scalar" or node.style or node.tag.endswith(":str"):
            return False
        return node.text == "" or (not node.tag and node.text in _NULL)

    @property
    def is_merge(self) -> bool:
        """Whether this key, `<<`, merges its value into the map; in quotes it is a name like others."""
        return self.text == "<<" and not self.style

    def entries(self) -> Iterator[tuple[Node, Node]]:
        """Keys and values of a mapping, its own first, then those merged with `<<`."""
        merged: list[tuple[Node, Node]] = []
        seen: set[str] = set()
        for key, value in self.resolved.pairs:
            if key.is_merge:
                source = value.resolved
                sources = source.items if source.kind == "sequence" else [source]
                merged += [pair for node in sources for pair in node.entries()]
            else:
                seen.add(key.text)
                yield key, value
        for key, value in merged:
            if key.text not in seen:
                seen.add(key.text)
                yield key, value

    def plain(self, cache: dict[int, Any] | None = None) -> Any:
        """The value as Python has it, by YAML 1.2's core rules; aliases give the same object."""
        cache = {} if cache is None else cache
        node = self.resolved
        if id(node) not in cache:
            if node.kind == "mapping":
                value: Any = {key.text: item.plain(cache) for key, item in node.entries()}
            elif node.kind == "sequence":
                value = [item.plain(cache) for item in node.items]
            else:
                value = _scalar(node)
            cache[id(node)] = value
        return cache[id(node)]


def _scalar(node: Node) -> object:
    text = node.text
    if node.style or node.tag.endswith(":str"):
        return text
    if node.is_null:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.fullmatch(text) and len(text) < 400:
        return _as_written(int(text), text)
    if _FLOAT.fullmatch(text):
        return _as_written(float(text), text)
    return WrittenInt(int(text, 0), text) if _BASED.fullmatch(text) else text


def _as_written(number: float, text: str) -> float:
    if str(number) == text:
        return number
    return WrittenInt(number, text) if isinstance(number, int) else WrittenFloat(number, text)


def parse(text: str, report: Report, *, lenient: bool = False) -> Node | None:
    """The root node, or None when the text holds no value or its syntax is broken (then reported)."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    yaml = YAML(typ="safe", pure=True)
    if lenient:
        yaml.Scanner = lenient_scanner()
    before = len(report.faults)
    try:
        builder = _Builder(text, report)
        for event in yaml.parse(text):
            builder.take(event)
    except _TooMuchError as much:
        report.fault(str(much), line=much.line)
    except (YAMLError, AssertionError) as error:  # AssertionError: ruamel's word for `%YAML 1.3`
        mark = getattr(error, "problem_mark", None)
        if mark is not None and text[mark.index : mark.index + 1] == "\t" and not lenient:
            del report.faults[before:]
            return parse(text, report, lenient=True)
        message, line, hint = explain(error, text, report.base_line)
        report.fault(message, line=line, hint=hint)
    else:
        return _checked(builder, report)
    return None


def _checked(builder: _Builder, report: Report) -> Node | None:
    """The root node; None where there is none, or something is wrong with the whole (then reported)."""
    if not report.faults:
        builder.check_merged()
    root = builder.root
    if report.faults or root is None or (root.is_null and not root.anchor):
        return None
    size, depth = _measured(root, {})
    if size > MAX_VALUES + 1:
        report.fault(f"its aliases stand for more than {MAX_VALUES:,} values", line=root.line)
        return None
    if depth > MAX_DEPTH + 1:
        report.fault(f"its aliases are nested deeper than {MAX_DEPTH} levels", line=root.line)
        return None
    return root


def _measured(node: Node, cache: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """How many values a node stands for, and how deep they are nested, with what its aliases stand for."""
    node = node.resolved
    if id(node) not in cache:
        sizes, depths = [1], [0]
        for child in [value for _, value in node.pairs] + node.items:
            size, depth = _measured(child, cache)
            sizes.append(size)
            depths.append(depth)
        cache[id(node)] = sum(sizes), 1 + max(depths)
    return cache[id(node)]


class _TooMuchError(Exception):
    """Stops the reading; what there is too much of."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


class _Builder:
    """Turns the parser's events into nodes, and checks keys on the way."""

    def __init__(self, text: str, report: Report) -> None:
        self.text = text
        self.report = report
        self.root: Node | None = None
        self.open: list[Node] = []
        self.keys: list[Node | None] = []
        self.lines: list[dict[str, int]] = []
        self.anchors: dict[str, Node] = {}
        self.merged: list[Node] = []
        self.count = 0

    def take(self, event: Any) -> None:
        kind = type(event).__name__.removesuffix("Event")
        if kind in ("MappingEnd", "SequenceEnd"):
            node = self.open.pop()
            self.keys.pop()
            self.lines.pop()
            if node.flow:
                node.end = event.end_mark.index
            else:
                node.end = self._last_end(node)
        elif kind in ("MappingStart", "SequenceStart", "Scalar", "Alias"):
            self._add(self._node(kind, event))
        elif kind == "DocumentStart" and self.root is not None:
            line = event.start_mark.line + 1
            self.report.fault("a second document begins; a configuration has one", line=line)

    def _node(self, kind: str, event: Any) -> Node:
        mark = event.start_mark
        kind = kind.removesuffix("Start").lower()
        node = Node(kind, mark.index, event.end_mark.index, mark.line + 1)
        if kind == "alias":
            self._resolve(node, str(event.anchor))
            return node
        node.tag = str(event.tag or "")
        if node.tag not in _TAGS:
            word = node.tag.replace("tag:yaml.org,2002:", "!!")
            hint = "write the value as plain text, a list or a map"
            self.report.fault(f"the tag '{word}' is not understood", "", node.line, hint)
        node.anchor = str(event.anchor or "")
        if kind == "scalar":
            node.text, node.style = str(event.value), event.style or ""
        else:
            node.flow = bool(event.flow_style)
        if node.anchor:
            self.anchors[node.anchor] = node
        return node

    def _resolve(self, node: Node, name: str) -> None:
        target = self.anchors.get(name)
        if target is None:
            problem = f"'*{name}' names an anchor that does not stand above it"
        elif target in self.open:
            problem = f"'*{name}' stands inside what it names"
        else:
            node.target = target
            return
        self.report.fault(problem, line=node.line)
        node.target = Node("scalar", node.start, node.end, node.line)

    def _add(self, node: Node) -> None:
        if not self.open:
            self.root = self.root or node
        elif self.open[-1].kind == "sequence":
            self.open[-1].items.append(node)
            self._count(node)
        elif (key := self.keys[-1]) is None:
            self._check_key(node)
            self.keys[-1] = node
        else:
            if node.kind == "scalar" and node.start == node.end:
                self._place_empty(key, node)
            self.open[-1].pairs.append((key, node))
            self._count(node)
            if key.is_merge:
                self.merged.append(node)
            self.keys[-1] = None
        if node.kind in ("mapping", "sequence"):
            if len(self.open) >= MAX_DEPTH:
                raise _TooMuchError(f"nested deeper than {MAX_DEPTH} levels", node.line)
            self.open.append(node)
            self.keys.append(None)
            self.lines.append({})

    def _count(self, node: Node) -> None:
        self.count += 1
        if self.count > MAX_VALUES:
            raise _TooMuchError(f"holds more than {MAX_VALUES:,} values", node.line)

    def check_merged(self) -> None:
        """What is merged by `<<` must be maps."""
        for node in self.merged:
            found = node.resolved
            sources = found.items if found.kind == "sequence" else [found]
            if not all(source.resolved.kind == "mapping" for source in sources):
                hint = "merge maps: `<<: *name`, or `<<: [*one, *two]`"
                self.report.fault("'<<' stands before something that is no map", "<<", node.line, hint)

    def _place_empty(self, key: Node, node: Node) -> None:
        """The parser puts an empty value at the next token; it belongs behind its colon."""
        colon = _COLON.match(self.text, key.end)
        if colon:
            node.start = node.end = colon.end()
            node.line = key.line

    def _check_key(self, node: Node) -> None:
        if node.kind != "scalar":
            self.report.fault("a key must be text", line=node.line, hint="quote what is no map")
            return
        known = self.lines[-1]
        if node.is_merge:
            return
        if node.text not in known:
            known[node.text] = node.line
        else:
            hint = f"it is on line {known[node.text] + self.report.base_line} already"
            self.report.fault(f"the key '{node.text}' stands twice", node.text, node.line, hint)

    @staticmethod
    def _last_end(node: Node) -> int:
        children = [item for pair in node.pairs[-1:] for item in pair] + node.items[-1:]
        return max([child.end for child in children], default=node.start)
