"""The life of a job, from its claim to its end: `python runtime-<digest>.pyz RUN_DIR [ATTEMPT]`."""

import os
import sys
import time

from ..errors import RuncfgError, SnapshotError
from . import atomic, checkout, data, ending, failure, outputs, process, starting
from .events import EventWriter
from .meanwhile import Meanwhile
from .objects import ObjectStore
from .paths import RunPaths
from .script import Outcome, Script, environment
from .usage.memory import Memory

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from typing import Any

GRACE_S = 10.0
LEFTOVERS_GRACE_S = 2.0
FULL_DISK_S = 60.0


def main(arguments: "list[str]") -> "int":
    """Run the job of a record; 0 unless the attempt was ended from outside or could not start."""
    if arguments[0] == "--queue":
        from . import queue

        return queue.main(arguments[1])
    if arguments[0] in ("--mirror", "--when-sent"):
        from .mirror import job_side

        return job_side.main(arguments)
    if os.getsid(0) != os.getpid():
        try:
            os.setsid()
        except OSError:
            pass  # already the leader of its group: then it has no terminal to lose
    paths = RunPaths(arguments[0])
    number = int(arguments[1]) if len(arguments) > 1 else 1
    node = int(arguments[2]) if len(arguments) > 2 else 0
    starting.take_secrets(paths.attempt(number).secrets_of(node))
    if node:
        from .nodes import Node

        return Node(paths, number, node).run()
    return Job(paths, number).run()


class Job:
    """One attempt at running a record's request on this machine."""

    def __init__(self, paths: "RunPaths", number: "int") -> "None":
        self.paths = paths
        self.attempt = paths.attempt(number)
        self.reserve = ending.Reserve(self.attempt.reserve)

    def run(self) -> "int":
        self.attempt.create()
        claim = atomic.encode(process.identity(os.getpid()))
        if not atomic.write_once(self.attempt.claim, claim) or os.path.exists(self.paths.end):
            return 0  # another start of this attempt was first, or there is nothing left to do
        try:
            self.reserve.fill()
            self.events = EventWriter(self.paths.event_file("node-0"))
            self.events.append("attempt", number=self.attempt.number, pid=os.getpid())
            outcome = self.execute()
        except (OSError, SnapshotError) as error:
            outcome = Outcome("Failed", str(error))
        except Exception as error:  # noqa: BLE001 - a bug of ours must not leave the run without an end
            import traceback

            traceback.print_exc()
            outcome = Outcome("Failed", "the runtime failed: {!r}".format(error))
        return self.finish(outcome)

    def phase(self, name: "str") -> "None":
        try:
            self.events.append("status", status=name, attempt=self.attempt.number)
        except OSError:
            pass  # a full disk: the run goes on, and its end has a reserve

    def execute(self) -> "Outcome":
        """Check the snapshot out, run the script in it, move what it wrote into the record."""
        request = atomic.read_json(self.paths.request)
        if request is None:
            raise OSError("the request of this run cannot be read: {}".format(self.paths.request))
        self.phase("Preparing")
        environment_of_run = request.get("environment") or {}
        if environment_of_run.get("definition") and not environment_of_run.get("image"):
            from .environment import of_run

            refused = of_run.prepare(self.paths, self.attempt, request, self.events)
            if refused is not None:
                return refused
        stamps = self._check_out(request)
        if os.path.exists(self.paths.cancel):
            return Outcome("Canceled", "canceled before the script started")
        memory = memory_of(request)
        env = environment(self.paths, request)
        meanwhile = Meanwhile(self.paths, request, env, self.events, stamps)
        script = Script(self.paths, request, env, self.attempt)
        script.nodes.may_start()
        try:
            script.start()
        except OSError as error:
            meanwhile.finish("Failed")
            said = failure.not_started(script.argv, error, request, self.paths.work)
            return Outcome("Failed", said["message"], None, said)
        try:
            self.phase("Running")
            meanwhile.start(script.processes.sessions[0])
            grace_s = float(request.get("kill_grace_s") or GRACE_S)
            outcome = script.wait(grace_s, meanwhile.tick, meanwhile.descriptors(), memory)
        finally:
            count = script.end_leftovers(LEFTOVERS_GRACE_S)
        self.judge(outcome, request, memory)
        if outcome.status is not None:
            self.finalize(outcome, count, stamps, request, meanwhile)
        return outcome

    def _check_out(self, request: "dict[str, Any]") -> "dict[str, tuple[int, int, int]]":
        """Put the files where the script finds them; what each looked like then."""
        entries = checkout.read_manifest(self.paths.home, str(request["snapshot"]))
        self._clear_work()
        stamps = checkout.checkout(entries, ObjectStore(self.paths.home.objects), self.paths.work)
        for name in ("outputs", "logs"):  # as SDK v1 does, so that scripts can write into them
            os.makedirs(os.path.join(self.paths.work, name), exist_ok=True)
        for place in data.paths_of(request).values():
            if not os.path.lexists(place):  # one that the script writes: others were looked for at submit
                os.makedirs(place)
        data.link(self.paths.work, request)
        return stamps

    def judge(self, outcome: "Outcome", request: "dict[str, Any]", memory: "Memory") -> "None":
        """Say why a script failed, as far as it can be known; from here on, the reserve may be used."""
        is_unknown = outcome.status == "Failed" and outcome.error is None
        is_full = is_unknown and self.reserve.is_needed()
        self.reserve.release()  # a script that filled the disk must not hide how it ended
        if is_unknown:
            outcome.error = self._explain(outcome, request, memory)
            if outcome.error is None and is_full:
                outcome.error = failure.disk_full(self.paths.directory)

    def _explain(
        self, outcome: "Outcome", request: "dict[str, Any]", memory: "Memory"
    ) -> "dict[str, str] | None":
        """What the log of the process that failed says; mpirun fails for any of its ranks."""
        for log in [outcome.log] + [path for path in self.paths.rank_logs() if path != outcome.log]:
            tail = failure.read_tail(log)
            found = failure.explain(tail, self.paths.work, outcome.exit_code, request, memory)
            if found is not None:
                return found
        return None

    def finalize(
        self,
        outcome: "Outcome",
        count: "int",
        stamps: "dict[str, tuple[int, int, int]]",
        request: "dict[str, Any]",
        meanwhile: "Meanwhile",
    ) -> "None":
        """Move what the script wrote into the record; a fault here leaves the script's own outcome."""
        try:
            self.phase("Finalizing")
            if count:
                message = "ended {} processes the script left running".format(count)
                self.events.append("warning", message=message)
            meanwhile.finish(outcome.status or "")
            outputs.collect(self.paths, stamps, self.events, outputs.wishes(request))
            if outcome.status == "Completed":
                data.register(self.paths, request, self.events)
        except OSError as error:
            text = "its outputs were not all collected: {}".format(error)
            outcome.cause = "; ".join(filter(None, (outcome.cause, text)))

    def _clear_work(self) -> "None":
        """Put what an earlier attempt left aside: each attempt starts from the snapshot."""
        if os.path.isdir(self.paths.work):
            kept = "{}-{}".format(self.paths.work, self.attempt.number - 1)
            os.rename(self.paths.work, kept)

    def finish(self, outcome: "Outcome") -> "int":
        """Write the end of the attempt and, unless the engine decides, of the run."""
        end = {
            "status": outcome.status,
            "cause": outcome.cause,
            "exit_code": outcome.exit_code,
            "t": time.time(),
            "attempt": self.attempt.number,
        }  # type: dict[str, object]
        if outcome.error:
            end["error"] = outcome.error
        self.reserve.release()
        self._write_patiently(self.attempt.end, end)
        if outcome.status is None:
            return 1
        self._write_patiently(self.paths.end, end)
        self._serve_queue()
        return 0

    def _serve_queue(self) -> "None":
        """Those that wait for our slot are started by a process that somebody may have killed."""
        from . import queue

        target = (atomic.read_json(self.paths.request) or {}).get("target") or {}
        options = target.get("options") or {}
        try:
            if "machine" in options and target.get("executor") == "local":  # not from inside of a container
                queue.Queue(self.paths.home, options["machine"], options["depth"]).heal(sys.argv[0])
        except (OSError, RuncfgError):
            pass  # the next reader does it

    @staticmethod
    def _write_patiently(path: "str", end: "dict[str, object]") -> "None":
        """Write an end; where others fill the disk at this moment, wait for room."""
        deadline = time.monotonic() + FULL_DISK_S
        while True:
            try:
                atomic.write_once(path, atomic.encode(end), sync=True)
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                return


def memory_of(request: "dict[str, Any]") -> "Memory":
    """What counts its memory; where an engine limits that, the run can ask for more."""
    is_limited = (request.get("target") or {}).get("executor") == "docker"
    return Memory(more="`--mem`, resources.memory" if is_limited else "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
