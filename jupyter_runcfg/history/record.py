"""What a record says, read from its files: its request, its events, its end."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..runtime import atomic, ending, fields, status
from ..runtime.events import event_files, in_order, read_events, read_latest
from ..runtime.paths import RunPaths
from ..runtime.tracking.standing import what_script_said

# of a reader's state, what its next look needs
_KEPT = ("_phase", "_shown", "_started", "_tags", "_properties", "_metrics", "_error", "_name")
_DAMAGED_REQUEST = "its request.json is damaged"


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
        return label_of(self.experiment, self.number, self.run_id)

    @property
    def is_terminal(self) -> bool:
        return self.status in status.TERMINAL

    def duration_s(self, now: float) -> float | None:
        """How long the script has run, or ran; None before its start."""
        if self.started is None:
            return None
        return max(0.0, (self.ended if self.ended is not None else now) - self.started)


def label_of(experiment: str, number: int, run_id: str) -> str:
    """`diabetes/12`; its id where the record does not say which of what it is."""
    return f"{experiment}/{number}" if experiment and number else run_id


class RecordReader:
    """Reads a record again and again, each time only what is new."""

    def __init__(self, paths: RunPaths) -> None:
        self.paths = paths
        self._request: dict[str, Any] | None = None
        self._offsets: dict[str, int] = {}
        self._phase: list[Any] | None = None  # attempt, phase, what it does
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
                self._tags = fields.texts(self._request.get("tags"))
                self._properties = fields.texts(self._request.get("properties"))
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
            self.end = ending.read(self.paths)

    def _take(self, event: dict[str, Any]) -> None:
        kind, name, value = event["kind"], event.get("name"), event.get("value")
        if kind == "metric" and type(value) is float and type(name) is str:
            self._metrics[name] = value  # the one that comes by the million
            return
        name = fields.text(name)
        if kind == "metric":
            for last in numbers(event):
                self._metrics[name] = last
        elif kind == "status":
            self._take_phase(event)
        elif kind == "tag" and value is None:
            self._tags.pop(name, None)
        elif kind == "tag":
            self._tags[name] = fields.text(value)
        elif kind == "property":  # the first value stays
            self._properties.setdefault(name, fields.text(value))
        elif kind == "name" and name == "display_name":
            self._name = fields.text(value)
        elif kind == "error":
            self._error = {word: fields.text(event.get(word)) for word in ("type", "message")}

    def _take_phase(self, event: dict[str, Any]) -> None:
        phase, attempt = fields.text(event.get("status")), fields.whole(event.get("attempt")) or 1
        if self._phase is None or attempt >= self._phase[0]:
            self._phase = [attempt, phase, fields.text(event.get("cause"))]
        if phase == "Running" and self._started is None:
            self._started = fields.moment(event.get("t"))

    def _status(self) -> tuple[str, str]:
        phase = (self._phase[1], "".join(self._phase[2:])) if self._phase else None
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
        return self._shown, cause or (what_script_said(self._error) if name == "Completed" else "")

    def summary(self) -> RunSummary:
        """The record as far as it was read."""
        request, end = self.request, self.end or {}
        name, cause = self._status()
        created = fields.moment(request.get("created")) or 0.0
        if not created and os.path.exists(self.paths.request):  # it was written whole: it is damaged
            created = _epoch_of(self.paths.run_id)
        experiment, number = fields.text(request.get("experiment")), fields.whole(request.get("number")) or 0
        if created and self.end is None and not (experiment and number):
            name, cause = "Failed", _DAMAGED_REQUEST  # whether its job lives, nobody can ask
        return RunSummary(
            run_id=self.paths.run_id,
            experiment=experiment,
            number=number,
            name=self._name or fields.text(request.get("name")) or None,
            status=name,
            cause=cause,
            target=fields.text(fields.mapping(request.get("target")).get("name")),
            script=fields.text(request.get("script")),
            created=created,
            started=self._started,
            ended=fields.moment(end.get("t")),
            exit_code=fields.whole(end.get("exit_code")),
            error=fields.error(end.get("error")) or (self._error if end.get("status") == "Failed" else None),
            tags=dict(self._tags),
            metrics=dict(self._metrics),
            parent=fields.text(request.get("parent")) or None,
            kind="interactive" if request.get("kind") == "interactive" else "script",
            archived=os.path.lexists(self.paths.archived),
        )

    @property
    def properties(self) -> dict[str, str]:
        return dict(self._properties)


def numbers(event: dict[str, Any]) -> Iterator[float]:
    values = event.get("values")
    for value in values if isinstance(values, list) else [event.get("value")]:
        found = fields.number(value)
        if found is not None:
            yield found


def read_summary(paths: RunPaths) -> RunSummary:
    """One record, read once."""
    reader = RecordReader(paths)
    reader.read_latest()
    return reader.summary()


def _epoch_of(run_id: str) -> float:
    """When it was made, as far as its id says so."""
    epoch = run_id.split("_")[-2:-1]
    return (fields.moment(int(epoch[0][:12])) if epoch and epoch[0].isdecimal() else None) or 1.0
