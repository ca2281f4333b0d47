"""`targets`: which there are, what each is, and whether it is ready."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import Any

from .. import settings
from ..config import current_project
from ..errors import TargetError
from ..run.select import opened_home
from ..submission.target import (
    Target,
    add_target,
    find_target,
    list_targets,
    project_file,
    remove_target,
    user_file,
)
from . import target_docker, target_local
from .doctor import Line
from .grammar import key_value

COLUMNS = ("target", "executor", "options", "from")


def rows() -> list[tuple[str, ...]]:
    """Every target in a line. Raises ConfigError."""
    return [
        (target.name, target.executor, _options(target), target.where or "built in")
        for target in list_targets(current_project()).values()
        if is_here(target)
    ]


def as_json() -> list[dict[str, Any]]:
    return [
        {"name": t.name, "executor": t.executor, "options": dict(t.options), "file": t.file or None}
        for t in list_targets(current_project()).values()
        if is_here(t)
    ]


def is_here(target: Target) -> bool:
    """Whether there is anything of a built-in target; those of a person are always shown."""
    return bool(target.file) or target.executor != "docker" or target_docker.is_here()


def _options(target: Target) -> str:
    return " ".join(f"{key}={value}" for key, value in target.options.items())


def add(options: argparse.Namespace) -> str:
    """Do `targets add NAME EXECUTOR key=value …`: into the user's file, or with `--project` the project's."""
    words = dict(key_value(word, "targets add") for word in options.options)
    target = Target(options.name, options.executor, words)
    file = project_file(current_project()) if options.project else user_file()
    if not options.project:
        opened_home()
    is_replaced = add_target(target, file)
    done = "replaced" if is_replaced else "added"
    return (
        f"{done} {target.name} in {settings.short_path(str(file))}; `targets check {target.name}` looks at it"
    )


def remove(options: argparse.Namespace) -> str:
    target = list_targets(current_project()).get(options.name)
    file = remove_target(options.name, current_project())
    dropped = target_docker.forget(target) if target is not None and target.executor == "docker" else ""
    return f"removed {options.name} from {settings.short_path(file)}{dropped}"


def check_them(options: argparse.Namespace) -> Iterator[Line]:
    """Look at what each target needs, one line a thing.

    Raises:
        TargetError: There is no such target.
    """
    project = current_project()
    names = options.names or list(list_targets(project))
    for name in names:
        try:
            target = find_target(name, project)
        except TargetError as error:
            if name not in list_targets(project):
                raise
            yield Line(name, False, error.message, error.hint)
            continue
        if options.names or is_here(target):
            yield from _CHECKS[target.executor](target)


_CHECKS: dict[str, Callable[[Target], Iterator[Line]]] = {
    "local": target_local.look,
    "docker": target_docker.look,
}
