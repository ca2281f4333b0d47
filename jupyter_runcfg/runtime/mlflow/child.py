"""A run that MLflow begins below another: a record of its own."""

from .. import atomic
from ..tracking import interactive
from .run import RecordedRun

# of the parent's request: what a child shares with it
_SHARED = ("script", "target", "environment", "source_directory", "notebook", "git")


def begin_child(parent: "RecordedRun", name: "str") -> "RecordedRun":
    """Write the record of a new child and note it with its parent. Raises OSError."""
    asked = atomic.read_json(parent.paths.request) or {}
    shared = {key: asked[key] for key in _SHARED if key in asked}
    experiment = str(asked.get("experiment") or "")
    paths, tracker = interactive.start(
        parent.paths.home, experiment, name=name or None, parent=parent.run_id, **shared
    )
    parent.tracker.append("child", run_id=paths.run_id)
    return RecordedRun.begun(paths, parent.experiment_id, tracker)
