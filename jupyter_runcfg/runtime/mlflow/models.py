"""Models that a script logs through MLflow 3, whose files lie among the outputs of its run."""

import json
import os
import time
from urllib.parse import quote

from .registry import Registry
from .run import RecordedRun, Refusal, pairs, values
from .search import select

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .store import Store

_LOGGED = "logged-models"
_STATUSES = {1: "LOGGED_MODEL_PENDING", 2: "LOGGED_MODEL_READY", 3: "LOGGED_MODEL_UPLOAD_FAILED"}


class LoggedModel:
    """One model: a name, a directory, and what is known of it."""

    def __init__(self, run: "RecordedRun", name: "str", directory: "str", body: "dict[str, Any]") -> "None":
        self.model_id = "m-" + os.urandom(16).hex()
        self.experiment_id = run.experiment_id
        self.name = name
        self.directory = directory
        self.kind = str(body.get("model_type") or "")
        self.run_id = str(body.get("source_run_id") or "")
        self.status = _STATUSES[1]
        self.created_ms = self.changed_ms = int(time.time() * 1000)
        self.params = values(body, "params")
        self.tags = values(body, "tags")
        self.metrics = []  # type: list[dict[str, Any]]

    def answer(self) -> "dict[str, Any]":
        return {
            "info": {
                "model_id": self.model_id,
                "experiment_id": self.experiment_id,
                "name": self.name,
                "creation_timestamp_ms": self.created_ms,
                "last_updated_timestamp_ms": self.changed_ms,
                "artifact_uri": "file://" + quote(self.directory),
                "status": self.status,
                "model_type": self.kind,
                "source_run_id": self.run_id,
                "tags": pairs(self.tags),
            },
            "data": {"params": pairs(self.params), "metrics": self.metrics},
        }


class Models:
    """The logged models of a job, and what it does with registered ones."""

    def __init__(self, store: "Store") -> "None":
        self._store = store
        self._registry = Registry(store)
        self._models = {}  # type: dict[str, LoggedModel]

    def answer(self, method: "str", words: "list[str]", body: "dict[str, Any]") -> "dict[str, Any]":
        """The answer to a call on models, of whatever kind. Raises Refusal."""
        if words[0] != _LOGGED:
            return self._registry.answer(method, "/".join(words), body)
        if words == [_LOGGED] and method == "POST":
            return {"model": self._create(body)}
        if words == [_LOGGED, "search"]:
            return self._search(body)
        if len(words) < 2 or words[1] not in self._models:
            raise Refusal(
                "RESOURCE_DOES_NOT_EXIST", "Logged model '{}' not found".format("/".join(words[1:]))
            )
        return self._change(self._models[words[1]], method, words[2:], body)

    def find(self, model_id: "str") -> "LoggedModel | None":
        return self._models.get(model_id)

    def take_metrics(self, metrics: "list[dict[str, Any]]") -> "None":
        """Remember the points that belong to a model; those of a run are in its record."""
        for metric in metrics:
            model = self._models.get(str(metric.get("model_id")))
            if model is not None:
                point = dict(metric, model_id=model.model_id)
                model.metrics = [m for m in model.metrics if m["key"] != metric.get("key")] + [point]

    def _create(self, body: "dict[str, Any]") -> "dict[str, Any]":
        """A new model; its directory has its name, or name-2 … where there is one already."""
        run_id = body.get("source_run_id")
        run = self._store.find_run(str(run_id)) if run_id else self._store.default_run()
        if run is None:
            raise Refusal(
                "INVALID_PARAMETER_VALUE", "no run is active: `with mlflow.start_run():` begins one"
            )
        name = str(body.get("name") or "model")
        root = os.path.realpath(run.outputs)
        directory = os.path.normpath(os.path.join(root, name))
        if not directory.startswith(root + os.sep):
            raise Refusal("INVALID_PARAMETER_VALUE", "'{}' is no name for a model".format(name))
        number = 1
        while not _take("{}-{}".format(directory, number) if number > 1 else directory):
            number += 1
        if number > 1:
            directory = "{}-{}".format(directory, number)
        run.tracker.property("mlflow.model." + name, "outputs/" + os.path.relpath(directory, root))
        model = LoggedModel(run, name, directory, body)
        self._models[model.model_id] = model
        return model.answer()

    def _search(self, body: "dict[str, Any]") -> "dict[str, Any]":
        found = [model.answer() for model in self._models.values()]
        return select(found, body, "models")

    def _change(
        self, model: "LoggedModel", method: "str", rest: "list[str]", body: "dict[str, Any]"
    ) -> "dict[str, Any]":
        if method != "GET":
            model.changed_ms = int(time.time() * 1000)
        if rest == [] and method == "DELETE":
            del self._models[model.model_id]
            return {}
        if rest == [] and method == "PATCH":
            status = body.get("status")
            model.status = _STATUSES[status] if status in _STATUSES else str(status)
        elif rest == ["params"]:
            model.params.update(values(body, "params"))
            return {}
        elif rest == ["tags"]:
            model.tags.update(values(body, "tags"))
        elif rest[:1] == ["tags"] and method == "DELETE":
            model.tags.pop("/".join(rest[1:]), None)
            return {}
        elif rest == ["artifacts", "directories"]:
            from .store import list_files

            root = "file://" + quote(model.directory)
            path = body.get("artifact_directory_path")
            return {"root_uri": root, "files": list_files(model.directory, path)}
        elif rest:
            raise Refusal("ENDPOINT_NOT_FOUND", "there is nothing at {}/…/{}".format(_LOGGED, "/".join(rest)))
        return {"model": model.answer()}


def _take(directory: "str") -> "bool":
    """Make a directory; False where there is something in it, or something else."""
    try:
        os.makedirs(directory)
    except FileExistsError:
        return False
    return True


def described(model: "str") -> "tuple[str, str]":
    """The property that tells of a model which MLflow 2 logged, from its description as JSON."""
    try:
        fields = json.loads(model)
        path = str(fields["artifact_path"])
    except (KeyError, TypeError, ValueError):
        raise Refusal("INVALID_PARAMETER_VALUE", "model_json describes no model") from None
    return "mlflow.model." + path, "outputs/" + path
