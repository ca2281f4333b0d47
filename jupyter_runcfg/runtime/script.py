"""The script of a job: its environment, its start, its supervision, and how it ended."""

import os
import re
import select
import signal
import sys
import time

from . import data, failure, ranks, variables
from .nodes import Nodes, hosts_of
from .paths import RunPaths
from .processes import LogClock, Processes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from .paths import AttemptPaths
    from .processes import Member
    from .usage.memory import Memory

TICK_S = 0.1
MORE_S = 5.0  # for other nodes, beyond the grace of their processes
_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_FORWARDED = (signal.SIGUSR1, signal.SIGUSR2, signal.SIGCONT)


class Outcome:
    """How a script ended. Status None: the attempt was ended from outside, the engine decides."""

    def __init__(
        self,
        status: "str | None",
        cause: "str" = "",
        exit_code: "int | None" = None,
        error: "dict[str, Any] | None" = None,
        log: "str" = "",
    ) -> "None":
        self.status = status
        self.cause = cause
        self.exit_code = exit_code
        self.error = error
        self.log = log


def environment(paths: "RunPaths", request: "dict[str, Any]") -> "dict[str, str]":
    """The variables a script sees: the machine's, ours, SDK v1's, and last the person's own."""
    env = dict(os.environ)
    archive = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    depth = (request.get("target") or {}).get("options", {}).get("depth", 0)
    env.update(
        {
            variables.RUN_DIRECTORY: paths.directory,
            variables.RUN_ID: paths.run_id,
            variables.RANK: "0",
            variables.DEPTH: str(depth + 1),
            "AZUREML_RUN_ID": paths.run_id,
            "AZUREML_ARM_PROJECT_NAME": str(request.get("experiment", "")),
            "AZUREML_OUTPUT_DIRECTORY": os.path.join(paths.work, "outputs"),
            "AZUREML_LOGDIRECTORY_PATH": os.path.join(paths.work, "logs"),
            "PYTHONUNBUFFERED": "1",  # a printed line is a line in the log at once
            "PYTHONFAULTHANDLER": "1",  # where a segmentation fault was, which nothing else tells
        }
    )
    _activate(paths, request, env)
    for name in [name for name in env if name.startswith(variables.OF_BUILDS)]:
        del env[name]
    for name, value in _parameters(request):
        env["AML_PARAMETER_" + re.sub(r"\W", "_", name)] = value
    env.update(data.paths_of(request))
    own = request.get("environment_variables")
    if isinstance(own, dict):
        env.update({str(key): str(value) for key, value in own.items()})
    before = env.get("PYTHONPATH")
    places = before.split(os.pathsep) if before else []
    # the archive of a job that submitted this one would chain to ours, and ours to it, without end
    env["PYTHONPATH"] = os.pathsep.join([archive] + [place for place in places if not _is_runtime(place)])
    return env


def _activate(paths: "RunPaths", request: "dict[str, Any]", env: "dict[str, str]") -> "None":
    """Make them those of an environment that is built, or that conda has; an image has its own."""
    asked = request.get("environment") or {}
    if not (asked.get("name") or asked.get("conda_prefix")):
        return
    for name in ("PYTHONHOME", "PYTHONPATH"):  # of the interpreter that submitted it
        env.pop(name, None)
    if asked.get("name"):
        from .environment import of_run

        env.update(of_run.variables(paths, request, env))
    else:
        from .environment import activation

        env.update(activation.of_existing(asked["conda_prefix"], env))


def _parameters(request: "dict[str, Any]") -> "Iterator[tuple[str, str]]":
    """The `--name value` and `--name=value` among the arguments."""
    words = [str(word) for word in request["argv"]]
    for word, after in zip(words, words[1:] + [""]):  # noqa: B905  Python 3.6
        found = re.match(r"--?([A-Za-z][\w-]*)(?:=(.*))?$", word, re.DOTALL)
        if found and found.group(2) is not None:
            yield found.group(1), found.group(2)
        elif found and after and not re.match(r"-[^0-9.]", after):
            yield found.group(1), after


def _is_runtime(place: "str") -> "bool":
    name = os.path.basename(place)
    return name.startswith("runtime-") and name.endswith(".pyz")


def _with_data(word: "str", request: "dict[str, Any]") -> "str":
    """SDK v1 writes `$AZUREML_DATAREFERENCE_x` into arguments for the path of `x`."""
    for name, path in sorted(data.paths_of(request).items(), reverse=True):
        word = word.replace("${}".format(name), path)
    return word


def _is_on_path(name: "str", env: "dict[str, str]") -> "bool":
    """As shutil.which finds it, whose import would cost every job some milliseconds."""
    places = env.get("PATH", os.defpath).split(os.pathsep)
    return any(os.access(os.path.join(place, name), os.X_OK) for place in places)


class Script:
    """The processes of the person's script, with the log files themselves as their output."""

    def __init__(
        self,
        paths: "RunPaths",
        request: "dict[str, Any]",
        env: "dict[str, str]",
        attempt: "AttemptPaths",
        node: "int" = 0,
    ) -> "None":
        """`node` is the one we are, where each is a machine of its own."""
        self.paths = paths
        self.nodes = Nodes(attempt, len(hosts_of(request)), node)
        self.request = request
        self.argv = [_with_data(str(word), request) for word in request["argv"]]
        if self.argv[0] == "python" and not _is_on_path("python", env):
            self.argv[0] = sys.executable  # an image may have it as python3 only, which runs us
        self.env = env
        limit = request.get("time_limit_s")
        self.limit_s = float(limit) if limit else None
        self.processes = Processes(paths, variables.take_kept())

    def start(self) -> "None":
        """Start it. Raises OSError when it cannot be started."""
        self._wake, tell = os.pipe()
        for end in (self._wake, tell):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(tell)  # before the handlers, which note nothing themselves
        for number in (*_ENDING, *_FORWARDED, signal.SIGCHLD):
            signal.signal(number, _note)
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)  # the shell that put us into the background ignores it
        argv, environments = self._distributed()
        try:
            self.processes.start(argv, environments)
        except OSError:
            self.processes.end_leftovers(0.0)
            raise
        self._clock = LogClock(self.paths.std_log, self.paths.std_log_index)
        self._deadline = None if self.limit_s is None else time.monotonic() + self.limit_s

    def _distributed(self) -> "tuple[list[str], list[dict[str, str]]]":
        """What is started, and the variables of each process: MPI's own starter where there is one."""
        asked = self.request.get("distribution") or {}
        if asked.get("communicator") in ranks.MPI and asked.get("processes", 1) > 1:
            import shutil

            starter = shutil.which("mpirun", path=self.env.get("PATH"))
            if starter:
                return ranks.by_mpirun(starter, self.argv, self.request, self.env, self.paths.logs)
        shares = ranks.gpu_shares(self.request, self.env)
        found = []
        for own in ranks.plan(self.request):
            if self.nodes.is_spread and int(own["NODE_RANK"]) != self.nodes.own:
                continue
            env = dict(self.env, **own)
            env[variables.RANK] = own.get("RANK", "0")
            if shares:
                env[ranks.GPUS] = shares[int(own["NODE_RANK"])]
            found.append(env)
        return self.argv, found

    def wait(
        self,
        grace_s: "float",
        tick: "Callable[[], object]" = lambda: None,
        also: "dict[int, Callable[[], object]] | None" = None,
        memory: "Memory | None" = None,
    ) -> "Outcome":
        """Watch until it has ended; ends it on the cancel marker, the time limit or a signal.

        Args:
            grace_s: How long what was asked to end may take until it is killed.
            tick: Called ten times a second, or less often.
            also: Descriptors to wait for, and what to call when one can be read.
            memory: Tells whether the machine ran out of it.
        """
        why = ""
        kill_at = 0.0
        watched = dict(also or {})
        while self.processes.running() or (self.nodes.are_running() and not self._is_overdue(why, kill_at)):
            ready = select.select([self._wake] + list(watched), [], [], TICK_S)[0]
            numbers = os.read(self._wake, 512) if self._wake in ready else b""
            self._clock.look()
            for descriptor in ready:
                if descriptor in watched:
                    watched.pop(descriptor)()
            tick()
            if not why:
                why = self._reason_to_end(numbers)
                if why:
                    self.nodes.end()
                    kill_at = time.monotonic() + grace_s
                    self.processes.end(signal.SIGTERM)
            elif time.monotonic() > kill_at:
                self.processes.end(signal.SIGKILL)
            self.nodes.tell(self.processes)
        self.nodes.end()
        self.nodes.wait(grace_s + MORE_S)
        self._clock.look()
        return self._outcome(why, memory)

    @staticmethod
    def _is_overdue(why: "str", kill_at: "float") -> "bool":
        """Whether another node was asked for its end, and has had the time."""
        return bool(why) and time.monotonic() > kill_at

    def _reason_to_end(self, numbers: "bytes") -> "str":
        for number in numbers:
            if number in _ENDING:
                return signal.Signals(number).name
            if number in _FORWARDED:
                self.processes.send(number)
        if os.path.exists(self.paths.cancel):
            return "cancel"
        if self._deadline is not None and time.monotonic() > self._deadline:
            return "time"
        is_over = self.processes.is_decided() or self.nodes.must_end(self.processes.failed)
        return "rank" if is_over else ""

    def end_leftovers(self, grace_s: "float") -> "int":
        return self.processes.end_leftovers(grace_s)

    def _outcome(self, why: "str", memory: "Memory | None") -> "Outcome":
        member = self.processes.deciding()
        code = member.popen.returncode
        if why == "cancel":
            return Outcome("Canceled", "canceled while running", code)
        if why == "time":
            text = "ran longer than its limit of {:g} s".format(self.limit_s or 0)
            hint = "raise maxRunDurationSeconds, or `--timeout`"
            error = {"type": "TimeLimit", "message": text, "hint": hint}
            return Outcome("Failed", text, code, error)
        if why and why != "rank":
            return Outcome(None, "the job was ended by {}".format(why), code)
        elsewhere = self.nodes.outcome(why) if self.processes.failed is None else None
        if elsewhere is not None:
            return Outcome(**elsewhere)
        return self._own_outcome(member, memory)

    def _own_outcome(self, member: "Member", memory: "Memory | None") -> "Outcome":
        """By what became of a process of this node."""
        code = member.popen.returncode
        if code == 0:
            return Outcome("Completed", "", 0)
        is_one = len(self.processes.members) == 1 and not self.nodes.is_spread
        who = "" if is_one else "rank {}: ".format(member.rank)
        if code > 0:
            return Outcome("Failed", "{}exit code {}".format(who, code), code, log=member.log)
        from .failure import death

        tail = failure.read_tail(member.log)
        error = failure.killed(-code, memory, tail, self.paths.work, self.request)
        return Outcome("Failed", "{}killed by {}".format(who, death.name_of(-code)), code, error, member.log)


def _note(number: "int", frame: "object") -> "None":
    """A handler that does nothing: the wake-up pipe carries the number."""
