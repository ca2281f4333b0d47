"""The YAML file of a ParallelRunConfig: read with what it names, written in place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ConfigError, did_you_mean
from . import location, writing
from .conda_dependencies import CondaDependencies
from .environment import Environment, EnvironmentReference
from .fault import Report
from .files import write_texts
from .node import Node, parse
from .reading import Found, Reader, read_into, read_text
from .section import Section
from .value import shown

if TYPE_CHECKING:
    from .parallel_run_config import ParallelRunConfig

ROOT = "parallel_run_config"
_FILE, _DIRECTORY, _NAME = "environment", "environment_dir_path", "environment_name"
_CONDA_KEY = "environment.python.condaDependenciesFile"


class _Reader(Reader):
    """Sets aside the keys by which older files named an environment."""

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.legacy: dict[str, tuple[Node, Node]] = {}
        self.defined = False

    def unknown(self, section: Section, key: Node, value: Node, path: tuple[str, ...]) -> None:
        if not path and key.text in (_DIRECTORY, _NAME):
            self.legacy[key.text] = (key, value)
        else:
            super().unknown(section, key, value, path)

    def environment(self, config: Section, value: Node) -> None:
        self.defined = value.resolved.kind == "mapping"
        super().environment(config, value)


@dataclass
class _Text:
    """What one text says, the other files that it names aside."""

    config: ParallelRunConfig
    report: Report
    found: Found
    root: Node | None = None
    wrapped: bool = True
    line: int = 0
    """That of the key above all settings; 0: they could not be found."""
    defined: bool = False
    """The environment is a map in the text itself."""
    named_by: str = ""
    """The key that names an environment kept elsewhere; `named` is its value."""
    named: str = ""


def read(cls: type[ParallelRunConfig], path: Path) -> ParallelRunConfig:
    """The configuration in `path`. Raises ConfigError with all faults of its files."""
    text = read_text(path)
    said = _read(cls, text, Report(str(path)))
    if said.named_by:
        elsewhere = _elsewhere(said, path)
        if elsewhere is not None:
            said.config.environment = elsewhere
    else:
        _read_packages(said.config.environment, said.found, said.report, _directories(path))
    _finish(said)
    said.config._text = text
    return said.config


def write(config: ParallelRunConfig, text: str | None, path: Path) -> str:
    """Put the values of `config` into `text` (None: into a new one) and write that; returns it."""
    plain = config.resolved()
    if text is None:
        plain.environment.python._inline = True
        new = writing.new_text({ROOT: plain._tree(full=True, written=True)})
    else:
        new = _rewritten(plain, text, path)
    write_texts([(path, new)])
    return new


def _read(cls: type[ParallelRunConfig], text: str, report: Report) -> _Text:
    reader = _Reader(report)
    said = _Text(cls.bare(), report, reader.found)
    said.root = parse(text, report)
    if said.root is None:
        if not report.faults:
            report.fault("is empty: it holds no setting", hint=f"begin with `{ROOT}:`")
        return said
    node = _settings(said, said.root)
    if node is not None:
        reader.section(said.config, node, ())
        said.defined = reader.defined
        if reader.found.environment_file:
            said.named_by, said.named = _FILE, reader.found.environment_file
        _read_legacy(said, reader)
    return said


def _settings(said: _Text, root: Node) -> Node | None:
    """The map of settings; None where there is none (then reported)."""
    report = said.report
    if root.kind != "mapping":
        what = "a list" if root.kind == "sequence" else "one value"
        report.fault(f"holds {what}, not settings", "", root.line, f"begin with `{ROOT}:`")
        return None
    entries = {key.text: (key, value) for key, value in root.entries()}
    if ROOT not in entries:
        if any(said.config.find_field(word) for word in entries):
            said.wrapped, said.line = False, root.line
            report.warn(f"there is no key '{ROOT}'", "", root.line, f"write `{ROOT}:`, all else below it")
            return root
        near = filter(None, (did_you_mean(word, [ROOT]) for word in entries))
        report.fault(f"there is no key '{ROOT}'", "", root.line, next(near, f"begin with `{ROOT}:`"))
        return None
    key, value = entries.pop(ROOT)
    for other, _ in entries.values():
        report.unknown(other.text, [ROOT], other.text, other.line)
    if value.resolved.kind != "mapping":
        report.fault(f"{shown(value.plain())} is no map of settings", ROOT, value.line)
        return None
    said.line = key.line
    return value.resolved


def _read_legacy(said: _Text, reader: _Reader) -> None:
    """A directory or a name that stands for the environment, where nothing newer does."""
    for word in (_DIRECTORY, _NAME):
        if word not in reader.legacy:
            continue
        key, value = reader.legacy[word]
        newer = _FILE if said.defined else said.named_by
        if newer or value.is_null or value.resolved.kind != "scalar":
            why = f"'{newer}' is there" if newer else "it names nothing"
            said.report.warn(f"'{word}' has no effect: {why}", word, key.line, "write 'environment'")
            said.config.unknown_keys[word] = value.plain()
        else:
            said.report.warn(f"'{word}' is read as 'environment'", word, key.line, "write 'environment'")
            said.named_by, said.named = word, value.resolved.text
            said.found.lines[word,] = key.line


def _finish(said: _Text) -> None:
    """Look for what is not there or does not fit together; raise all faults, or show the warnings."""
    report, faulty = said.report, {fault.key for fault in said.report.faults}
    for name, info in type(said.config).model_fields.items() if said.line else ():
        key = said.config.key(name)
        there = said.defined or said.named_by if name == _FILE else (key,) in said.found.lines
        if info.is_required() and not there and key not in faulty:
            report.fault(f"'{key}' is missing", key, said.found.line(key) or said.line, f"write `{key}: …`")
    for fault in said.config.faults():
        if fault.key not in faulty:
            report.fault(fault.message, fault.key, said.found.line(fault.key), fault.hint)
    report.raise_faults()
    for doubt in said.config.doubts():
        report.warn(f"{doubt.key}: {doubt.message}", doubt.key, said.found.line(doubt.key), doubt.hint)
    report.show_warnings()


def _directories(path: Path) -> list[Path]:
    """Where files that the one at `path` names are looked for."""
    return [path.absolute().parent, location.working_directory()]


def _elsewhere(said: _Text, path: Path) -> Environment | None:
    """The environment that is named; None where there is none such (then reported)."""
    if said.named_by == _NAME:
        return EnvironmentReference(said.named)
    report, line = said.report, said.found.line(said.named_by)
    is_directory = said.named_by == _DIRECTORY
    places = [directory / Path(said.named).expanduser() for directory in _directories(path)]
    place = next((p for p in places if (p.is_dir() if is_directory else p.is_file())), None)
    if place is None:
        what = "directory" if is_directory else "environment file"
        hint = "put it there, or write the settings below 'environment'"
        report.fault(f"no {what} '{said.named}'", said.named_by, line, hint)
        return None
    try:
        return Environment.load_from_directory(place) if is_directory else _from_file(place, path, report)
    except ConfigError as error:
        for fault in error.faults:
            where = f" ({fault.where})" if fault.where else ""
            report.fault(f"{fault.message}{where}", said.named_by, line, fault.hint)
        return None


def _from_file(file: Path, path: Path, report: Report) -> Environment:
    environment = Environment.bare()
    text = read_text(file)
    other = Report(str(file))
    found = read_into(environment, text, other, ("environment",))
    _read_packages(environment, found, other, [file.parent, *_directories(path)])
    report.faults += other.faults
    report.warnings += other.warnings
    return environment


def _read_packages(environment: Environment, found: Found, report: Report, places: list[Path]) -> None:
    """The file of packages that the environment names; missing it is a fault where it is needed."""
    python = environment.python
    named = python.conda_dependencies_file
    if not named or python.conda_dependencies is not None:
        return
    file = next((p for place in places if (p := place / Path(named).expanduser()).is_file()), None)
    line = found.line(_CONDA_KEY)
    if file is not None:
        try:
            python.conda_dependencies = CondaDependencies(str(file))
        except ConfigError as error:
            report.faults += error.faults
    elif python.user_managed_dependencies:
        report.warn(f"no file of packages '{named}'", _CONDA_KEY, line)
    else:
        hint = "put it there, or say `userManagedDependencies: true` if the interpreter has them all"
        report.fault(f"no file of packages '{named}'", _CONDA_KEY, line, hint)


def _rewritten(config: ParallelRunConfig, text: str, path: Path) -> str:
    """`text` with the values of `config`, which has no parameters, for a file at `path`."""
    cls = type(config)
    before = _read(cls, text, Report(str(path)))
    stays = _stays(before, config.environment, path)
    config.environment.python._inline = not _packages_stay(before, config.environment, path)
    if before.named_by == _FILE and not stays:
        text = _without_file(text, before)
    goal = config._tree(full=True, written=True)

    def read(text: str) -> tuple[dict[str, Any], Node | None]:
        said = _read(cls, text, Report("the new text"))
        said.report.raise_faults()
        tree = said.config._tree(full=True, written=True)
        if said.named_by and stays:
            tree["environment"] = goal["environment"]
        elif said.named_by:
            del tree["environment"]  # not in the text: it is put there whole, and what named it goes
            if said.named_by != _FILE:
                tree[said.named_by] = said.named
        elif not said.defined:
            tree["environment"] = {}
        elif config.environment.is_reference and not said.config.environment.is_reference:
            tree["environment"] = None  # replaced whole: one value more and it would be no reference
        return ({ROOT: tree} if said.wrapped else tree), said.root

    if not before.wrapped:
        return writing.rewrite(text, goal, read, cls)
    return writing.rewrite(text, {ROOT: goal}, read, cls.wrapping)


def _stays(said: _Text, environment: Environment, path: Path) -> bool:
    """Whether what names the environment names this one, from `path`."""
    named = _elsewhere(said, path) if said.named_by else None
    return named is not None and not said.report.faults and named == environment


def _packages_stay(said: _Text, environment: Environment, path: Path) -> bool:
    """Whether the text leaves the packages to a file that has these, from `path`."""
    before, after = said.config.environment, environment.python
    if before.python._inline or before.python.conda_dependencies_file != after.conda_dependencies_file:
        return False
    _read_packages(before, said.found, Report(""), _directories(path))
    return before.python.conda_dependencies == after.conda_dependencies


def _without_file(text: str, said: _Text) -> str:
    """`text` with an empty value in place of the name of the environment's file."""
    assert said.root is not None
    node: Node | None = said.root
    for word in (ROOT, _FILE) if said.wrapped else (_FILE,):
        pairs = node.resolved.pairs if node is not None else []
        node = next((value for key, value in pairs if key.text == word), None)
    return text[: node.start] + text[node.end :] if node is not None else text
