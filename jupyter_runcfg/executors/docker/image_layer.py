"""Packages upon an image: built once in a container of it, by the code that builds them anywhere else."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from typing import Any

from packaging.specifiers import SpecifierSet

from ...runtime import atomic
from ...runtime.environment import explain
from ...runtime.environment.build import BuildFailed, Watcher, once
from ...runtime.environment.place import EnvironmentPaths
from ...runtime.paths import Home
from . import image_fault
from .engine import Engine
from .image_builder import Builder
from .image_python import ImagePython, labels, read_file, shown
from .image_tools import PREFIX_HOME

REPOSITORY = "runcfg-environment"
_LENGTH = 16
_DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Layer:
    """The packages of one definition upon one image."""

    def __init__(
        self,
        engine: Engine,
        home: Home,
        *,
        base_id: str,
        python: ImagePython,
        wanted: Mapping[str, Any],
        watcher: Watcher,
    ) -> None:
        """Say which it is.

        Raises:
            BuildFailed: The image has another Python than the one asked for.
        """
        self.engine = engine
        self.home = home
        self.base_id = base_id
        self.python = python
        self.wanted = wanted
        self.watcher = watcher
        asked = str(wanted["image"].get("python") or "")
        if asked and not SpecifierSet(asked).contains(python.version, prereleases=True):
            raise BuildFailed(image_fault.other_python(shown(wanted["image"]), python.version, asked))
        minor = ".".join(python.version.split(".")[:2])
        self.definition = {**wanted["definition"], "python": minor}
        self.lock = str(wanted.get("lock") or "")
        self.place = self._place("")
        if self.lock and (self.place.read() or {}).get("lock") != self.lock:
            self.place = self._place(self.lock)

    def _place(self, lock: str) -> EnvironmentPaths:
        key = [self.definition, self.base_id, lock]
        return EnvironmentPaths(self.home, hashlib.sha256(atomic.encode(key)).hexdigest()[:_LENGTH])

    @property
    def tag(self) -> str:
        return f"{REPOSITORY}:{self.place.name}"

    def ensure(self, secrets: Mapping[str, str]) -> dict[str, Any]:
        """Its facts, once the engine has it.

        Raises:
            BuildFailed: It cannot be built.
            BuildCanceled: The watcher does not want it any more.
        """
        facts = self.find() or once(
            self.place.building, self.place.log, self.watcher, self.find, lambda held: self.build(secrets)
        )
        self.place.note_use(self.watcher.run_id)
        return facts

    def find(self) -> dict[str, Any] | None:
        """Its facts, where it is whole and the engine has it."""
        there = self.engine.image(self.tag)
        if there is None:
            return None
        facts = self.place.read()
        if facts is not None and facts["image"]["id"] == there["Id"]:
            return facts
        return self._adopt(str(there["Id"]))

    def _adopt(self, image_id: str) -> dict[str, Any] | None:
        """The facts of an image that another home has had built: they are in it."""
        inside = EnvironmentPaths(Home(PREFIX_HOME), self.place.name).facts
        data = read_file(self.engine, image_id, inside, labels(self.home, self.watcher))
        if data is None:
            return None
        os.makedirs(self.place.directory, mode=0o700, exist_ok=True)
        facts = {**json.loads(data), "definition": self.definition, "image": self._image(image_id)}
        atomic.write_replace(self.place.facts, atomic.encode(facts))
        return facts

    def build(self, secrets: Mapping[str, str]) -> dict[str, Any]:
        """Build it, whatever an interrupted build has left.

        One that the engine has lost is built from the lock that it had.
        """
        lock = self.lock or str((self.place.read() or {}).get("lock") or "")
        shutil.rmtree(self.place.directory, ignore_errors=True)
        builder = Builder(self.engine, self.place, self.watcher, shown(self.wanted["image"]))
        wanted = {**self.wanted, "definition": self.definition, "lock": lock, "name": self.place.name}
        try:
            facts = builder.build(self.base_id, self.python, wanted, secrets, self._commit)
            facts["definition"] = self.definition
            atomic.write_once(self.place.facts, atomic.encode(facts))
        except OSError as error:
            raise BuildFailed(explain.system(error, self.place.directory)) from error
        return facts

    def _commit(self, container: str, facts: dict[str, Any]) -> dict[str, Any]:
        """Make an image of the container: it starts what its base starts, and finds the packages first."""
        base = self.engine.image(self.base_id) or {}
        config = dict(base.get("Config") or {})
        variables = dict(one.partition("=")[::2] for one in config.get("Env") or [])
        prefix = EnvironmentPaths(Home(PREFIX_HOME), self.place.name)
        variables["PATH"] = f"{prefix.programs}:{variables.get('PATH') or _DEFAULT_PATH}"
        variables["VIRTUAL_ENV"] = prefix.prefix
        config.update(
            Env=[f"{name}={value}" for name, value in variables.items()],
            Entrypoint=config.get("Entrypoint") or [],
            Cmd=config.get("Cmd") or [],
            # what the container had and the image shall not have is emptied: the engine adds the rest
            Labels={
                **(config.get("Labels") or {}),
                "runcfg.builds": "",
                "runcfg.home": self.home.root,
                "runcfg.environment": self.place.name,
                "runcfg.base": self.base_id,
            },
        )
        query = {"container": container, "repo": REPOSITORY, "tag": self.place.name}
        made = self.engine.ask("POST", "/commit", config, timeout_s=None, **query)
        return {**facts, "image": self._image(str(made["Id"]))}

    def _image(self, image_id: str) -> dict[str, str]:
        return {
            "id": image_id,
            "tag": self.tag,
            "base": shown(self.wanted["image"]),
            "base_id": self.base_id,
            "engine": self.engine.host,
        }
