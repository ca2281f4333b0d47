"""Finalizing: what the script wrote moves from its working directory into the record."""

import hashlib
import os

from . import checkout
from .events import EventWriter
from .paths import RunPaths


def collect(paths: "RunPaths", stamps: "dict[str, tuple[int, int, int]]", events: "EventWriter") -> "None":
    """Move ./outputs and ./logs into the record and drop what came with the snapshot.

    What the script wrote elsewhere stays in work/. Raises OSError.
    """
    checkout.remove_unchanged(paths.work, stamps)
    source = os.path.join(paths.work, "outputs")
    if os.path.isdir(source) and not os.path.islink(source) and not os.path.exists(paths.outputs):
        os.rename(source, paths.outputs)
    for name, size in checkout.iter_files(paths.outputs):
        digest = _digest(os.path.join(paths.outputs, name))
        events.append("artifact", path="outputs/" + name, size=size, digest=digest)
    _move_logs(paths, events)
    try:
        os.rmdir(paths.work)
    except OSError:
        pass  # the script left more than its outputs


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


def _digest(path: "str") -> "str":
    check = hashlib.sha256()
    with open(path, "rb") as stream:
        while True:
            chunk = stream.read(1 << 20)
            if not chunk:
                return check.hexdigest()
            check.update(chunk)
