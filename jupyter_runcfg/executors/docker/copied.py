"""A run on an engine that does not see this machine's files: they are sent, and what grows is mirrored back.

The container's record is in a volume of its own, gone with the run. The objects of all runs of a home
are in another one, so that the next submit sends only what is new.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from functools import partial
from typing import Any

from ... import settings
from ...errors import TargetError
from ...runtime import atomic
from ...runtime.data import paths_of
from ...runtime.environment.place import EnvironmentPaths
from ...runtime.paths import Home, RunPaths
from . import copied_data
from .copied_environment import EnvironmentVolume
from .copied_files import Packing, packed
from .copied_following import Following
from .engine import Engine

_HOME_LABEL = "runcfg.home"


def volume_of(home: Home, uid: int) -> str:
    """The volume that keeps the objects of a home on one machine, as files of that user."""
    words = f"{settings.machine_id()} {uid} {home.root}"
    return "runcfg-home-" + hashlib.sha256(words.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _numbers(user: str) -> tuple[int, int]:
    """Whom files are copied for; names mean nothing outside of the image."""
    uid, _, gid = ("0" if user == "root" else user).partition(":")
    if not uid.isdigit() or (gid and not gid.isdigit()):
        raise TargetError(
            f"files cannot be copied for '{user}': only the image knows that name",
            where="docker.arguments, -u",
            hint="give the user as numbers, `-u 1000:1000`",
        )
    return int(uid), int(gid or 0)


def forget(engine: Engine, home: Home) -> int:
    """Drop what an engine keeps of a home, but for the runs that are there; returns how many volumes.

    Raises:
        EngineGone: It does not answer.
        EngineError: It refuses.
    """
    labels = {_HOME_LABEL: home.root}
    before = [one["Name"] for one in engine.volumes(labels)]
    for name in before:
        engine.remove_volume(name)
    return len(before) - len(engine.volumes(labels))


class Copied:
    """The files of one attempt, here and there."""

    def __init__(self, engine: Engine, paths: RunPaths, number: int, pyz: str) -> None:
        """`pyz` is the runtime's archive, which may be of an older version than this code."""
        self._engine = engine
        self._paths = paths
        self._attempt = paths.attempt(number)
        self._request = atomic.read_json(paths.request) or {}
        self._archive = pyz
        self._volume = f"runcfg-run-{paths.run_id}-{number}"
        self._environment: EnvironmentVolume | None = None
        self._user = (os.getuid(), os.getgid())
        self._following: Following | None = None

    def _find_environment(self) -> EnvironmentVolume | None:
        """The one that is on this machine and not in the image, where the run has one."""
        name = (self._request.get("environment") or {}).get("name")
        if not name:
            return None
        home = self._paths.home
        place = EnvironmentPaths(home, str(name))
        return EnvironmentVolume(self._engine, place, volume_of(home, self._user[0]))

    def adapt(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The request for a container that has volumes in place of this machine's files; makes the volumes.

        Raises:
            TargetError: Nobody can tell whose the files would have to be, or the engine refuses.
            EngineGone: It does not answer.
        """
        self._user = _numbers(str(body.get("User") or "0:0"))
        self._environment = self._find_environment()
        home = self._paths.home
        ours = {home.root, *paths_of(self._request).values()}
        host = dict(body["HostConfig"])
        host["Mounts"] = [
            *(mount for mount in host.get("Mounts", []) if mount.get("Source") not in ours),
            *(self._make_volume(name, place, body["Labels"]) for name, place in self._volumes().items()),
        ]
        words = list(body["Cmd"])
        place = words.index(self._archive) + 1
        return {**body, "Cmd": [*words[:place], "--when-sent", *words[place:]], "HostConfig": host}

    def _volumes(self) -> dict[str, str]:
        """Their names, and where they are in the container."""
        home = self._paths.home
        found = {volume_of(home, self._user[0]): home.objects, self._volume: self._paths.directory}
        if self._environment is not None:
            found[self._environment.name] = self._environment.target
        return found

    def _make_volume(self, name: str, place: str, labels: Mapping[str, str]) -> dict[str, Any]:
        """One that is there, as a mount; what takes back all of the run takes that of its record with it."""
        said = dict(labels) if name == self._volume else {_HOME_LABEL: self._paths.home.root}
        self._engine.ask("POST", "/volumes/create", {"Name": name, "Labels": said})
        return {"Type": "volume", "Source": name, "Target": place}

    def load(self, container: str) -> None:
        """Put what the container must have at its start into one that was made: the runtime, the data.

        Raises:
            TargetError: The data are too big to copy, or the engine refuses.
        """
        if self._environment is not None:
            self._environment.fill(container, self._user)
        data = copied_data.of_run(self._request, self._attempt)
        with packed(partial(self._pack, data), *self._user) as stream:
            self._engine.ask("PUT", f"/containers/{container}/archive", stream, path="/", timeout_s=None)

    def _pack(self, data: list[str], packing: Packing) -> None:
        home = self._paths.home
        below = (home.objects, home.snapshots, home.runs, home.runtime, home.environments)
        places = (home.root, *below, self._paths.directory)
        for place in places:
            packing.directory(place)
        packing.tree(self._archive)
        for place in data:
            if os.path.lexists(place):
                packing.tree(place)
            else:
                packing.directory(place, 0o755)

    def wait(self, container: str, timeout_s: float) -> bool:
        """Whether the container has ended, and all that it left is here, within that time.

        The first call begins to send what the job needs and to receive its record. That goes on through
        connections that break and an engine that is away for a while.

        Raises:
            SnapshotError: A stored object is missing or damaged here.
            TargetError: The container does not take what it needs, or does not give what it left.
            EngineGone: The engine does not answer at the moment.
        """
        if self._following is None:
            self._following = Following(self._engine, self._paths, self._attempt, container)
        return self._following.wait(timeout_s)
