"""The environment of a run: what its configuration asks for, as something the job can build."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..config import CondaDependencies
from ..environments import conda
from ..environments.definition import Asked, Definition, define
from ..environments.interpreter import Interpreter, choose
from ..environments.left_out import is_default_python, is_offered
from ..environments.lines import expand
from ..environments.wanted import again, wanted
from ..errors import ConfigError
from ..runtime import atomic
from ..runtime.environment.explain import masked
from ..runtime.environment.place import EnvironmentPaths
from ..runtime.paths import Home, RunPaths

if TYPE_CHECKING:
    from ..config import RunConfiguration

_INLINE = "environment.python.condaDependencies"


@dataclass(frozen=True)
class Built:
    """An environment that is built before the script starts, unless it is there."""

    wanted: dict[str, Any]
    """The `environment` of the request."""
    described: str
    notes: tuple[str, ...] = ()

    @property
    def python(self) -> str:
        return str(self.wanted["python"])


def plan_environment(config: RunConfiguration, source: Path, home: Home) -> Built | None:
    """What has to be built for a configuration; None where an interpreter that is there runs it.

    Raises:
        ConfigError: With every line that cannot be a part of it.
        UserErrorException: There is no uv to build it with.
    """
    if not asks_for_packages(config):
        return None
    definition, base = define_for(config, source)
    made = wanted(home, definition, base)
    named = config.environment.python.interpreter_path
    without = named not in (None, "", "python")
    notes = [f"interpreterPath, '{named}', has no effect where packages are installed"] if without else []
    return Built(made, describe(home, made), (*notes, *_notes(definition, base)))


def asks_for_packages(config: RunConfiguration) -> bool:
    """Whether somebody has said what must be installed.

    What SDK v1 puts into each new configuration (a Python, azureml-defaults) asks for nothing.
    """
    python = config.environment.python
    packages = python.conda_dependencies
    if python.user_managed_dependencies or packages is None:
        return False
    conda_others = [one for one in packages.conda_packages if not re.match(r"python\b|pip\b", one)]
    pip_others = [one for one in packages.pip_packages if not is_offered(_bare(one))]
    if conda_others or pip_others or packages.pip_options:
        return True
    return not is_default_python(packages.get_python_version())


def define_for(config: RunConfiguration, source: Path) -> tuple[Definition, Interpreter]:
    """The definition of its packages, and the Python of this machine that it is built upon.

    Raises:
        ConfigError: With every line that cannot be a part of it.
    """
    packages = config.environment.python.conda_dependencies or CondaDependencies()
    where = _Places(config, packages, source)
    asked_python, tools = conda.split(packages.conda_packages, where)
    pip = [*packages.pip_options, *packages.pip_packages]
    lines, limits = expand([Asked(one, where(one)) for one in pip], where.directory)
    notes: tuple[str, ...] = ()
    try:
        version, base = choose(asked_python.text, asked_python.where or "environment.python")
    except ConfigError:
        if not is_default_python(asked_python.text):
            raise
        version, base = choose("")
        notes = (f"Python {version} in place of {asked_python.text}, SDK v1's default, which is not here",)
    return replace(define(version, [*tools, *lines], limits), notes=notes), base


def describe(home: Home, made: Mapping[str, Any]) -> str:
    """`Python 3.11, 4 packages` and whether it is there already."""
    definition = made["definition"]
    count = len(definition["packages"])
    packages = "1 package" if count == 1 else f"{count} packages"
    is_there = EnvironmentPaths(home, made["name"]).read() is not None
    state = "built already" if is_there else "built first"
    return f"environment {made['name'][:8]}: Python {definition['python']}, {packages}, {state}"


def kept(asked: Mapping[str, Any], planned: RunConfiguration) -> dict[str, Any] | None:
    """What a request keeps of its environment where a change leaves that alone; None where none was built.

    Whether it can be built is then not asked again: files that it was defined by may be gone.
    """
    environment = asked.get("environment") or {}
    if not environment.get("definition"):
        return None
    planned.environment.python.user_managed_dependencies = True
    return {"environment": environment}


def repeat(home: Home, old: RunPaths, request: dict[str, Any]) -> dict[str, Any]:
    """The request of a run again, with the very versions that the old one had.

    Raises:
        ConfigError: No Python of its version is on this machine.
        UserErrorException: There is no uv to build it with.
    """
    environment = request.get("environment") or {}
    if not environment.get("definition"):
        return request
    lock = str(environment.get("lock", ""))
    for number in reversed(old.attempt_numbers()):
        locked = atomic.read_json(old.attempt(number).lock)
        if locked is not None and locked.get("definition") == environment["definition"]:
            lock = str(locked.get("lock", ""))
            break
    made = again(home, environment, lock)
    argv = [made["python"] if word == environment["python"] else word for word in request["argv"]]
    return {**request, "environment": made, "argv": argv}


def _notes(definition: Definition, base: Interpreter) -> tuple[str, ...]:
    notes = [*definition.notes]
    if definition.left_out:
        names = ", ".join(definition.left_out)
        notes.append(f"not installed: {names} (a run finds SDK v1's names without it)")
    if any(masked(option) != option for option in definition.options):
        notes.append(
            "the URL of a package index holds a password, which the record keeps: ~/.netrc can have it"
        )
    if definition.python.count(".") > 1 and base.version != definition.python:
        notes.append(f"Python {base.version} in place of {definition.python}, which is not on this machine")
    return tuple(notes)


class _Places:
    """Where an entry of the packages was written: `conda_dependencies.yml:7`."""

    def __init__(self, config: RunConfiguration, packages: CondaDependencies, source: Path) -> None:
        self.directory = source
        self._name, self._lines, self._first = "", [], 0
        file, line = config.place_of(_INLINE)
        named = config.environment.python.conda_dependencies_file
        if named:
            self._name, self._lines = Path(named).name, (packages.text_as_read or "").splitlines()
            tops = (config.project_directory() or source, Path(config.path).parent if config.path else source)
            found = [top / named for top in tops if (top / named).is_file()]
            self.directory = found[0].parent if found else source
        elif file and line:
            self._name, self._lines, self._first = Path(file).name, _read_lines(file), line - 1
        elif packages.text_as_read:
            self._lines = packages.text_as_read.splitlines()

    def __call__(self, entry: str) -> str:
        for number, line in enumerate(self._lines[self._first :], self._first + 1):
            if entry in line and line.strip().lstrip("- \"'").startswith(entry):
                return f"{self._name}:{number}" if self._name else f"line {number}"
        return self._name


def _read_lines(file: str) -> list[str]:
    try:
        return Path(file).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def _bare(requirement: str) -> str:
    """The name alone, as PEP 503 has it."""
    found = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", requirement.strip())
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""
