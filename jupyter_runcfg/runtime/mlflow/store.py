"""What MLflow's REST calls mean for records: runs, their metrics, parameters and tags."""

import os
import threading
from urllib.parse import unquote

from ..paths import Home
from .models import Models, described
from .run import RecordedRun, Refusal, rows, text, values
from .search import select

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Refusal", "Store"]

_API = ("api", "ajax-api")
_PAGE = 25000  # points of a metric in one answer, as MLflow's own server gives


class Store:
    """Answers calls; which runs and experiments there are, a job and a notebook know in their own ways."""

    def __init__(self, home: "Home") -> "None":
        self._lock = threading.RLock()
        self._is_open = True
        self.home = home
        self.runs = {}  # type: dict[str, RecordedRun]
        self.models = Models(self)
        self._routes = {
            "experiments/create": self._create_experiment,
            "experiments/get": self._experiment,
            "experiments/get-by-name": self._experiment,
            "experiments/search": self._experiments,
            "experiments/list": self._experiments,
            "experiments/set-experiment-tag": self._tag_experiment,
            "runs/create": self._create_run,
            "runs/get": self._get_run,
            "runs/update": self._update_run,
            "runs/delete": self._delete_run,
            "runs/restore": self._restore_run,
            "runs/search": self._search_runs,
            "runs/log-metric": self._log_metric,
            "runs/log-parameter": self._log_parameter,
            "runs/log-batch": self._log_batch,
            "runs/set-tag": self._set_tag,
            "runs/delete-tag": self._delete_tag,
            "runs/log-inputs": self._log_inputs,
            "runs/outputs": self._log_outputs,
            "runs/log-model": self._log_model,
            "metrics/get-history": self._history,
            "metrics/get-history-bulk-interval": self._bulk_history,
            "artifacts/list": self._list_artifacts,
        }

    def answer(self, method: "str", path: "str", body: "dict[str, Any]") -> "object":
        """The answer to one request. Raises Refusal."""
        words = [unquote(word) for word in path.strip("/").split("/")]
        if words in (["health"], ["version"]):
            return "OK" if words == ["health"] else "2.22.0"
        if len(words) < 4 or words[0] not in _API:
            raise Refusal("ENDPOINT_NOT_FOUND", "there is nothing at /{}".format("/".join(words)))
        words = words[3:] if words[2] == "mlflow" else words[4:]  # /api/2.0/mlflow, /api/2.0/preview/mlflow
        with self._lock:
            if not self._is_open:
                raise Refusal("INVALID_STATE", "the run has ended")
            route = self._routes.get("/".join(words))
            return route(body) if route else self.models.answer(method, words, body)

    def close(self, status: "str") -> "None":
        """Refuse what comes from now on, and end what the script left open."""
        with self._lock:
            self._is_open = False
            for run in self.runs.values():
                if run.is_interactive and run.is_active:
                    run.end(status, "its script ended before the run did")

    def run(self, body: "dict[str, Any]") -> "RecordedRun":
        """The run that a request names. Raises Refusal."""
        return self.find_run(text(body, "run_id", "run_uuid"))

    def find_run(self, run_id: "str") -> "RecordedRun":
        """Raises Refusal where MLflow may not see such a run."""
        raise NotImplementedError

    def default_run(self) -> "RecordedRun | None":
        """The run of what is logged without one, if there is such a run."""
        raise NotImplementedError

    def _create_experiment(self, body: "dict[str, Any]") -> "dict[str, Any]":
        raise NotImplementedError

    def _experiment(self, body: "dict[str, Any]") -> "dict[str, Any]":
        raise NotImplementedError

    def _experiments(self, body: "dict[str, Any]") -> "dict[str, Any]":
        raise NotImplementedError

    def _tag_experiment(self, body: "dict[str, Any]") -> "dict[str, Any]":
        raise NotImplementedError

    def _begin_run(self, body: "dict[str, Any]", name: "str", parent_id: "str") -> "RecordedRun":
        """A new record. Raises Refusal, OSError."""
        raise NotImplementedError

    def _visible_runs(self, body: "dict[str, Any]") -> "list[RecordedRun]":
        """Those that a search looks through."""
        raise NotImplementedError

    def _create_run(self, body: "dict[str, Any]") -> "dict[str, Any]":
        tags = values(body, "tags")
        name = str(body.get("run_name") or tags.get("mlflow.runName") or "")
        run = self._begin_run(body, name, tags.get("mlflow.parentRunId", ""))
        self.runs[run.run_id] = run
        run.user = str(body.get("user_id") or "")
        if body.get("start_time"):
            run.start_ms = int(body["start_time"])
        if name:
            tags.setdefault("mlflow.runName", name)
        for key, value in tags.items():
            run.set_tag(key, value)
        return {"run": run.answer()}

    def _get_run(self, body: "dict[str, Any]") -> "dict[str, Any]":
        return {"run": self.run(body).answer()}

    def _update_run(self, body: "dict[str, Any]") -> "dict[str, Any]":
        run = self.run(body)
        run.update(body.get("status"), body.get("end_time"), body.get("run_name"))
        return {"run_info": run.info()}

    def _delete_run(self, body: "dict[str, Any]") -> "dict[str, Any]":
        self.run(body).archive(True)
        return {}

    def _restore_run(self, body: "dict[str, Any]") -> "dict[str, Any]":
        self.run(body).archive(False)
        return {}

    def _search_runs(self, body: "dict[str, Any]") -> "dict[str, Any]":
        view = body.get("run_view_type") or "ACTIVE_ONLY"
        stage = {"ACTIVE_ONLY": ("active",), "DELETED_ONLY": ("deleted",)}.get(
            str(view), ("active", "deleted")
        )
        runs = [run.answer() for run in self._visible_runs(body) if run.lifecycle in stage]
        return select(runs, body, "runs")

    def _log_metric(self, body: "dict[str, Any]") -> "dict[str, Any]":
        self.run(body).log_metrics([body])
        self.models.take_metrics([body])
        return {}

    def _log_parameter(self, body: "dict[str, Any]") -> "dict[str, Any]":
        self.run(body).log_param(text(body, "key"), str(body.get("value", "")))
        return {}

    def _log_batch(self, body: "dict[str, Any]") -> "dict[str, Any]":
        run = self.run(body)
        params, tags = values(body, "params"), values(body, "tags")
        metrics = rows(body, "metrics")
        run.log_metrics(metrics)
        self.models.take_metrics(metrics)
        for key, value in params.items():
            run.log_param(key, value)
        for key, value in tags.items():
            run.set_tag(key, value)
        return {}

    def _set_tag(self, body: "dict[str, Any]") -> "dict[str, Any]":
        self.run(body).set_tag(text(body, "key"), str(body.get("value", "")))
        return {}

    def _delete_tag(self, body: "dict[str, Any]") -> "dict[str, Any]":
        self.run(body).delete_tag(text(body, "key"))
        return {}

    def _log_inputs(self, body: "dict[str, Any]") -> "dict[str, Any]":
        run = self.run(body)
        run.model_inputs += rows(body, "models")
        for row in rows(body, "datasets"):
            dataset = row.get("dataset")
            if not isinstance(dataset, dict):
                raise Refusal("INVALID_PARAMETER_VALUE", "Missing value for required parameter 'dataset'")
            run.datasets.append(row)
            value = "{} {}".format(dataset.get("digest", ""), dataset.get("source", ""))
            run.tracker.property("mlflow.dataset.{}".format(dataset.get("name", "")), value)
        return {}

    def _log_outputs(self, body: "dict[str, Any]") -> "dict[str, Any]":
        self.run(body).model_outputs += rows(body, "models")
        return {}

    def _log_model(self, body: "dict[str, Any]") -> "dict[str, Any]":
        """MLflow 2 keeps what it logged in a tag of the run: a JSON list."""
        run = self.run(body)
        before = run.tags.get("mlflow.log-model.history", "")
        model = text(body, "model_json")
        run.set_tag(
            "mlflow.log-model.history", before[:-1] + ", " + model + "]" if before else "[" + model + "]"
        )
        run.tracker.property(*described(model))
        return {}

    def _history(self, body: "dict[str, Any]") -> "dict[str, Any]":
        points = self.run(body).history(text(body, "metric_key"))
        start = _number(body.get("page_token"), 0)
        size = _number(body.get("max_results"), _PAGE)
        found = {"metrics": points[start : start + size]}  # type: dict[str, Any]
        if len(points) > start + size:
            found["next_page_token"] = str(start + size)
        return found

    def _bulk_history(self, body: "dict[str, Any]") -> "dict[str, Any]":
        names = body.get("run_ids") or []
        found = []
        for run_id in names if isinstance(names, list) else [names]:
            points = self.find_run(str(run_id)).history(text(body, "metric_key"))
            found += [dict(point, run_id=run_id) for point in points]
        return {"metrics": found[: _number(body.get("max_results"), _PAGE)]}

    def _list_artifacts(self, body: "dict[str, Any]") -> "dict[str, Any]":
        run = self.run(body)
        return {"root_uri": run.info()["artifact_uri"], "files": list_files(run.outputs, body.get("path"))}


def _number(value: "Any", default: "int") -> "int":
    try:
        number = int(value or default)
    except (TypeError, ValueError):
        raise Refusal("INVALID_PARAMETER_VALUE", "'{}' is no number".format(value)) from None
    return max(0, number)


def list_files(root: "str", place: "object") -> "list[dict[str, Any]]":
    """What lies in a directory below `root`, with paths from there. Raises Refusal."""
    root = os.path.realpath(root)
    directory = os.path.realpath(os.path.join(root, str(place or "")))
    if directory != root and not directory.startswith(root + os.sep):
        raise Refusal("INVALID_PARAMETER_VALUE", "'{}' leaves the outputs".format(place))
    found = []
    try:
        entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
    except OSError:
        return []
    for entry in entries:
        row = {"path": os.path.relpath(entry.path, root), "is_dir": entry.is_dir()}  # type: dict[str, Any]
        if not entry.is_dir():
            row["file_size"] = entry.stat().st_size
        found.append(row)
    return found
