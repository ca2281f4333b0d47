"""What a job's script may see through MLflow: its own run, and those that it begins."""

import os

from ..paths import RunPaths
from .child import begin_child
from .endpoint import experiment_id
from .run import RecordedRun, Refusal, pairs, text
from .store import Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class JobStore(Store):
    """The runs that a job's script may see: its own, and those that it begins through MLflow.

    A script that begins a second run, nested or not, gets a child of the job's run: its metrics do not
    mix with the first one's. All experiments that it names are the one that the person submitted it to.
    """

    def __init__(self, paths: "RunPaths", request: "dict[str, Any]") -> "None":
        super().__init__(paths.home)
        self.experiment_id = experiment_id(paths.run_id)
        self.experiment_name = str(request.get("experiment") or self.experiment_id)
        self._experiment_tags = {}  # type: dict[str, str]
        self.job = RecordedRun(paths, request, self.experiment_id, os.path.join(paths.work, "outputs"))
        self.runs[paths.run_id] = self.job

    def find_run(self, run_id: "str") -> "RecordedRun":
        if run_id not in self.runs:
            raise Refusal(
                "RESOURCE_DOES_NOT_EXIST",
                "Run with id={} not found: a job sees its own run and those it began".format(run_id),
            )
        return self.runs[run_id]

    def default_run(self) -> "RecordedRun":
        return self.job

    def _create_experiment(self, body: "dict[str, Any]") -> "dict[str, Any]":
        self._note_experiment(body)
        return {"experiment_id": self.experiment_id}

    def _experiment(self, body: "dict[str, Any]") -> "dict[str, Any]":
        self._note_experiment(body)
        name = str(body.get("experiment_name") or self.experiment_name)
        return {
            "experiment": {
                "experiment_id": self.experiment_id,
                "name": name,
                "artifact_location": self.job.info()["artifact_uri"],
                "lifecycle_stage": "active",
                "creation_time": self.job.start_ms,
                "last_update_time": self.job.start_ms,
                "tags": pairs(self._experiment_tags),
            }
        }

    def _note_experiment(self, body: "dict[str, Any]") -> "None":
        """Keep the name that the script would have given, where it is another one."""
        name = body.get("experiment_name") or body.get("name")
        if name and name != self.experiment_name:
            self.job.set_tag("mlflow.experiment", str(name))

    def _experiments(self, body: "dict[str, Any]") -> "dict[str, Any]":
        return {"experiments": [self._experiment({})["experiment"]]}

    def _tag_experiment(self, body: "dict[str, Any]") -> "dict[str, Any]":
        key, value = text(body, "key"), str(body.get("value", ""))
        self._experiment_tags[key] = value
        self.job.tracker.property("mlflow.experiment." + key, value)
        return {}

    def _begin_run(self, body: "dict[str, Any]", name: "str", parent_id: "str") -> "RecordedRun":
        return begin_child(self.runs.get(parent_id, self.job), name)

    def _visible_runs(self, body: "dict[str, Any]") -> "list[RecordedRun]":
        return list(self.runs.values())
