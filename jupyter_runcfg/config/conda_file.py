"""The text of a conda file: what may stand in it, what its entries name, and changes of single entries."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..errors import ConfigError, did_you_mean
from . import rendering
from .fault import Report
from .files import write_texts
from .node import MAX_DEPTH, Node, parse

KEYS = ("name", "channels", "dependencies", "prefix", "variables")
_BEGIN = "begin with `dependencies: [python=3.10]`"
_PIP = object()  # the pip section, whatever it holds
_COMMA = re.compile(r"\s*,\s*")
# what needs no quotes in a block: `numpy>=1.2,<2`, `scipy[all]; os_name == "nt"`
_REQUIREMENT = re.compile(
    r"""(?=.*[<>!,;\[*#"'])(?:[A-Za-z0-9_./]|--?[A-Za-z])"""
    r"""(?:[A-Za-z0-9_./+@%=$~()<>!,;\[\]*"' -]|:(?=[A-Za-z0-9_/.])|(?<! )\#)*(?<! )"""
)
_CONDA_NAME = re.compile(r"(?:[^\s:=]+::)?([A-Za-z0-9_][\w.-]*)(?=[\s=<>!~\[]|$)")
_CONDA_BUILD = re.compile(r"\s*(?:==?\s*)?([^=<>!~,\s]+)[=\s]\s*[^=<>,]+")
_PIP_NAME = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^]]*\]\s*)?(?=[@<>=!~;(#]|$)")
_EGG_NAME = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)")
_LONG_FLAGS = {
    "-c": "--constraint",
    "-e": "--editable",
    "-f": "--find-links",
    "-i": "--index-url",
    "-r": "--requirement",
}


def read_content(text: str, report: Report) -> dict[str, Any]:
    """What a conda file says. Raises ConfigError with all its faults."""
    content: dict[str, Any] = {}
    root = parse(text, report)
    if root is not None:
        check_tree(root, report)
        content = root.plain()
    elif not report.faults:
        report.fault("is empty: it holds no dependencies", hint=_BEGIN)
    report.raise_faults()
    return content


def check_tree(node: Node, report: Report, key: str = "") -> None:
    """Report what cannot stand in a conda file; `node` may be a map inside a larger file, at `key`."""
    if node.resolved.kind != "mapping":
        what = "a list" if node.resolved.kind == "sequence" else "one value"
        report.fault(f"holds {what}, not the keys of a conda file", key, node.line, _BEGIN)
        return
    for name, value in node.entries():
        place = f"{key}.{name.text}" if key else name.text
        if name.text not in KEYS:
            hint = did_you_mean(name.text, KEYS) or f"a conda file has {', '.join(KEYS)}"
            report.fault(f"no key named '{name.text}' in a conda file", place, name.line, hint)
        elif name.text == "channels":
            _check_texts(value, report, place, "channel", "write `channels: [conda-forge]`")
        elif name.text == "dependencies":
            _check_dependencies(value, report, place)
        elif name.text == "variables":
            _check_variables(value, report, place)


def _check_variables(node: Node, report: Report, place: str) -> None:
    hint = "write `variables: {OMP_NUM_THREADS: 4}`"
    if not node.is_null and node.resolved.kind != "mapping":
        report.fault(f"{_words(node)} is no map of environment variables", place, node.line, hint)
        return
    for name, value in node.entries():
        if value.resolved.kind != "scalar":
            message = f"the environment variable '{name.text}' is neither a text nor a number"
            report.fault(message, f"{place}.{name.text}", value.line, hint)


def _check_texts(node: Node, report: Report, place: str, what: str, hint: str) -> None:
    if node.is_null:
        return
    if node.resolved.kind != "sequence":
        report.fault(f"{_words(node)} is no list of {what}s", place, node.line, hint)
    for item in node.resolved.items:
        if not _is_text(item):
            report.fault(f"{_words(item)} is no {what}: not a text", place, item.line, hint)


def _check_dependencies(node: Node, report: Report, place: str) -> None:
    hint = "write packages as `numpy=1.26`, those of pip as `pip: [numpy]`"
    if not node.is_null and node.resolved.kind != "sequence":
        report.fault(f"{_words(node)} is no list of packages", place, node.line, hint)
        return
    pip_line = 0
    for item in node.resolved.items:
        pairs = list(item.entries())
        if not pairs and not _is_text(item):
            report.fault(f"{_words(item)} is neither a package nor pip's list", place, item.line, hint)
        for name, value in pairs:
            if name.text != "pip":
                near = f"write `{name.text}={value.text}`" if value.resolved.kind == "scalar" else hint
                message = f"'{name.text}' cannot be a map: of the dependencies only 'pip' is one"
                report.fault(message, place, name.line, near)
                continue
            if pip_line:
                already = f"it is on line {pip_line + report.base_line} already; " if name.line else ""
                report.fault("'pip' is listed twice", f"{place}.pip", name.line, f"{already}join the lists")
            pip_line = name.line or 1
            _check_texts(value, report, f"{place}.pip", "package", "write `pip: [numpy]`")


def _is_text(node: Node) -> bool:
    value = node.plain()
    return isinstance(value, str) and bool(value.strip())


def _words(node: Node) -> str:
    from .value import shown

    value = node.plain()
    return "an empty value" if value is None or value == "" else shown(value)


def tree_of(value: Any, depth: int = 0) -> Node:
    """A value of Python as a node that stands nowhere. Raises ConfigError when YAML cannot hold it."""
    from .value import shown

    if depth > MAX_DEPTH:
        raise ConfigError.single(f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, Mapping):
        pairs = [(tree_of(str(name)), tree_of(item, depth + 1)) for name, item in value.items()]
        return Node("mapping", 0, 0, 0, pairs=pairs)
    if isinstance(value, list | tuple):
        return Node("sequence", 0, 0, 0, items=[tree_of(item, depth + 1) for item in value])
    if isinstance(value, str):
        if not value.isascii() and re.search("[\ud800-\udfff]", value):
            raise ConfigError.single(f"{shown(ascii(value))} holds characters that are no Unicode")
        return Node("scalar", 0, 0, 0, value, style='"')
    if value is None or isinstance(value, bool | int | float):
        return Node("scalar", 0, 0, 0, "" if value is None else rendering.scalar(value))
    raise ConfigError.single(f"{shown(value)} is no text, number, list or map")


def conda_name(package: str) -> str:
    """The name that conda knows the package by; of a bare url the url."""
    found = _CONDA_NAME.match(package)
    return found[1].lower() if found else package


def pip_name(entry: str) -> str:
    """A package's name as PEP 503 normalises it; of an option the flag, of a bare url or path itself."""
    if entry.startswith("--"):
        return re.split(r"[\s=]", entry, maxsplit=1)[0]
    if entry.startswith("-"):
        return _LONG_FLAGS.get(entry[:2], entry[:2])
    found = _PIP_NAME.match(entry) or _EGG_NAME.search(entry)
    return re.sub(r"[-_.]+", "-", found[1]).lower() if found else entry


def version_of(package: str) -> str | None:
    """The version in a package of conda, of several the last; None when there is none."""
    rest = _CONDA_NAME.sub("", package, count=1)
    built = _CONDA_BUILD.fullmatch(rest)
    found = re.findall(r"[0-9][0-9A-Za-z.]*", built[1] if built else rest)
    return found[-1].rstrip(".") if found else None


def render(content: dict[str, Any]) -> str:
    """A new file; lists are written as v1 writes them, not indented."""
    lines = [line for key, value in content.items() for line in _section(key, value, 0)]
    return "\n".join(lines or ["{}"]) + "\n"


def _section(key: str, value: Any, offset: int) -> list[str]:
    if value and key in ("channels", "dependencies", "pip"):
        return [f"{rendering.scalar(key)}:", *_items(value, " " * offset, offset)]
    return rendering.block({key: value})


def _items(values: list[Any], indent: str, offset: int, like: Node | None = None) -> list[str]:
    lines = []
    for value in values:
        if isinstance(value, dict):
            first, *rest = _section("pip", value["pip"], offset)
            lines += [f"{indent}- {first}", *(f"{indent}  {line}" for line in rest)]
        else:
            lines.append(f"{indent}- {_scalar(value, like, flow=False)}")
    return lines


def _scalar(value: str, like: Node | None, *, flow: bool) -> str:
    quoted = like is not None and like.style != ""
    if not flow and not quoted and _REQUIREMENT.fullmatch(value):
        return value
    return rendering.scalar(value, like if quoted else None, flow=flow)


def rewrite(text: str, goal: dict[str, Any]) -> str:
    """`text` with the channels and dependencies of `goal`; what is not changed stays to the byte.

    Where aliases or merged maps are in the way, the file is written anew, without its comments.
    """
    new = text
    for key in ("channels", "dependencies"):
        if key in goal:
            new = _with_section(new, key, goal[key])
    return new if _reads_as(new, goal) else render(goal)


def _reads_as(text: str, goal: dict[str, Any]) -> bool:
    root = parse(text, Report(""))
    return (root.plain() if root is not None else None) == goal


def _with_section(text: str, key: str, goal: list[Any]) -> str:
    root = parse(text, Report(""))
    if root is None or root.plain().get(key) == goal:
        return text
    pair = next((pair for pair in root.pairs if pair[0].text == key), None)
    edit = _Edit(text, root)
    if pair is None:
        return edit.new_section(key, goal)
    new = edit.items(pair[1], goal, conda_name if key == "dependencies" else str)
    if new is None:
        return edit.whole_section(pair, goal)
    return _with_pip(new, goal) if key == "dependencies" else new


def _with_pip(text: str, goal: list[Any]) -> str:
    """`text`, whose dependencies are those of `goal` but for what is in the pip section."""
    root = parse(text, Report(""))
    wanted = next((entry["pip"] for entry in goal if isinstance(entry, dict)), None)
    if root is None or wanted is None:
        return text
    entries = [entry for key, value in root.pairs if key.text == "dependencies" for entry in value.items]
    item = next((entry for entry in entries if entry.kind == "mapping"), None)
    if item is None or item.plain().get("pip") == wanted:
        return text
    edit = _Edit(text, root)
    pip = next((value for key, value in item.pairs if key.text == "pip"), item)
    return edit.items(pip, wanted, pip_name) or edit.whole_pip(item, pip, wanted)


class _Edit:
    """Edits of one text; offsets are those of the tree that was read from it."""

    def __init__(self, text: str, root: Node) -> None:
        self.text = text
        self.root = root
        self.newline = "\r\n" if "\r\n" in text else "\n"

    def items(self, node: Node, goal: list[Any], name_of: Callable[[str], str]) -> str | None:
        """The list changed item by item, as far as possible; None when it must be written anew."""
        from difflib import SequenceMatcher

        if node.kind != "sequence" or not node.items or not goal:
            return None
        if not all(self._is_simple(item, node.flow) for item in node.items) or node.anchor or node.tag:
            return None
        old = [name_of(item.text) if item.kind == "scalar" else _PIP for item in node.items]
        new = [_PIP if isinstance(value, dict) else name_of(value) for value in goal]
        edits: list[tuple[int, int, str]] = []
        for tag, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag == "equal":
                for item, value in zip(node.items[first:last], goal[begin:end], strict=True):
                    if item.kind == "scalar" and item.text != value:
                        edits.append((item.start, item.end, _scalar(value, item, flow=node.flow)))
            elif node.flow and last - first == len(node.items):
                return None
            else:
                edits += self._cuts(node, first, last)
                edits += [self._insertion(node, first, goal[begin:end])] if begin < end else []
        return self._applied(edits)

    def whole_pip(self, item: Node, pip: Node, value: list[str]) -> str:
        if pip.flow or self._dash(item) is None:
            json = bool(item.pairs) and item.pairs[0][0].style == '"'
            return self._applied([(pip.start, pip.end, rendering.inline(value, json=json))])
        start, end = self._lines_of(item)
        body = self._as_lines(_items([{"pip": value}], self._indent(item), self._offset()), start, end)
        return self._applied([(start, end, body)])

    def whole_section(self, pair: tuple[Node, Node], value: list[Any]) -> str:
        key, node = pair
        start = self._line_start(key.start)
        if self.root.flow or node.flow:
            edit = (node.start, node.end, rendering.inline(value, json=key.style == '"'))
        elif self.text[start : key.start]:
            return self.text
        else:
            end = self._after_line(max(node.end, key.end))
            edit = (start, end, self._as_lines(_section(key.text, value, self._offset()), start, end))
        return self._applied([edit])

    def new_section(self, key: str, value: list[Any]) -> str:
        if not self.root.pairs:
            return render({key: value})
        last_key, last = self.root.pairs[-1]
        at = max(last.end, last_key.end)
        if self.root.flow:
            pair = rendering.inline({key: value}, json=last_key.style == '"')[1:-1]
            return self._applied([(at, at, f", {pair}")])
        at = self._after_line(at)
        return self._applied([(at, at, self._as_lines(_section(key, value, self._offset()), at, at))])

    def _is_simple(self, item: Node, flow: bool) -> bool:
        plain = item.kind in ("scalar", "mapping") and not item.anchor and not item.tag
        return plain and item.style not in ("|", ">") and (flow or self._dash(item) is not None)

    def _cuts(self, node: Node, first: int, last: int) -> list[tuple[int, int, str]]:
        items = node.items
        if not node.flow:
            return [(*self._lines_of(item), "") for item in items[first:last]]
        if first == last:
            return []
        if first:
            return [(items[first - 1].end, items[last - 1].end, "")]
        return [(items[0].start, items[last].start, "")]

    def _insertion(self, node: Node, index: int, values: list[Any]) -> tuple[int, int, str]:
        """`values` put before the item of that index, or behind the last."""
        before = node.items[max(index - 1, 0)]
        like = before if before.kind == "scalar" else None
        if node.flow:
            between = self.text[node.items[0].end : node.items[1].start] if len(node.items) > 1 else ""
            comma = between if _COMMA.fullmatch(between) else ", "
            json = like is not None and like.style == '"'
            words = [
                rendering.inline(value, json=json)
                if isinstance(value, dict)
                else _scalar(value, like, flow=True)
                for value in values
            ]
            if index:
                return before.end, before.end, "".join(comma + word for word in words)
            return before.start, before.start, "".join(word + comma for word in words)
        start, end = self._lines_of(before)
        at = end if index else start
        return at, at, self._as_lines(_items(values, self._indent(before), self._offset(), like), at, at)

    def _applied(self, edits: list[tuple[int, int, str]]) -> str:
        text = self.text
        for start, end, new in sorted(edits, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def _as_lines(self, lines: list[str], start: int, end: int) -> str:
        """The lines in place of text[start:end], which are whole lines."""
        body = self.newline.join(lines)
        if end < len(self.text) or self.text.endswith("\n"):
            return body + self.newline
        return body if start == 0 or self.text[start - 1] == "\n" else self.newline + body

    def _offset(self) -> int:
        """By how much this file indents its lists below their keys."""
        for key, value in self.root.pairs:
            if value.items and not value.flow and self._dash(value.items[0]) is not None:
                return len(self._indent(value.items[0])) - (key.start - self._line_start(key.start))
        return 0

    def _dash(self, item: Node) -> int | None:
        """Where the dash of a block's item is; None when it does not begin the item's own line."""
        dash = self.text.rfind("-", 0, item.start)
        if dash < 0 or self.text[dash + 1 : item.start].strip(" \t"):
            return None
        return None if self.text[self._line_start(dash) : dash].strip(" ") else dash

    def _indent(self, item: Node) -> str:
        dash = self.text.rfind("-", 0, item.start)
        return self.text[self._line_start(dash) : dash]

    def _lines_of(self, item: Node) -> tuple[int, int]:
        return self._line_start(item.start), self._after_line(item.end)

    def _line_start(self, index: int) -> int:
        start = self.text.rfind("\n", 0, index) + 1
        return start + 1 if self.text[start : start + 1] == "\ufeff" else start

    def _after_line(self, index: int) -> int:
        if index and self.text[index - 1] == "\n":
            return index
        end = self.text.find("\n", index)
        return len(self.text) if end < 0 else end + 1


def write(file: Path, text: str, created: tuple[str, ...]) -> None:
    """Put `text` at `file`, whole or not at all; a directory of a name in `created` is made for it.

    Raises:
        ConfigError: It cannot be written there.
    """
    if not os.path.isdir(file.parent) and file.parent.name not in created:
        raise ConfigError.single(f"no directory '{file.parent}'", str(file), "create it first")
    write_texts([(file, text)], created)
