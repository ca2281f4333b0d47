"""MLflow outside of a job: its runs are runs of the home, whoever began them."""

import os
import subprocess
import sys

import pytest

import jupyter_runcfg
from jupyter_runcfg import list_runs
from jupyter_runcfg.runtime import archive, atomic
from jupyter_runcfg.runtime.mlflow.endpoint import is_of_notebook, notebook_address, open_endpoint
from jupyter_runcfg.runtime.mlflow.notebook import NotebookStore
from jupyter_runcfg.runtime.mlflow.run import Refusal
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.runtime.v1.context import Run
from jupyter_runcfg.runtime.v1.experiment import Experiment
from jupyter_runcfg.runtime.v1.workspace import Workspace

from ...engines import interpreter
from ..job import RUN_ID, events_of, record, run
from ..test_interpreters import MARKED


class Notebook:
    """A process outside of a job, as MLflow's client speaks for it."""

    def __init__(self, root):
        self.home = Home(str(root))
        self.store = NotebookStore(self.home, Run, lambda: ("folder", {"notebook": "a.ipynb"}))

    def ask(self, route, **body):
        return self.store.answer("POST", "/api/2.0/mlflow/" + route, body)

    def refused(self, route, **body):
        with pytest.raises(Refusal) as caught:
            self.ask(route, **body)
        return caught.value.code, caught.value.message

    def begin(self, **body):
        return self.ask("runs/create", **body)["run"]["info"]["run_id"]


@pytest.fixture
def notebook(tmp_path):
    notebook = Notebook(tmp_path)
    yield notebook
    notebook.store.close("Completed")


def test_a_run(notebook):
    """It is what `start_logging` makes: Running at once, with its metrics, files, notebook and end."""
    run_id = notebook.begin(experiment_id="exp", run_name="first")
    paths = notebook.home.run(run_id)
    begun = Run.of(paths)
    assert (begun.type, begun.status, begun.experiment.name, begun.number, begun.display_name) == (
        "interactive",
        "Running",
        "exp",
        1,
        "first",
    )
    notebook.ask("runs/log-batch", run_id=run_id, params=[{"key": "lr", "value": "0.1"}])
    notebook.ask("runs/log-metric", run_id=run_id, key="loss", value=0.5, step=1)
    os.makedirs(paths.outputs)
    with open(os.path.join(paths.outputs, "f.txt"), "w") as stream:
        stream.write("f")
    notebook.ask("runs/update", run_id=run_id, status="FINISHED", end_time=6)
    assert (begun.status, begun.tags, begun.get_metrics()) == ("Completed", {"lr": "0.1"}, {"loss": 0.5})
    assert begun.get_file_names() == ["outputs/f.txt"]
    assert [e["path"] for e in events_of(paths, "artifact")] == ["outputs/f.txt"]
    assert atomic.read_json(paths.request)["notebook"] == "a.ipynb"


def test_a_run_below_a_run(notebook):
    """A nested run is a child; one that is begun beside another is not."""
    above = notebook.begin(experiment_id="exp")
    inner = notebook.begin(tags=[{"key": "mlflow.parentRunId", "value": above}])
    beside = notebook.begin(experiment_id="exp")
    parents = {name: Run.of(notebook.home.run(name)).parent for name in (above, inner, beside)}
    assert parents == {above: None, inner: Run.of(notebook.home.run(above)), beside: None}
    notebook.ask("runs/update", run_id=inner, status="FAILED")
    assert [Run.of(notebook.home.run(name)).status for name in (above, inner)] == ["Running", "Failed"]


def test_a_parameter_stays(notebook):
    """As MLflow has it, a run of its own refuses a second value of a parameter."""
    run_id = notebook.begin(experiment_id="exp")
    notebook.ask("runs/log-parameter", run_id=run_id, key="lr", value="1")
    assert notebook.refused("runs/log-parameter", run_id=run_id, key="lr", value="2")[0] == (
        "INVALID_PARAMETER_VALUE"
    )


def test_experiments(notebook):
    """They are the home's, by name; one that is not there is, and what cannot name one is refused."""
    missing = ("RESOURCE_DOES_NOT_EXIST", "No Experiment with id=exp exists")
    assert notebook.refused("experiments/get-by-name", experiment_name="exp") == missing
    tags = [{"key": "team", "value": "a"}]
    assert notebook.ask("experiments/create", name="exp", tags=tags) == {"experiment_id": "exp"}
    notebook.ask("experiments/set-experiment-tag", experiment_id="exp", key="kind", value="b")
    assert Experiment(Workspace.of(notebook.home), "exp").tags == {"team": "a", "kind": "b"}
    (found,) = notebook.ask("experiments/search")["experiments"]
    assert found == notebook.ask("experiments/get", experiment_id="exp")["experiment"]
    assert (found["name"], found["lifecycle_stage"]) == ("exp", "active")
    assert notebook.refused("experiments/create", name="exp")[0] == "RESOURCE_ALREADY_EXISTS"
    code, message = notebook.refused("experiments/create", name="with spaces")
    assert (code, message.partition(":")[0]) == (
        "INVALID_PARAMETER_VALUE",
        "'with spaces' is no name for an experiment",
    )


def test_no_experiment_named(notebook):
    """A run of MLflow's default experiment is one of the directory's."""
    assert notebook.ask("experiments/get", experiment_id="0")["experiment"]["name"] == "folder"
    assert Run.of(notebook.home.run(notebook.begin(experiment_id="0"))).experiment.name == "folder"


def test_runs_of_others(notebook, tmp_path):
    """A job's run is read and found as MLflow shows it, with parameters, tags, metrics, name and end."""
    script = """
        import json, os, urllib.request
        def call(route, **body):
            token = {"Authorization": "Bearer " + os.environ["MLFLOW_TRACKING_TOKEN"]}
            address = os.environ["MLFLOW_TRACKING_URI"] + "/api/2.0/mlflow/" + route
            urllib.request.urlopen(urllib.request.Request(address, json.dumps(body).encode(), token)).read()
        me = os.environ["MLFLOW_RUN_ID"]
        def pairs(**said):
            return [{"key": key.replace("_", "."), "value": value} for key, value in said.items()]
        call("runs/log-batch", run_id=me, params=pairs(lr="0.1", who="x"), tags=pairs(note="n"))
        call("runs/log-batch", run_id=me, tags=pairs(mlflow_user="u"))
        call("runs/log-metric", run_id=me, key="loss", value=0.5, step=1)
        open("outputs/f.txt", "w").close()
        """
    paths = record(tmp_path, script, tags={"who": "me"}, name="mine")
    assert run(paths)[1]["status"] == "Completed"
    found = notebook.ask("runs/get", run_id=RUN_ID)["run"]
    pairs = {key: {one["key"]: one["value"] for one in found["data"][key]} for key in found["data"]}
    assert pairs == {
        "metrics": {"loss": 0.5},
        "params": {"lr": "0.1", "who": "x"},
        "tags": {"who": "me", "note": "n", "mlflow.user": "u", "mlflow.runName": "mine"},
    }
    info = found["info"]
    assert (info["status"], info["experiment_id"], info["run_name"]) == ("FINISHED", "exp", "mine")
    assert info["end_time"] >= info["start_time"]
    files = notebook.ask("artifacts/list", run_id=RUN_ID)["files"]
    assert [one["path"] for one in files] == ["f.txt"]
    assert notebook.refused("runs/get", run_id="../" + RUN_ID)[0] == "RESOURCE_DOES_NOT_EXIST"


def test_words_about_a_job(notebook, tmp_path):
    """What is said of a job's run from outside is in its record, but never ends it."""
    paths = record(tmp_path)
    for number in (1, 2):
        notebook.ask("runs/set-tag", run_id=RUN_ID, key="seen", value=str(number))
    notebook.ask("runs/update", run_id=RUN_ID, status="FINISHED")
    assert [(e["name"], e["value"]) for e in events_of(paths, "tag")] == [("seen", "1"), ("seen", "2")]
    assert atomic.read_json(paths.end) is None
    assert notebook.ask("runs/get", run_id=RUN_ID)["run"]["info"]["status"] == "SCHEDULED"


def test_search(notebook):
    """A search looks through the experiments it names, and at what others said since."""
    names = [notebook.begin(experiment_id="exp") for _ in range(2)]
    notebook.begin(experiment_id="other")
    again = Notebook(notebook.home.root)
    for loss in (0.5, 0.1):
        notebook.ask("runs/log-metric", run_id=names[1], key="loss", value=loss)
        notebook.ask("runs/set-tag", run_id=names[1], key="loss", value=str(loss))
        found = again.ask("runs/search", experiment_ids=["exp"], filter="metrics.loss > 0")["runs"]
        assert [one["info"]["run_id"] for one in found] == [names[1]]
        assert {"key": "loss", "value": str(loss)} in found[0]["data"]["tags"]
    notebook.ask("runs/delete", run_id=names[0])
    left = again.ask("runs/search", experiment_ids=["exp"])["runs"]
    assert [one["info"]["run_id"] for one in left] == [names[1]]


def test_models(notebook):
    """A model belongs to a run; without one the call says what begins a run."""
    run_id = notebook.begin(experiment_id="exp")
    model = notebook.ask("logged-models", name="m", source_run_id=run_id, experiment_id="exp")["model"][
        "info"
    ]
    assert (model["experiment_id"], model["artifact_uri"]) == (
        "exp",
        "file://" + os.path.join(notebook.home.run(run_id).outputs, "m"),
    )
    source = f"runs:/{run_id}/m"
    notebook.ask("registered-models/create", name="mine")
    for more in ({"run_id": run_id}, {}):
        made = notebook.ask("model-versions/create", name="mine", source=source, **more)["model_version"]
        assert made["run_id"] == more.get("run_id", "")
    assert notebook.refused("logged-models", name="m") == (
        "INVALID_PARAMETER_VALUE",
        "no run is active: `with mlflow.start_run():` begins one",
    )


def test_the_jobs_of_a_notebook_have_their_own_address(tmp_path):
    """MLflow hands its address and experiment on to processes it starts: a job takes neither."""
    paths = record(tmp_path)
    address = notebook_address(1)
    assert (is_of_notebook(address), is_of_notebook("http://127.0.0.1:5000")) == (True, False)
    env = {"MLFLOW_TRACKING_URI": address, "MLFLOW_EXPERIMENT_ID": "of the notebook", "MLFLOW_RUN_ID": "its"}
    endpoint = open_endpoint(paths, {}, env)
    env.update(endpoint.variables(env))
    endpoint.close()
    words = (env["MLFLOW_TRACKING_URI"], env["MLFLOW_EXPERIMENT_ID"], env["MLFLOW_RUN_ID"])
    assert words == (f"http://127.0.0.1:{endpoint.port}", "exp", RUN_ID)


def test_in_a_job(monkeypatch, tmp_path):
    """`get_mlflow_tracking_uri()` in a job is what its MLflow was told."""
    monkeypatch.setenv("RUNCFG_RUN_DIR", str(tmp_path))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://mine")
    assert jupyter_runcfg.Workspace.from_config().get_mlflow_tracking_uri() == "http://mine"


WHOLE = """
import sys
sys.path.insert(0, sys.argv[1])
from _runcfg.runtime.mlflow.notebook import NotebookStore
from _runcfg.runtime.paths import Home
from _runcfg.runtime.v1.context import Run
store = NotebookStore(Home(sys.argv[2]), Run, lambda: ("exp", {}))
ask = lambda route, **body: store.answer("POST", "/api/2.0/mlflow/" + route, body)
run_id = ask("runs/create", experiment_id="exp")["run"]["info"]["run_id"]
ask("runs/log-parameter", run_id=run_id, key="a", value="b")
other = NotebookStore(Home(sys.argv[2]), Run, None)
again = other.answer("GET", "/api/2.0/mlflow/runs/get", {"run_id": run_id})
print(again["run"]["data"]["params"], len(ask("runs/search", experiment_ids=["exp"])["runs"]))
"""


@pytest.mark.parametrize("version", MARKED)
def test_interpreters(version, tmp_path):
    """The oldest and the newest interpreter keep and read such runs."""
    home = Home(str(tmp_path))
    home.create()
    words = [interpreter(version), "-I", "-S", "-c", WHOLE, archive.install(home.runtime), home.root]
    done = subprocess.run(words, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[{'key': 'a', 'value': 'b'}] 1\n", "")


CLIENT = """
import mlflow
from azureml.core import Experiment, ScriptRunConfig, Workspace
ws = Workspace.from_config()
mlflow.set_tracking_uri(ws.get_mlflow_tracking_uri())
mlflow.set_experiment("diabetes")
with mlflow.start_run(run_name="first") as run:
    mlflow.log_param("lr", 0.1)
    for step in range(3):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
    mlflow.log_text("hello", "notes/hello.txt")
    mlflow.set_tag("kind", "test")
logged = Experiment(ws, "diabetes").start_logging(snapshot_directory=None)
with mlflow.start_run(run_id=logged.id):
    mlflow.log_metric("mixed", 1)
assert ws.get_mlflow_tracking_uri() == mlflow.get_tracking_uri()
job = Experiment(ws, "diabetes").submit(ScriptRunConfig(".", script="train.py"))
assert job.wait_for_completion()["status"] == "Completed", job.logs()
print(mlflow.get_run(job.id).data.metrics)
print(run.info.run_id, logged.get_status(), logged.get_metrics())
try:
    with mlflow.start_run():
        raise ValueError("of the cell")
except ValueError:
    mlflow.start_run()
    mlflow.log_text("left open", "open.txt")
"""


def test_the_real_client(tmp_path):
    """v1's usual cell, unchanged: its runs are listed with metrics, parameters, tags, files and ends."""
    pytest.importorskip("mlflow", reason="mlflow-skinny is not installed")
    words = [
        sys.executable,
        "-W",
        "ignore",
        "-c",
        "import jupyter_runcfg.azureml as v1; v1.offer()\n" + CLIENT,
    ]
    env = dict(os.environ, http_proxy="http://127.0.0.1:9")
    script = "import mlflow\nwith mlflow.start_run():\n    mlflow.log_metric('of the job', 2)\n"
    (tmp_path / "train.py").write_text(script)
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, env=env)
    assert done.returncode == 0, done.stderr
    last, failed, job, logged, first = list_runs(experiment="diabetes")
    lines = ["{'of the job': 2.0}", f"{first.id} Completed {{'mixed': 1.0}}"]
    assert done.stdout.splitlines()[-2:] == lines, done.stderr
    assert (job.status, job.get_metrics()) == ("Completed", {"of the job": 2.0})
    assert (first.display_name, first.status, first.tags, first.get_file_names()) == (
        "first",
        "Completed",
        {"lr": "0.1", "kind": "test"},
        ["outputs/notes/hello.txt"],
    )
    assert first.get_metrics() == {"loss": [1, 0.5, 1 / 3]}
    assert [run.status for run in (logged, failed, last)] == ["Completed", "Failed", "Completed"]
    assert last.get_file_names() == ["outputs/open.txt"]
    assert "http://127.0.0.1" not in done.stdout + done.stderr
