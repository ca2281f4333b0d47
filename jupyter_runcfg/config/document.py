"""The files behind a configuration: read together with their environment file, written whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import ConfigError
from ..runtime.atomic import write_replace
from . import location
from .environment import Environment
from .fault import Report
from .reading import Found, read_into, read_text

if TYPE_CHECKING:
    from .model import RunConfiguration

    ConfigT = TypeVar("ConfigT", bound=RunConfiguration)


@dataclass
class Source:
    """Where a configuration came from; `kept` are the keys that the model does not have."""

    text: str | None = None
    path: Path | None = None
    kept: dict[tuple[str, ...], Any] = field(default_factory=dict)
    environment_file: str = ""
    environment_text: str = ""
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


def _read(cls: type[ConfigT], text: str, report: Report, path: Path | None) -> ConfigT:
    config = cls()
    found = read_into(config, text, report)
    _check_exclusive(config, report, found)
    source = Source(text, path, found.kept, found.environment_file)
    source.file, source.base_line = report.file, report.base_line
    other = _read_environment(config, source, found, report) if found.environment_file else None
    report.raise_faults()
    if other is not None:
        other.raise_faults()
        other.show_warnings()
    report.show_warnings()
    config._source = source
    return config


def _check_exclusive(config: RunConfiguration, report: Report, found: Found) -> None:
    from .model import exclusive_fault

    if config.command and (config.script or config.arguments):
        fault = exclusive_fault("script" if config.script else "arguments")
        report.fault(fault.message, fault.key, found.lines.get(("command",), 0), fault.hint)


def _read_environment(
    config: RunConfiguration, source: Source, found: Found, report: Report
) -> Report | None:
    """Fill the environment from the file that the key names, looked for as SDK v1 does."""
    file = next((place for place in _places(source) if place.is_file()), None)
    if file is None:
        message = f"no environment file '{found.environment_file}'"
        report.fault(message, "environment", found.lines["environment",], "put it there, or inline it")
        return None
    try:
        source.environment_text = read_text(file)
    except ConfigError as error:
        report.faults += error.faults
        return None
    other = Report(str(file), strict=report.strict)
    inner = read_into(config.environment, source.environment_text, other, ("environment",))
    source.kept |= inner.kept
    return other


def _places(source: Source) -> list[Path]:
    named = Path(source.environment_file).expanduser()
    if source.path is None:
        return [named]
    return [location.project_of(source.path) / named, source.path.parent / named]


def texts(config: RunConfiguration, *, separate: str = "") -> tuple[str, str]:
    """The configuration's text and that of its environment file ('' when it has none).

    `separate` names an environment file to move the section to.
    """
    from . import writing

    source = config._source
    apart = separate or source.environment_file
    skip = ("environment",) if apart else ()
    text = source.text
    if text is None:
        text = writing.new_text(config, skip)
    if apart and not source.environment_file:
        text = writing.put(text, ("environment",), apart)
    text = writing.rewrite(text, type(config), config, skip=skip)
    if not apart:
        return text, ""
    if source.environment_text:
        return text, writing.rewrite(
            source.environment_text, Environment, config.environment, prefix=("environment",)
        )
    kept = {path[1:]: value for path, value in source.kept.items() if path[0] == "environment"}
    return text, writing.new_text(config.environment, (), kept)


def place_of(config: RunConfiguration, dotted_key: str) -> tuple[str, int]:
    """File and line of a value that is still as its text has it; ("", 0) for any other."""
    from .writing import flat

    source = config._source
    path = tuple(dotted_key.split("."))
    as_read = type(config)()
    found = read_into(as_read, source.text or "", Report(source.file))
    line = found.lines.get(path) or found.lines.get(path[:-1], 0)
    if not line or flat(config).get(path) != flat(as_read).get(path):
        return "", 0
    return source.file, line + source.base_line


def write_file(config: RunConfiguration, file: Path, *, separate: bool) -> Source:
    """Write `file` and its environment file; returns what they hold now. Raises ConfigError."""
    source = config._source
    named = source.environment_file
    if separate and not named:
        inside = file.absolute().parent.name in location.DIRECTORIES
        named = f"{file.absolute().parent.name}/environment.yml" if inside else "environment.yml"
    text, environment_text = texts(config, separate=named)
    written = Source(text, file, dict(source.kept), named, environment_text, file=str(file))
    if environment_text:
        place = next((place for place in _places(written) if place.is_file()), _places(written)[0])
        _write(place, environment_text)
    _write(file, text)
    return written


def _write(file: Path, text: str) -> None:
    target = file.resolve()  # a link stays a link
    try:
        if target.parent.name in location.DIRECTORIES:
            target.parent.mkdir(exist_ok=True)
        write_replace(str(target), text.encode("utf-8"), 0o644)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError.single(f"cannot be written: {reason}", str(file)) from None
