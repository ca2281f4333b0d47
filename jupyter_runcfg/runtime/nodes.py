"""A run whose nodes are containers of their own: they see each other through the record's directory.

Node 0 is the run's job: it checks out, decides when all end, and writes the end. Each other node waits
until the files are there, starts its own processes, and leaves a word on how they ended.
"""

import os
import time

from . import atomic, failure
from .events import EventWriter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .paths import AttemptPaths, RunPaths
    from .processes import Member, Processes

POLL_S = 0.05


def hosts_of(request: "dict[str, Any]") -> "list[str]":
    """The names by which the nodes reach each other; none where all are on this machine."""
    options = (request.get("target") or {}).get("options") or {}
    return [str(host) for host in options.get("hosts") or []]


class Nodes:
    """The nodes of an attempt, as one of them sees the others."""

    def __init__(self, attempt: "AttemptPaths", count: "int", own: "int") -> "None":
        self._attempt = attempt
        self._others = range(1, count) if own == 0 else range(0)
        self.own = own
        self.is_spread = count > 1

    def are_running(self) -> "bool":
        """Whether another one still has a process that ends by itself."""
        return any(
            not os.path.exists(self._attempt.node_end(node))
            and not os.path.exists(self._attempt.node_serves(node))
            for node in self._others
        )

    def failed(self) -> "dict[str, Any] | None":
        """What the first node that failed has left."""
        ends = [atomic.read_json(self._attempt.node_end(node)) for node in self._others]
        return next((end for end in ends if end and end.get("status") == "Failed"), None)

    def outcome(self, why: "str") -> "dict[str, Any] | None":
        """How it ended here because of another node; None where it is ours that decides."""
        if self.own and why:
            return {"status": "Canceled", "cause": "ended with the others"}
        return self.failed()

    def must_end(self, failed: "Member | None") -> "bool":
        """Whether what runs here should: the first of any node that fails ends all."""
        if not self.is_spread:
            return False
        if self.own:
            return os.path.exists(self._attempt.ending) or os.path.exists(self._attempt.end)
        return failed is not None or self.failed() is not None

    def may_start(self) -> "None":
        """Tell the others that the files are there."""
        if self.is_spread:
            atomic.write_once(self._attempt.ready, b"")

    def end(self) -> "None":
        """Ask the others for their end."""
        if self.is_spread and not self.own:
            atomic.write_once(self._attempt.ending, b"")

    def wait(self, limit_s: "float") -> "None":
        """Until the others have ended, but no longer than that."""
        deadline = time.monotonic() + limit_s
        while any(not os.path.exists(self._attempt.node_end(node)) for node in self._others):
            if time.monotonic() > deadline:
                return
            time.sleep(POLL_S)

    def tell(self, processes: "Processes") -> "None":
        """Say so when only servers are left here, which end when all others have."""
        if self.own and processes.only_serves():
            atomic.write_once(self._attempt.node_serves(self.own), b"")


class Node:
    """One attempt's life on a node that is not the first."""

    def __init__(self, paths: "RunPaths", number: "int", node: "int") -> "None":
        self.paths = paths
        self.attempt = paths.attempt(number)
        self.node = node

    def run(self) -> "int":
        request = atomic.read_json(self.paths.request) or {}
        while not os.path.exists(self.attempt.ready):
            if os.path.exists(self.attempt.end) or os.path.exists(self.paths.end):
                return 0
            time.sleep(POLL_S)
        try:
            end = self.execute(request)
        except OSError as error:
            end = {"status": "Failed", "cause": "node {}: {}".format(self.node, error)}
        atomic.write_once(self.attempt.node_end(self.node), atomic.encode(end))
        return 0

    def execute(self, request: "dict[str, Any]") -> "dict[str, Any]":
        """Run this node's processes; how they ended."""
        from .job import GRACE_S, LEFTOVERS_GRACE_S, memory_of
        from .meanwhile import Meanwhile
        from .script import Script, environment

        memory = memory_of(request)
        env = environment(self.paths, request)
        events = EventWriter(self.paths.event_file("node-{}".format(self.node)))
        meanwhile = Meanwhile(self.paths, request, env, events, ())
        script = Script(self.paths, request, env, self.attempt, self.node)
        script.start()
        try:
            grace_s = float(request.get("kill_grace_s") or GRACE_S)
            outcome = script.wait(grace_s, meanwhile.tick, meanwhile.descriptors(), memory)
        finally:
            script.end_leftovers(LEFTOVERS_GRACE_S)
        error = outcome.error
        if outcome.status == "Failed" and error is None:
            tail = failure.read_tail(outcome.log)
            error = failure.explain(tail, self.paths.work, outcome.exit_code, request, memory)
        return {
            "status": outcome.status,
            "cause": "node {}: {}".format(self.node, outcome.cause),
            "exit_code": outcome.exit_code,
            "error": error,
            "log": outcome.log or "",
        }
