"""What a live view is told of one run: messages, from any point of it again.

No copy of the log is kept. Batches carry byte and point offsets, so that a view may get them twice,
late or not at all: it asks for a replay, and the file is read again from there.
"""

from __future__ import annotations

import threading
import time
from typing import Any, NamedTuple, Protocol

from ..history.follow import Follower
from ..history.record import RunSummary
from ..runtime.paths import RunPaths
from .still import read_at
from .trace import Trace

CHUNK_BYTES = 1 << 20
FAR_BEHIND_BYTES = 2 << 20
CHUNK_POINTS = 50_000
HEARTBEAT_S = 5.0


class ShownRun(Protocol):
    """What a view needs of a run."""

    @property
    def run_id(self) -> str: ...
    @property
    def paths(self) -> RunPaths: ...
    @property
    def sent(self) -> str: ...
    @property
    def warnings(self) -> list[str]: ...
    def summary(self) -> RunSummary: ...
    def cancel(self) -> None: ...
    def follow(self) -> Follower: ...


class Message(NamedTuple):
    """What goes to a view: JSON, and the bytes beside it (of the log, and points as float64 triples)."""

    content: dict[str, Any]
    buffers: tuple[bytes, ...]


class Feed:
    """One reader's place in a run: `step` gives what is new, `rewind` goes back. Safe for threads."""

    def __init__(self, run: ShownRun) -> None:
        self._run = run
        self._lock = threading.Lock()
        self._follower = run.follow()
        self.trace = Trace()
        self._log_end = 0
        self._log_sent = self._points_sent = self._names_sent = 0
        self._summary = run.summary()
        self._summary_sent: RunSummary | None = None
        self._spoke = 0.0
        self.is_ended = False
        """The run has ended, and all of it was handed out."""

    def info(self, session: str, note: str = "") -> dict[str, Any]:
        """What a view knows before the first batch: RunInfo in labextension/src/widget/types.ts."""
        return {
            "session": session,
            "sent": sent_line(self._run),
            "note": note,
            "log_path": self._run.paths.std_log,
            "summary": wire(self._summary),
        }

    def step(self) -> Message | None:
        """Read what is new; the next message, if there is one or it is time for a sign of life."""
        batch = self._follower.read(CHUNK_BYTES)
        with self._lock:
            self.trace.take(batch.points)
            self._log_end = batch.log_offset + len(batch.log)
            self._summary = batch.summary
            message = self._next()
            all_sent = self._log_sent >= self._log_end and self._points_sent >= len(self.trace)
            self.is_ended = batch.done and all_sent
        return message

    def rewind(self, log: int, point: int) -> None:
        """Hand out again what follows that byte of the log and that point."""
        with self._lock:
            self._log_sent = min(self._log_sent, max(0, log))
            self._points_sent = min(self._points_sent, max(0, point))
            self._names_sent = 0
            self._summary_sent = None

    def _next(self) -> Message | None:
        now = time.monotonic()
        content: dict[str, Any] = {"kind": "batch"}
        names = self.trace.names
        if len(names) > self._names_sent:
            content["names"] = names
        if self._summary != self._summary_sent or now - self._spoke > HEARTBEAT_S:
            content["summary"] = wire(self._summary)
        start, log = self._next_log()
        points = (self._points_sent, min(len(self.trace), self._points_sent + CHUNK_POINTS))
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
        return Message(content, (log, self.trace.dump(*points)))

    def _next_log(self) -> tuple[int, bytes]:
        """Where the next piece of the log begins, and its bytes; far behind, it begins near the end."""
        start, end = self._log_sent, self._log_end
        if end - start > FAR_BEHIND_BYTES:
            start = end - CHUNK_BYTES
            log = read_at(self._run.paths.std_log, start, CHUNK_BYTES)
            cut = log.find(b"\n") + 1  # a whole line first, unless there is none
            return start + cut, log[cut:]
        log = read_at(self._run.paths.std_log, start, min(end - start, CHUNK_BYTES))
        if not log:
            self._log_end = start  # the file is gone or was cut: there is nothing to wait for
        return start, log


def sent_line(run: ShownRun) -> str:
    """What was sent, without what stands in the line above it."""
    summary = run.summary()
    return run.sent.removeprefix(f"{summary.label} · {summary.script} · {summary.target}, ")


def wire(summary: RunSummary) -> dict[str, Any]:
    """A summary as the view reads it; durations, because the view's clock may be another one."""
    now = time.time()
    fields = ("run_id", "label", "name", "status", "cause", "target", "script", "exit_code", "error")
    return {
        **{field: getattr(summary, field) for field in fields},
        "tags": summary.tags,
        "is_terminal": summary.is_terminal,
        "elapsed": summary.duration_s(now),
        "waiting": max(0.0, now - summary.created),
    }


def read_trace(run: ShownRun) -> Trace:
    """All metric points of a run, as far as they are written."""
    trace, follower = Trace(), run.follow()
    while True:
        batch = follower.read(16 << 20)
        trace.take(batch.points)
        if batch.done or not (batch.points or batch.log):
            return trace
