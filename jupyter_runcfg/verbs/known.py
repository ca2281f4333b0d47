"""What there is to choose from: targets, scripts, runs, metrics. Quick, and never an error.

Of runs, the index is asked as it is; it is brought up to date beside, for the next question.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from urllib.parse import unquote

from .. import settings
from ..config import current_project, list_configurations
from ..environments.store import list_built
from ..errors import RuncfgError
from ..executors.registry import EXECUTORS
from ..history import Index, Query, RunSummary
from ..runtime.paths import Home
from ..runtime.v1.registry import Shelf
from ..submission.target import list_targets

SCRIPT_ENDINGS = (".py", ".sh", ".ipynb")
_MOST = 200
_DEEP = 3
_MOST_RUNS = 20
_REFRESH_EVERY_S = 3.0
_last_refresh = 0.0


def configurations() -> list[str]:
    return _else_nothing(lambda: list_configurations(current_project()))


def targets() -> list[str]:
    return _else_nothing(lambda: list(list_targets(current_project())))


def executors() -> list[str]:
    return list(EXECUTORS)


def environments() -> list[str]:
    """The registered ones."""
    return Shelf(Home(str(settings.home())), "environments").names()


def built() -> list[str]:
    """The names of those that are built here, the one used last first."""
    return [one.name for one in list_built(Home(str(settings.home())))]


def experiments() -> list[str]:
    home = Home(str(settings.home()))
    try:
        return sorted(unquote(name) for name in os.listdir(home.experiments) if not name.startswith("."))
    except OSError:
        return []


def recent_runs(experiment: str | None) -> list[RunSummary]:
    """The newest runs, of one experiment or of all."""
    with _index() as index:
        return [] if index is None else index.select(Query(experiment=experiment, limit=_MOST_RUNS))


def metrics() -> list[str]:
    with _index() as index:
        return [] if index is None else index.metric_names()


def tags() -> list[str]:
    with _index() as index:
        return [] if index is None else index.tag_names()


def scripts() -> list[str]:
    """Scripts of the project, from its directory; the first ones where there are many."""
    return _else_nothing(lambda: _scripts(str(current_project())))


def _scripts(root: str) -> list[str]:
    found: list[str] = []
    for directory, names, files in islice(os.walk(root), _MOST):
        below = os.path.relpath(directory, root)
        depth = 0 if below == "." else below.count(os.sep) + 1
        names[:] = sorted(name for name in names if name[0] not in "._")[:_MOST] if depth < _DEEP else []
        inside = sorted(name for name in files if name.endswith(SCRIPT_ENDINGS) and name[0] != ".")
        found += [name if below == "." else os.path.join(below, name) for name in inside]
        if len(found) >= _MOST:
            break
    return found[:_MOST]


def _else_nothing(ask: Callable[[], list[str]]) -> list[str]:
    try:
        return ask()
    except (RuncfgError, OSError):
        return []


@contextmanager
def _index() -> Iterator[Index | None]:
    """The index as it is; None where there is none yet."""
    home = Home(str(settings.home()))
    if not os.path.isdir(home.index) or not os.path.isdir(home.runs):
        yield None
        return
    with Index(home, settings.machine_id()) as index:
        yield index
    _refresh_beside(home)


def _refresh_beside(home: Home) -> None:
    global _last_refresh  # noqa: PLW0603  one thread at a time, in the whole process
    if time.monotonic() - _last_refresh < _REFRESH_EVERY_S:
        return
    _last_refresh = time.monotonic()
    threading.Thread(target=_refresh, args=(home,), name="runcfg-index", daemon=True).start()


def _refresh(home: Home) -> None:
    try:
        with Index(home, settings.machine_id()) as index:
            index.refresh()
    except OSError:  # the home has gone: the next question says so
        return
