"""The environment of a run: built before its script starts, its log a part of the run's own."""

import os

from .. import atomic
from ..script import Outcome
from . import activation, explain
from .build import BuildCanceled, BuildFailed, Watcher, ensure
from .place import EnvironmentPaths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..events import EventWriter
    from ..paths import AttemptPaths, RunPaths


def prepare(
    paths: "RunPaths", attempt: "AttemptPaths", request: "dict[str, Any]", events: "EventWriter"
) -> "Outcome | None":
    """Have it built and note its lock in the attempt; the outcome of the run where that is not to be."""

    def tell(step: "str") -> "None":
        events.append("status", status="Preparing", attempt=attempt.number, cause=step)

    def is_canceled() -> "bool":
        return os.path.exists(paths.cancel)

    def show(data: "bytes") -> "None":
        for path in (paths.environment_log, paths.std_log):
            _append(path, data)

    wanted = request["environment"]
    try:
        facts = ensure(paths.home, wanted, Watcher(show, tell, is_canceled, paths.run_id))
        lock = {key: facts[key] for key in ("name", "definition", "base", "packages", "lock")}
        atomic.write_once(attempt.lock, atomic.encode(lock))
    except BuildCanceled:
        return Outcome("Canceled", "canceled while its environment was built")
    except BuildFailed as failed:
        return Outcome("Failed", "its environment cannot be built", None, failed.error)
    except OSError as error:
        said = explain.system(error, paths.home.environments)
        return Outcome("Failed", "its environment cannot be built", None, said)
    return None


def variables(paths: "RunPaths", request: "dict[str, Any]", env: "dict[str, str]") -> "dict[str, str]":
    """What activates it: its programs are found first."""
    place = EnvironmentPaths(paths.home, request["environment"]["name"])
    if request["environment"]["definition"].get("conda"):
        return activation.variables(place.prefix, (place.read() or {}).get("activation") or {}, env)
    path = os.pathsep.join(filter(None, (place.programs, env.get("PATH", ""))))
    return {"PATH": path, "VIRTUAL_ENV": place.prefix}


def _append(path: "str", data: "bytes") -> "None":
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, data)
        finally:
            os.close(descriptor)
    except OSError:
        pass  # a full disk: the build itself will say so
