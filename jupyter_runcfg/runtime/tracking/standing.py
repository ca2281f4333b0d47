"""What is said of a run beside its metrics: tags, properties, its name, its phase, its children."""

from .. import atomic, status
from ..events import event_files, in_order, read_latest
from ..paths import RunPaths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

INTERACTIVE = "interactive"


class Standing:
    """The events of a run, folded: tags change and go, the first value of a property stays."""

    def __init__(self, request: "dict[str, Any]") -> "None":
        self.tags = {str(k): str(v) for k, v in _map(request.get("tags")).items()}
        self.properties = {str(k): str(v) for k, v in _map(request.get("properties")).items()}
        self.display_name = request.get("name")  # type: str | None
        self.description = None  # type: str | None
        self.children = []  # type: list[str]
        self.warnings = []  # type: list[str]
        self.phase = None  # type: str | None
        self.started = None  # type: float | None
        self.error = None  # type: dict[str, str] | None
        self._attempt = 0

    def take(self, event: "dict[str, Any]") -> "None":
        """Take in one event of any kind."""
        kind, name, value = event["kind"], str(event.get("name")), event.get("value")
        if kind == "tag" and value is None:
            self.tags.pop(name, None)
        elif kind == "tag":
            self.tags[name] = str(value)
        elif kind == "property":
            self.properties.setdefault(name, str(value))
        elif kind == "name":
            setattr(self, "description" if name == "description" else "display_name", value)
        elif kind == "child":
            self.children.append(str(event.get("run_id")))
        elif kind == "warning":
            self.warnings.append(str(event.get("message")))
        elif kind == "error":
            self.error = {"type": str(event.get("type")), "message": str(event.get("message"))}
        elif kind == "status":
            self._take_phase(event)

    def _take_phase(self, event: "dict[str, Any]") -> "None":
        attempt = int(event.get("attempt", 1))
        if attempt >= self._attempt:
            self._attempt, self.phase = attempt, str(event.get("status"))
        if self.phase == "Running" and self.started is None:
            self.started = event.get("t")


def read_standing(paths: "RunPaths") -> "Standing":
    """A record's standing now; one that is not there has said nothing."""
    standing = Standing(atomic.read_json(paths.request) or {})
    for event in in_order(read_latest(path)[0] for path in event_files(paths.events)):
        standing.take(event)
    return standing


def status_of(paths: "RunPaths", standing: "Standing") -> "tuple[str, str]":
    """Status and cause as the record has them; no engine is asked."""
    import os

    end = atomic.read_json(paths.end)
    phase = (standing.phase, "") if standing.phase else None
    launched = any(os.path.exists(paths.attempt(number).job) for number in paths.attempt_numbers())
    engine = ("Starting", "") if launched and phase is None else None
    return status.fold(end, end is None and os.path.exists(paths.cancel), phase, engine)


def _map(value: "object") -> "dict[str, Any]":
    return value if isinstance(value, dict) else {}
