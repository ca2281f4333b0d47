"""Slots: how many runs a machine has at a time, and which of its GPUs are whose.

A slot is a lock on a file, held by the runtime that runs in it and gone with that process, however
it ends. A job that goes on without the process that started it (a container) is noted in the file: its
slot is taken until its run has ended.
"""

import fcntl
import os

from .paths import AttemptPaths, RunPaths

_LONGEST = 4096  # bytes of a path


class Lease:
    """A slot and the GPUs that go with it, as open descriptors; `keep` them in the process that runs."""

    def __init__(self, keep: "list[int]", gpus: "list[str]") -> "None":
        self.keep = tuple(keep)
        self.gpus = gpus

    def note(self, attempt: "str") -> "None":
        """Say whose job goes on without its process; empty: nobody's. Raises OSError."""
        for descriptor in self.keep:
            if os.fstat(descriptor).st_size:
                os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, os.fsencode(attempt), 0)

    def close(self) -> "None":
        """Let go of it here; who inherited it still has it."""
        for descriptor in self.keep:
            os.close(descriptor)


class Slots:
    """The slots below a directory, and the GPUs of the machine."""

    def __init__(self, directory: "str", gpu_directory: "str", count: "int", gpus: "list[str]") -> "None":
        self._slots = [os.path.join(directory, "slot-{}".format(number)) for number in range(max(count, 1))]
        self._gpus = {name: os.path.join(gpu_directory, name.replace(os.sep, "_")) for name in gpus}

    def take(self, gpus: "int" = 0) -> "Lease | None":
        """A free slot with so many free GPUs; None when there is not all of it. Raises OSError."""
        slot = _first_free(self._slots, 1)
        found = _first_free(list(self._gpus.values()), gpus) if slot else {}
        if len(slot) < 1 or len(found) < gpus:
            Lease(list(slot.values()) + list(found.values()), []).close()
            return None
        names = [name for name, path in self._gpus.items() if path in found]
        return Lease(list(slot.values()) + list(found.values()), names)

    def noted(self) -> "list[AttemptPaths]":
        """The attempts in these slots whose jobs outlive their processes, looked after or not."""
        found = set()
        for path in self._slots + list(self._gpus.values()):
            try:
                with open(path, "rb") as stream:
                    found.add(_noted(stream.fileno()))
            except FileNotFoundError:
                continue
        return [AttemptPaths(directory) for directory in sorted(found - {""})]

    def why_not(self, gpus: "int" = 0) -> "str":
        """What a run with so many GPUs waits for, in words."""
        free = _first_free(list(self._gpus.values()), len(self._gpus)) if gpus else {}
        Lease(list(free.values()), []).close()
        if len(free) < gpus:
            return "needs {} of {} GPUs, {} free".format(gpus, len(self._gpus), len(free))
        return "no free slot, {} at a time".format(len(self._slots))


def _first_free(paths: "list[str]", count: "int") -> "dict[str, int]":
    """Up to `count` of these files, locked for us: their descriptors."""
    found = {}  # type: dict[str, int]
    for path in paths:
        if len(found) == count:
            break
        descriptor = lock(path)
        if descriptor is None:
            continue
        if _noted(descriptor):
            os.close(descriptor)
        else:
            found[path] = descriptor
    return found


def _noted(descriptor: "int") -> "str":
    """The attempt whose job has a slot, held or not, as long as its run has not ended; empty: none."""
    attempt = os.fsdecode(os.pread(descriptor, _LONGEST, 0))
    if not attempt or not os.path.exists(AttemptPaths(attempt).job):
        return ""
    paths = RunPaths(os.path.dirname(os.path.dirname(attempt)))
    return "" if os.path.exists(paths.end) else attempt


def lock(path: "str", wait: "bool" = False) -> "int | None":
    """An open descriptor that holds the lock of that file; None when another has it. Raises OSError."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def find_gpus(visible: "str | None" = None) -> "list[str]":
    """The GPUs of this machine as CUDA_VISIBLE_DEVICES names them, as far as `visible` (its value) allows."""
    if visible is not None:
        names = [name.strip() for name in visible.split(",")]
        return names[: names.index("-1")] if "-1" in names else [name for name in names if name]
    try:
        return [str(number) for number in range(len(os.listdir("/proc/driver/nvidia/gpus")))]
    except OSError:
        return []
