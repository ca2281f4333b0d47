"""What MLflow's calls mean for a record: points, parameters, children, searches, models."""

import os

import pytest

from jupyter_runcfg.runtime import atomic
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.runtime.v1.context import Run

from ..job import RUN_ID, events_of
from .served import Served

UNKNOWN = "0" * 32


@pytest.fixture
def served(tmp_path):
    served = Served(tmp_path, {"HOME": str(tmp_path)})
    yield served
    served.endpoint.close()


def test_points(served):
    """Metrics land in order, with their steps and the client's time; what is no finite number too."""
    served.log("loss", 0.5, step=3, timestamp=1500)
    batch = [{"key": "x", "value": value, "step": "7", "timestamp": 1} for value in ("NaN", "-Infinity", 2)]
    served.get("runs/log-batch", run_id=RUN_ID, metrics=batch)
    assert repr(served.metrics()) == repr(
        [("loss", 0.5, 3), ("x", float("nan"), 7), ("x", float("-inf"), 7), ("x", 2, 7)]
    )
    assert [e["t"] for e in events_of(served.paths, "metric")] == [1.5, 0.001, 0.001, 0.001]
    served.log("odd", 1, timestamp=float("nan"))
    assert events_of(served.paths, "metric")[-1]["t"] > 1e9


def test_points_without_a_step_are_counted(served):
    """`log_metric` without a step sends 0 each time: only the first point is at 0."""
    for value in (1, 2, 3):
        served.log("acc", value, step=0)
    assert served.metrics() == [("acc", 1, 0), ("acc", 2, None), ("acc", 3, None)]


def test_parameters_and_tags(served):
    """Parameters are tags, but never instead of the person's own; MLflow's own tags are properties."""
    served.get(
        "runs/log-batch",
        run_id=RUN_ID,
        params=[{"key": "lr", "value": "0.1"}, {"key": "who", "value": "else"}],
        tags=[{"key": "mlflow.user", "value": "u"}, {"key": "note", "value": "n"}],
    )
    served.get("runs/log-parameter", run_id=RUN_ID, key="lr", value="0.2")
    served.get("runs/delete-tag", run_id=RUN_ID, key="note")
    said = [(e["kind"], e["name"], e["value"]) for e in events_of(served.paths) if "name" in e]
    assert said == [
        ("tag", "lr", "0.1"),
        ("property", "mlflow.param.who", "else"),
        ("property", "mlflow.user", "u"),
        ("tag", "note", "n"),
        ("tag", "lr", "0.2"),
        ("tag", "note", None),
    ]
    data = served.get("runs/get", run_id=RUN_ID)["run"]["data"]
    assert data == {
        "metrics": [],
        "params": [{"key": "lr", "value": "0.2"}, {"key": "who", "value": "else"}],
        "tags": [{"key": "who", "value": "me"}, {"key": "mlflow.user", "value": "u"}],
    }


def test_what_others_logged_is_read(served):
    """`get_run` and the history hold what `run.log` recorded as well."""
    Run.of(served.paths).log_list("loss", [3, float("nan"), 10**400])
    served.log("loss", 0.25, step=4)
    history = served.get("metrics/get-history", run_id=RUN_ID, metric_key="loss", max_results=3)
    assert [point["value"] for point in history["metrics"]] == [3.0, "NaN", "Infinity"]
    (rest,) = served.get(
        "metrics/get-history", run_id=RUN_ID, metric_key="loss", page_token=history["next_page_token"]
    )["metrics"]
    assert (rest["value"], rest["step"]) == (0.25, 4)
    assert served.get("runs/get", run_id=RUN_ID)["run"]["data"]["metrics"] == [rest]


def test_a_second_run_is_a_child(served):
    """A run that the script begins has a record of its own, with its metrics, files and end."""
    tags = [{"key": "mlflow.parentRunId", "value": RUN_ID}, {"key": "mlflow.runName", "value": "inner"}]
    run = served.get("runs/create", experiment_id="x", start_time=5, tags=tags)["run"]["info"]
    served.get("runs/log-metric", run_id=run["run_id"], key="acc", value=1)
    child = Home(str(served.paths.home.root)).run(run["run_id"])
    os.makedirs(child.outputs)
    with open(os.path.join(child.outputs, "f.txt"), "w") as stream:
        stream.write("f")
    assert run["artifact_uri"] == "file://" + child.outputs
    served.get("runs/update", run_id=run["run_id"], status="FINISHED", end_time=6)
    request = atomic.read_json(child.request)
    assert (request["kind"], request["parent"], request["name"]) == ("interactive", RUN_ID, "inner")
    assert atomic.read_json(child.end)["status"] == "Completed"
    assert [e["value"] for e in events_of(child, "metric")] == [1]
    assert [e["path"] for e in events_of(child, "artifact")] == ["outputs/f.txt"]
    assert [e["run_id"] for e in events_of(served.paths, "child")] == [run["run_id"]]
    assert events_of(served.paths, "metric") == []


def test_ends(served):
    """What MLflow says of the job's run ends nothing; a run that it left open ends with the script."""
    served.get("runs/update", run_id=RUN_ID, status="FAILED", end_time=6)
    open_run = served.get("runs/create", experiment_id="x")["run"]["info"]["run_id"]
    killed = served.get("runs/create", experiment_id="x")["run"]["info"]["run_id"]
    served.get("runs/update", run_id=killed, status="KILLED")
    served.endpoint.close("Failed")
    ends = {run: atomic.read_json(served.paths.home.run(run).end) for run in (RUN_ID, open_run, killed)}
    assert ends[RUN_ID] is None
    assert (ends[open_run]["status"], ends[open_run]["cause"]) == (
        "Failed",
        "its script ended before the run did",
    )
    assert ends[killed]["status"] == "Canceled"


def test_a_job_of_a_group(tmp_path):
    """A job below another run ends with its script as any other, whatever MLflow says of it."""
    served = Served(tmp_path, {"HOME": str(tmp_path)}, parent="group_1_00000000")
    served.get("runs/update", run_id=RUN_ID, status="FINISHED", end_time=6)
    served.endpoint.close("Completed")
    assert atomic.read_json(served.paths.end) is None


def test_a_parameter_of_a_child_stays(served):
    """As in MLflow; the job's run, which several processes may share, takes the last one."""
    run = served.get("runs/create", experiment_id="x")["run"]["info"]["run_id"]
    served.get("runs/log-parameter", run_id=run, key="lr", value="1")
    status, answer = served.call("runs/log-parameter", {"run_id": run, "key": "lr", "value": "2"})
    assert (status, answer["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


def test_every_experiment_is_this_one(served):
    """A script that names another experiment goes on with its run; the name is kept."""
    named = served.call("experiments/get-by-name?experiment_name=else", method="GET")[1]["experiment"]
    assert (named["name"], named["experiment_id"]) == ("else", served.variables["MLFLOW_EXPERIMENT_ID"])
    run = served.get("runs/get", run_id=RUN_ID)["run"]
    assert run["info"]["experiment_id"] == named["experiment_id"]
    assert {"key": "mlflow.experiment", "value": "else"} in run["data"]["tags"]


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ("", ["2", "1", "0"]),
        ("metrics.acc > 0.5", ["2", "1"]),
        ("metrics.acc >= 1 and params.`the model` = 'b1'", ["1"]),
        ("params.`the model` LIKE 'b%' AND tags.\"kind\" != 'x'", ["2", "1", "0"]),
        ("run_name IN ('0', '2')", ["2", "0"]),
        ("attributes.status = 'FINISHED'", ["2", "1", "0"]),
        ("tags.nothing IS NULL AND metrics.acc < 2", ["1", "0"]),
        ("params.`the model` NOT LIKE '%1'", ["2", "0"]),
    ],
)
def test_search(served, filter, found):
    """MLflow's language of filters; the newest first."""
    for number in range(3):
        run = served.get("runs/create", run_name=str(number), start_time=number + 1)["run"]["info"]["run_id"]
        served.get(
            "runs/log-batch",
            run_id=run,
            metrics=[{"key": "acc", "value": number}],
            params=[{"key": "the model", "value": f"b{number}"}],
            tags=[{"key": "kind", "value": "k"}],
        )
        served.get("runs/update", run_id=run, status="FINISHED")
    runs = served.get("runs/search", filter=filter)["runs"]
    assert [run["info"]["run_name"] for run in runs if run["info"]["run_id"] != RUN_ID] == found
    ordered = served.get("runs/search", filter=filter, order_by=["metrics.acc ASC"], max_results=1)
    assert ordered["runs"][0]["info"]["run_name"] == min(found)
    assert ("next_page_token" in ordered) is (len(found) > 1 or not filter)


@pytest.mark.parametrize("filter", ["metrics.acc >", "params.a = 3", "no.a = 'b'", "a='b' OR c='d'", "("])
def test_filters_that_mean_nothing(served, filter):
    """Each is refused in MLflow's words."""
    assert served.call("runs/search", {"filter": filter})[1]["error_code"] == "INVALID_PARAMETER_VALUE"


@pytest.mark.parametrize(
    ("route", "body", "status", "code"),
    [
        ("runs/get", {"run_id": UNKNOWN}, 404, "RESOURCE_DOES_NOT_EXIST"),
        ("runs/get", {}, 400, "INVALID_PARAMETER_VALUE"),
        ("runs/log-metric", {"run_id": RUN_ID, "key": "a"}, 400, "INVALID_PARAMETER_VALUE"),
        ("runs/log-metric", {"run_id": RUN_ID, "key": "a", "value": True}, 400, "INVALID_PARAMETER_VALUE"),
        ("runs/log-metric", {"run_id": RUN_ID, "key": 3, "value": 1}, 400, "INVALID_PARAMETER_VALUE"),
        (
            "runs/log-metric",
            {"run_id": RUN_ID, "key": "a", "value": 1, "step": "b"},
            400,
            "INVALID_PARAMETER_VALUE",
        ),
        ("runs/log-batch", {"run_id": RUN_ID, "metrics": "many"}, 400, "INVALID_PARAMETER_VALUE"),
        ("runs/delete-tag", {"run_id": RUN_ID, "key": "none"}, 404, "RESOURCE_DOES_NOT_EXIST"),
        ("artifacts/list", {"run_id": RUN_ID, "path": "../.."}, 400, "INVALID_PARAMETER_VALUE"),
        ("logged-models", {"name": "../../up"}, 400, "INVALID_PARAMETER_VALUE"),
        ("logged-models/m-1", {}, 404, "RESOURCE_DOES_NOT_EXIST"),
        ("model-versions/get", {"name": "none", "version": "1"}, 404, "RESOURCE_DOES_NOT_EXIST"),
        ("registered-models/rename", {"name": "a"}, 501, "NOT_IMPLEMENTED"),
        ("nothing/at-all", {}, 501, "NOT_IMPLEMENTED"),
    ],
)
def test_refusals(served, route, body, status, code):
    """A wrong request is told so in MLflow's words, and writes nothing."""
    answered, answer = served.call(route, body)
    assert (answered, answer["error_code"]) == (status, code)
    assert events_of(served.paths, "metric") == []


def test_models(served):
    """A logged model has a directory of its own among the outputs, and can be registered."""
    model = served.get("logged-models", name="tree", params=[{"key": "depth", "value": "3"}])["model"]
    again = served.get("logged-models", name="tree")["model"]
    outputs = os.path.join(served.paths.work, "outputs")
    assert [m["info"]["artifact_uri"] for m in (model, again)] == [
        f"file://{outputs}/tree",
        f"file://{outputs}/tree-2",
    ]
    model_id = model["info"]["model_id"]
    served.log("acc", 0.5, model_id=model_id)
    status, done = served.call(f"logged-models/{model_id}", {"status": "LOGGED_MODEL_READY"}, method="PATCH")
    assert (status, done["model"]["info"]["status"]) == (200, "LOGGED_MODEL_READY")
    assert done["model"]["data"]["metrics"][0]["value"] == 0.5
    assert done["model"]["data"]["params"] == [{"key": "depth", "value": "3"}]
    found = served.get("logged-models/search", filter="name = 'tree'")["models"]
    assert len(found) == 2
    with open(os.path.join(outputs, "tree", "MLmodel"), "w") as stream:
        stream.write("m")
    served.get("registered-models/create", name="best tree", description="d")
    body = {"name": "best tree", "source": f"models:/{model_id}", "model_id": model_id}
    version = served.get("model-versions/create", **body)
    assert {**version["model_version"], "creation_timestamp": 0, "last_updated_timestamp": 0} == {
        "name": "best tree",
        "version": "1",
        "creation_timestamp": 0,
        "last_updated_timestamp": 0,
        "current_stage": "None",
        "description": "d",
        "source": f"models:/{model_id}",
        "run_id": RUN_ID,
        "status": "READY",
        "tags": [],
        "aliases": [],
        "model_id": model_id,
    }
    served.get("registered-models/alias", name="best tree", alias="champion", version="1")
    named = served.call("registered-models/alias?name=best%20tree&alias=champion", method="GET")[1]
    assert named["model_version"]["version"] == "1"
    uri = served.get("model-versions/get-download-uri", name="best tree", version="1")["artifact_uri"]
    assert uri.startswith("file://")
    assert "%25" not in uri  # the client cannot read such a path
    with open(uri[len("file://") :].replace("%3D", "=") + "/MLmodel") as stream:
        assert stream.read() == "m"
