"""The runs that wait for a slot on this machine, and the process that starts them one after the other.

One directory for each machine and depth (a run that is submitted by a run waits in a queue of its own,
so that none waits for the one that waits for it). An entry is one file, 0600, removed at the start: it
has what the process that submitted would have given the job, its environment too.
"""

import os
import shlex
import sys
import time
from contextlib import contextmanager, suppress

from ..errors import TargetError
from . import atomic, ending, process, starting
from .paths import Home, RunPaths
from .slots import Lease, Slots, lock
from .variables import KEEP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

POLL_S = 0.1
TIDY_S = 2.0
_GPU_VARIABLE = "CUDA_VISIBLE_DEVICES"


class Queue:
    """The queue of one machine at one depth."""

    def __init__(self, home: "Home", machine: "str", depth: "int" = 0) -> "None":
        machine_root = os.path.join(home.queue, machine)
        self.root = os.path.join(machine_root, str(depth))
        self._gpus = os.path.join(machine_root, "gpus")
        self._entries = os.path.join(self.root, "entries")
        self._directories = (home.queue, machine_root, self._gpus, self.root, self._entries)

    def submit(self, entry: "dict[str, Any]") -> "str":
        """Start an attempt now, or let it wait for its turn; returns its job id, empty when it waits.

        Args:
            entry: `record`, `attempt`, `argv`, `env`, `slots`, `gpu_names`, `gpus`; `server` is the command
                that starts the runtime's archive; `outlives` says that the job goes on without the process
                that `argv` starts, which another one of the same can look after.

        Raises:
            TargetError: It cannot be started.
            OSError: The disk is full.
        """
        for directory in self._directories:
            os.makedirs(directory, mode=0o700, exist_ok=True)
        with self._locked():
            lease = self._slots(entry).take(entry["gpus"]) if not self.waiting() else None
            if lease is None:
                self._add(entry)
        if lease is not None:
            return _start(entry, lease)
        self.ensure_served(entry["server"])
        return ""

    def waiting(self) -> "list[str]":
        """The ids of the runs that wait, the next one first."""
        return [name.partition("-")[2] for name in self._names()]

    def why(self, run_id: "str") -> "str":
        """What a run that waits here waits for; empty when it does not wait here (any more)."""
        names = self._names()
        before = [number for number, name in enumerate(names) if name.partition("-")[2] == run_id]
        if not before:
            return ""
        entry = self._read(names[0])
        reason = self._slots(entry).why_not(entry["gpus"]) if entry is not None else "no free slot"
        return reason + ("" if not before[0] else ", {} before it".format(before[0]))

    def ensure_served(self, command: "list[str]") -> "None":
        """Have a process that serves this queue. `command` starts the runtime's archive."""
        held = lock(self._serving())
        if held is None:
            return
        os.close(held)
        log = os.path.join(self.root, "queue.log")
        starting.spawn(list(command) + ["--queue", self.root], log, starting.environment())

    def heal(self, archive: "str") -> "None":
        """Have it served if somebody waits; called from a runtime, by the same interpreter and archive."""
        if self._names():
            self.ensure_served([sys.executable, "-I", "-S", archive])

    def serve(self) -> "int":
        """Start what waits until nothing does; one process at a time does it."""
        serving = lock(self._serving())
        if serving is None:
            return 0
        tidied = 0.0
        while True:
            names = self._names()
            if not names:
                with self._locked():  # nobody adds one between this look and the end of our lock
                    if not self._names():
                        os.close(serving)
                        return 0
                continue
            if time.monotonic() - tidied > TIDY_S:
                self._drop_ended(names)
                self._look_after(names[0])
                tidied = time.monotonic()
            if not self._start_first():
                time.sleep(POLL_S)

    def _start_first(self) -> "bool":
        """Start the first one that waits; False when it cannot be now."""
        names = self._names()
        entry = self._read(names[0]) if names else None
        if entry is None:
            if names:
                self._drop(names[0])  # damaged: nothing can be started from it
            return True
        if self._drop_ended(names[:1]):
            return True
        lease = self._slots(entry).take(entry["gpus"])
        if lease is None:
            return False
        try:
            _start(entry, lease)
        except TargetError as error:
            ending.write_unstarted(RunPaths(entry["record"]), entry["attempt"], "Failed", str(error))
        except OSError:  # a full disk: it waits for room
            return False
        self._drop(names[0])
        return True

    def _drop_ended(self, names: "list[str]") -> "bool":
        """Take out those that were canceled or removed while they waited; whether there was one."""
        found = False
        for name in names:
            entry = self._read(name)
            if entry is None:
                continue
            paths = RunPaths(entry["record"])
            if os.path.exists(paths.cancel) and not os.path.exists(paths.end):
                ending.write_unstarted(paths, entry["attempt"], "Canceled", "canceled while it was queued")
            if os.path.exists(paths.end) or not os.path.exists(paths.request):
                self._drop(name)
                found = True
        return found

    def _look_after(self, name: "str") -> "None":
        """Start another process for each job that has lost the one that would tell its end."""
        entry = self._read(name)
        for attempt in self._slots(entry).noted() if entry is not None else ():
            note = atomic.read_json(attempt.job) or {}
            if process.is_alive(note.get("process") or {}):
                continue  # it may just be starting
            with suppress(TargetError, OSError):  # its record has gone, or the next look tries again
                held = lock(attempt.supervising)
                if held is None:
                    continue
                os.close(held)
                log = RunPaths(os.path.dirname(os.path.dirname(attempt.directory))).runtime_log
                starting.spawn(shlex.split(note.get("command", "")), log, starting.environment())

    def _slots(self, entry: "dict[str, Any]") -> "Slots":
        return Slots(self.root, self._gpus, entry["slots"], entry["gpu_names"])

    def _add(self, entry: "dict[str, Any]") -> "None":
        paths = RunPaths(entry["record"])
        names = self._names()
        number = int(names[-1].partition("-")[0]) + 1 if names else 1
        name = "{:010d}-{}".format(number, paths.run_id)
        attempt = paths.attempt(entry["attempt"])
        attempt.create()
        atomic.write_once(attempt.queued, atomic.encode({"t": time.time(), "queue": self.root}))
        atomic.write_once(os.path.join(self._entries, name), atomic.encode(entry))

    def _read(self, name: "str") -> "dict[str, Any] | None":
        return atomic.read_json(os.path.join(self._entries, name))

    def _drop(self, name: "str") -> "None":
        try:
            os.unlink(os.path.join(self._entries, name))
        except FileNotFoundError:
            pass

    def _names(self) -> "list[str]":
        try:
            return sorted(name for name in os.listdir(self._entries) if not name.endswith(".tmp"))
        except OSError:
            return []

    def _serving(self) -> "str":
        return os.path.join(self.root, "serving")

    @contextmanager
    def _locked(self) -> "Iterator[None]":
        held = lock(os.path.join(self.root, "lock"), wait=True)
        try:
            yield
        finally:
            if held is not None:
                os.close(held)


def _start(entry: "dict[str, Any]", lease: "Lease") -> "str":
    env = dict(entry["env"])
    env[KEEP] = ",".join(str(descriptor) for descriptor in lease.keep)
    if entry["gpus"]:
        env[_GPU_VARIABLE] = ",".join(lease.gpus)
        env.setdefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID")  # as NVIDIA's own tools count them
    try:
        attempt = RunPaths(entry["record"]).attempt(entry["attempt"])
        lease.note(attempt.directory if entry.get("outlives") else "")
        return starting.start(
            RunPaths(entry["record"]), entry["attempt"], entry["argv"], env, keep=lease.keep
        )
    finally:
        lease.close()


def main(root: "str") -> "int":
    """`python runtime-<digest>.pyz --queue DIRECTORY`: serve the queue of that directory."""
    above, depth = os.path.split(root)
    above, machine = os.path.split(above)
    os.chdir("/")
    if os.getsid(0) != os.getpid():
        try:
            os.setsid()
        except OSError:
            pass
    return Queue(Home(os.path.dirname(above)), machine, int(depth)).serve()
