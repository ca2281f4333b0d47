"""The live view under a cell: a widget fed from the record, and the still picture that outlives it.

The kernel keeps no copy of the log. Batches carry byte and point offsets, so that a view may get them
twice, late or not at all: it asks for a replay, and the file is read again from there.
"""

from __future__ import annotations

import threading
import time
import uuid
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import anywidget
import traitlets
from IPython.display import publish_display_data

from .. import settings
from ..errors import RuncfgError
from ..history.follow import Follower
from ..history.record import RunSummary
from ..runtime.paths import RunPaths
from . import summary as still
from .pump import pump
from .trace import Trace

RUN_MIME = "application/vnd.runcfg.run+json"
WIDGET_MIME = "application/vnd.jupyter.widget-view+json"

CHUNK_BYTES = 1 << 20
FAR_BEHIND_BYTES = 2 << 20
CHUNK_POINTS = 50_000
TAIL_BYTES = 64 << 10
HEARTBEAT_S = 5.0
# a view that opens while the kernel is busy cannot ask: what was sent first is sent again for a while
UNASKED_S, UNASKED_EVERY_S = 5.0, 0.5

_STATIC = Path(__file__).parent / "static"


class ShownRun(Protocol):
    """What the view needs of a run."""

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


_shown: weakref.WeakValueDictionary[str, LiveRun] = weakref.WeakValueDictionary()


def show_ended() -> None:
    """Put the pictures of runs that have ended in place, from the cell that is running now.

    The pump does so too, but what its thread sends belongs to no cell: a client that executes a notebook
    cell by cell (nbclient, papermill) takes updates only from the cell it waits for.
    """
    for live in list(_shown.values()):
        live.show_ended()


def show(run: ShownRun, *, note: str = "") -> None:
    """Display a run once: live while it goes on, as a still picture when it has ended.

    Returns at once. The picture takes the live view's place when the run ends.
    """
    if run.summary().is_terminal:
        _publish(_still_bundle(run, _read_trace(run), (_sent(run), note)), uuid.uuid4().hex)
        return
    live = LiveRun(run, note=note)
    live.display()
    _shown[run.run_id] = live
    pump.add(live)


class LiveRun(anywidget.AnyWidget):
    """The widget of one run: sends what is new to its views, and answers what they ask."""

    _esm = _STATIC / "widget.js"
    _css = _STATIC / "widget.css"

    run = traitlets.Dict().tag(sync=True)
    """What a view knows before the first batch: RunInfo in labextension/src/widget/types.ts."""

    def __init__(self, run: ShownRun, *, note: str = "") -> None:
        self._run = run
        self._notes = (_sent(run), note)
        self._display_id = uuid.uuid4().hex
        self._lock = threading.Lock()
        self._follower = run.follow()
        self._trace = Trace()
        self._log_end = 0
        self._log_sent = self._points_sent = self._names_sent = 0
        self._summary = run.summary()
        self._summary_sent: RunSummary | None = None
        self._spoke = 0.0
        self._made = self._rewound = time.monotonic()
        self._asked = self._ended = self._settled = False
        info = {
            "session": self._display_id,
            "sent": self._notes[0],
            "note": note,
            "log_path": run.paths.std_log,
            "summary": _wire(self._summary),
        }
        super().__init__(run=info)
        self.on_msg(self._on_view)

    def display(self) -> None:
        """Put the view under the running cell, with the picture beside it for those who cannot show it."""
        picture = _still_bundle(self._run, self._trace, self._notes)
        widget = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        _publish({WIDGET_MIME: widget, **picture}, self._display_id)
        if settings.in_vscode():
            # a notebook reopened there shows "no widget" and not the HTML of the same output
            _publish(picture, self._beside_id)

    def step(self) -> bool:
        """Read what is new and send it; False when the run has ended and all of it was sent."""
        batch = self._follower.read(CHUNK_BYTES)
        with self._lock:
            self._trace.take(batch.points)
            self._log_end = batch.log_offset + len(batch.log)
            self._summary = batch.summary
            self._send_again_unasked()
            self._send_batch()
            self._ended = batch.done and self._all_sent()
        if self._ended:
            self._show_picture()
        return not self._ended

    def show_ended(self) -> None:
        """Put the picture in place if the run has ended, once in the life of this view."""
        if self._settled or not Path(self._run.paths.end).exists():
            return
        self._settled = True
        trace = self._trace if self._ended else _read_trace(self._run)
        _publish(_still_bundle(self._run, trace, self._notes), self._display_id, update=True)

    def report(self, error: Exception) -> None:
        self._answer("feed", False, f"the view cannot read the run, and tries again: {error}")

    def _all_sent(self) -> bool:
        return self._log_sent >= self._log_end and self._points_sent >= len(self._trace)

    def _send_again_unasked(self) -> None:
        now = time.monotonic()
        if self._asked or now - self._made > UNASKED_S or now - self._rewound < UNASKED_EVERY_S:
            return
        self._rewound = now
        self._rewind(0, 0)

    def _rewind(self, log: int, point: int) -> None:
        self._log_sent = min(self._log_sent, max(0, log))
        self._points_sent = min(self._points_sent, max(0, point))
        self._names_sent = 0
        self._summary_sent = None

    def _send_batch(self) -> None:
        """Send the next piece, if there is one or it is time for a sign of life."""
        now = time.monotonic()
        content: dict[str, Any] = {"kind": "batch"}
        names = self._trace.names
        if len(names) > self._names_sent:
            content["names"] = names
        if self._summary != self._summary_sent or now - self._spoke > HEARTBEAT_S:
            content["summary"] = _wire(self._summary)
        start, log = self._next_log()
        points = (self._points_sent, min(len(self._trace), self._points_sent + CHUNK_POINTS))
        if len(content) == 1 and not log and points[0] == points[1]:
            return
        if start > self._log_sent:
            content["skip"] = True
        content["log"] = [start, start + len(log)]
        content["points"] = list(points)
        self.send(content, buffers=[log, self._trace.dump(*points)])
        self._log_sent, self._points_sent = start + len(log), points[1]
        self._names_sent, self._spoke = len(names), now
        if "summary" in content:
            self._summary_sent = self._summary

    def _next_log(self) -> tuple[int, bytes]:
        """Where the next piece of the log begins, and its bytes; far behind, it begins near the end."""
        start, end = self._log_sent, self._log_end
        if end - start > FAR_BEHIND_BYTES:
            start = end - CHUNK_BYTES
            log = _read_at(self._run.paths.std_log, start, CHUNK_BYTES)
            cut = log.find(b"\n") + 1  # a whole line first, unless there is none
            return start + cut, log[cut:]
        log = _read_at(self._run.paths.std_log, start, min(end - start, CHUNK_BYTES))
        if not log:
            self._log_end = start  # the file is gone or was cut: there is nothing to wait for
        return start, log

    def _on_view(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        if content.get("kind") == "cancel":
            # the comm's thread is the kernel's: an engine that is slow to cancel must not hold it up
            threading.Thread(target=self._cancel, name="runcfg-cancel", daemon=True).start()
        elif content.get("kind") == "replay":
            with self._lock:
                self._asked = True
                self._rewind(int(content.get("log", 0)), int(content.get("point", 0)))
            # a page that was closed at the end lacks the rest, and missed the picture: both come again
            if self._ended:
                pump.add(self)

    def _cancel(self) -> None:
        try:
            self._run.cancel()
        except RuncfgError as error:
            self._answer("cancel", False, f"not cancelled: {error}")
        except OSError as error:
            self._answer("cancel", False, f"not cancelled: {error}")
        else:
            self._answer("cancel", True, "cancel asked")

    def _answer(self, to: str, ok: bool, text: str) -> None:
        self.send({"kind": "answer", "to": to, "ok": ok, "text": text})

    @property
    def _beside_id(self) -> str:
        return f"{self._display_id}-still"

    def _show_picture(self) -> None:
        _publish(_still_bundle(self._run, self._trace, self._notes), self._display_id, update=True)
        if settings.in_vscode():
            _publish({"text/html": "", "text/plain": ""}, self._beside_id, update=True)


def _sent(run: ShownRun) -> str:
    """What was sent, without what stands in the line above it."""
    summary = run.summary()
    return run.sent.removeprefix(f"{summary.label} · {summary.script} · {summary.target}, ")


def _read_trace(run: ShownRun) -> Trace:
    trace, follower = Trace(), run.follow()
    while True:
        batch = follower.read(16 << 20)
        trace.take(batch.points)
        if batch.done or not (batch.points or batch.log):
            return trace


def _still_bundle(run: ShownRun, trace: Trace, notes: Sequence[str]) -> dict[str, Any]:
    """The run in every form that outlives the kernel."""
    summary, path = run.summary(), run.paths.std_log
    notes = [*notes, *(f"warning: {warning}" for warning in run.warnings)]
    return {
        RUN_MIME: {"version": 1, "run_id": run.run_id},
        "text/html": still.html(summary, _read_tail(path), trace.series(), notes=notes, log_path=path),
        "text/plain": still.text(summary, notes=notes),
    }


def _publish(data: dict[str, Any], display_id: str, *, update: bool = False) -> None:
    publish_display_data(  # type: ignore[no-untyped-call]
        data=data, metadata={}, transient={"display_id": display_id}, update=update
    )


def _wire(summary: RunSummary) -> dict[str, Any]:
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


def _read_at(path: str, offset: int, count: int) -> bytes:
    if count <= 0:
        return b""
    try:
        with Path(path).open("rb") as stream:
            stream.seek(offset)
            return stream.read(count)
    except FileNotFoundError:
        return b""


def _read_tail(path: str) -> bytes:
    try:
        size = Path(path).stat().st_size
    except OSError:
        return b""
    return _read_at(path, max(0, size - TAIL_BYTES), TAIL_BYTES)
