"""What a run is: its configuration, sections and files; names are imported on first use (PEP 562)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .environment import DockerSection, Environment, PythonSection
    from .fault import ConfigWarning
    from .history import HistoryConfiguration
    from .location import (
        current_project,
        default_experiment,
        find_project,
        is_home,
        list_configurations,
        working_directory,
    )
    from .model import RunConfiguration
    from .script_run_config import ScriptRunConfig

_MODULES = {
    "ConfigWarning": "fault",
    "DockerSection": "environment",
    "Environment": "environment",
    "HistoryConfiguration": "history",
    "PythonSection": "environment",
    "RunConfiguration": "model",
    "ScriptRunConfig": "script_run_config",
    "current_project": "location",
    "default_experiment": "location",
    "find_project": "location",
    "is_home": "location",
    "list_configurations": "location",
    "working_directory": "location",
}

__all__ = [
    "ConfigWarning",
    "DockerSection",
    "Environment",
    "HistoryConfiguration",
    "PythonSection",
    "RunConfiguration",
    "ScriptRunConfig",
    "current_project",
    "default_experiment",
    "find_project",
    "is_home",
    "list_configurations",
    "working_directory",
]


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
