"""What a job leaves over there beside its record: runs that its script recorded, what it registered."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, BinaryIO

from ...hosts.mirror import STAGES
from ...runtime import atomic, changes, ending, fields
from ...runtime.number import take_number
from ...runtime.paths import Home, RunPaths
from ...runtime.tracking import interactive
from ...runtime.tracking.standing import INTERACTIVE
from ...runtime.v1.registry import Shelf
from .copied_files import take_tree
from .engine import EngineError

Fetch = Callable[[str], AbstractContextManager[BinaryIO]]
"""The tar of a path over there. Raises EngineError where there is none."""


def bring(paths: RunPaths, children: Iterable[str] | None, fetch: Fetch) -> None:
    """Take it into the home here, each thing once.

    Args:
        paths: The record of the job.
        children: The ids of the runs that its script recorded; None: nobody could tell them any more.
        fetch: Gets a tar.

    Raises:
        EngineGone: The engine does not answer.
        OSError: There is no room.
    """
    stage = os.path.join(paths.directory, STAGES, "kept")
    shutil.rmtree(stage, ignore_errors=True)
    home = paths.home
    runs = os.path.join(stage, "runs")
    if children is None:
        with fetch(home.runs) as stream:
            take_tree(stream, runs, paths.run_id)
    for child in children or ():
        if not os.path.lexists(home.run(child).directory):
            with fetch(home.run(child).directory) as stream:
                take_tree(stream, os.path.join(runs, child))
    for _, child, request in sorted(_requests(runs), key=lambda found: found[:2]):
        _take_run(home, os.path.join(runs, child), request)
    if not os.path.exists(marker := os.path.join(paths.directory, STAGES, "registered")):
        _take_registered(home, stage, fetch)
        os.makedirs(os.path.dirname(marker), mode=0o700, exist_ok=True)
        atomic.write_once(marker, b"")
    shutil.rmtree(stage, ignore_errors=True)


def _requests(runs: str) -> Iterator[tuple[float, str, dict[str, Any]]]:
    """When each run that a script has recorded was made, its id and its request."""
    names = os.listdir(runs) if os.path.isdir(runs) else []
    for run_id in (name for name in names if not name.startswith(".")):
        request = atomic.read_json(os.path.join(runs, run_id, "request.json"))
        if request is not None and request.get("kind") == INTERACTIVE and request.get("run_id") == run_id:
            yield fields.moment(request.get("created")) or 0.0, run_id, request


def _take_run(home: Home, source: str, request: Mapping[str, Any]) -> None:
    """One run, under the next number of its experiment here: over there, it counted for itself."""
    target = home.run(str(request["run_id"]))
    if os.path.lexists(target.directory):
        return
    number = take_number(home, str(request.get("experiment")), target.run_id)
    atomic.write_replace(os.path.join(source, "request.json"), atomic.encode({**request, "number": number}))
    before = changes.moment(home.runs)
    os.chmod(source, 0o700)
    os.rename(source, target.directory)
    changes.note(target.directory, before)
    if not os.path.exists(target.end):
        ending.write_status(target, "Failed", interactive.LOST)


def _take_registered(home: Home, stage: str, fetch: Fetch) -> None:
    """Models, datasets … as the next versions of their names."""
    there = Home(stage)
    try:
        with fetch(home.registry) as stream:
            take_tree(stream, there.registry)
    except EngineError:
        return  # nothing was registered
    for kind in sorted(os.listdir(there.registry)):
        shelf = Shelf(there, kind)
        for name in shelf.names():
            for version in shelf.versions(name):
                fill = partial(shutil.copytree, shelf.path(name, version), dirs_exist_ok=True, symlinks=True)
                Shelf(home, kind).add(name, shelf.read(name, version), fill)
