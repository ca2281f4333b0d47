"""What a job leaves over there beside its record: runs that its script recorded, what it registered."""

from __future__ import annotations

import http
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
    """Take it into the home here, each thing once; no process over there goes on.

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
        if os.path.exists(home.run(child).end):
            continue
        try:
            with fetch(home.run(child).directory) as stream:
                take_tree(stream, os.path.join(runs, child))
        except EngineError as error:
            if error.status != http.HTTPStatus.NOT_FOUND:  # else its script has removed it
                raise
    for child in _take_runs(paths, runs):
        if not os.path.exists(home.run(child).end):
            ending.write_status(home.run(child), "Failed", interactive.LOST)
    if not os.path.exists(marker := os.path.join(paths.directory, STAGES, "registered")):
        _take_registered(home, stage, fetch)
        os.makedirs(os.path.dirname(marker), mode=0o700, exist_ok=True)
        atomic.write_once(marker, b"")
    shutil.rmtree(stage, ignore_errors=True)


def bring_child(paths: RunPaths, child: str, fetch: Fetch) -> bool:
    """Take what there is of a run that a script records, as long as it goes on; whether it has ended.

    Raises:
        EngineGone: The engine does not answer.
        EngineError: There is nothing of it yet, or the container has gone.
        OSError: There is no room.
    """
    there = paths.home.run(child)
    stage = os.path.join(paths.directory, STAGES, "children")
    shutil.rmtree(stage, ignore_errors=True)
    has_ended = True
    try:
        with fetch(there.end) as stream:
            stream.read()
    except EngineError:
        has_ended = False
    is_new = not os.path.lexists(there.directory)
    wanted = there.directory if has_ended or is_new else there.events
    with fetch(wanted) as stream:
        take_tree(stream, os.path.join(stage, os.path.relpath(wanted, paths.home.runs)))
    if wanted == there.events:
        if _is_of(paths, child):
            _merge(os.path.join(stage, child), there.directory)
    else:
        _take_runs(paths, stage)
    shutil.rmtree(stage, ignore_errors=True)
    return has_ended


def _take_runs(paths: RunPaths, runs: str) -> list[str]:
    """Those in a directory: new ones in the order in which they were made, what is new of the others."""
    found = []
    for _, child, request in sorted(_requests(runs), key=lambda found: found[:2]):
        source = os.path.join(runs, child)
        if not os.path.lexists(paths.home.run(child).directory):
            _take_run(paths.home, source, request)
        elif _is_of(paths, child):
            _merge(source, paths.home.run(child).directory)
        else:
            continue
        found.append(child)
    return found


def _is_of(paths: RunPaths, child: str) -> bool:
    """Whether a run that is here was recorded by that job: what comes from there is not trusted."""
    seen = {""}
    while child not in seen:
        seen.add(child)
        request = atomic.read_json(paths.home.run(child).request) or {}
        child = str(request.get("parent") or "") if request.get("kind") == INTERACTIVE else ""
        if child == paths.run_id:
            return True
    return False


def _merge(source: str, target: str) -> None:
    """What a record has more over there: more lines of what grows, files that are not here, its end last."""
    names = [
        os.path.relpath(os.path.join(directory, name), source)
        for directory, _, files in os.walk(source)
        for name in files
    ]
    for name in sorted(names, key=lambda name: (name == "end.json", name)):
        have, get = os.path.join(target, name), os.path.join(source, name)
        os.makedirs(os.path.dirname(have), mode=0o700, exist_ok=True)
        if name.startswith(("events" + os.sep, "logs" + os.sep)):
            _append(get, have)
        elif not os.path.lexists(have):
            os.rename(get, have)


def _append(source: str, target: str) -> None:
    with open(source, "rb") as got, open(target, "ab", buffering=0) as here:
        got.seek(here.tell())
        shutil.copyfileobj(got, here)


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
    number = take_number(home, str(request.get("experiment")), target.run_id)
    atomic.write_replace(os.path.join(source, "request.json"), atomic.encode({**request, "number": number}))
    before = changes.moment(home.runs)
    os.chmod(source, 0o700)
    os.rename(source, target.directory)
    changes.note(target.directory, before)


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
