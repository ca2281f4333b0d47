"""Finalizing: what the script wrote moves from its working directory into the record."""

import hashlib
import os

from . import checkout
from .events import EventWriter
from .paths import RunPaths

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from typing import Any


class Wishes:
    """What the `history` section of a configuration asks for."""

    def __init__(self, collects: "bool", watched: "list[str]") -> "None":
        self.collects = collects
        """Whether ./outputs goes into the record; else it stays in work/."""
        self.watched = watched
        """Directories whose files go there too, beside ./outputs and ./logs."""


def wishes(request: "dict[str, Any]") -> "Wishes":
    section = (request.get("configuration") or {}).get("history") or {}
    watched = section.get("directoriesToWatch") or []
    names = [os.path.normpath(str(name)) for name in watched]
    apart = [name for name in names if name not in ("logs", "outputs", ".") and not _leaves(name)]
    return Wishes(bool(section.get("outputCollection", True)), apart)


def _leaves(name: "str") -> "bool":
    return os.path.isabs(name) or name.split(os.sep)[0] == os.pardir


def collect(
    paths: "RunPaths",
    stamps: "dict[str, tuple[int, int, int]]",
    events: "EventWriter",
    wished: "Wishes",
) -> "None":
    """Move ./outputs and ./logs into the record and drop what came with the snapshot.

    What the script wrote elsewhere stays in work/. Raises OSError.
    """
    checkout.remove_unchanged(paths.work, stamps)
    if wished.collects:
        _move(paths, "outputs", paths.outputs, events)
    for name in wished.watched:
        _move(paths, name, os.path.join(paths.artifacts, name), events)
    _move_logs(paths, events)
    try:
        os.rmdir(paths.work)
    except OSError:
        pass  # the script left more than its outputs


def _move(paths: "RunPaths", name: "str", target: "str", events: "EventWriter") -> "None":
    source = os.path.join(paths.work, name)
    if os.path.isdir(source) and not os.path.islink(source) and not os.path.exists(target):
        os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
        os.rename(source, target)
    for member, size in checkout.iter_files(target):
        digest = digest_of(os.path.join(target, member))
        events.append("artifact", path="{}/{}".format(name, member), size=size, digest=digest)


def _move_logs(paths: "RunPaths", events: "EventWriter") -> "None":
    source = os.path.join(paths.work, "logs")
    if not os.path.isdir(source) or os.path.islink(source):
        return
    for name in sorted(os.listdir(source)):
        target = name
        while os.path.lexists(os.path.join(paths.logs, target)):
            target = "script-" + target  # the record's own logs keep their names
        os.rename(os.path.join(source, name), os.path.join(paths.logs, target))
        path = os.path.join(paths.logs, target)
        if os.path.isfile(path) and not os.path.islink(path):
            events.append("artifact", path="logs/" + target, size=os.path.getsize(path))
    os.rmdir(source)


def digest_of(path: "str") -> "str":
    check = hashlib.sha256()
    with open(path, "rb") as stream:
        while True:
            chunk = stream.read(1 << 20)
            if not chunk:
                return check.hexdigest()
            check.update(chunk)
