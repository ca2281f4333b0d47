"""Starts the runtime of an attempt, detached from whoever starts it."""

import os
import shlex
import subprocess

from ..errors import TargetError
from . import atomic, ending, process
from .paths import RunPaths
from .variables import VARIABLES_OF_A_JOB

# The shell puts the command into the background, tells its pid and goes: the job then belongs to init,
# is never our zombie, and does not end with us.
_DETACH = '"$@" </dev/null >>"$0" 2>&1 & echo $!'


def environment() -> "dict[str, str]":
    """Our own variables without those of a job or a kernel that we are in."""
    env = {key: value for key, value in os.environ.items() if key not in VARIABLES_OF_A_JOB}
    if "matplotlib_inline" in env.get("MPLBACKEND", ""):
        del env["MPLBACKEND"]  # set by every kernel; another interpreter may not have it
    return env


def spawn(
    argv: "list[str]", log: "str", env: "dict[str, str]", keep: "tuple[int, ...]" = ()
) -> "dict[str, object]":
    """Start a process that outlives us, with its output appended to `log` and the descriptors `keep`.

    Returns what identifies it for good (`process.identity`).

    Raises:
        TargetError: It cannot be started.
    """
    try:
        os.close(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
        shell = subprocess.Popen(
            ["/bin/sh", "-c", _DETACH, log] + list(argv),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env=env,
            cwd="/",
            pass_fds=keep,
        )
        out, said = shell.communicate()
    except OSError as error:
        raise TargetError("the job could not be started on this machine", where=str(error)) from error
    if shell.returncode:
        text = said.decode("utf-8", "replace").strip()
        raise TargetError("the job could not be started on this machine", where=text)
    return process.identity(int(out))


def start(
    paths: "RunPaths",
    number: "int",
    argv: "list[str]",
    env: "dict[str, str]",
    keep: "tuple[int, ...]" = (),
) -> "str":
    """Start an attempt's runtime and note in the record which process it is; returns that job id.

    Raises:
        TargetError: It cannot be started.
        OSError: It cannot be noted, a full disk: then nothing runs.
    """
    attempt = paths.attempt(number)
    attempt.create()
    ending.Reserve(attempt.reserve).fill()  # no job starts that could not tell how it ended
    who = spawn(argv, paths.runtime_log, env, keep)
    job_id = str(who["pid"])
    note = {"job_id": job_id, "process": who, "command": " ".join(shlex.quote(word) for word in argv)}
    try:
        atomic.write_once(attempt.job, atomic.encode(note))
    except OSError:  # a job that nobody could find again must not run
        process.kill(who)
        process.end_all(paths.run_id, 0.0)
        raise
    return job_id


def take_secrets(path: "str") -> "None":
    """Of a job in a container: the variables that were left there for it. Nothing of them stays."""
    found = atomic.read_json(path)
    if found is not None:
        os.unlink(path)
        os.environ.update({str(name): str(value) for name, value in found.items()})
