"""The script of a job: its environment, its start, its supervision, and how it ended."""

import os
import select
import signal
import subprocess
import time

from . import context, process
from .paths import RunPaths

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
        error: "dict[str, str] | None" = None,
    ) -> "None":
        self.status = status
        self.cause = cause
        self.exit_code = exit_code
        self.error = error


def environment(paths: "RunPaths", request: "dict[str, object]") -> "dict[str, str]":
    """The variables a script sees: the machine's, ours, SDK v1's, and last the person's own."""
    env = dict(os.environ)
    archive = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    env.update(
        {
            context.RUN_DIRECTORY: paths.directory,
            context.RUN_ID: paths.run_id,
            context.RANK: "0",
            "AZUREML_RUN_ID": paths.run_id,
            "AZUREML_ARM_PROJECT_NAME": str(request.get("experiment", "")),
            "AZUREML_OUTPUT_DIRECTORY": os.path.join(paths.work, "outputs"),
            "PYTHONUNBUFFERED": "1",  # a printed line is a line in the log at once
        }
    )
    own = request.get("environment_variables")
    if isinstance(own, dict):
        env.update({str(key): str(value) for key, value in own.items()})
    before = env.get("PYTHONPATH")
    places = before.split(os.pathsep) if before else []
    # the archive of a job that submitted this one would chain to ours, and ours to it, without end
    env["PYTHONPATH"] = os.pathsep.join([archive] + [place for place in places if not _is_runtime(place)])
    return env


def _is_runtime(place: "str") -> "bool":
    name = os.path.basename(place)
    return name.startswith("runtime-") and name.endswith(".pyz")


class Script:
    """The process of the person's script, with the log file itself as its output."""

    def __init__(self, paths: "RunPaths", request: "dict[str, object]", env: "dict[str, str]") -> "None":
        self.paths = paths
        self.argv = [str(word) for word in request["argv"]]  # type: ignore[attr-defined]
        self.env = env
        limit = request.get("time_limit_s")
        self.limit_s = float(limit) if limit else None  # type: ignore[arg-type]
        self._size = -1

    def start(self) -> "None":
        """Start it in a session and group of its own. Raises OSError when it cannot be started."""
        self._wake, tell = os.pipe()
        for end in (self._wake, tell):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(tell)  # before the handlers, which note nothing themselves
        for number in (*_ENDING, *_FORWARDED, signal.SIGCHLD):
            signal.signal(number, _note)
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)  # the shell that put us into the background ignores it
        log = os.open(self.paths.std_log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._log = log
        self._index = os.open(self.paths.std_log_index, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            self._process = subprocess.Popen(
                self.argv,
                cwd=self.paths.work,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        except FileNotFoundError:
            raise OSError("there is no program '{}' to run the script".format(self.argv[0])) from None
        except PermissionError:
            raise OSError("'{}' may not be executed".format(self.argv[0])) from None
        self._deadline = None if self.limit_s is None else time.monotonic() + self.limit_s

    def wait(self, grace_s: "float") -> "Outcome":
        """Watch until it has ended; ends it on the cancel marker, the time limit or a signal."""
        why = ""
        kill_at = 0.0
        while self._process.poll() is None:
            ready = select.select([self._wake], [], [], TICK_S)[0]
            numbers = os.read(self._wake, 512) if ready else b""
            self._note_growth()
            if not why:
                why = self._reason_to_end(numbers)
                if why:
                    kill_at = time.monotonic() + grace_s
                    self._signal_tree(signal.SIGTERM)
            elif time.monotonic() > kill_at:
                self._signal_tree(signal.SIGKILL)
        self._note_growth()
        return self._outcome(why)

    def _reason_to_end(self, numbers: "bytes") -> "str":
        for number in numbers:
            if number in _ENDING:
                return signal.Signals(number).name
            if number in _FORWARDED:
                self._signal_tree(number)
        if os.path.exists(self.paths.cancel):
            return "cancel"
        if self._deadline is not None and time.monotonic() > self._deadline:
            return "time"
        return ""

    def _signal_tree(self, number: "int") -> "None":
        process.send_tree(self._process.pid, self.paths.run_id, number)

    def end_leftovers(self, grace_s: "float") -> "int":
        """End what the script left running; returns how many processes there were."""
        return process.end_all(self.paths.run_id, grace_s, self._process.pid)

    def _note_growth(self) -> "None":
        """One line, `offset time`, for each tick in which the log grew: when was what printed."""
        size = os.fstat(self._log).st_size
        if size != self._size:
            self._size = size
            try:
                os.write(self._index, b"%d %.3f\n" % (size, time.time()))
            except OSError:
                pass  # a full disk: the log matters more than its clock

    def _outcome(self, why: "str") -> "Outcome":
        code = self._process.returncode
        if why == "cancel":
            return Outcome("Canceled", "canceled while running", code)
        if why == "time":
            text = "ran longer than its limit of {:g} s".format(self.limit_s or 0)
            hint = "raise maxRunDurationSeconds, or `--timeout`"
            error = {"type": "TimeLimit", "message": text, "hint": hint}
            return Outcome("Failed", text, code, error)
        if why:
            return Outcome(None, "the job was ended by {}".format(why), code)
        if code == 0:
            return Outcome("Completed", "", 0)
        if code > 0:
            return Outcome("Failed", "exit code {}".format(code), code)
        return self._killed(-code)

    def _killed(self, number: "int") -> "Outcome":
        try:
            name = signal.Signals(number).name
        except ValueError:  # most real-time signals have no name
            name = "signal {}".format(number)
        error = {"type": name, "message": "the script was killed by {}".format(name)}
        if number == signal.SIGKILL:
            error["hint"] = "often the machine ran out of memory: load less at once"
        return Outcome("Failed", "killed by {}".format(name), -number, error)


def _note(number: "int", frame: "object") -> "None":
    """A handler that does nothing: the wake-up pipe carries the number."""
