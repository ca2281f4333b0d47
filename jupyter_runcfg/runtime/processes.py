"""The processes of a script: one, or one for each rank of a distributed run, each with its own log."""

import os
import subprocess
import time

from . import process
from .paths import RunPaths
from .variables import RANK

SERVER = "ps"  # TensorFlow's parameter servers serve until they are ended


class Member:
    """One of them."""

    def __init__(self, rank: "int", log: "str", popen: "subprocess.Popen[bytes]", kind: "str") -> "None":
        self.rank = rank
        self.log = log
        self.popen = popen
        self.is_server = kind == SERVER


class Processes:
    """All of them, supervised together: the first that fails ends the others."""

    def __init__(self, paths: "RunPaths", keep: "tuple[int, ...]" = ()) -> "None":
        """None yet; each will have the descriptors `keep` open."""
        self.paths = paths
        self._keep = keep
        self.members = []  # type: list[Member]
        self.failed = None  # type: Member | None
        self._is_ending = False

    def start(self, argv: "list[str]", environments: "list[dict[str, str]]") -> "None":
        """Start each in a session and group of its own. Raises OSError when one cannot be started."""
        for number, env in enumerate(environments):
            self._start(argv, int(env.get(RANK, number)), env)

    def _start(self, argv: "list[str]", rank: "int", env: "dict[str, str]") -> "None":
        log = self.paths.log_of(rank)
        descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            popen = subprocess.Popen(
                argv,
                cwd=self.paths.work,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                start_new_session=True,
                pass_fds=self._keep,
            )
        finally:
            os.close(descriptor)
        self.members.append(Member(rank, log, popen, env.get("AZ_BATCHAI_TASK_TYPE", "")))

    @property
    def sessions(self) -> "list[int]":
        return [member.popen.pid for member in self.members]

    def running(self) -> "bool":
        """Whether one still runs; notes the first that failed."""
        alive = [member for member in self.members if member.popen.poll() is None]
        for member in self.members:
            if self.failed is None and member.popen.returncode and not self._is_ending:
                self.failed = member
        return bool(alive)

    def is_decided(self) -> "bool":
        """Whether those that still run should end: another has failed, or only servers are left."""
        alive = [member for member in self.members if member.popen.poll() is None]
        if len(self.members) == 1 or not alive:
            return False
        return self.failed is not None or all(member.is_server for member in alive)

    def only_serves(self) -> "bool":
        """Whether nothing but servers is left."""
        alive = [member for member in self.members if member.popen.poll() is None]
        return bool(alive) and all(member.is_server for member in alive)

    def deciding(self) -> "Member":
        """The one whose end is the end of the run."""
        return self.failed or self.members[0]

    def end(self, number: "int") -> "None":
        """Ask all for their end; how they end then is our doing, not their failure."""
        self._is_ending = True
        self.send(number)

    def send(self, number: "int") -> "None":
        process.send_tree(self.sessions, self.paths.run_id, number)

    def end_leftovers(self, grace_s: "float") -> "int":
        """End what the script left running; returns how many processes there were."""
        return process.end_all(self.paths.run_id, grace_s, *self.sessions)


class LogClock:
    """One line, `offset time`, for each look at which a log had grown: when was what printed."""

    def __init__(self, log: "str", index: "str") -> "None":
        self._log = log
        self._index = os.open(index, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._size = -1

    def look(self) -> "None":
        try:
            size = os.stat(self._log).st_size
            if size != self._size:
                self._size = size
                os.write(self._index, b"%d %.3f\n" % (size, time.time()))
        except OSError:
            pass  # a full disk: the log matters more than its clock
