"""What is said of a run beside its metrics: tags, properties, its name, its phase, its children."""

from .. import atomic, ending, fields, status
from ..events import LOST_BYTES, count_lost, event_files, in_order, read_latest
from ..paths import RunPaths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

INTERACTIVE = "interactive"


class Standing:
    """The events of a run, folded: tags change and go, the first value of a property stays."""

    def __init__(self, request: "dict[str, Any]") -> "None":
        self.tags = fields.texts(request.get("tags"))
        self.properties = fields.texts(request.get("properties"))
        self.display_name = fields.text(request.get("name")) or None  # type: str | None
        self.description = None  # type: str | None
        self.children = []  # type: list[str]
        self.warnings = []  # type: list[str]
        self.phase = None  # type: str | None
        self.started = None  # type: float | None
        self.error = None  # type: dict[str, str] | None
        self._attempt = 0

    def take(self, event: "dict[str, Any]") -> "None":
        """Take in one event of any kind."""
        kind, name, value = event["kind"], fields.text(event.get("name")), event.get("value")
        if kind == "tag" and value is None:
            self.tags.pop(name, None)
        elif kind == "tag":
            self.tags[name] = fields.text(value)
        elif kind == "property":
            self.properties.setdefault(name, fields.text(value))
        elif kind == "name":
            setattr(
                self, "description" if name == "description" else "display_name", fields.text(value) or None
            )
        elif kind == "child":
            self.children.append(fields.text(event.get("run_id")))
        elif kind == "warning":
            self.warnings.append(fields.text(event.get("message")))
        elif kind == "error":
            self.error = {name: fields.text(event.get(name)) for name in ("type", "message")}
        elif kind == "status":
            self._take_phase(event)

    def _take_phase(self, event: "dict[str, Any]") -> "None":
        attempt = fields.whole(event.get("attempt")) or 1
        if attempt >= self._attempt:
            self._attempt, self.phase = attempt, fields.text(event.get("status"))
        if self.phase == "Running" and self.started is None:
            self.started = fields.moment(event.get("t"))

    @property
    def said(self) -> "str":
        return what_script_said(self.error)


def what_script_said(error: "dict[str, str] | None") -> "str":
    """Of `run.fail(…)` in a job, whose end its exit code decides."""
    if error is None:
        return ""
    return "the script said: {}".format(error["message"] or error["type"])


def read_standing(paths: "RunPaths") -> "Standing":
    """A record's standing now; one that is not there has said nothing."""
    standing = Standing(atomic.read_json(paths.request) or {})
    for event in in_order(read_latest(path)[0] for path in event_files(paths.events)):
        standing.take(event)
    lost = count_lost(paths.events)
    if lost:
        what = "1 entry was" if lost == 1 else "{:,} entries were".format(lost)
        standing.warnings.append("{} not recorded: there was no room".format(what))
    lost = count_lost(paths.events, LOST_BYTES)
    if lost:
        what = "1 byte" if lost == 1 else "{:,} bytes".format(lost)
        standing.warnings.append("{} of the log were not written: there was no room".format(what))
    return standing


def status_of(paths: "RunPaths", standing: "Standing") -> "tuple[str, str]":
    """Status and cause as the record has them; no engine is asked."""
    import os

    end = ending.read(paths)
    phase = (standing.phase, "") if standing.phase else None
    launched = any(os.path.exists(paths.attempt(number).job) for number in paths.attempt_numbers())
    engine = ("Starting", "") if launched and phase is None else None
    name, cause = status.fold(end, end is None and os.path.exists(paths.cancel), phase, engine)
    return name, cause or (standing.said if name == "Completed" else "")
