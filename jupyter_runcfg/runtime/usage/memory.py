"""Whether the kernel killed something for memory while a script ran, and how much it may use."""

import os

_UNLIMITED = 1 << 60


class Memory:
    """Made before the script starts; what it tells later is what changed since then.

    Reads the counters of the control group that this process is in (v1 or v2), and the machine's.
    They cost four small files; where the system has none (macOS), it counts nothing.
    """

    def __init__(self, root: "str" = "/", more: "str" = "") -> "None":
        """Begin counting; `root` stands for `/` in tests, `more` says how a run is given more."""
        self._root = root
        self._more = ": " + more if more else ""
        self._directories = _groups(root)
        self._job, self._machine = self._read_job(), self._read_machine()
        self.limit = self._read_limit()

    @property
    def counts(self) -> "bool":
        """Whether the system counts at all."""
        return self._job is not None or self._machine is not None

    def job_kills(self) -> "int":
        """Processes of our control group that the kernel killed for memory since then."""
        return _since(self._job, self._read_job())

    def machine_kills(self) -> "int":
        """Those of the whole machine; none where our own group's are counted, which would be among them."""
        return 0 if self._job is not None else _since(self._machine, self._read_machine())

    def limit_text(self) -> "str":
        return "" if self.limit is None else " (it may use {})".format(_size(self.limit))

    def advice(self) -> "str":
        """One line: what there is, and what to do."""
        if self.limit is not None:
            enough = "load less at once, or give the run more memory than {}".format(_size(self.limit))
            return enough + self._more
        total = self._total()
        has = " (this machine has {})".format(_size(total)) if total else ""
        return "load less at once, or run it on a machine with more memory{}".format(has)

    def _total(self) -> "int":
        line = _field(os.path.join(self._root, "proc/meminfo"), "MemTotal:")
        return line * 1024 if line else 0

    def _read_job(self) -> "int | None":
        directory = self._directories[0] if self._directories else ""
        for name in ("memory.events", "memory.oom_control"):
            found = _field(os.path.join(directory, name), "oom_kill") if directory else None
            if found is not None:
                return found
        return None

    def _read_machine(self) -> "int | None":
        return _field(os.path.join(self._root, "proc/vmstat"), "oom_kill")

    def _read_limit(self) -> "int | None":
        """The tightest limit of our group and those above it, in bytes."""
        found = []
        for directory in self._directories:
            for name in ("memory.max", "memory.limit_in_bytes"):
                text = _text(os.path.join(directory, name)).strip()
                if text.isdigit() and int(text) < _UNLIMITED:
                    found.append(int(text))
        return min(found) if found else None


def _groups(root: "str") -> "list[str]":
    """Directories of our memory control group and of those above it, the nearest first."""
    base, path = "", ""
    for line in _text(os.path.join(root, "proc/self/cgroup")).splitlines():
        number, _, rest = line.partition(":")
        names, _, place = rest.partition(":")
        if "memory" in names.split(","):
            base, path = "sys/fs/cgroup/memory", place
            break
        if number == "0" and not names:
            base, path = "sys/fs/cgroup", place
    top = os.path.join(root, base) if base else ""
    if not top or not os.path.isdir(top):
        return []
    found, inner = [top], ""
    for part in path.strip("/").split("/"):
        inner = os.path.join(inner, part)
        # in a container, the path is the host's, and the directory is our own group already
        if part not in ("", "..") and os.path.isdir(os.path.join(top, inner)):
            found.insert(0, os.path.join(top, inner))
    return found


def _text(path: "str") -> "str":
    try:
        with open(path, encoding="ascii", errors="replace") as stream:
            return stream.read()
    except OSError:
        return ""


def _field(path: "str", name: "str") -> "int | None":
    """The number after a name, in a file of `name number` lines."""
    for line in _text(path).splitlines():
        words = line.split()
        if len(words) > 1 and words[0] == name and words[1].isdigit():
            return int(words[1])
    return None


def _size(count: "int") -> "str":
    return "{:.1f} GB".format(count / 1e9) if count >= 10**9 else "{:.0f} MB".format(count / 1e6)


def _since(before: "int | None", now: "int | None") -> "int":
    return max(0, now - before) if before is not None and now is not None else 0
