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
    told = [str(warning.message) for warning in caught if issubclass(warning.category, ConfigWarning)]
    if not told:
        return ""
    lines = [place.rpartition(":")[2] for place in (text.partition(": ")[0] for text in told)]
    listed = ", ".join(line for line in dict.fromkeys(lines) if line.isdecimal())
    return f"{len(told)} old or unknown {'key' if len(told) == 1 else 'keys'}, line {listed}"
