"""Where a kernel stands: target, experiment, active runs; and what has ended since the last look."""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from .. import settings
from ..config import current_project, default_experiment, working_directory
from ..errors import RuncfgError, home_error
from ..runtime import atomic
from ..runtime.paths import Home
from .session import Session

_MOST_TOLD = 4
_SLACK_S = 3600  # clocks of the machines that share a home differ
_LOOKS = "looks"
_LOOK_EVERY_S = 60


@dataclass(frozen=True)
class Look:
    """When somebody looked from a directory, and which runs were active then."""

    moment: float
    active: frozenset[str]


def standing(session: Session) -> str:
    """`target local · experiment diabetes (this folder) · 0 active runs · %runcfg -h`, and what has ended.

    Never fails: what cannot be told is said in its place.
    """
    parts = [f"target {session.current.target if session.name is not None else 'local'}"]
    if session.name is not None:
        parts.insert(0, f"configuration {session.name}")
    since = ""
    try:
        parts.append(_experiment(session))
    except RuncfgError as error:
        parts.append(f"{error.message} {error.where}".strip())
    try:
        active, since = _runs()
        parts.append(active)
    except RuncfgError as error:
        parts.append(f"{error.message} {error.where}".strip())
    return "\n".join(filter(None, (" · ".join([*parts, "%runcfg -h"]), since)))


def look(session: Session) -> None:
    """After a cell: who has submitted here has seen what has ended by now. Once in a while, never fails."""
    now = time.time()
    if session.last_run is None or now - session.looked < _LOOK_EVERY_S:
        return
    session.looked = now
    with suppress(RuncfgError):
        _runs()


def _experiment(session: Session) -> str:
    if session.experiment is not None:
        return f"experiment {session.experiment}"
    root = current_project()
    where = "this folder" if root == working_directory() else str(root)
    return f"experiment {default_experiment(root)} ({where})"


def _runs() -> tuple[str, str]:
    """How many runs are active, and what has ended since the last look from here; this is the next look."""
    home = Home(str(settings.home()))
    try:
        names = os.listdir(home.runs) if os.path.isdir(home.runs) else []
    except OSError as error:
        raise home_error(error, home.root) from error
    now, file = time.time(), _look_file(home)
    mine = _read(file)
    active = {name for name in _unsure(names, mine or _newest(home)) if _is_active(home, name)}
    ended = [] if mine is None else [name for name in _unsure(names, mine) if name not in active]
    _write(home, file, Look(now, frozenset(active)))
    count = "1 active run" if len(active) == 1 else f"{len(active)} active runs"
    return count, "" if mine is None else _told(home, ended, mine.moment)


def _unsure(names: list[str], before: Look | None) -> list[str]:
    """The runs that may be active, by what a look before says; a run's name has the second it was made in."""
    if before is None:
        return [name for name in names if not name.startswith(".")]
    newest = before.moment - _SLACK_S
    return [name for name in names if name in before.active or _made(name) >= newest]


def _made(name: str) -> float:
    second = name.split("_")[-2:-1]
    return float(second[0]) if second and second[0].isdecimal() else float(not name.startswith(".")) * 1e18


def _is_active(home: Home, name: str) -> bool:
    """A record without its end is an active run; its events are not read, there may be millions."""
    record = home.run(name)
    return os.path.exists(record.request) and not os.path.exists(record.end)


def _told(home: Home, names: list[str], since: float) -> str:
    """`since 18:02: diabetes/12 Completed 3 h 11 m; diabetes/13 Failed: CUDA out of memory`."""
    ends = sorted(((_ended(home, name), name) for name in names), reverse=True)
    fresh = [name for moment, name in ends if moment > since]
    if not fresh:
        return ""
    from ..verbs.wording import moment as shown

    said = "; ".join(_outcome(home, name) for name in fresh[:_MOST_TOLD])
    more = f"; {len(fresh) - _MOST_TOLD:,} more in `%runcfg runs`" if len(fresh) > _MOST_TOLD else ""
    return f"since {shown(since)}: {said}{more}"


def _ended(home: Home, name: str) -> float:
    try:
        return os.stat(home.run(name).end).st_mtime
    except OSError:
        return 0.0


def _outcome(home: Home, name: str) -> str:
    from ..history import read_summary
    from ..verbs.wording import duration, one_line

    summary = read_summary(home.run(name))
    if summary.status == "Completed":
        return f"{summary.label} Completed {duration(summary.duration_s(time.time()))}"
    error = summary.error or {}
    why = error.get("message") or summary.cause
    return one_line(f"{summary.label} {summary.status}{f': {why}' if why else ''}")[:120]


def _look_file(home: Home) -> str:
    here = os.fsencode(working_directory())
    return os.path.join(home.index, _LOOKS, f"{hashlib.sha256(here).hexdigest()[:16]}.json")


def _newest(home: Home) -> Look | None:
    """The newest look from any directory: it says as well which runs had ended by then."""
    directory = os.path.join(home.index, _LOOKS)
    try:
        files = [entry.path for entry in os.scandir(directory) if entry.name.endswith(".json")]
        return _read(max(files, key=os.path.getmtime)) if files else None
    except OSError:
        return None


def _read(file: str) -> Look | None:
    try:
        with open(file, encoding="utf-8") as stream:
            found: Any = json.load(stream)
        return Look(float(found["moment"]), frozenset(map(str, found["active"])))
    except (OSError, ValueError, TypeError, KeyError):  # none yet, or damaged: it is only a memory
        return None


def _write(home: Home, file: str, look: Look) -> None:
    """Nothing is made for who has no records yet, and nothing depends on it."""
    if not os.path.isdir(home.index):
        return
    try:
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        atomic.write_replace(file, atomic.encode({"moment": look.moment, "active": sorted(look.active)}))
    except OSError:
        return
