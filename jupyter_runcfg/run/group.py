"""A group: one run above those that a cell submits in one execution. It ends when they have."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from ..errors import home_error
from ..history.record import label_of
from ..runtime import atomic, ending, process
from ..runtime.paths import Home, RunPaths
from ..runtime.tracking import interactive
from ..runtime.tracking.standing import read_standing

KIND = "group"
_MOST_NAMED = 5


def create(home: Home, experiment: str, name: str, **facts: Any) -> RunPaths:
    """A new group, Running until all of its runs have ended and nobody can add one.

    Raises:
        HomeError: It cannot be written; nothing of it is left.
    """
    said = {"kind": KIND, "name": name, "script": f"group {name}", **facts}
    return interactive.start(home, experiment, watched=False, **said)[0]


def children(paths: RunPaths) -> Iterator[RunPaths]:
    """The records of its runs, in the order they were submitted; removed ones are left out."""
    for run_id in dict.fromkeys(read_standing(paths).children):
        child = paths.home.run(run_id)
        if os.path.exists(child.request):
            yield child


def close(paths: RunPaths) -> None:
    """No run will be added: from now on it ends with the last of its runs."""
    try:
        atomic.write_once(paths.closed, b"")
    except OSError as error:
        raise home_error(error, paths.home.root) from error


def end_if_over(paths: RunPaths, request: dict[str, Any]) -> None:
    """End it when all of its runs have, and it is closed or its process is gone. Raises OSError."""
    client = request.get("client")
    is_open = isinstance(client, dict) and (process.is_elsewhere(client) or process.is_alive(client))
    if is_open and not os.path.exists(paths.closed):
        return
    ends = {child: ending.read(child) for child in children(paths)}
    if any(end is None for end in ends.values()):
        return
    by_status: dict[str, list[str]] = {}
    for child, end in ends.items():
        by_status.setdefault(str((end or {}).get("status")), []).append(_label(child))
    for status in ("Failed", "Canceled"):
        if status in by_status:
            cause = _cause(by_status[status], len(ends), status)
            more = {"error": {"type": "GroupFailed", "message": cause}} if status == "Failed" else {}
            ending.write_status(paths, status, cause, **more)
            return
    ending.write_status(paths, *(("Completed", "") if ends else ("Canceled", "none of its runs is left")))


def _label(paths: RunPaths) -> str:
    request = atomic.read_json(paths.request) or {}
    return label_of(str(request.get("experiment", "")), int(request.get("number") or 0), paths.run_id)


def _cause(labels: list[str], count: int, status: str) -> str:
    more = f" and {len(labels) - _MOST_NAMED} more" if len(labels) > _MOST_NAMED else ""
    return f"{len(labels)} of {count} {status.lower()}: {', '.join(labels[:_MOST_NAMED])}{more}"
