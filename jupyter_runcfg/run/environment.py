"""Environments under names and versions, in the home's registry."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from .. import settings
from ..config import CondaDependencies, Environment, RunConfiguration
from ..environments import curated
from ..errors import ConfigError, Fault, NotRegisteredError, UserErrorException
from ..runtime.paths import Home
from ..runtime.v1.registry import Shelf

if TYPE_CHECKING:
    from .run import Run

KIND = "environments"
_FILES = "files"


def add_environment(home: Home, environment: Environment) -> Environment:
    """Keep an environment as the next version of its name; one that is as the newest gets no version.

    Raises:
        UserErrorException: It has no name.
        HomeError: It cannot be written.
    """
    if not environment.name:
        raise UserErrorException(
            "an environment without a name cannot be registered", hint='Environment("train") has one'
        )
    shelf = Shelf(home, KIND)
    newest = find_environment(home, environment.name)
    if newest is not None and _same(newest, environment):
        return newest
    facts = {"name": environment.name}

    def fill(directory: str) -> None:
        environment.save_to_directory(os.path.join(directory, _FILES))

    version = shelf.add(environment.name, facts, fill)
    return _load(shelf, environment.name, version)


def find_environment(home: Home, name: str, version: str | None = None) -> Environment | None:
    """A version of a registered environment (None, `latest`: the newest); None when there is none.

    A name that SDK v1 curated, and that nobody has registered here, is our definition of that name.

    Raises:
        ConfigError: It is called as v1's curated ones are, and there was none of that name.
    """
    shelf = Shelf(home, KIND)
    if not shelf.versions(name):
        return _curated(name)
    try:
        return _load(shelf, name, int(shelf.read(name, version)["version"]))
    except NotRegisteredError:
        return None


def with_registered(config: RunConfiguration) -> RunConfiguration:
    """The configuration with the environment that it names, where one of that name is registered here."""
    asked = config.environment
    if not asked.is_reference or not asked.name:
        return config
    try:
        found = find_environment(Home(str(settings.home())), asked.name, asked.version)
    except ConfigError as error:
        file, line = config.place_of("environment.name")
        raise ConfigError(
            [Fault(one.message, one.key, file, line, one.hint) for one in error.faults]
        ) from None
    if found is None:
        return config
    made = config.copy()
    made.environment = found
    return made


def list_environments(home: Home) -> dict[str, Environment]:
    """The newest version of each, by name."""
    shelf = Shelf(home, KIND)
    return {name: _load(shelf, name, shelf.versions(name)[-1]) for name in shelf.names()}


def curated_environments() -> dict[str, Environment]:
    """Those that SDK v1 curated, as they are defined here, by name."""
    return {name: _made(one) for name, one in curated.list_curated().items()}


def environment_of(run: Run) -> Environment:
    """The environment that a run was submitted with.

    Raises:
        UserErrorException: It has none: a process records it itself.
    """
    configuration = run.request.get("configuration")
    if not isinstance(configuration, dict):
        raise UserErrorException(
            f"run {run.label} has no configuration",
            hint="a process records it itself, in its own environment",
        )
    return RunConfiguration.from_text(json.dumps(configuration)).environment


def _curated(name: str) -> Environment | None:
    if not name.startswith(curated.PREFIX):
        return None
    found = curated.find_curated(name)
    if found is None:
        near = curated.find_nearest(name)
        first = f"the nearest here is '{near.name}', for {near.stands_for}; or " if near is not None else ""
        hint = f"{first}name a file of your packages, `--env environment.yml`; `env list --curated` shows all"
        gone = curated.why_gone(name)
        if gone:
            hint = "an image that has it can be named: environment.docker.baseImage"
            raise ConfigError.single(f"nothing stands for '{name}': {gone}", "environment.name", hint)
        message = f"no environment '{name}' is defined here among those that SDK v1 and Azure curated"
        raise ConfigError.single(message, "environment.name", hint)
    return _made(found)


def _made(found: curated.Curated) -> Environment:
    made = Environment.bare()
    made.name, made.version = found.name, "1"
    tree = {"dependencies": found.dependencies}
    made.python.conda_dependencies = CondaDependencies(_underlying_structure=tree)
    return made


def _load(shelf: Shelf, name: str, version: int) -> Environment:
    found = Environment.load_from_directory(shelf.path(name, version, _FILES))
    found.name, found.version = name, str(version)
    return found


def _same(one: Environment, other: Environment) -> bool:
    versions = [environment.copy() for environment in (one, other)]
    for copy in versions:
        copy.version = None
    return versions[0] == versions[1]
