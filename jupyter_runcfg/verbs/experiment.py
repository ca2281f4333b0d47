"""`experiment`: which there are, each with its newest run."""

from __future__ import annotations

import re
from typing import Any

from ..errors import ConfigError
from ..history import Query
from ..run import Experiment, Workspace
from ..run.select import open_index
from .wording import cell

COLUMNS = ("experiment", "newest", "status", "created", "active")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,254}")


def checked(name: str) -> str:
    """The name, if it can be one. Raises ConfigError."""
    if not _NAME.fullmatch(name):
        hint = "letters, digits, _ and -, beginning with a letter or digit"
        raise ConfigError.single(f"'{name[:60]}' is no name for an experiment", "experiment", hint)
    return name


def rows() -> list[tuple[str, ...]]:
    """One line an experiment, the one of the newest run first."""
    return [tuple(str(row[column]) for column in COLUMNS) for row in as_json()]


def as_json() -> list[dict[str, Any]]:
    with open_index() as index:
        names = [experiment.name for experiment in Experiment.list(Workspace.of(index.home))]
        newest = [run for name in names for run in index.select(Query(experiment=name, limit=1))]
        active = index.select(Query(active=True, children=True))
    newest.sort(key=lambda run: run.created, reverse=True)
    return [
        {
            "experiment": run.experiment,
            "newest": run.label,
            "status": run.status,
            "created": cell(run, "created"),
            "active": sum(other.experiment == run.experiment for other in active),
        }
        for run in newest
    ]
