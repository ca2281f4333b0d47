"""`targets check` of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

from .. import settings
from ..run.select import opened_home
from ..runtime import slots
from ..runtime.paths import Home
from ..snapshot.value import size_text
from ..submission.target import Target
from .doctor import Line

_LITTLE_BYTES = 1_000_000_000
_OLDEST = (3, 6)
_ASK = "import sys; print('%d.%d.%d' % sys.version_info[:3])"
_ASK_S = 20


def look(target: Target) -> Iterator[Line]:
    """Its interpreter starts, and there are slots and room on the disk."""
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
