"""The names of SDK v1 on top of our own, for those who import them where it is not installed."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from typing import Any

from ..runtime import fallback

_RUN = {"Run": ("jupyter_runcfg.run", "Run")}
_CONFIG = {
    name: ("jupyter_runcfg.config", name) for name in ("Environment", "RunConfiguration", "ScriptRunConfig")
}
TABLE = {
    "azureml": {},
    "azureml.core": {**_RUN, **_CONFIG},
    "azureml.core.environment": {"Environment": _CONFIG["Environment"]},
    "azureml.core.run": _RUN,
    "azureml.core.runconfig": {"RunConfiguration": _CONFIG["RunConfiguration"]},
    "azureml.core.script_run_config": {"ScriptRunConfig": _CONFIG["ScriptRunConfig"]},
}


class _Finder:
    """Asked last, so that a genuine azureml wins."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        return fallback.find_spec(name, TABLE)


def offer() -> None:
    """Make `from azureml.core import Run` work in this process."""
    if _Finder not in sys.meta_path:
        sys.meta_path.append(_Finder)


def withdraw() -> None:
    """Undo `offer`; modules that were imported stay."""
    if _Finder in sys.meta_path:
        sys.meta_path.remove(_Finder)
