"""What a record says, read from its files: its request, its events, its end."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..runtime import atomic, status
from ..runtime.events import event_files, in_order, read_events, read_latest
from ..runtime.paths import RunPaths

# of a reader's state, what its next look needs
_KEPT = ("_phase", "_shown", "_started", "_tags", "_properties", "_metrics", "_error", "_name")
_DAMAGED_END = {"status": "Failed", "cause": "the file of its end is damaged", "exit_code": None}


@dataclass(frozen=True)
class RunSummary:
    """One run in a line of a list or a head of a view; times in unix seconds."""

    run_id: str
    experiment: str
    number: int
    name: str | None
    status: str
    cause: str
    target: str
    script: str
    created: float
    started: float | None = None
    ended: float | None = None
    exit_code: int | None = None
    error: dict[str, str] | None = None
    tags: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    parent: str | None = None
    """The run_id of the run that it is a child of."""
    kind: str = "script"
    """`interactive`: recorded by the process that logs, not submitted."""
    archived: bool = False

    @property
    def label(self) -> str:
        return f"{self.experiment}/{self.number}"

    @property
    def is_terminal(self) -> bool:
        return self.status in status.TERMINAL

    def duration_s(self, now: float) -> float | None:
        """How long the script has run, or ran; None before its start."""
        if self.started is None:
            return None
        return max(0.0, (self.ended if self.ended is not None else now) - self.started)


class RecordReader:
    """Reads a record again and again, each time only what is new."""

    def __init__(self, paths: RunPaths) -> None:
        self.paths = paths
        self._request: dict[str, Any] | None = None
        self._offsets: dict[str, int] = {}
        self._phase: list[Any] | None = None  # attempt, phase
        self._shown = "NotStarted"
        self._started: float | None = None
        self._tags: dict[str, str] = {}
        self._properties: dict[str, str] = {}
        self._metrics: dict[str, float] = {}
        self._error: dict[str, str] | None = None
        self._name: str | None = None
        self.end: dict[str, Any] | None = None

    @property
    def request(self) -> dict[str, Any]:
        """What was asked for; written once, so it is read once."""
        if self._request is None:
            self._request = atomic.read_json(self.paths.request)
            if self._request is not None:
                self._tags = dict(self._request.get("tags") or {})
                self._properties = dict(self._request.get("properties") or {})
        return self._request or {}

    def read(self, limit: int = -1) -> list[dict[str, Any]]:
        """Take in new events (at most `limit` bytes of each writer's file) and return them."""
        self._read_end()
        _ = self.request
        files = []
        for path in event_files(self.paths.events):
            events, self._offsets[path] = read_events(path, self._offsets.get(path, 0), limit)
            files.append(events)
        new = in_order(files)
        for event in new:
            self._take(event)
        return new

    def read_latest(self) -> None:
        """Take in what is new, of each metric its last value only: quick however long the run."""
        self._read_end()
        _ = self.request
        files = []
        for path in event_files(self.paths.events):
            events, self._offsets[path] = read_latest(path, self._offsets.get(path, 0))
            files.append(events)
        for event in in_order(files):
            self._take(event)

    def dump(self) -> str:
        """All that was taken in, as text from which another reader goes on (`load`)."""
        offsets = {os.path.basename(path): offset for path, offset in self._offsets.items()}
        return json.dumps([offsets, *(getattr(self, name) for name in _KEPT)])

    def load(self, dumped: str) -> None:
        """Go on where another reader of this record was; a new reader's first call."""
        _ = self.request
        offsets, *kept = json.loads(dumped)
        self._offsets = {os.path.join(self.paths.events, name): offset for name, offset in offsets.items()}
        for name, value in zip(_KEPT, kept, strict=True):
            setattr(self, name, value)

    def _read_end(self) -> None:
        if self.end is None:
            self.end = atomic.read_json(self.paths.end)
        if self.end is None and os.path.exists(self.paths.end):
            self.end = atomic.read_json(self.paths.end) or dict(_DAMAGED_END)

    def _take(self, event: dict[str, Any]) -> None:
        kind = event["kind"]
        if kind == "metric":
            for value in numbers(event):
                self._metrics[str(event.get("name"))] = value
        elif kind == "status":
            self._take_phase(event)
        elif kind == "tag" and event.get("value") is None:
            self._tags.pop(str(event.get("name")), None)
        elif kind == "tag":
            self._tags[str(event.get("name"))] = str(event.get("value"))
        elif kind == "property":  # the first value stays
            self._properties.setdefault(str(event.get("name")), str(event.get("value")))
        elif kind == "name" and event.get("name") == "display_name":
            self._name = event.get("value")
        elif kind == "error":
            self._error = {"type": str(event.get("type")), "message": str(event.get("message"))}

    def _take_phase(self, event: dict[str, Any]) -> None:
        phase, attempt = str(event.get("status")), int(event.get("attempt", 1))
        if self._phase is None or attempt >= self._phase[0]:
            self._phase = [attempt, phase]
        if phase == "Running" and self._started is None:
            self._started = float(event["t"])

    def _status(self) -> tuple[str, str]:
        phase = (self._phase[1], "") if self._phase else None
        cancel_asked = self.end is None and os.path.exists(self.paths.cancel)
        engine = None
        if phase is None and self.end is None:
            attempts = [self.paths.attempt(number) for number in self.paths.attempt_numbers()]
            if any(os.path.exists(attempt.job) for attempt in attempts):
                engine = ("Starting", "")
            elif any(os.path.exists(attempt.queued) for attempt in attempts):
                engine = ("Queued", "no free slot")
        name, cause = status.fold(self.end, cancel_asked, phase, engine)
        self._shown = status.advance(self._shown, name)
        return self._shown, cause

    def summary(self) -> RunSummary:
        """The record as far as it was read."""
        request, end = self.request, self.end or {}
        name, cause = self._status()
        return RunSummary(
            run_id=self.paths.run_id,
            experiment=str(request.get("experiment", "")),
            number=int(request.get("number", 0)),
            name=self._name or request.get("name"),
            status=name,
            cause=cause,
            target=str(request.get("target", {}).get("name", "")),
            script=str(request.get("script", "")),
            created=float(request.get("created", 0.0)),
            started=self._started,
            ended=float(end["t"]) if "t" in end else None,
            exit_code=end.get("exit_code"),
            error=end.get("error") or (self._error if end.get("status") == "Failed" else None),
            tags=dict(self._tags),
            metrics=dict(self._metrics),
            parent=request.get("parent"),
            kind="interactive" if request.get("kind") == "interactive" else "script",
            archived=os.path.lexists(self.paths.archived),
        )

    @property
    def properties(self) -> dict[str, str]:
        return dict(self._properties)


def numbers(event: dict[str, Any]) -> Iterator[float]:
    values = event.get("values")
    for value in values if isinstance(values, list) else [event.get("value")]:
        if isinstance(value, (int, float)):
            yield as_float(value)


def as_float(value: float) -> float:
    """The number as a float; an integer beyond them is infinite."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def read_summary(paths: RunPaths) -> RunSummary:
    """One record, read once."""
    reader = RecordReader(paths)
    try:
        reader.read_latest()
        return reader.summary()
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):  # of a later version, damaged
        cause = "its record cannot be read by this version"
        return RunSummary(paths.run_id, "?", 0, None, "Failed", cause, "", "", _epoch_of(paths.run_id))


def _epoch_of(run_id: str) -> float:
    epoch = run_id.split("_")[-2:-1]
    return float(epoch[0]) if epoch and epoch[0].isdigit() else 1.0
