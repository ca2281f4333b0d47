"""The script of a job: its environment, its start, its supervision, and how it ended."""

import os
import re
import select
import signal
import time

from . import failure, ranks, variables
from .paths import RunPaths
from .processes import LogClock, Processes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from .usage.memory import Memory

TICK_S = 0.1
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
    if (request.get("environment") or {}).get("definition"):
        from .environment import of_run

        for name in ("PYTHONHOME", "PYTHONPATH"):  # of the interpreter that submitted it
            env.pop(name, None)
        env.update(of_run.variables(paths, request, env))
    for name, value in _parameters(request):
        env["AML_PARAMETER_" + re.sub(r"\W", "_", name)] = value
    env.update({str(name): str(path) for name, path in (request.get("data") or {}).items()})
    own = request.get("environment_variables")
    if isinstance(own, dict):
        env.update({str(key): str(value) for key, value in own.items()})
    before = env.get("PYTHONPATH")
    places = before.split(os.pathsep) if before else []
    # the archive of a job that submitted this one would chain to ours, and ours to it, without end
    env["PYTHONPATH"] = os.pathsep.join([archive] + [place for place in places if not _is_runtime(place)])
    return env


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
    for name, path in sorted((request.get("data") or {}).items(), reverse=True):
        word = word.replace("${}".format(name), str(path))
    return word


class Script:
    """The processes of the person's script, with the log files themselves as their output."""

    def __init__(self, paths: "RunPaths", request: "dict[str, Any]", env: "dict[str, str]") -> "None":
        self.paths = paths
        self.request = request
        self.argv = [_with_data(str(word), request) for word in request["argv"]]
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
        for rank, own in enumerate(ranks.plan(self.request)):
            env = dict(self.env, **own)
            env[variables.RANK] = str(rank)
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
        while self.processes.running():
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
                    kill_at = time.monotonic() + grace_s
                    self.processes.end(signal.SIGTERM)
            elif time.monotonic() > kill_at:
                self.processes.end(signal.SIGKILL)
        self._clock.look()
        return self._outcome(why, memory)

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
        return "rank" if self.processes.is_decided() else ""

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
        if code == 0:
            return Outcome("Completed", "", 0)
        who = "rank {}: ".format(member.rank) if len(self.processes.members) > 1 else ""
        if code > 0:
            return Outcome("Failed", "{}exit code {}".format(who, code), code, log=member.log)
        from .failure import death

        tail = failure.read_tail(member.log)
        error = failure.killed(-code, memory, tail, self.paths.work, self.request)
        return Outcome("Failed", "{}killed by {}".format(who, death.name_of(-code)), code, error, member.log)


def _note(number: "int", frame: "object") -> "None":
    """A handler that does nothing: the wake-up pipe carries the number."""
