"""From the text of a configuration to its settings, every fault and warning with its line."""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import ConfigError
from . import legacy, workbench
from .conda_dependencies import CondaDependencies
from .conda_file import check_tree
from .fault import Report
from .node import Node, parse
from .section import Section, camel
from .shape import Shape
from .value import shown

MAX_BYTES = 1 << 20


@dataclass
class Found:
    """What a text holds besides the settings of the model."""

    root: Node | None = None
    environment_file: str = ""
    workbench: bool = False
    lines: dict[tuple[str, ...], int] = field(default_factory=dict)
    """Path of YAML keys → the line where the value is set."""

    def line(self, dotted: str) -> int:
        """The line of a key, else that of what it stands in; 0 when it is not in the text."""
        path = tuple(dotted.split("."))
        return next((self.lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.lines), 0)


def read_text(path: Path, what: str = "configuration file") -> str:
    """The file's text, a byte order mark included. Raises ConfigError."""
    report = Report(str(path))
    data = b""
    try:
        found = path.stat()
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
            report.fault(f"is a device or a pipe, not a {what}")  # reading it might never end
        else:
            with path.open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
            if len(data) > MAX_BYTES:
                size, most = max(found.st_size, len(data)) / (1 << 20), MAX_BYTES >> 20
                data = b""
                report.fault(f"has {size:.1f} MB; a {what.removesuffix(' file')} has at most {most}")
    except IsADirectoryError:
        report.fault(f"is a directory, not a {what}")
    except (OSError, ValueError) as error:  # ValueError: a zero character in the path
        reason = getattr(error, "strerror", None) or str(error)
        report.fault(f"cannot be read: {reason.lower()}")
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            byte = f"0x{data[error.start]:02x}"
            report.fault(f"is no UTF-8 text: the byte {byte}", "", line, "save it as UTF-8")
    report.raise_faults()
    return text


def read_into(
    config: Section, text: str, report: Report, prefix: tuple[str, ...] = (), *, over: bool = False
) -> Found:
    """Set what `text` says on `config`, whose keys stand below `prefix`; faults go to `report`.

    `over`: the environment that is there is changed, where a file's own begins with nothing.
    """
    reader = Reader(report, over=over)
    root = reader.found.root = parse(text, report)
    if root is None:
        if not report.faults:
            report.fault("is empty: it holds no setting", hint="begin with `script: train.py`")
    elif root.kind != "mapping":
        what = "a list" if root.kind == "sequence" else "one value"
        report.fault(f"holds {what}, not settings", "", root.line, "begin with `script: train.py`")
    elif not prefix and workbench.is_workbench(root):
        reader.found.workbench = True
        workbench.read(reader, config, root)
    else:
        reader.section(config, root, prefix)
    return reader.found


class Reader:
    """Sets values on sections, one after the other; bad ones are noted and left at their defaults."""

    def __init__(self, report: Report, *, over: bool = False) -> None:
        self.report = report
        self.over = over
        self.found = Found()

    def section(self, section: Section, node: Node, path: tuple[str, ...]) -> None:
        """Set every entry of the mapping `node` on `section`."""
        seen: dict[str, str] = {}
        late: list[Callable[[], None]] = []
        for key, value in node.entries():
            name = section.find_field(key.text)
            old = section.old_keys.get(camel(key.text))
            if name is None and old is None:
                self.unknown(section, key, value, path)
            elif name is None:
                late.append(lambda k=key, v=value: legacy.read(self, section, k, v, path, set(seen)))  # type: ignore[misc]
            elif name in seen:
                message = f"'{key.text}' and '{seen[name]}' are the same setting"
                self.report.fault(message, ".".join((*path, key.text)), key.line)
            else:
                seen[name] = key.text
                self.setting(section, name, value, path, key.line)
        for read in late:  # what is said in today's words wins
            read()

    def setting(self, section: Section, name: str, value: Node, path: tuple[str, ...], line: int) -> None:
        """Set one value, of whatever shape it is."""
        place = (*path, section.key(name))
        self.found.lines[place] = line
        shape = section.shapes()[name]
        node = value.resolved
        if place == ("environment",):
            self.environment(section, value)
        elif name == "conda_dependencies":
            self.packages(section, value, place)
        elif shape.section is None:
            self.assign(section, name, legacy.value(self, section, name, value, place), value, place)
        elif value.is_null:
            if shape.nullable or shape.kind != "section":
                self.assign(section, name, None, value, place)
        elif shape.kind == "section" and node.kind == "mapping":
            inner = getattr(section, name)
            if inner is None:
                inner = shape.section.bare()
                self.assign(section, name, inner, value, place)
            self.section(inner, node, place)
        elif shape.kind == "list" and node.kind == "sequence":
            entries = [(str(number), item) for number, item in enumerate(node.items)]
            made = [self.entry(shape, item, (*place, step)) for step, item in entries]
            self.assign(section, name, [item for item in made if item is not None], value, place)
        elif shape.kind == "map" and node.kind == "mapping":
            named = {key.text: self.entry(shape, item, (*place, key.text)) for key, item in node.entries()}
            self.assign(section, name, {k: v for k, v in named.items() if v is not None}, value, place)
        else:
            kind = {"section": "map of settings", "list": "list", "map": "map of names"}[shape.kind]
            self.report.fault(f"{shown(value.plain())} is no {kind}", ".".join(place), value.line)

    def entry(self, shape: Shape, node: Node, path: tuple[str, ...]) -> Section | None:
        """One section of a list or map of them; None when it is none."""
        assert shape.section is not None
        self.found.lines[path] = node.line
        inner: Section = shape.section.bare()
        if node.resolved.kind == "mapping":
            self.section(inner, node.resolved, path)
        elif not node.is_null:
            message = f"{shown(node.plain())} is no map of settings"
            self.report.fault(message, ".".join(path), node.line)
            return None
        return inner

    def assign(self, section: Section, name: str, value: Any, node: Node, place: tuple[str, ...]) -> None:
        """Set a value that the model checks; the line of a fault is that of the item it is in."""
        try:
            Section.__setattr__(section, name, value)
        except ConfigError as error:
            base = section.dotted(section.key(name)) + "."
            for fault in error.faults:
                step = fault.key.removeprefix(base) if fault.key.startswith(base) else ""
                key = ".".join((*place, step) if step else place)
                self.report.fault(fault.message, key, _item_line(node, step), fault.hint)

    def environment(self, config: Section, value: Node) -> None:
        """A map, the path of a file, or a name and a version of an environment defined elsewhere."""
        from .environment import Environment, EnvironmentReference

        node = value.resolved
        if value.is_null:
            return
        if node.kind == "scalar":
            self.found.environment_file = node.text
            return
        if node.kind != "mapping":
            message = f"{shown(value.plain())} is no map of settings"
            self.report.fault(message, "environment", value.line)
            return
        if self.over:
            self.section(getattr(config, "environment"), node, ("environment",))  # noqa: B009 not every Section's
            return
        made = EnvironmentReference() if names_alone(node) else Environment.bare()
        self.assign(config, "environment", made, value, ("environment",))
        self.section(made, node, ("environment",))

    def packages(self, python: Section, value: Node, place: tuple[str, ...]) -> None:
        """Packages that stand in the configuration itself."""
        if value.is_null:
            return
        before = len(self.report.faults)
        check_tree(value, self.report, ".".join(place))
        if len(self.report.faults) == before:
            packages = CondaDependencies(_underlying_structure=value.plain())
            self.assign(python, "conda_dependencies", packages, value, place)
            python._inline = True

    def unknown(self, section: Section, key: Node, value: Node, path: tuple[str, ...]) -> None:
        """Keep a key that nobody knows, and say so."""
        known = [*section.keys(), *section.old_keys]
        self.report.unknown(key.text, known, ".".join((*path, key.text)), key.line)
        section.unknown_keys[key.text] = value.plain()


def names_alone(environment: Node | None) -> bool:
    """Whether the map says no more than the name and version of an environment defined elsewhere."""
    from .environment import Environment

    keys = [key.text for key, _ in environment.entries()] if environment is not None else []
    return bool(keys) and {Environment.find_field(key) for key in keys} <= {"name", "version"}


def _item_line(node: Node, step: str) -> int:
    """The line of one item, by its index or name; that of the whole where there is no such item."""
    inner = node.resolved
    if inner.kind == "sequence" and step.isdecimal() and int(step) < len(inner.items):
        return inner.items[int(step)].line
    if inner.kind == "mapping":
        return next((item.line for key, item in inner.entries() if key.text == step), node.line)
    return node.line


def words(node: Node) -> Any:
    """A node's value with every scalar as it is written: '1.10' stays '1.10', null is None."""
    node = node.resolved
    if node.kind == "mapping":
        return {key.text: words(value) for key, value in node.entries()}
    if node.kind == "sequence":
        return [words(item) for item in node.items]
    return None if node.is_null else node.text
