"""This machine."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from typing import Any

from ..errors import TargetError
from ..runtime import process
from ..runtime.context import VARIABLES_OF_A_JOB

# The shell puts the command into the background, tells its pid and goes: the job then belongs to init,
# is never our zombie, and does not end with us.
_DETACH = '"$@" </dev/null >>"$0" 2>&1 & echo $!'


class LocalHost:
    """Commands and files of the machine we are on."""

    def spawn(self, argv: Sequence[str], *, log: str) -> dict[str, Any]:
        try:
            os.close(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
            done = subprocess.run(
                ["/bin/sh", "-c", _DETACH, log, *argv],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                start_new_session=True,
                env=_environment(),
                cwd="/",
                check=True,
            )
        except (OSError, subprocess.CalledProcessError) as error:
            detail = getattr(error, "stderr", b"") or str(error).encode()
            text = detail.decode("utf-8", "replace").strip()
            raise TargetError("the job could not be started on this machine", where=text) from error
        return process.identity(int(done.stdout))

    def is_alive(self, who: dict[str, Any]) -> bool:
        return process.is_alive(who)

    def end(self, who: dict[str, Any]) -> None:
        if self.is_alive(who):
            process.send([who["pid"]], signal.SIGKILL)

    def end_run(self, run_id: str, grace_s: float) -> int:
        return process.end_all(run_id, grace_s)


def _environment() -> dict[str, str]:
    """Our own variables without those of a job or a kernel that we are in."""
    env = {key: value for key, value in os.environ.items() if key not in VARIABLES_OF_A_JOB}
    if "matplotlib_inline" in env.get("MPLBACKEND", ""):
        del env["MPLBACKEND"]  # set by every kernel; another interpreter may not have it
    return env
