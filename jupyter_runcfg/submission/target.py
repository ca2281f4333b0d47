"""Compute targets by name: the built-in ones, and those of targets.yaml of the user and of the project.

```yaml
old:                     # the name
  executor: local
  python: python3.11     # an option of that executor
```
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import settings
from ..config import current_project
from ..config.files import write_texts
from ..config.location import DIRECTORIES, config_directory
from ..config.syntax import explain
from ..errors import ConfigError, Fault, TargetError, did_you_mean
from ..executors.registry import BUILT_IN_TARGETS, EXECUTORS

if TYPE_CHECKING:
    from ..config import RunConfiguration

FILE = "targets.yaml"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True)
class Target:
    """A place to run: an executor and what it has to know of the place."""

    name: str
    executor: str
    options: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    """The targets.yaml that has it; '' for a built-in one."""
    line: int = 0

    @property
    def where(self) -> str:
        return f"{settings.short_path(self.file)}:{self.line}" if self.file else ""


def list_targets(project: Path) -> dict[str, Target]:
    """All that there are; one of the project wins over the user's of the same name.

    Raises:
        ConfigError: A file cannot be read; says where and why. What a target says of itself is not checked.
    """
    found = {name: Target(name, name) for name in BUILT_IN_TARGETS}
    for file in (user_file(), project_file(project)):
        found.update({name: target for name, target in _read(file).items() if name not in BUILT_IN_TARGETS})
    return found


def find_target(name: str, project: Path) -> Target:
    """The target of that name.

    Raises:
        ConfigError: A file of targets cannot be read.
        TargetError: There is none, or its executor or an option of it is not known.
    """
    if name in BUILT_IN_TARGETS:
        return Target(name, name)
    known = list_targets(project)
    if name not in known:
        there = "there is " + ", ".join(f"'{one}'" for one in known)
        add = f"`targets add {name} EXECUTOR` makes one" if _NAME.fullmatch(name) else ""
        hint = "; ".join(filter(None, (f"{did_you_mean(name, known)} {there}".strip(), add)))
        raise TargetError(f"no compute target named '{name}'", where="target", hint=hint)
    check(known[name])
    return known[name]


def find_target_of(config: RunConfiguration) -> Target:
    """The target of a configuration; SDK v1's switches for Docker make containers of local runs.

    Raises:
        ConfigError: A file of targets cannot be read.
        TargetError: There is none of that name, or its executor or an option of it is not known.
    """
    found = find_target(str(config.target), config.project_directory() or current_project())
    if switch_of(config) and found.executor == "local":
        found = Target(found.name, "docker", {}, found.file, found.line)
    return found


def switch_of(config: RunConfiguration) -> str:
    """The key by which a configuration asks for a container as SDK v1 does; '' where it does not."""
    if config.docker.use_docker:
        return "docker.useDocker"
    return "environment.docker.enabled" if config.environment.docker.enabled else ""


def check(target: Target) -> None:
    """Nothing, where a target says what its executor understands. Raises TargetError."""
    row = EXECUTORS.get(target.executor)
    if row is None:
        near = did_you_mean(target.executor, EXECUTORS)
        there = "there is " + ", ".join(f"'{name}'" for name in EXECUTORS)
        hint = " ".join(filter(None, (near, there)))
        message = f"no executor '{target.executor}' in this version, for the target '{target.name}'"
        raise TargetError(message, where=target.where, hint=hint)
    for option in target.options:
        if option not in row.options:
            near = did_you_mean(option, row.options)
            there = "there is " + ", ".join(f"{name} ({does})" for name, does in row.options.items())
            message = f"the executor '{target.executor}' has no option '{option}'"
            raise TargetError(message, where=target.where, hint=" ".join(filter(None, (near, there))))


def add_target(target: Target, file: Path) -> bool:
    """Write a target into a targets.yaml, whose comments stay; True if one of that name was replaced.

    Raises:
        ConfigError: The name cannot be one, or the file cannot be read or written.
        TargetError: The executor or an option is not known.
    """
    if target.name in BUILT_IN_TARGETS or not _NAME.fullmatch(target.name):
        why = "is built in" if target.name in BUILT_IN_TARGETS else "cannot name a target"
        raise ConfigError.single(f"'{target.name}' {why}", "targets add", "letters, digits, _ . -: `gpu-box`")
    check(target)
    with _alone(file):
        tree = _tree(file)
        was_there = target.name in tree
        tree[target.name] = {"executor": target.executor, **target.options}
        _write(file, tree)
    return was_there


def remove_target(name: str, project: Path) -> str:
    """Take a target out of the file that has it; returns the file.

    Raises:
        ConfigError: It is built in, or there is none.
    """
    target = list_targets(project).get(name)
    if target is None or not target.file:
        why = "is built in" if target else "is no compute target"
        names = [one.name for one in list_targets(project).values() if one.file]
        hint = did_you_mean(name, names) or (
            f"there is {', '.join(names)}" if names else "none was added yet"
        )
        raise ConfigError.single(f"'{name}' {why}", "targets remove", hint)
    with _alone(Path(target.file)):
        tree = _tree(Path(target.file))
        tree.pop(name, None)
        _write(Path(target.file), tree)
    return target.file


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """One change of the file after the other: of two at once, one would be lost."""
    import fcntl

    place = _directory_above(file)
    descriptor = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if _directory_above(file) == place:
            yield
            return
    finally:
        os.close(descriptor)
    with _alone(file):  # the file's directory was made meanwhile, and others wait there
        yield


def _directory_above(file: Path) -> Path:
    """The nearest that is there."""
    return next(place for place in file.absolute().parents if place.is_dir())


def user_file() -> Path:
    return settings.home() / FILE


def project_file(project: Path) -> Path:
    return config_directory(project) / FILE


def _read(file: Path) -> dict[str, Target]:
    tree = _tree(file)
    found = {}
    for key, value in tree.items():
        name, line = str(key), tree.lc.key(key)[0] + 1 if hasattr(tree, "lc") else 0
        if not isinstance(value, dict) or not isinstance(value.get("executor"), str):
            hint = f"`{name}: {{executor: local}}`"
            raise ConfigError([Fault("a target names its executor", name, str(file), line, hint)])
        options = {str(option): str(said) for option, said in value.items() if option != "executor"}
        found[name] = Target(name, value["executor"], options, str(file), line)
    return found


def _tree(file: Path) -> Any:
    """The file as ruamel's mapping, with its comments; empty where there is none. Raises ConfigError."""
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap
    from ruamel.yaml.error import YAMLError

    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return CommentedMap()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([Fault(f"it cannot be read: {error}", file=str(file))]) from error
    try:
        tree = YAML().load(text)
    except (YAMLError, ValueError) as error:
        message, line, hint = explain(error, text)
        raise ConfigError([Fault(message, file=str(file), line=line, hint=hint)]) from error
    if tree is None:
        return CommentedMap()
    if not isinstance(tree, CommentedMap):
        raise ConfigError(
            [Fault("this is no list of targets", file=str(file), hint="`NAME: {executor: local}`")]
        )
    return tree


def _write(file: Path, tree: Any) -> None:
    from ruamel.yaml import YAML

    stream = io.StringIO()
    YAML().dump(tree, stream)
    write_texts([(file, stream.getvalue() if tree else "")], made=DIRECTORIES)
