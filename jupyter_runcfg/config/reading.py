"""From the text of a configuration to its settings, every fault and warning with its line."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import ConfigError
from . import legacy
from .fault import Report
from .node import Node, parse
from .section import Section, camel
from .value import shown

MAX_BYTES = 4 << 20
_WORKBENCH = frozenset(
    {
        *("ArgumentVector", "TrackedRun", "UseSampling", "ManagedEnvironment"),
        *("CondaFile", "CondaDependenciesFile", "SparkDependenciesFile"),
    }
)


@dataclass
class Found:
    """What a text holds besides the settings of the model."""

    kept: dict[tuple[str, ...], Any] = field(default_factory=dict)
    root: Node | None = None
    environment_file: str = ""
    lines: dict[tuple[str, ...], int] = field(default_factory=dict)


def read_text(path: Path) -> str:
    """The file's text, a byte order mark included. Raises ConfigError."""
    report = Report(str(path))
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_BYTES else b""
    except IsADirectoryError:
        report.fault("is a directory, not a configuration file")
    except OSError as error:
        report.fault(f"cannot be read: {(error.strerror or str(error)).lower()}")
    else:
        if size > MAX_BYTES:
            report.fault(f"has {size >> 20} MB; a configuration has at most {MAX_BYTES >> 20}")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            byte = f"0x{data[error.start]:02x}"
            report.fault(f"is no UTF-8 text: the byte {byte}", "", line, "save it as UTF-8")
    report.raise_faults()
    return text


def read_into(config: Section, text: str, report: Report, prefix: tuple[str, ...] = ()) -> Found:
    """Set what `text` says on `config`, whose keys stand below `prefix`; faults go to `report`."""
    reader = _Reader(report)
    root = reader.found.root = parse(text, report)
    if root is None:
        if not report.faults:
            report.fault("is empty: it holds no setting", hint="begin with `script: train.py`")
    elif root.kind != "mapping":
        what = "a list" if root.kind == "sequence" else "one value"
        report.fault(f"holds {what}, not settings", "", root.line, "begin with `script: train.py`")
    elif not (reader.refuse_workbench(root) if not prefix else False):
        reader.section(config, root, prefix)
    return reader.found


class _Reader:
    def __init__(self, report: Report) -> None:
        self.report = report
        self.found = Found()

    def refuse_workbench(self, root: Node) -> bool:
        old = [key for key, _ in root.pairs if key.text in _WORKBENCH]
        if old:
            message = "a Workbench file of 2017 or 2018; not read by this version"
            hint = "write its script, arguments and target down as a new configuration"
            self.report.fault(message, old[0].text, old[0].line, hint)
        return bool(old)

    def section(self, section: Section, node: Node, path: tuple[str, ...]) -> None:
        """Set every entry of the mapping `node` on `section`."""
        seen: dict[str, str] = {}
        for key, value in node.entries():
            name = section.find_field(key.text)
            if name is None:
                self.keep(path, key, value, section)
                continue
            if name in seen:
                message = f"'{key.text}' and '{seen[name]}' are the same setting"
                self.report.fault(message, ".".join((*path, key.text)), key.line)
                continue
            seen[name] = key.text
            self.found.lines[*path, section.key(name)] = key.line
            self.setting(section, name, value, path)

    def setting(self, section: Section, name: str, value: Node, path: tuple[str, ...]) -> None:
        place = (*path, section.key(name))
        child = getattr(section, name)
        if not isinstance(child, Section):
            try:
                Section.__setattr__(section, name, words(value))
            except ConfigError as error:
                message = error.faults[0].message
                self.report.fault(message, ".".join(place), value.line)
        elif value.resolved.kind == "mapping":
            self.section(child, value, place)
        elif place == ("environment",) and value.resolved.kind == "scalar" and not value.is_null:
            self.found.environment_file = value.resolved.text
        elif not value.is_null:
            message = f"{shown(value.plain())} is no map of settings"
            self.report.fault(message, ".".join(place), value.line)

    def keep(self, path: tuple[str, ...], key: Node, value: Node, section: Section | None) -> None:
        """Remember a key that the model does not have; say so when SDK v1 did not know it either."""
        place = (*path, camel(key.text))
        if legacy.is_group(place) and value.resolved.kind == "mapping":
            for inner, item in value.entries():
                self.keep(place, inner, item, None)
            return
        if not legacy.is_group(place) and not legacy.is_setting(place):
            place = (*path, key.text)
            known = legacy.names(path)
            if section is not None:
                known += [section.key(name) for name in type(section).model_fields]
            self.report.unknown(key.text, known, ".".join(place), key.line)
        self.found.kept[place] = value.plain()


def words(node: Node) -> Any:
    """A node's value with every scalar as it is written: '1.10' stays '1.10', null is None."""
    node = node.resolved
    if node.kind == "mapping":
        return {key.text: words(value) for key, value in node.entries()}
    if node.kind == "sequence":
        return [words(item) for item in node.items]
    return None if node.is_null else node.text
