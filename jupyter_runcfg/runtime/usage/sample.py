"""How much processor, memory and GPU a run uses: one look at a time, cheap on a busy machine."""

import os
import time

from .beside import Beside
from .gpu import Gpus

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from typing import Any

_LOOK_S = 0.002  # for processes not seen before, in one call
_SHARE_EVERY_S, _SHARE_COST = 10.0, 500.0


def cadence(elapsed_s: "float") -> "float":
    """Seconds until the next sample of a run that has lasted so long: a day of it is 3,000 samples."""
    if elapsed_s < 60:
        return 1.0
    return 5.0 if elapsed_s < 600 else 30.0


class Sampler:
    """Samples of one run; for one thread.

    A process belongs to the run when it is of the script's session, or carries the run's id in its
    environment, as those that left the session do. Each process of the machine is looked into once.
    """

    def __init__(
        self,
        run_id: "str",
        session: "int",
        visible_gpus: "str | None" = None,
        proc: "str" = "/proc",
        library: "str" = "",
    ) -> "None":
        """Begin to count.

        Args:
            run_id: The run.
            session: The session of its script, which is its process id.
            visible_gpus: CUDA_VISIBLE_DEVICES of the script; None: all that there are.
            proc: Where the system shows its processes.
            library: NVIDIA's management library, where it is not found by its name.
        """
        self._mark = "RUNCFG_RUN_ID={}".format(run_id).encode("utf-8")
        self._session = session
        self._proc = proc
        self._gpus = Gpus(visible_gpus, library)
        self._others = set()  # type: set[str]
        self._members = {}  # type: dict[str, _Process]
        self._then = time.monotonic()
        self._share = _Share(proc)
        try:
            self._ticks_per_s, self._page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
        except (OSError, ValueError):
            self._ticks_per_s, self._page = 100, 4096

    def sample(self) -> "dict[str, Any]":
        """The fields of a `sample` event; empty where the system shows no processes (macOS).

        `cpu` is percent of one core since the last call, `memory` bytes. Pages that several processes
        share count once, as far as the kernel's own accounting of it (PSS) was affordable lately.
        `gpus` is there only when the run sees any.
        """
        try:
            names = {name for name in os.listdir(self._proc) if name.isdigit()}
        except OSError:
            return {}
        now = time.monotonic()
        self._look_for_new(names)
        spent = self._read()
        elapsed = max(now - self._then, 1e-3)
        self._then = now
        percent = 100.0 * min(spent / self._ticks_per_s / elapsed, os.cpu_count() or 1)
        found = {
            "cpu": round(percent, 1),
            "memory": self._share.take({name: p.pages * self._page for name, p in self._members.items()}),
        }  # type: dict[str, Any]
        gpus = self._gpus.read()
        if gpus:
            found["gpus"] = gpus
        return found

    def _look_for_new(self, names: "set[str]") -> "None":
        self._others &= names
        new = names.difference(self._others, self._members)
        deadline = time.monotonic() + _LOOK_S
        is_first = not self._members and not self._others
        for name in new:
            if _session(int(name)) == self._session:
                self._members[name] = _Process(is_late=False)
            elif is_first and int(name) < self._session:
                self._others.add(name)  # it was there before the script
            elif time.monotonic() < deadline:  # else the next call looks
                if self._carries(name):
                    self._members[name] = _Process(is_late=True)
                else:
                    self._others.add(name)

    def _carries(self, name: "str") -> "bool":
        try:
            with open("{}/{}/environ".format(self._proc, name), "rb") as stream:
                return self._mark in stream.read().split(b"\0")
        except OSError:
            return False  # gone, or another person's

    def _read(self) -> "int":
        """Ticks spent since the last call.

        What a process's children spent comes to it when it waits for them: of one that is gone, what was
        counted already is taken off there.
        """
        spent, gone = 0, []  # type: int, list[_Process]
        for name, process in list(self._members.items()):
            if process.read("{}/{}/stat".format(self._proc, name)):
                spent += process.ticks - process.counted
            else:
                gone.append(process)
                del self._members[name]
        for process in gone:
            if process.parent in self._members:
                spent -= process.counted
        for process in self._members.values():
            process.counted = process.ticks
        return max(0, spent)


class _Process:
    """What /proc/<pid>/stat says of one process."""

    def __init__(self, is_late: "bool") -> "None":
        self.start = b""
        self.parent = ""
        self.ticks = 0
        self.counted = -1 if is_late else 0  # of one that was found late, only what comes from now on counts
        self.pages = 0

    def read(self, path: "str") -> "bool":
        """Whether it still lives, and is the same one."""
        try:
            with open(path, "rb") as stream:
                fields = stream.read().rpartition(b")")[2].split()
        except OSError:
            return False
        if len(fields) < 22 or fields[0] == b"X" or self.start not in (b"", fields[19]):
            return False
        self.start, self.parent = fields[19], fields[1].decode("ascii")
        self.ticks = int(fields[11]) + int(fields[12]) + int(fields[13]) + int(fields[14])
        self.pages = int(fields[21])
        if self.counted < 0:
            self.counted = self.ticks
        return True


def _session(pid: "int") -> "int":
    try:
        return os.getsid(pid)
    except OSError:
        return -1


class _Share:
    """The memory of several processes, with the pages that they share counted once.

    The kernel walks all pages to tell, 100 ms and more for many processes of some GB: it is asked seldom,
    the more seldom the longer it took. Which part of the plain sum it left holds for the samples between.
    """

    def __init__(self, proc: "str") -> "None":
        self._proc = proc
        self._beside = Beside(lambda: self._measure, (0, 1.0))  # how many processes there were, and that part
        self._asked, self._next = 0, 0.0

    def take(self, sizes: "dict[str, int]") -> "int":
        """The bytes that processes of these resident sizes use."""
        total = sum(sizes.values())
        if len(sizes) < 2:
            return total
        if time.monotonic() >= self._next or len(sizes) > 2 * self._asked:
            self._next, self._asked = time.monotonic() + _SHARE_EVERY_S, len(sizes)
            self._beside.ask(sizes)
        count, part = self._beside.latest
        if len(sizes) > 2 * count:  # many have just been forked: one sample too low is better than a peak
            return max(sizes.values())
        return int(total * part)

    def _measure(self, sizes: "dict[str, int]") -> "tuple[int, float]":
        begin = time.monotonic()
        total = sum(self._proportional(name) for name in sizes)
        self._next = begin + max(_SHARE_EVERY_S, _SHARE_COST * (time.monotonic() - begin))
        plain = sum(sizes.values())
        return len(sizes), min(1.0, total / plain) if total and plain else 1.0

    def _proportional(self, name: "str") -> "int":
        """PSS in bytes; 0 of a process that is gone, or another person's."""
        try:
            with open("{}/{}/smaps_rollup".format(self._proc, name), "rb") as stream:
                line = stream.read().partition(b"\nPss:")[2].split(b"\n")[0]
            return int(line.split()[0]) * 1024
        except (OSError, IndexError, ValueError):
            return 0
