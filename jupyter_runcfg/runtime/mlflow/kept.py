"""A run of the home as MLflow reads it, though another process, or a job, recorded it."""

import os
import re

from .. import atomic, ending, fields
from ..events import event_files, in_order, read_latest
from ..paths import Home
from ..tracking.standing import Standing
from ..tracking.tracker import Tracker
from .run import PARAM, STATUSES, RecordedRun

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..v1.context import Run

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,254}")
_SAID = {ours: theirs for theirs, ours in STATUSES.items()}
_WAITING = ("NotStarted", "Queued", "Preparing", "Provisioning", "Starting")


def find_kept(home: "Home", run_id: "str") -> "RecordedRun | None":
    """The run of that id, if there is one; `refresh` fills it."""
    if not _RUN_ID.fullmatch(run_id):
        return None
    paths = home.run(run_id)
    request = atomic.read_json(paths.request)
    if request is None:
        return None
    experiment = str(request.get("experiment") or "")
    return RecordedRun(paths, request, experiment, paths.outputs, Tracker(paths.events, "client"))


def refresh(run: "RecordedRun", reader: "type[Run]") -> "None":
    """Take what its record says now; metrics are read when they are asked for."""
    standing, params = Standing({}), {}  # type: Standing, dict[str, str]
    for event in in_order(read_latest(path)[0] for path in event_files(run.paths.events)):
        standing.take(event)
        name, value = fields.text(event.get("name")), fields.text(event.get("value"))
        if event["kind"] == "tag" and event.get("param"):
            params[name] = value
        elif event["kind"] == "property" and name.startswith(PARAM):
            params[name[len(PARAM) :]] = value
    status = reader.of(run.paths).get_status()
    run.status = _SAID.get(status, "SCHEDULED" if status in _WAITING else "RUNNING")
    run.params = params
    own = {
        k: v for k, v in standing.properties.items() if k.startswith("mlflow.") and not k.startswith(PARAM)
    }
    run.tags = dict({k: v for k, v in standing.tags.items() if k not in params}, **own)
    run.name = standing.display_name or run.name
    if run.parent:
        run.tags["mlflow.parentRunId"] = str(run.parent)
    if run.name:
        run.tags["mlflow.runName"] = run.name
    if standing.description:
        run.tags["mlflow.note.content"] = standing.description
    end = ending.read(run.paths)
    run.end_ms = int((fields.moment(end.get("t")) or 0) * 1000) if end is not None else None
    run.lifecycle = "deleted" if os.path.exists(run.paths.archived) else "active"
    in_work = os.path.join(run.paths.work, "outputs")
    run.outputs = run.paths.outputs if end is not None or not os.path.isdir(in_work) else in_work
