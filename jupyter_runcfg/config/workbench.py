"""Files of Azure ML Workbench (2017 and 2018), with the `.compute` file of their target beside them.

Source of the names: such files as found in public repositories, and what SDK v1's reader looks for.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ConfigError
from . import location
from .fault import Report
from .node import Node, parse
from .section import Section, camel

if TYPE_CHECKING:
    from .model import RunConfiguration
    from .reading import Reader

_ONLY_HERE = frozenset(
    {
        *("argumentVector", "trackedRun", "useSampling", "managedEnvironment", "condaFile"),
        *("condaDependenciesFile", "sparkDependenciesFile"),
    }
)
_BECAME = {
    "argumentVector": "script and arguments",
    "target": "target",
    "framework": "framework",
    "environmentVariables": "environment.environmentVariables",
    "condaDependenciesFile": "environment.python.condaDependenciesFile",
    "condaFile": "environment.python.condaDependenciesFile",
    "sparkDependenciesFile": "spark.configuration and environment.spark",
    "managedEnvironment": "environment.python.userManagedDependencies",
    "trackedRun": "history.outputCollection",
}
_COMPUTE = {
    "baseDockerImage": "environment.docker.baseImage",
    "pythonLocation": "environment.python.interpreterPath",
    "userManagedEnvironment": "environment.python.userManagedDependencies",
    "sharedVolumes": "environment.docker.sharedVolumes",
    "yarnDeployMode": "hdi.yarnDeployMode",
    "nodeCount": "nodeCount",
    "priority": "priority",
}
_CONTAINERS = ("docker", "localdocker", "remotedocker", "amlcompute", "containerinstance", "batchai")


def is_workbench(root: Node) -> bool:
    """Whether a file is of that time: it has keys that no later one has, and none of the later ones."""
    keys = {camel(key.text) for key, _ in root.pairs}
    return bool(keys & _ONLY_HERE) and not keys & {"script", "environment"}


def read(reader: Reader, config: Any, root: Node) -> None:
    """Every value to its place of today; what has none is kept under its old key. One warning each."""
    from .environment import Environment

    config.environment = Environment.bare()
    for key, value in root.entries():
        word = camel(key.text)
        became = _BECAME.get(word)
        if became is None and config.find_field(key.text) is not None:
            reader.setting(config, str(config.find_field(key.text)), value, (), key.line)
            continue
        said = f"'{key.text}' is read as {became}" if became else f"'{key.text}' is kept; it has no effect"
        reader.report.warn(said, key.text, key.line)
        take = getattr(_Taker, f"take_{word}", None)
        if take is not None and became:
            take(reader, config, value, key)
        elif became:
            _set(reader, config, became, value, key.line)
        else:
            config.unknown_keys[key.text] = value.plain()
    _read_compute(reader, config)


class _Taker:
    """One method a key that does not simply become another."""

    @staticmethod
    def take_argumentVector(reader: Reader, config: Any, value: Node, key: Node) -> None:
        node = value.resolved
        if node.kind != "sequence" and not value.is_null:
            reader.report.fault("is no list of words", key.text, value.line)
        elif node.items:
            reader.setting(config, "script", node.items[0], (), node.items[0].line)
            reader.found.lines["arguments",] = key.line
            rest = [item.plain() for item in node.items[1:]]
            reader.assign(config, "arguments", rest, value, ("arguments",))

    @staticmethod
    def take_managedEnvironment(reader: Reader, config: Any, value: Node, key: Node) -> None:
        _set(reader, config, _BECAME["managedEnvironment"], value, key.line)
        config.environment.python.user_managed_dependencies = (
            not config.environment.python.user_managed_dependencies
        )

    @staticmethod
    def take_sparkDependenciesFile(reader: Reader, config: Any, value: Node, key: Node) -> None:
        config.unknown_keys[key.text] = value.plain()
        if value.is_null:
            return
        report, root = _read_beside(reader, value.resolved.text, value.line)
        if root is None:
            return
        inner = type(reader)(report)
        for name, item in root.entries():
            word = camel(name.text)
            if word == "configuration":
                inner.setting(config.spark, "configuration", item, ("spark",), name.line)
            elif word in ("repositories", "packages"):
                inner.setting(config.environment.spark, word, item, ("environment", "spark"), name.line)
            else:
                inner.unknown(config.environment.spark, name, item, ("environment", "spark"))
        _join(reader, report)


def _set(reader: Reader, config: Section, dotted: str, value: Node, line: int) -> None:
    section: Any = config
    *path, last = dotted.split(".")
    for part in path:
        section = getattr(section, section.find_field(part))
    reader.setting(section, section.find_field(last), value, tuple(path), line)


def _read_compute(reader: Reader, config: RunConfiguration) -> None:
    """What the file of the target says, where it lies beside this one."""
    file = Path(reader.report.file).parent / f"{config.target}.compute"
    if not location.is_file(file):
        return
    report, root = _read_beside(reader, str(file), 0)
    if root is None:
        return
    inner = type(reader)(report)
    rest = {}
    for key, value in root.entries():
        became = _COMPUTE.get(camel(key.text))
        if became:
            report.warn(f"'{key.text}' is read as {became}", key.text, key.line)
            _set(inner, config, became, value, key.line)
            continue
        rest[key.text] = value.plain()
        if camel(key.text) != "type":
            report.warn(f"'{key.text}' is kept; it has no effect", key.text, key.line)
        elif str(value.plain()).lower() in _CONTAINERS:
            config.environment.docker.enabled = True
            report.warn(f"'{value.text}' is read as environment.docker.enabled", key.text, key.line)
    if rest:
        config.unknown_keys[file.name] = rest
    _join(reader, report)


def _read_beside(reader: Reader, named: str, line: int) -> tuple[Report, Node | None]:
    """A file of the same project: the tree of its map, or None with a warning that it is not there."""
    from .reading import read_text

    here = Path(reader.report.file)
    places = [location.below(directory, named) for directory in (location.project_of(here), here.parent)]
    file = next((place for place in places if location.is_file(place)), None)
    report = Report(str(file or named))
    if file is None:
        reader.report.warn(f"the file '{named}' is not there", "", line)
        return report, None
    try:
        root = parse(read_text(file), report)
    except ConfigError as error:
        reader.report.faults += error.faults
        return report, None
    if root is not None and root.kind != "mapping":
        report.fault("holds no map of settings", "", root.line)
    if report.faults:
        _join(reader, report)
        return report, None
    return report, root


def _join(reader: Reader, other: Report) -> None:
    reader.report.faults += other.faults
    reader.report.warnings += other.warnings
