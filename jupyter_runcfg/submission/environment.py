"""The environment of a run: what its configuration asks for, as something the job can build."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import settings
from ..config import CondaDependencies
from ..environments import conda
from ..environments.curated import find_curated
from ..environments.definition import Asked, Definition, define
from ..environments.interpreter import Interpreter, choose, of_program
from ..environments.left_out import is_default_python, is_offered
from ..environments.lines import expand
from ..environments.wanted import again, find_uv, wanted
from ..errors import ConfigError
from ..runtime import atomic
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
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Passwords for the build, by the variables that the request has in their place."""

    @property
    def python(self) -> str:
        return str(self.wanted["python"])


def plan_environment(config: RunConfiguration, source: Path, home: Home, python: str = "") -> Built | None:
    """What has to be built for a configuration; None where an interpreter that is there runs it.

    `python` is the target's own interpreter, which it is built upon where it asks for no other.

    Raises:
        ConfigError: With every line that cannot be a part of it.
        UserErrorException: There is no uv to build it with.
    """
    from .conda import is_asked, plan_conda, plan_existing

    if config.environment.python.base_conda_environment:
        return plan_existing(config, source)
    if not asks_for_packages(config):
        return None
    if is_asked(config):
        return plan_conda(config, source, home)
    definition, base = define_for(config, source, python)
    made = {**wanted(home, definition, base), "credentials": definition.variables}
    notes = (*notes_of(config), *_notes(definition, base))
    return Built(made, describe(home, made), notes, definition.secrets)


def notes_of(config: RunConfiguration) -> list[str]:
    """What to tell of a configuration whose packages are installed."""
    named = config.environment.python.interpreter_path
    without = named not in (None, "", "python")
    notes = [f"interpreterPath, '{named}', has no effect where packages are installed"] if without else []
    return [*notes, *curated_notes(config)]


def asks_for_packages(config: RunConfiguration) -> bool:
    """Whether somebody has said what must be installed.

    What SDK v1 puts into each new configuration (a Python, azureml-defaults) asks for nothing.
    """
    python = config.environment.python
    packages = python.conda_dependencies
    if python.user_managed_dependencies or packages is None:
        return False
    conda_others = [one for one in packages.conda_packages if not re.match(r"(python|pip)(?![\w.-])", one)]
    pip_others = [
        one for one in packages.pip_packages if python.keep_v1_packages or not is_offered(_bare(one))
    ]
    if conda_others or pip_others or packages.pip_options:
        return True
    return not is_default_python(packages.get_python_version())


def define_for(config: RunConfiguration, source: Path, python: str = "") -> tuple[Definition, Interpreter]:
    """The definition of its packages, and the Python of this machine that it is built upon.

    Raises:
        ConfigError: With every line that cannot be a part of it.
    """
    asked_python, lines, limits = packages_of(config, source)
    notes: tuple[str, ...] = ()
    try:
        if python and is_default_python(asked_python.text or None):
            base = of_program(python)
            version = base.minor
        else:
            version, base = choose(asked_python.text, asked_python.where or "environment.python")
    except ConfigError:
        if not is_default_python(asked_python.text):
            raise
        version, base = choose("")
        notes = (f"Python {version} in place of {asked_python.text}, SDK v1's default, which is not here",)
    keeps_v1 = config.environment.python.keep_v1_packages
    return replace(define(version, lines, limits, keeps_v1=keeps_v1), notes=notes), base


def packages_of(config: RunConfiguration, source: Path) -> tuple[Asked, list[Asked], list[Asked]]:
    """The Python that is asked for (empty: any), pip's lines, and the constraints.

    Raises:
        ConfigError: With every line that cannot be read, or that pip cannot install.
    """
    packages = config.environment.python.conda_dependencies or CondaDependencies()
    where = Places(config, packages, source)
    asked_python, tools = conda.split(packages.conda_packages, where)
    pip = [*packages.pip_options, *packages.pip_packages]
    lines, limits = expand([Asked(one, where(one)) for one in pip], where.directory)
    return asked_python, [*tools, *lines], limits


def describe(home: Home, made: Mapping[str, Any]) -> str:
    """`Python 3.11, 4 packages` and whether it is there already."""
    definition = made["definition"]
    count = len(definition["packages"])
    if definition.get("conda"):
        count += sum(not re.match(r"(\S+::)?python( |$)", one) for one in definition["conda"]["packages"])
    packages = "1 package" if count == 1 else f"{count} packages"
    is_there = EnvironmentPaths(home, made["name"]).read() is not None
    state = "built already" if is_there else "built first"
    python = f"Python {definition['python']}".strip()
    return f"environment {made['name'][:8]}: {python}, {packages}, {state}"


def variables_of(config: RunConfiguration) -> dict[str, str]:
    """The environment variables of a run: of its conda file, its environment, and its own, which win."""
    python = config.environment.python
    packages = None if python.user_managed_dependencies else python.conda_dependencies
    of_conda = (packages.as_dict().get("variables") if packages is not None else None) or {}
    found = {**of_conda, **config.environment.environment_variables, **config.environment_variables}
    return {key: str(value) for key, value in found.items() if value is not None}


def kept(asked: Mapping[str, Any], planned: RunConfiguration) -> dict[str, Any] | None:
    """What a request keeps of its environment where a change leaves that alone; None where none was built.

    Whether it can be built is then not asked again: files that it was defined by may be gone.
    """
    environment = asked.get("environment") or {}
    if not (environment.get("definition") or environment.get("image")):
        return None
    planned.environment.python.user_managed_dependencies = True
    return {"environment": environment}


def repeat(home: Home, old: RunPaths, request: dict[str, Any]) -> dict[str, Any]:
    """The request of a run again, with the very versions that the old one had.

    Raises:
        ConfigError: No Python of its version is on this machine.
        UserErrorException: There is no uv to build it with.
    """
    environment = dict(request.get("environment") or {})
    image = environment.get("image")
    if not (environment.get("definition") or image):
        return request
    before = (atomic.read_json(old.request) or {}).get("environment") or {}
    locked = _locked(old)
    lock = str(environment.get("lock", ""))
    if "definition" in locked and locked["definition"] == environment.get("definition"):
        lock = str(locked.get("lock", ""))
    if image and image == before.get("image") and locked.get("image"):
        environment["image"] = {**image, "id": locked["image"]["base_id"]}
    if environment.get("name"):
        made = {**environment, **again(home, environment, lock)}
    else:
        made = {**environment, **({"lock": lock, "uv": find_uv()} if environment.get("definition") else {})}
    if not (environment.get("name") and EnvironmentPaths(home, made["name"]).read()):
        _check_passwords(environment)
    argv = [made["python"] if word == environment["python"] else word for word in request["argv"]]
    return {**request, "environment": made, "argv": argv}


def _locked(old: RunPaths) -> dict[str, Any]:
    """What the last attempt noted of its environment."""
    for number in reversed(old.attempt_numbers()):
        locked = atomic.read_json(old.attempt(number).lock)
        if locked is not None:
            return locked
    return {}


def _check_passwords(environment: Mapping[str, Any]) -> None:
    """No record keeps a password: those of indexes must be given again. Raises ConfigError."""
    missing = [name for name in environment.get("credentials") or () if not settings.is_set(name)]
    if missing:
        text = " ".join([*environment["definition"]["options"], *environment["definition"]["packages"]])
        urls = re.findall(r"(?:https?://)\$\{" + missing[0] + r"\}@([^\s'\"]+)", text)
        what = f"the package index {urls[0]}" if urls else "its environment"
        hint = f"set the environment variable {missing[0]} (NAME:PASSWORD of a URL), or submit it anew"
        raise ConfigError.single(f"{what} needs a password, which no record keeps", "rerun", hint)


def _notes(definition: Definition, base: Interpreter) -> tuple[str, ...]:
    notes = [*definition.notes, *left_out_notes(definition)]
    if definition.python.count(".") > 1 and base.version != definition.python:
        notes.append(f"Python {base.version} in place of {definition.python}, which is not on this machine")
    return tuple(notes)


def curated_notes(config: RunConfiguration) -> tuple[str, ...]:
    """What one of SDK v1's curated names stands for."""
    found = find_curated(config.environment.name or "")
    packages = config.environment.python.conda_dependencies
    if found is None or packages is None or packages.pip_packages != list(found.packages):
        return ()
    return (found.note,)


def left_out_notes(definition: Definition) -> tuple[str, ...]:
    """What of SDK v1 is not installed."""
    if not definition.left_out:
        return ()
    names = ", ".join(definition.left_out)
    return (f"not installed: {names} (a run finds SDK v1's names without it)",)


class Places:
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
