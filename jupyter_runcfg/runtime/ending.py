"""The one end of a run: whoever links end.json first decides, for ever."""

import os
import time

from . import atomic, process
from .paths import RunPaths

RESERVE_BYTES = 1 << 16


def write(paths: "RunPaths", end: "dict[str, object]") -> "bool":
    """Link end.json; False when the run had ended already. Raises OSError."""
    return atomic.write_once(paths.end, atomic.encode(end), sync=True)


def write_status(paths: "RunPaths", status: "str", cause: "str", **more: "object") -> "bool":
    """End a run from outside of its job: canceled before its launch, or lost with its engine."""
    end = dict(more, status=status, cause=cause, t=time.time())
    end.setdefault("exit_code", None)
    for number in paths.attempt_numbers():
        Reserve(paths.attempt(number).reserve).release()  # of a runtime that could not do it any more
    return write(paths, end)


def write_unstarted(
    paths: "RunPaths", attempt: "int", status: "str", cause: "str", **more: "object"
) -> "bool":
    """End a run whose job has not started; it takes the claim, so that no late start can run it.

    False when the job has started after all, or the run had ended. Raises OSError.
    """
    place = paths.attempt(attempt)
    place.create()
    claim = dict(process.identity(os.getpid()), ended_by="reader")
    if not atomic.write_once(place.claim, atomic.encode(claim)):
        return False
    return write_status(paths, status, cause, **more)


def ask_cancel(paths: "RunPaths") -> "None":
    """Leave the marker that asks for the end; asking twice is asking once. Raises OSError."""
    atomic.write_once(paths.cancel, b"")


class Reserve:
    """Disk space held back, so that the end of a run can be written when the script filled the rest."""

    def __init__(self, path: "str") -> "None":
        self.path = path

    def fill(self) -> "None":
        """Take the space, unless whoever launched the job has. Raises OSError."""
        if os.path.exists(self.path) and os.path.getsize(self.path) == RESERVE_BYTES:
            return
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(b"\0" * RESERVE_BYTES)

    def release(self) -> "None":
        try:
            os.unlink(self.path)
        except FileNotFoundError:
            pass
