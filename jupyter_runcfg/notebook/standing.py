"""One line that says where a kernel stands: target, experiment, active runs."""

from __future__ import annotations

import os

from .. import settings
from ..config import current_project, default_experiment, working_directory
from ..errors import RuncfgError, home_error
from ..runtime.paths import Home
from .session import Session


def standing(session: Session) -> str:
    """`target local · experiment diabetes (this folder) · 0 active runs · %runcfg -h`.

    Never fails: what cannot be told is said in its place.
    """
    parts = [f"target {session.current.target if session.name is not None else 'local'}"]
    if session.name is not None:
        parts.insert(0, f"configuration {session.name}")
    for tell in (_experiment, _active):
        try:
            parts.append(tell())
        except RuncfgError as error:
            parts.append(f"{error.message} {error.where}".strip())
    return " · ".join([*parts, "%runcfg -h"])


def _experiment() -> str:
    root = current_project()
    where = "this folder" if root == working_directory() else str(root)
    return f"experiment {default_experiment(root)} ({where})"


def _active() -> str:
    """A record without its end is an active run; their events are not read, there may be millions."""
    home = Home(str(settings.home()))
    try:
        names = os.listdir(home.runs) if os.path.isdir(home.runs) else []
    except OSError as error:
        raise home_error(error, home.root) from error
    records = [home.run(name) for name in names if not name.startswith(".")]
    count = sum(os.path.exists(r.request) and not os.path.exists(r.end) for r in records)
    return "1 active run" if count == 1 else f"{count} active runs"
