"""Takes away what an engine has of runs."""

from __future__ import annotations

import os
import time

from ...runtime.slots import lock
from . import container

TYPE_CHECKING = False  # as typing has it; whatever a supervisor imports, its run waits for
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...runtime.paths import AttemptPaths, Home
    from .engine import Engine


FORGOTTEN_S = 3600.0


def sweep(engine: Engine, labels: Mapping[str, str]) -> None:
    """Take away all containers, networks and volumes with such labels. Raises TargetError."""
    for one in engine.containers(labels):
        engine.remove(one["Id"])
    for one in engine.networks(labels):
        engine.remove_network(one["Id"])
    for one in engine.volumes(labels):
        engine.remove_volume(one["Name"])


def sweep_ended(engine: Engine, home: Home) -> None:
    """The same for what is left of a home by processes that were killed. Raises TargetError."""
    for one in engine.containers({container.HOME: home.root}):
        run_id, number = one["Labels"].get(container.RUN), one["Labels"].get(container.ATTEMPT)
        if run_id is None or not str(number).isdigit():
            if one["State"] == "created" and time.time() - one["Created"] > FORGOTTEN_S:
                engine.remove(one["Id"])
            continue  # what an image is made with: it starts soon, and is gone with its end
        paths = home.run(str(run_id))
        has_ended = os.path.exists(paths.end) or not os.path.isdir(paths.directory)
        if has_ended and not is_supervised(paths.attempt(int(str(number)))):
            sweep(engine, {container.RUN: str(run_id)})


def is_supervised(attempt: AttemptPaths) -> bool:
    """Whether a process holds the lock, which goes with it however it ends."""
    if not os.path.exists(attempt.supervising):  # to look makes none
        return False
    try:
        held = lock(attempt.supervising)
    except OSError:
        return False
    if held is not None:
        os.close(held)
    return held is None
