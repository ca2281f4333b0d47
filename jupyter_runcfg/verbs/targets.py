"""`targets`: which there are, what each is, and whether it is ready."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from .. import settings
from ..config import current_project
from ..errors import TargetError
from ..run.select import opened_home
from ..runtime import slots
from ..runtime.paths import Home
from ..snapshot.value import size_text
from ..submission.target import (
    Target,
    add_target,
    find_target,
    list_targets,
    project_file,
    remove_target,
    user_file,
)
from .doctor import Line
from .grammar import key_value

COLUMNS = ("target", "executor", "options", "from")
_LITTLE_BYTES = 1_000_000_000
_OLDEST = (3, 6)
_ASK = "import sys; print('%d.%d.%d' % sys.version_info[:3])"
_ASK_S = 20


def rows() -> list[tuple[str, ...]]:
    """Every target in a line. Raises ConfigError."""
    return [
        (target.name, target.executor, _options(target), target.where or "built in")
        for target in list_targets(current_project()).values()
    ]


def as_json() -> list[dict[str, Any]]:
    return [
        {"name": t.name, "executor": t.executor, "options": dict(t.options), "file": t.file or None}
        for t in list_targets(current_project()).values()
    ]


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
    file = remove_target(options.name, current_project())
    return f"removed {options.name} from {settings.short_path(file)}"


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
        yield from _local(target)


def _local(target: Target) -> Iterator[Line]:
    yield _interpreter(target)
    home = opened_home()
    yield _slots(target, home)
    free = shutil.disk_usage(home.root).free
    hint = "" if free >= _LITTLE_BYTES else "`runs remove --older 30d`, then `doctor --gc`"
    yield Line(
        target.name, not hint, f"disk: {size_text(free)} free in {settings.short_path(home.root)}", hint
    )


def _interpreter(target: Target) -> Line:
    """Start it: a path may be there and be no Python."""
    named = target.options.get("python")
    path = sys.executable if named is None else shutil.which(os.path.expanduser(named))
    hint = f"`targets add {target.name} local python=/path/to/python`"
    if path is None:
        return Line(target.name, False, f"interpreter: there is no '{named}' on this machine", hint)
    try:
        done = subprocess.run(
            [path, "-I", "-S", "-c", _ASK], capture_output=True, text=True, timeout=_ASK_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Line(target.name, False, f"interpreter: {path} does not start: {error}", hint)
    said = done.stdout.strip()
    parts = said.split(".")
    if done.returncode or len(parts) != 3 or not all(part.isdigit() for part in parts):
        why = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        return Line(target.name, False, f"interpreter: {path} is no Python: {why}", hint)
    if (int(parts[0]), int(parts[1])) < _OLDEST:
        return Line(
            target.name, False, f"interpreter: {path} is Python {said}", "jobs need Python 3.6 or later"
        )
    return Line(target.name, True, f"interpreter: {path}, Python {said}")


def _slots(target: Target, home: Home) -> Line:
    count = settings.max_parallel()
    gpus = slots.find_gpus(settings.visible_gpus())
    told = f"GPUs {', '.join(gpus)}" if gpus else "no GPU"
    return Line(target.name, True, f"slots: {_free_slots(home, count)} of {count} free, {told}")


def _free_slots(home: Home, count: int) -> int:
    """Takes what is free, for a moment: nothing else tells."""
    root = os.path.join(home.queue, settings.machine_id(), "0")
    if not os.path.isdir(root):
        return count
    here = slots.Slots(root, root, count, [])
    leases = list(iter(here.take, None))
    for lease in leases:
        lease.close()
    return len(leases)
