"""A record run again: the same snapshot, arguments and environment, with a change if one is asked for."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..config import RunConfiguration
from ..errors import ConfigError, RuncfgError, SnapshotError, did_you_mean
from ..executors import get_executor
from ..history.number import take_number
from ..runtime import atomic, process
from ..runtime.checkout import read_manifest
from ..runtime.manifest import DIRECTORY, Entry
from ..runtime.number import new_run_id
from ..runtime.objects import ObjectStore
from ..runtime.paths import Home, RunPaths
from ..snapshot import lock
from ..snapshot.value import printable
from . import environment
from .capture import MODULE
from .launch import launch, remove_record
from .plan import Submission, make_plan
from .request import decided_by, digest_of_same, versions
from .secret import read_secrets

_NAMED = 5
_VERIFIED_BYTES = 200_000_000  # read whole before the launch: a fraction of a second
_AGAIN = "submit again from the directory that still has the files"


@dataclass(frozen=True)
class Change:
    """What the new run has differently."""

    settings: tuple[tuple[str, Any], ...] = ()
    arguments: tuple[str, ...] | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    name: str | None = None


def rerun(old: RunPaths, change: Change) -> RunPaths:
    """Write a new record from the request of an old one, and launch it.

    The source directory is not looked at.

    Raises:
        RuncfgError: It was not submitted, or its request cannot be read.
        SnapshotError: Its snapshot, or an object of it, is gone or damaged; says which files they were.
        ConfigError: The change is wrong.
        TargetError: The engine did not accept the job; the record is kept, status Failed.
    """
    asked = atomic.read_json(old.request)
    if asked is None:
        raise RuncfgError(f"the request of {old.run_id} cannot be read", where=old.request)
    label = f"{asked.get('experiment')}/{asked.get('number')}"
    if asked.get("kind") == "interactive":
        raise RuncfgError(
            f"run {label} cannot be repeated: its code was not submitted, the process that logged it ran it",
            hint="run that notebook or script again, or submit it: `submit train.py`",
        )
    home = old.home
    with lock.shared(home):  # no gc until the new record names the snapshot
        entries = _checked(home, str(asked.get("snapshot", "")), label)
        request = {**asked, **_decided(asked, change, entries)}
        request["target"] = _target_now(home, request["target"])
        request = environment.repeat(home, old, request)
        request["same"] = digest_of_same(request)
        secrets = read_secrets(request.get("secrets") or [], {})
        paths = home.run(new_run_id(str(asked["experiment"])))
        number = _write(paths, old, request, change, label)
    target = request["target"]
    where = (request["experiment"], number)
    launch(home, paths, target["executor"], target["options"], where, secrets=secrets)
    return paths


def _target_now(home: Home, target: dict[str, Any]) -> dict[str, Any]:
    """The target with what it has today: other slots, other GPUs, perhaps on another machine."""
    executor = get_executor(str(target["executor"]), home)
    return {**target, "options": executor.renew(target.get("options") or {})}


def _checked(home: Home, digest: str, label: str) -> list[Entry]:
    """The entries of the snapshot, once every object is seen to be there (and read, up to a size)."""
    if not digest:
        raise SnapshotError(f"run {label} has no snapshot", hint=_AGAIN)
    entries = read_manifest(home, digest)
    store = ObjectStore(home.objects)
    files = [entry for entry in entries if entry.mode != DIRECTORY]
    bad = [entry for entry in files if not store.is_sound(entry.digest, entry.size)]
    if not bad and sum(entry.size for entry in files) <= _VERIFIED_BYTES:
        bad = [entry for entry in files if not store.verify(entry.digest)]
    if bad:
        names = ", ".join(printable(entry.path) for entry in bad[:_NAMED])
        more = f" and {len(bad) - _NAMED:,} more" if len(bad) > _NAMED else ""
        raise SnapshotError(
            f"run {label} cannot be repeated: stored files are missing or damaged",
            where=names + more,
            hint=_AGAIN,
        )
    return entries


def _decided(asked: dict[str, Any], change: Change, entries: Sequence[Entry]) -> dict[str, Any]:
    """The keys of the request that the change makes different.

    Both the old and the changed configuration are planned again, and only what differs is taken: so
    what the old submission decided, with the defaults of its time, stays.
    """
    if not change.settings and change.arguments is None:
        return {}
    old = RunConfiguration.from_text(json.dumps(asked.get("configuration") or {}), file="request.json")
    new = old.copy()
    new.set_all(change.settings)
    if change.arguments is not None:
        new.arguments = list(change.arguments)
    with tempfile.TemporaryDirectory(prefix="runcfg-") as folder:
        parts = [(one.environment.python, one.environment.docker) for one in (old, new)]
        anew = parts[0] != parts[1]
        before, after = (
            _planned(config, asked, entries, Path(folder), changes_packages=anew) for config in (old, new)
        )
    return {key: value for key, value in after.items() if value != before[key]}


def _planned(
    config: RunConfiguration,
    asked: dict[str, Any],
    entries: Sequence[Entry],
    folder: Path,
    *,
    changes_packages: bool,
) -> dict[str, Any]:
    """What a configuration decides, planned in a directory of empty files with the snapshot's names."""
    planned = config.copy()
    kept = None if changes_packages else environment.kept(asked, planned)
    extra = asked.get("extra") or []
    is_cell = not (config.script or config.command) and extra
    driver = _driver_of(asked)
    if is_cell:
        planned.script = _script_of(asked) if driver else str(extra[0])
    beside = _directory_of(planned, entries)
    for entry in entries:
        if os.path.dirname(entry.path) == beside and entry.mode != DIRECTORY:
            (folder / entry.path).parent.mkdir(parents=True, exist_ok=True)
            (folder / entry.path).touch()
    plan = make_plan(Submission(planned, source=folder, experiment=str(asked["experiment"])))
    decided = {**decided_by(plan), "configuration": config.to_dict(), **(kept or {})}
    if kept is not None:
        decided["argv"] = [kept["environment"]["python"] if w == plan.python else w for w in decided["argv"]]
    if driver and is_cell:
        decided["argv"] = [decided["argv"][0], *driver, *decided["argv"][2:]]
    return decided


def _driver_of(asked: dict[str, Any]) -> list[str]:
    """The words between interpreter and arguments where a cell ran with what was captured beside it."""
    argv = asked["argv"]
    return argv[1:4] if argv[1:3] == ["-m", MODULE] else []


def _script_of(asked: dict[str, Any]) -> str:
    """The cell among the files that came with it: the one that is neither a part nor in a directory."""
    return next(str(name) for name in asked["extra"] if "/" not in name and not name.startswith("cell-"))


def _directory_of(config: RunConfiguration, entries: Sequence[Entry]) -> str:
    """Where in the snapshot the script is. Raises ConfigError."""
    script = os.path.normpath(config.script or "")
    names = [entry.path for entry in entries if entry.mode != DIRECTORY]
    if config.script and not config.command and script not in names:
        hint = did_you_mean(script, names) or "a change cannot bring files that were not sent"
        raise ConfigError.single(f"no script '{config.script}' in the snapshot of this run", "script", hint)
    return os.path.dirname(script)


def _write(paths: RunPaths, old: RunPaths, request: dict[str, Any], change: Change, label: str) -> int:
    """The new record, or none at all; returns its number."""
    home, number = paths.home, 0
    experiment = str(request["experiment"])
    try:
        paths.create()
        number = take_number(home, experiment, paths.run_id)
        if os.path.exists(old.git_diff):
            atomic.write_once(paths.git_diff, Path(old.git_diff).read_bytes())
        title = f"{request.get('script')} · {request['target']['name']} · snapshot of {label}"
        request.update(
            run_id=paths.run_id,
            number=number,
            name=change.name or request.get("name"),
            parent=None,
            created=time.time(),
            tags={**(request.get("tags") or {}), **change.tags},
            rerun_of=old.run_id,
            client=process.identity(os.getpid()),
            versions=versions(),
            sent=f"{experiment}/{number} · {title}",
        )
        atomic.write_once(paths.request, atomic.encode(request))
    except BaseException:
        remove_record(home, paths, experiment, number)
        raise
    return number
