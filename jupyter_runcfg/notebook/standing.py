"""One line that says where a kernel stands: target, experiment, active runs."""

from __future__ import annotations

import os
from pathlib import Path

from .. import settings
from ..runtime.paths import Home
from .session import Session


def experiment() -> str:
    """The experiment that a run from here would belong to, and that bare numbers count in."""
    from ..config import default_experiment

    return default_experiment(_project(Path.cwd()))


def _project(start: Path) -> Path:
    from ..config import find_project

    return find_project(start) or start


def standing(session: Session) -> str:
    """`target local · experiment diabetes (this folder) · 0 active runs · %runcfg -h`."""
    target = session.current.target if session.name is not None else "local"
    parts = [f"target {target}", f"experiment {experiment()} ({_where()})", _active()]
    if session.name is not None:
        parts.insert(0, f"configuration {session.name}")
    return " · ".join([*parts, "%runcfg -h"])


def _where() -> str:
    root = _project(Path.cwd())
    return "this folder" if root == Path.cwd() else str(root)


def _active() -> str:
    home = Home(str(settings.home()))
    if not os.path.isdir(home.runs):
        return "0 active runs"
    from ..history import Index

    home.create()
    with Index(home, settings.machine_id()) as index:
        index.refresh()
        count = len(index.select(active=True))
    return "1 active run" if count == 1 else f"{count} active runs"
