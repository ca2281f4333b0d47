"""A mirror where the job is: `--mirror RECORD [ATTEMPT]` over stdin and stdout, `--when-sent` for the job.

The mirror may come and go, the job goes on. Where the end of the job is the end of its machine (a
container), the job waits for a mirror that has not yet sent everything.
"""

import fcntl
import json
import os
import select
import sys
import threading
import time

from ...errors import RuncfgError
from ..paths import RunPaths
from . import frame
from .filling import Filling, put
from .sending import Had, Sender

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from typing import BinaryIO

    from ..paths import AttemptPaths

LOOK_S = 0.05  # a line is seen after half of it, on the average
SILENCE_S = 30.0  # the other side says something more often
WAIT_S = 3600.0
_MARKER_S = 0.02


def main(arguments: "list[str]") -> "int":
    paths = RunPaths(arguments[1])
    number = int(arguments[2]) if len(arguments) > 2 else 1
    if arguments[0] == "--when-sent":
        return run_when_sent(paths.attempt(number), arguments[1:])
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints here must not print between frames
    return JobSide(paths, number, Patient(0), out).run()


class Patient:
    """A descriptor to read from; one that is silent for long has nobody at its other end."""

    def __init__(self, descriptor: "int") -> "None":
        self._descriptor = descriptor

    def read(self, size: "int") -> "bytes":
        if not select.select([self._descriptor], [], [], SILENCE_S)[0]:
            raise frame.Broken("nothing came for {:g} s".format(SILENCE_S))
        return os.read(self._descriptor, size)


class JobSide:
    """One connection, from its first word to its last."""

    def __init__(self, paths: "RunPaths", number: "int", stream: "Patient", out: "BinaryIO") -> "None":
        self._paths = paths
        self._attempt = paths.attempt(number)
        self._stream = stream
        self._out = out
        self._is_done = threading.Event()

    def say(self, kind: "bytes", name: "str" = "", offset: "int" = 0, data: "bytes" = b"") -> "None":
        self._out.write(frame.pack(kind, name, offset, data))
        self._out.flush()

    def run(self) -> "int":
        """0 when all of the record was sent and has arrived."""
        self._attempt.create()
        with open(self._attempt.mirror, "ab") as held:
            fcntl.flock(held, fcntl.LOCK_SH)
            try:
                had = self._fill()
                threading.Thread(target=self._listen, daemon=True).start()
                sender = Sender(self._paths.directory, self._attempt.number, had, self.say)
                while not sender.look():
                    time.sleep(LOOK_S)
            except (frame.Broken, RuncfgError, OSError, ValueError) as error:
                sys.stderr.write("{}\n".format(error))
                return 1
            self._is_done.wait()  # or this process ends, when nobody is there any more
            return 0

    def _fill(self) -> "Had":
        """Take what the job needs, then what the other side has of the record."""
        self._out.write(frame.BANNER)
        filling = Filling(self._paths, self._attempt, self._stream.read, self.say)
        self.say(frame.HELLO, "", 0, json.dumps(filling.hello()).encode("ascii"))
        had = Had()
        while True:
            said = frame.read(self._stream.read)
            if said is None:
                raise frame.Broken("the other side went away")
            if said.kind != frame.HAVE:
                filling.take(said)
            elif said.data == b"[]":
                return had
            else:
                had.take(json.loads(said.data.decode("ascii")))

    def _listen(self) -> "None":
        """What the other side says while it receives; without it, nobody needs this process."""
        try:
            while True:
                said = frame.read(self._stream.read)
                if said is None:
                    break
                if said.kind == frame.PUT:
                    put(self._paths.directory, said, True)
                elif said.kind == frame.DONE:
                    self._is_done.set()
        except (frame.Broken, OSError) as error:
            sys.stderr.write("{}\n".format(error))
            sys.stderr.flush()
        if not self._is_done.is_set():
            os._exit(1)  # the other thread may hang in a write that nobody reads


def run_when_sent(attempt: "AttemptPaths", arguments: "list[str]") -> "int":
    """Run a job as soon as all that it needs is there; ends when the mirrors have, too."""
    from .. import job

    deadline = time.monotonic() + WAIT_S
    while not os.path.exists(attempt.sent):
        if time.monotonic() > deadline:
            sys.stderr.write("nothing was sent for {:g} s\n".format(WAIT_S))
            return 1
        time.sleep(_MARKER_S)
    status = job.main(arguments)
    with open(attempt.mirror, "ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
    return status
