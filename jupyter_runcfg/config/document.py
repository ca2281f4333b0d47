"""The files behind a configuration: read together with those it names, written whole."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ..errors import ConfigError
from . import location, writing
from .conda_dependencies import CondaDependencies
from .environment import Environment, EnvironmentReference
from .fault import ConfigWarning, Report
from .files import write_texts
from .reading import Found, names_alone, read_into, read_text
from .writing import Reading

if TYPE_CHECKING:
    from .model import RunConfiguration

    ConfigT = TypeVar("ConfigT", bound=RunConfiguration)

_CONDA_KEY = "environment.python.condaDependenciesFile"


@dataclass
class Source:
    """Where a configuration came from, and what was read there."""

    text: str | None = None
    path: Path | None = None
    environment_file: str = ""
    environment_text: str = ""
    packages: CondaDependencies | None = None
    """What the file of packages held."""
    packages_file: Path | None = None
    """Which file that was."""
    old: RunConfiguration | None = None
    """The configuration as it was read, where its file has another form than ours: one of Workbench."""
    reading: Reading | None = None
    """How `text` was read, while it is the text of `path`."""
    directory: Path | None = None
    name: str | None = None
    file: str = ""
    base_line: int = 0


def read_file(cls: type[ConfigT], path: Path) -> ConfigT:
    """The configuration in `path`. Raises ConfigError with all faults of its files."""
    report = Report(str(path))
    return _read(cls, read_text(path), report, path)


def read_string(cls: type[ConfigT], text: str, *, file: str, strict: bool, base_line: int) -> ConfigT:
    """The configuration in `text`. Raises ConfigError with all faults."""
    return _read(cls, text, Report(file, strict=strict, base_line=base_line), None)


def read_over(base: ConfigT, text: str, *, file: str, base_line: int) -> ConfigT:
    """A copy of `base` with what `text` says. Raises ConfigError with all faults."""
    return _read(type(base), text, Report(file, strict=True, base_line=base_line), None, base)


def _read(
    cls: type[ConfigT], text: str, report: Report, path: Path | None, base: ConfigT | None = None
) -> ConfigT:
    config = cls() if base is None else base.copy()
    found = read_into(config, text, report, over=base is not None)
    source = Source(text if base is None else None, path, found.environment_file)
    source.file, source.base_line = report.file, report.base_line
    other = _read_environment(config, source, found, report) if found.environment_file else None
    _read_packages(config, source, *(other or (found, report)), lenient=found.workbench)
    _check_together(config, found, report)
    if other is not None:
        report.faults += other[1].faults
        report.warnings += other[1].warnings
    report.raise_faults()
    report.show_warnings()
    if found.workbench:
        source.old = config.copy()
    elif base is None:
        source.reading = Reading.of(config, found)
    config._source = source
    return config


def _check_together(config: RunConfiguration, found: Found, report: Report) -> None:
    """What does not fit together; not where one of the two is wrong in itself."""
    faulty = {fault.key for fault in report.faults}
    for fault in config.faults():
        related = {fault.key, "framework"} if fault.key == "communicator" else {fault.key}
        if not related & faulty:
            report.fault(fault.message, fault.key, found.line(fault.key), fault.hint)


def _read_environment(
    config: RunConfiguration, source: Source, found: Found, report: Report
) -> tuple[Found, Report] | None:
    """Fill the environment from the file that the key names, looked for as SDK v1 does."""
    named = source.environment_file
    file = _find(source, named)
    if file is None:
        message, hint = f"no environment file '{named}'", "put it there, or write the section here"
        report.fault(message, "environment", found.line("environment"), hint)
        return None
    try:
        source.environment_text = read_text(file)
    except ConfigError as error:
        report.faults += error.faults
        return None
    other = Report(str(file), strict=report.strict)
    made = Environment.bare()
    inner = read_into(made, source.environment_text, other, ("environment",))
    config.environment = EnvironmentReference(made.name, made.version) if names_alone(inner.root) else made
    return inner, other


def _read_packages(
    config: RunConfiguration, source: Source, found: Found, report: Report, *, lenient: bool
) -> None:
    """The file of packages that the environment names; missing it is a fault where it is needed."""
    python = config.environment.python
    named = python.conda_dependencies_file
    if not named or python.conda_dependencies is not None:
        return
    file = _find(source, named)
    if file is None:
        message, line = f"no file of packages '{named}'", found.line(_CONDA_KEY)
        if lenient or python.user_managed_dependencies:
            report.warn(message, _CONDA_KEY, line)
        else:
            hint = "put it there, or say `userManagedDependencies: true` if the interpreter has them all"
            report.fault(message, _CONDA_KEY, line, hint)
        return
    try:
        python.conda_dependencies = CondaDependencies(str(file))
        source.packages, source.packages_file = python.conda_dependencies.copy(), file
    except ConfigError as error:
        report.faults += error.faults


def _places(source: Source, named: str) -> list[Path]:
    """Where a file that a configuration names may be: from the project, and from the file's directory.

    SDK v1's command line took the directory it was in for the project: `-c config/train` there.
    """
    if source.path is None:
        directories = [location.current_project(), location.working_directory()]
    else:
        beside = source.path.absolute().parent
        directories = [location.project_of(source.path), beside, beside.parent]
    return [location.below(directory, named) for directory in directories]


def _find(source: Source, named: str) -> Path | None:
    return next((place for place in _places(source, named) if location.is_file(place)), None)


def texts(
    config: RunConfiguration,
    *,
    separate: str = "",
    full: bool = False,
    moved: bool = False,
    anew: bool = False,
) -> tuple[str, str]:
    """The configuration's text and that of its environment file ('' when it has none).

    `separate` names an environment file to move the section to; `moved`: the text goes to another
    directory, where the files beside the old one are not; `anew`: whatever the old text says.
    """
    source = config._source
    apart = separate or source.environment_file
    as_it_was = source.old == config and not moved
    text = None if anew else source.text
    if source.old is not None and not as_it_was:
        text = None  # a file of Workbench cannot say what we can: it is written anew
    if text is None:
        tree = config._tree(full=full, written=True)
        text = writing.new_text({**tree, "environment": apart} if apart else tree)
    if not as_it_was:
        text = writing.rewrite_configuration(
            text, config, apart, source.reading if text is source.text else None
        )
    if not apart:
        return text, ""
    if source.environment_text:
        return text, writing.rewrite_environment(source.environment_text, config.environment)
    return text, writing.new_text(config.environment._tree(full=True, written=True))


def full_text(config: RunConfiguration) -> str:
    """Every setting with its value, whatever the configuration's own text says."""
    return writing.new_text(config._tree(full=True, written=True))


def place_of(config: RunConfiguration, dotted_key: str) -> tuple[str, int]:
    """File and line of a value that is still as its text has it; ("", 0) for any other."""
    source = config._source
    as_read = type(config)()
    found = read_into(as_read, source.text or "", Report(source.file))
    line = found.line(dotted_key)
    path = dotted_key.split(".")
    if not line or _at(config.to_dict(), path) != _at(as_read.to_dict(), path):
        return "", 0
    return source.file, line + source.base_line


def _at(tree: object, path: list[str]) -> object:
    for part in path:
        tree = tree.get(part) if isinstance(tree, dict) else None
    return tree


def write_file(config: RunConfiguration, file: Path, *, separate: bool, full: bool) -> Source:
    """Write `file` and the files it names, all or none; returns what they hold now. Raises ConfigError."""
    config.check()
    source = config._source
    moved = source.path is None or source.path.absolute().parent != file.absolute().parent
    named = source.environment_file or (_name_for_environment(file) if separate else "")
    anew = full and source.path != file
    text, environment_text = texts(config, separate=named, full=full, moved=moved, anew=anew)
    written = Source(text, file, named, environment_text, file=str(file))
    written.old = source.old if text == source.text else None
    files = [(file, text)]
    if environment_text:
        place = _find(written, named) or _places(written, named)[0]
        _refuse_foreign(place, environment_text, source.environment_text, "environment")
        files.append((place, environment_text))
    files += _packages_to_write(config, source, written)
    _tell_replaced(source, file, text)
    write_texts(reversed(files), location.DIRECTORIES)
    return written


def _name_for_environment(file: Path) -> str:
    """`environment.yml` beside the configuration; with its name before it where that is taken."""
    directory = file.absolute().parent
    name = "environment.yml"
    if (directory / name).exists():
        name = f"{file.name.removesuffix(location.EXTENSION)}.environment.yml"
    return f"{directory.name}/{name}" if directory.name in location.DIRECTORIES else name


def _refuse_foreign(place: Path, text: str, as_read: str, what: str) -> None:
    """A file that is not the one that was read stays as it is."""
    there = _text_of(place)
    if there is None or there in (text, as_read):
        return
    changed = "was changed since it was read" if as_read else "is there already, and holds something else"
    raise ConfigError.single(
        f"the file of the {what} {changed}", str(place), f"load it, or name another file for the {what}"
    )


def _text_of(place: Path) -> str | None:
    try:
        return place.read_bytes().decode("utf-8", "replace")
    except OSError:
        return None


def _tell_replaced(source: Source, file: Path, text: str) -> None:
    """What others wrote into the file since it was read is replaced; that is said."""
    there = _text_of(file) if source.path == file else None
    if there is not None and there not in (source.text, text):
        message = f"{file}: was changed since it was loaded; those changes are replaced"
        warnings.warn(message, ConfigWarning, stacklevel=4)


def _packages_to_write(config: RunConfiguration, before: Source, after: Source) -> list[tuple[Path, str]]:
    """The packages go to their file, where there is one and it does not have them.

    A file that was never read keeps its packages, and the configuration takes them, where it has
    only those that every new one has, or those of the file that it named before.
    """
    python = config.environment.python
    packages, named = python.conda_dependencies, python.conda_dependencies_file
    if packages is None or not named or python._inline:
        return []
    file = _find(after, named)
    as_read = before.packages if before.path and _is_same(file, before.packages_file) else None
    place = after.packages_file = file or _places(after, named)[0]
    if as_read is not None and packages == as_read:
        after.packages = as_read
        return []
    if file is not None and as_read is None:
        there = CondaDependencies(str(file))  # a file that is none is no place for packages
        if packages == CondaDependencies() or (packages == before.packages and _is_beside(before, after)):
            packages = python.conda_dependencies = there
        if packages == there:
            after.packages = there.copy()
            return []
    text = packages.serialize_to_string()
    _refuse_foreign(place, text, (as_read.text_as_read or "") if as_read else "", "packages")
    after.packages = packages.copy()
    return [(place, text)]


def _is_beside(one: Source, other: Source) -> bool:
    """Whether both are files of one directory."""
    return one.path is not None and other.path is not None and _is_same(one.path.parent, other.path.parent)


def _is_same(file: Path | None, other: Path | None) -> bool:
    return file is not None and other is not None and os.path.realpath(file) == os.path.realpath(other)
