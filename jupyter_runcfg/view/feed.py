"""What a live view is told of one run: messages, from any point of it again.

No copy of the log is kept. Batches carry byte and point offsets, so that a view may get them twice,
late or not at all: it asks for a replay, and the file is read again from there. What a view asks for
besides is answered by `Desk`.
"""

from __future__ import annotations

import os
import threading
import time
from typing import Any, NamedTuple, Protocol

from ..history.follow import Follower
from ..history.record import RunSummary
from ..runtime import fields
from ..runtime.paths import RunPaths
from .seen import Seen
from .steps import Steps
from .still import read_at
from .told import NOTHING, Told

CHUNK_BYTES = 1 << 20
FAR_BEHIND_BYTES = 8 << 20
NEAR_BYTES = 4 << 20
CHUNK_POINTS = 50_000
HEARTBEAT_S = 5.0
NOW_AND_THEN_S = 0.5
_NO_FACTS: dict[str, Any] = {"ranks": 1, "warnings": []}  # what a view takes for granted


class ShownRun(Protocol):
    """What a view needs of a run."""

    @property
    def run_id(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def paths(self) -> RunPaths: ...
    @property
    def request(self) -> dict[str, Any]: ...
    @property
    def sent(self) -> str: ...
    @property
    def warnings(self) -> list[str]: ...
    @property
    def outputs_directory(self) -> str: ...
    def summary(self) -> RunSummary: ...
    def cancel(self) -> None: ...
    def rerun(self) -> ShownRun: ...
    def follow(self) -> Follower: ...


class Message(NamedTuple):
    """What goes to a view: JSON, and the bytes beside it (of a batch: log, and points as float64)."""

    content: dict[str, Any]
    buffers: tuple[bytes, ...]


class Feed:
    """One reader's place in a run: `step` gives what is new, `rewind` goes back. Safe for threads."""

    def __init__(self, run: ShownRun) -> None:
        self._run = run
        self._lock = threading.Lock()
        self._follower = run.follow()
        self.seen = Seen()
        self._log_end = 0
        self._log_sent = self._points_sent = self._names_sent = 0
        self._facts_sent: dict[str, Any] = dict(_NO_FACTS)
        self._facts_looked = self._spoke = 0.0
        self._media_sent = 0
        self._ranks = 0
        self._wants_all = False
        self._summary = run.summary()
        self._summary_sent: RunSummary | None = None
        self.is_ended = False
        """The run has ended, and all of it was handed out."""

    def info(self, session: str, told: Told = NOTHING) -> dict[str, Any]:
        """What a view knows before the first batch: RunInfo in labextension/src/widget/types.ts."""
        return {
            "session": session,
            "sent": sent_line(self._run),
            "note": told.text,
            "earlier": list(told.earlier),
            "log_path": self._run.paths.std_log,
            "source": str(self._run.request.get("source_directory") or ""),
            "summary": wire(self._summary),
        }

    def step(self) -> Message | None:
        """Read what is new; the next message, if there is one or it is time for a sign of life."""
        batch = self._follower.read(CHUNK_BYTES)
        with self._lock:
            self.seen.take(batch)
            self._log_end = batch.log_offset + len(batch.log)
            self._summary = batch.summary
            message = self._next(batch.done)
            all_sent = self._log_sent >= self._log_end and self._points_sent >= len(self.seen.trace)
            self.is_ended = batch.done and all_sent
        return message

    def replay(self, content: dict[str, Any]) -> None:
        """Do what a view's `replay` asks for."""
        log, point = (fields.whole(content.get(name)) or 0 for name in ("log", "point"))
        self.rewind(log, point, whole=content.get("whole") is True)

    def rewind(self, log: int, point: int, *, whole: bool = False) -> None:
        """Hand out again what follows that byte of the log and that point.

        `whole`: nothing of the log is left out, however far behind that is.
        """
        with self._lock:
            self._log_sent = min(self._log_sent, max(0, log))
            self._points_sent = min(self._points_sent, max(0, point))
            self._wants_all = whole
            self._names_sent = 0
            self._media_sent = 0
            self._facts_sent = dict(_NO_FACTS)
            self._facts_looked = 0.0
            self._summary_sent = None

    def _next(self, is_last: bool) -> Message | None:
        now = time.monotonic()
        content: dict[str, Any] = {"kind": "batch"}
        trace = self.seen.trace
        names = trace.names
        if len(names) > self._names_sent:
            content["names"] = names
        if self._summary != self._summary_sent or now - self._spoke > HEARTBEAT_S:
            content["summary"] = wire(self._summary, self.seen.steps)
        if is_last or now - self._facts_looked > NOW_AND_THEN_S:
            self._facts_looked = now
            content |= self._new_facts()
        start, log = self._next_log()
        points = (self._points_sent, min(len(trace), self._points_sent + CHUNK_POINTS))
        if len(content) == 1 and not log and points[0] == points[1]:
            return None
        if start > self._log_sent:
            content["skip"] = True
        content["log"] = [start, start + len(log)]
        content["points"] = list(points)
        self._log_sent, self._points_sent = start + len(log), points[1]
        self._names_sent, self._spoke = len(names), now
        if "summary" in content:
            self._summary_sent = self._summary
        return Message(content, (log, trace.dump(*points)))

    def _new_facts(self) -> dict[str, Any]:
        """What changes seldom, each only when it is not as it was sent: looked at twice a second."""
        while os.path.exists(self._run.paths.log_of(self._ranks)):
            self._ranks += 1
        facts: dict[str, Any] = {"ranks": max(1, self._ranks), "warnings": list(self.seen.warnings)}
        new = {name: fact for name, fact in facts.items() if fact != self._facts_sent[name]}
        self._facts_sent |= new
        media = self.seen.media
        if media.version != self._media_sent:
            self._media_sent = media.version
            new["media"] = media.catalog()
        return new

    def _next_log(self) -> tuple[int, bytes]:
        """Where the next piece of the log begins, and its bytes; far behind, it begins near the end."""
        start, end = self._log_sent, self._log_end
        path = self._run.paths.std_log
        if end - start > FAR_BEHIND_BYTES and not self._wants_all:
            start = end - NEAR_BYTES
            log = read_at(path, start, CHUNK_BYTES)
            cut = log.find(b"\n") + 1  # a whole line first, unless there is none
            return start + cut, log[cut:]
        log = read_at(path, start, min(end - start, CHUNK_BYTES))
        if not log:
            self._log_end = start  # the file is gone or was cut: there is nothing to wait for
        if start + len(log) >= self._log_end:
            self._wants_all = False
        return start, log


def sent_line(run: ShownRun) -> str:
    """What was sent, without what stands in the line above it."""
    summary = run.summary()
    return run.sent.removeprefix(f"{summary.label} · {summary.script} · {summary.target}, ")


def wire(summary: RunSummary, steps: Steps | None = None) -> dict[str, Any]:
    """A summary as the view reads it; durations, because the view's clock may be another one."""
    now = time.time()
    names = ("run_id", "label", "name", "status", "cause", "target", "script", "exit_code", "error")
    return {
        **{name: getattr(summary, name) for name in names},
        "tags": summary.tags,
        "is_terminal": summary.is_terminal,
        "elapsed": summary.duration_s(now),
        "waiting": max(0.0, now - summary.created),
        "steps": [step._asdict() for step in steps.so_far(summary, now)] if steps else [],
    }
