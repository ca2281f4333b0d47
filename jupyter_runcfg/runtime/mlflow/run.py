"""One run as MLflow sees it, kept in the record: its metrics, parameters and tags are our events."""

import json
import os
import time

from ...errors import RuncfgError
from .. import atomic, changes
from ..events import event_files, in_order, read_events, read_latest
from ..paths import RunPaths
from ..tracking import artifacts, interactive, standing
from ..tracking.tracker import Tracker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# how MLflow says what a record calls Completed …
STATUSES = {"FINISHED": "Completed", "FAILED": "Failed", "KILLED": "Canceled"}
PARAM = "mlflow.param."  # a property, where a tag of that name was taken
_WORDS = {word: word for word in ("NaN", "Infinity", "-Infinity")}  # protobuf's JSON has them as text
_LATEST = 1e12  # a time in seconds; not NaN, which is no JSON
_ACTIVE = ("RUNNING", "SCHEDULED")
# tags that the record says in its request, or by a property for each model
_SAID_OTHERWISE = ("mlflow.parentRunId", "mlflow.log-model.history", "mlflow.loggedModels")


class Refusal(RuncfgError):
    """An answer in MLflow's own words; `code` is one of its error codes."""

    def __init__(self, code: "str", message: "str") -> "None":
        super().__init__(message)
        self.code = code


class RecordedRun:
    """A run that MLflow may write to.

    Parameters become tags, which a person sees and filters by; MLflow's own tags (`mlflow.…`) become
    properties. `tags` and `params` hold what was said through MLflow, the metrics are read from the record.
    """

    def __init__(
        self,
        paths: "RunPaths",
        request: "dict[str, Any]",
        experiment_id: "str",
        outputs: "str",
        tracker: "Tracker | None" = None,
    ) -> "None":
        self.paths = paths
        self.run_id = paths.run_id
        self.experiment_id = experiment_id
        self.experiment = str(request.get("experiment") or experiment_id)
        self.outputs = outputs
        self.name = str(request.get("name") or "")
        self.parent = request.get("parent")
        self._kind = request.get("kind")
        self.status = "RUNNING"
        self.lifecycle = "active"
        self.start_ms = int(float(request.get("created") or 0) * 1000)
        self.end_ms = None  # type: int | None
        self.user = ""
        self.params = {}  # type: dict[str, str]
        self.tags = {}  # type: dict[str, str]
        asked = request.get("tags")
        self._asked = dict(asked) if isinstance(asked, dict) else {}  # tags of the person who submitted
        self.datasets = []  # type: list[object]
        self.model_inputs = []  # type: list[object]
        self.model_outputs = []  # type: list[object]
        self.tracker = tracker or Tracker(paths.events, "mlflow")
        self._stepped = set()  # type: set[str]

    @classmethod
    def begun(cls, paths: "RunPaths", experiment_id: "str", tracker: "Tracker") -> "RecordedRun":
        """A run that this process has just begun."""
        request = atomic.read_json(paths.request) or {}
        return cls(paths, request, experiment_id, paths.outputs, tracker)

    @property
    def is_interactive(self) -> "bool":
        """Whether what MLflow says of its end counts: a job's run ends with its script."""
        return self._kind == standing.INTERACTIVE

    @property
    def is_active(self) -> "bool":
        return self.status in _ACTIVE

    def log_metrics(self, metrics: "list[dict[str, Any]]") -> "None":
        """Record points; all of them are checked before the first is written. Raises Refusal."""
        self.tracker.points([self._point(metric) for metric in metrics])

    def _point(self, metric: "dict[str, Any]") -> "tuple[str, str, str, float]":
        name = json.dumps(text(metric, "key"))
        value, step = metric.get("value"), metric.get("step") or 0
        if isinstance(value, str) and value in _WORDS:
            written = value
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            written = json.dumps(value)
        else:
            raise Refusal("INVALID_PARAMETER_VALUE", "metric {} has no number as its value".format(name))
        try:
            step = int(step)
            moment = float(metric.get("timestamp") or 0) / 1000
        except (TypeError, ValueError):
            raise Refusal(
                "INVALID_PARAMETER_VALUE", "step and timestamp of metric {} are no integers".format(name)
            ) from None
        where = str(step)
        if step == 0 and name in self._stepped:
            where = "null"  # who gives no step sends 0 each time: such points are counted
        self._stepped.add(name)
        return name, written, where, moment if 0 < moment < _LATEST else time.time()

    def log_param(self, key: "str", value: "str") -> "None":
        """Record a parameter, as a tag unless the person gave a tag of that name another value.

        Raises Refusal where a run of its own gets a second value. The job's run may be shared by the
        processes of a script, which would each have had a run of their own: there the last value counts.
        """
        before = self.params.get(key)
        if before == value:
            return
        if before is not None and self.is_interactive:
            raise Refusal(
                "INVALID_PARAMETER_VALUE",
                "Changing param values is not allowed. Param with key='{}' was already logged with "
                "value='{}' for run ID='{}'. Attempted logging new value '{}'.".format(
                    key, before, self.run_id, value
                ),
            )
        self.params[key] = value
        taken = self._asked.get(key, self.tags.get(key, value)) != value
        if taken:
            self.tracker.property(PARAM + key, value)
        else:
            self.tracker.append("tag", name=key, value=value, param=True)

    def set_tag(self, key: "str", value: "str") -> "None":
        if self.tags.get(key) == value:
            return
        self.tags[key] = value
        if key in _SAID_OTHERWISE:
            return
        if not key.startswith("mlflow."):
            self.tracker.tag(key, value)
        elif key == "mlflow.note.content":
            self.tracker.append("name", name="description", value=value)
        elif key == "mlflow.runName":
            if value != self.name:
                self.tracker.append("name", name="display_name", value=value)
            self.name = value
        else:
            self.tracker.property(key, value)

    def delete_tag(self, key: "str") -> "None":
        """Raises Refusal where there is none."""
        if key not in self.tags:
            raise Refusal(
                "RESOURCE_DOES_NOT_EXIST", "No tag with name: {} in run with id {}".format(key, self.run_id)
            )
        del self.tags[key]
        self.tracker.remove_tag(key)

    def update(self, status: "Any", end_ms: "Any", name: "Any") -> "None":
        """Take a new status and name. The job's own run ends with its script, whatever MLflow says."""
        if name:
            self.set_tag("mlflow.runName", str(name))
        if not status:
            return
        self.status = str(status)
        self.end_ms = None if self.is_active else int(end_ms or time.time() * 1000)
        if self.is_interactive and not self.is_active:
            self.end(STATUSES.get(self.status, "Failed"), "")

    def end(self, status: "str", cause: "str") -> "None":
        """Write the end of a run that MLflow began, and which files it has; the first end counts."""
        for name in artifacts.names_below(self.paths.outputs, ""):
            try:
                facts = artifacts.facts(self.paths.outputs, name, "outputs/")
            except OSError:
                continue  # it was removed meanwhile
            self.tracker.append("artifact", **facts)
        interactive.end(self.paths, status, cause)

    def archive(self, is_hidden: "bool") -> "None":
        """Hide it in lists, or show it again: what `delete_run` means here, as records are a person's."""
        self.lifecycle = "deleted" if is_hidden else "active"
        try:
            if is_hidden:
                atomic.write_once(self.paths.archived, b"")
            else:
                os.unlink(self.paths.archived)
        except OSError:
            return  # it was shown, or the disk is full: it stays as it is
        changes.note(self.paths.directory)

    def info(self) -> "dict[str, Any]":
        from urllib.parse import quote

        found = {
            "run_id": self.run_id,
            "run_uuid": self.run_id,
            "run_name": self.name,
            "experiment_id": self.experiment_id,
            "user_id": self.user,
            "status": self.status,
            "start_time": self.start_ms,
            "artifact_uri": "file://" + quote(self.outputs),
            "lifecycle_stage": self.lifecycle,
        }  # type: dict[str, Any]
        if self.end_ms is not None:
            found["end_time"] = self.end_ms
        return found

    def answer(self) -> "dict[str, Any]":
        """The whole run as MLflow's `Run`."""
        tags = dict(self._asked)
        tags.update(self.tags)
        return {
            "info": self.info(),
            "data": {
                "metrics": list(self.latest().values()),
                "params": pairs(self.params),
                "tags": pairs(tags),
            },
            "inputs": {"dataset_inputs": self.datasets, "model_inputs": self.model_inputs},
            "outputs": {"model_outputs": self.model_outputs},
        }

    def latest(self) -> "dict[str, dict[str, Any]]":
        """The last point of each metric, whoever logged it."""
        found = {}
        for event in in_order(read_latest(path)[0] for path in event_files(self.paths.events)):
            for point in _points(event):
                found[str(point["key"])] = point
        return found

    def history(self, name: "str") -> "list[dict[str, Any]]":
        """All points of a metric, in order."""
        events = in_order(read_events(path)[0] for path in event_files(self.paths.events))
        return [point for event in events for point in _points(event) if point["key"] == name]


def _points(event: "dict[str, Any]") -> "list[dict[str, Any]]":
    """The numbers of a metric event, as MLflow's `Metric`."""
    if event["kind"] != "metric":
        return []
    values = event.get("values")
    moment, step = event.get("t"), event.get("step")
    return [
        {
            "key": str(event.get("name")),
            "value": _said(value),
            "timestamp": int(moment * 1000) if isinstance(moment, (int, float)) else 0,
            "step": int(step) if isinstance(step, (int, float)) and abs(step) < 2**63 else 0,
        }
        for value in (values if isinstance(values, list) else [event.get("value")])
        if isinstance(value, (int, float))
    ]


def _said(value: "float") -> "float | str":
    """A number as protobuf's JSON has it, which knows doubles only."""
    try:
        number = float(value)
    except OverflowError:
        number = float("inf") if value > 0 else float("-inf")
    return _WORDS.get(json.dumps(number), number)


def text(body: "dict[str, Any]", *names: "str") -> "str":
    """The first of these fields that is there. Raises Refusal where there is none, or no text."""
    for name in names:
        value = body.get(name)
        if isinstance(value, str) and value:
            return value
    raise Refusal("INVALID_PARAMETER_VALUE", "Missing value for required parameter '{}'".format(names[0]))


def rows(body: "dict[str, Any]", name: "str") -> "list[dict[str, Any]]":
    """A list of objects. Raises Refusal where it is something else."""
    value = body.get(name) or []
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise Refusal("INVALID_PARAMETER_VALUE", "Parameter '{}' is no list of objects".format(name))
    return value


def pairs(values: "dict[str, str]") -> "list[dict[str, str]]":
    return [{"key": key, "value": str(value)} for key, value in values.items()]


def values(body: "dict[str, Any]", name: "str") -> "dict[str, str]":
    """A list of keys and values. Raises Refusal."""
    return {text(row, "key"): str(row.get("value", "")) for row in rows(body, name)}
