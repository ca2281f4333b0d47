"""An environment of this machine, in a volume of an engine that does not see its files: sent once."""

from __future__ import annotations

import hashlib
import os
from functools import cached_property
from pathlib import Path

from ...runtime.environment.place import EnvironmentPaths
from ...runtime.slots import lock
from .copied_files import Packing, packed
from .engine import Engine, EngineError

_WHOLE = ".whole"  # put last: a volume without it was not filled to its end


class EnvironmentVolume:
    """The volume of one environment, for one user of one machine."""

    def __init__(self, engine: Engine, place: EnvironmentPaths, owner: str) -> None:
        """`owner` is the name of the volume that keeps the objects of the same home."""
        self._engine = engine
        self._place = place
        self._owner = owner
        self.target = place.directory

    @cached_property
    def name(self) -> str:
        """Another one for each build of the environment, which has to be there when this is asked for."""
        facts = Path(self._place.facts).read_bytes()
        return "runcfg-environment-" + hashlib.sha256(self._owner.encode() + facts).hexdigest()[:16]

    def fill(self, container: str, user: tuple[int, int]) -> None:
        """Have it whole, by a container that mounts it and does not run; others wait meanwhile.

        Raises:
            EngineError: The engine refuses.
            EngineGone: It does not answer.
        """
        held = lock(self._place.building, wait=True)
        try:
            if not self._is_whole(container):
                self._put(container, user, self.target)
                self._put(container, user, os.path.join(self.target, _WHOLE))
        finally:
            if held is not None:
                os.close(held)

    def _is_whole(self, container: str) -> bool:
        path = os.path.join(self.target, _WHOLE)
        try:
            with self._engine.open("GET", f"/containers/{container}/archive", path=path) as stream:
                stream.read()
        except EngineError:
            return False
        return True

    def _put(self, container: str, user: tuple[int, int], path: str) -> None:
        def fill(packing: Packing) -> None:
            if path == self.target:
                packing.tree(path)
            else:
                packing.directory(path)

        with packed(fill, *user) as stream:
            self._engine.ask("PUT", f"/containers/{container}/archive", stream, path="/", timeout_s=None)
