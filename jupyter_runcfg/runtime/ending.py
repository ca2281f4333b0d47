"""The one end of a run: whoever links end.json first decides, for ever."""

import errno
import os
import time

from . import atomic, process
from .paths import RunPaths
from .status import TERMINAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

RESERVE_BYTES = 1 << 16
_PROBE_BYTES = 1 << 14
DAMAGED = {"status": "Failed", "cause": "the file of its end is damaged", "exit_code": None}


def write(paths: "RunPaths", end: "dict[str, object]") -> "bool":
    """Link end.json; False when the run had ended already. Raises OSError."""
    return atomic.write_once(paths.end, atomic.encode(end), sync=True)


def read(paths: "RunPaths") -> "dict[str, Any] | None":
    """The end of a run, None before it; of one whose file is damaged, what its last attempt wrote."""
    end = atomic.read_json(paths.end)
    if is_whole(end):
        return end
    if not os.path.exists(paths.end):
        return None
    end = atomic.read_json(paths.end)  # linked since
    ends = [end] + [atomic.read_json(paths.attempt(number).end) for number in paths.attempt_numbers()[::-1]]
    return next(filter(is_whole, ends), dict(DAMAGED))


def is_whole(end: "object") -> "bool":
    """Whether it says how a run ended."""
    return isinstance(end, dict) and end.get("status") in TERMINAL


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

    def is_needed(self) -> "bool":
        """Whether that disk has no other room."""
        name = self.path + ".probe"
        try:
            descriptor = os.open(name, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                return os.write(descriptor, b"\0" * _PROBE_BYTES) < _PROBE_BYTES
            finally:
                os.unlink(name)
                os.close(descriptor)  # on some network file systems it is this that says so
        except OSError as error:
            return error.errno in (errno.ENOSPC, errno.EDQUOT)

    def release(self) -> "None":
        try:
            os.unlink(self.path)
        except FileNotFoundError:
            pass
