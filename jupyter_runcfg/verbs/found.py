"""The configurations of a project, with what is to be known of each before it is used."""

from __future__ import annotations

import warnings
from pathlib import Path

from ..config import ConfigWarning, RunConfiguration, list_configurations
from ..errors import ConfigError

_MANY = 50


def found(project: Path) -> list[tuple[str, str]]:
    """Names of the configurations, each with a note ('' where there is nothing to say)."""
    names = list_configurations(project)
    return [(name, _note(project, name) if number < _MANY else "") for number, name in enumerate(names)]


def _note(project: Path, name: str) -> str:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            RunConfiguration.load(project, name)
        except ConfigError as error:
            return f"cannot be read: {error.faults[0].message} ({error.faults[0].where})"
    told = [warning.message.fault for warning in caught if isinstance(warning.message, ConfigWarning)]
    lines = [f"{Path(fault.file).name}:{fault.line}" for fault in told if fault is not None and fault.line]
    if not told:
        return ""
    return f"{len(told)} {'warning' if len(told) == 1 else 'warnings'}: {', '.join(dict.fromkeys(lines))}"
