"""MLflow outside of a job: what a notebook logs becomes runs that its process records itself."""

import os

from ...errors import UserErrorException
from .. import number
from ..paths import Home
from ..tracking import interactive
from ..v1.experiment import Experiment, check_name
from .child import begin_child
from .endpoint import DEFAULT_EXPERIMENT
from .kept import find_kept, refresh
from .run import RecordedRun, Refusal, pairs, text, values
from .store import Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from ..v1.context import Run


class NotebookStore(Store):
    """All runs and experiments of a home; what `start_run` begins is what `start_logging` begins.

    An experiment's id is its name.
    """

    def __init__(
        self, home: "Home", run: "type[Run]", begun: "Callable[[], tuple[str, dict[str, Any]]]"
    ) -> "None":
        """Prepare.

        Args:
            home: Where records are.
            run: Who tells how a run stands.
            begun: The experiment of a run that names none, and more keys of the requests of what begins here.
        """
        super().__init__(home)
        self._run = run
        self._begun = begun
        self._kept = {}  # type: dict[str, RecordedRun]

    def find_run(self, run_id: "str") -> "RecordedRun":
        run = self.runs.get(run_id) or self._kept.get(run_id)
        if run is None:
            run = find_kept(self.home, run_id)
            if run is None:
                raise Refusal("RESOURCE_DOES_NOT_EXIST", "Run with id={} not found".format(run_id))
            self._kept[run_id] = run
            refresh(run, self._run)
        return run

    def _get_run(self, body: "dict[str, Any]") -> "dict[str, Any]":
        return {"run": self._fresh(self.run(body)).answer()}

    def _fresh(self, run: "RecordedRun") -> "RecordedRun":
        """With what others said of it since; of what began here MLflow has said it all."""
        if run.run_id in self._kept:
            refresh(run, self._run)
        return run

    def default_run(self) -> "None":
        """None: what began here are many."""

    def _name(self, body: "dict[str, Any]") -> "str":
        """The experiment that a call names."""
        name = body.get("experiment_name") or body.get("name") or body.get("experiment_id")
        return self._begun()[0] if name in (None, "", DEFAULT_EXPERIMENT) else str(name)

    def _create_experiment(self, body: "dict[str, Any]") -> "dict[str, Any]":
        name = text(body, "name")
        try:
            one = Experiment.of(self.home, check_name(name))
        except UserErrorException as error:
            raise Refusal("INVALID_PARAMETER_VALUE", "{}: {}".format(error.message, error.hint)) from None
        if os.path.isdir(self._directory(name)):
            raise Refusal("RESOURCE_ALREADY_EXISTS", "Experiment(name={}) already exists.".format(name))
        self.home.create()
        one.set_tags(values(body, "tags"))
        return {"experiment_id": name}

    def _directory(self, name: "str") -> "str":
        return number.directory(self.home, name)

    def _experiment(self, body: "dict[str, Any]") -> "dict[str, Any]":
        name = self._name(body)
        if name != self._begun()[0] and not os.path.isdir(self._directory(name)):
            raise Refusal("RESOURCE_DOES_NOT_EXIST", "No Experiment with id={} exists".format(name))
        return {"experiment": self._described(Experiment.of(self.home, name))}

    def _described(self, one: "Experiment") -> "dict[str, Any]":
        return {
            "experiment_id": one.name,
            "name": one.name,
            "artifact_location": one.get_portal_url(),
            "lifecycle_stage": "deleted" if one.is_archived else "active",
            "tags": pairs(one.tags),
        }

    def _experiments(self, body: "dict[str, Any]") -> "dict[str, Any]":
        from ..v1.workspace import Workspace

        return {"experiments": [self._described(one) for one in Experiment.list(Workspace.of(self.home))]}

    def _tag_experiment(self, body: "dict[str, Any]") -> "dict[str, Any]":
        Experiment.of(self.home, self._name(body)).tag(text(body, "key"), body.get("value", ""))
        return {}

    def _begin_run(self, body: "dict[str, Any]", name: "str", parent_id: "str") -> "RecordedRun":
        if parent_id:
            return begin_child(self.find_run(parent_id), name)
        experiment = self._name(body)
        facts = dict(self._begun()[1], name=name or None)
        paths, tracker = interactive.start(self.home, experiment, **facts)
        return RecordedRun.begun(paths, experiment, tracker)

    def _visible_runs(self, body: "dict[str, Any]") -> "list[RecordedRun]":
        found = []
        for name in body.get("experiment_ids") or []:
            one = Experiment.of(self.home, self._name({"name": name}))
            found += [self.find_run(run.id) for run in one.get_runs(include_children=True)]
        return [self._fresh(run) for run in found]
