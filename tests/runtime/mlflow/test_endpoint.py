"""MLflow's REST interface: who may call it, what odd callers do, and the real client in a real job."""

import http.client
import json
import os
import subprocess
import sys
import textwrap
import threading
from contextlib import closing
from pathlib import Path

import pytest

from jupyter_runcfg.runtime import archive, atomic
from jupyter_runcfg.runtime.mlflow.endpoint import open_endpoint

from ...engines import interpreter
from ..job import RUN_ID, events_of, log_of, record, run, until
from ..test_interpreters import MARKED
from .served import Served


@pytest.fixture
def served(tmp_path):
    served = Served(tmp_path, {"HOME": str(tmp_path)})
    yield served
    served.endpoint.close()


def test_strangers(served):
    """Without the secret nothing is answered, by any other user of the machine."""
    for token in ("", "wrong", served.token[:-1]):
        status, answer = served.call("runs/get", {"run_id": RUN_ID}, token=token)
        assert (status, answer["error_code"]) == (401, "UNAUTHENTICATED")
    assert served.send(b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 401")


@pytest.mark.parametrize(
    ("rest", "answer"),
    [
        (b"Content-Length: 100000000\r\n\r\n" + b"x" * 1000, b"HTTP/1.1 413"),
        (b"Content-Length: -1\r\n\r\n", b"HTTP/1.1 413"),
        (b"Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n", b"HTTP/1.1 413"),
        (b"Content-Length: 500\r\n\r\n" + b"{" * 100, b""),
        (b"Content-Length: 5\r\n\r\nabcde", b"HTTP/1.1 400"),
        (b"Content-Length: 2\r\n\r\n[]", b"HTTP/1.1 400"),
        (b"Content-Length: 99999\r\n\r\n" + b"[" * 99999, b"HTTP/1.1 400"),
        (b"Content-Length: 4\r\n\r\n\xff\xfe\0\0", b"HTTP/1.1 400"),
    ],
    ids=["huge", "negative", "chunked", "half", "text", "list", "deep", "bytes"],
)
def test_odd_requests(served, rest, answer):
    """Half a request of a killed client, one of 100 MB, one that is no JSON: the others are served on."""
    head = f"POST /api/2.0/mlflow/runs/log-metric HTTP/1.1\r\nAuthorization: Bearer {served.token}\r\n"
    assert served.send(head.encode() + rest)[: len(answer) or None] == answer
    assert served.send(b"\0\1\2\r\n\r\n")[:5] in (b"", b"<!DOC", b"HTTP/")
    assert served.log("loss", 1)[0] == 200
    assert served.metrics() == [("loss", 1, 0)]


def test_many_threads(served):
    """Eight writers at once: every point is there, numbered once, those of each writer in its order."""

    def write(writer):
        for number in range(100):
            assert served.log(f"m{writer}", number, step=number)[0] == 200

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = events_of(served.paths, "metric")
    assert [e["seq"] for e in events] == list(range(1, 801))
    assert sorted((e["name"], e["value"]) for e in events) == sorted(
        (f"m{writer}", number) for writer in range(8) for number in range(100)
    )
    assert [e["value"] for e in events if e["name"] == "m3"] == list(range(100))


def test_a_record_that_was_removed(served):
    """The training goes on: what cannot be written is no error of the script's."""
    os.rename(served.paths.events, served.paths.events + "-gone")
    assert served.log("loss", 1) == (200, {})
    assert served.call("runs/log-parameter", {"run_id": RUN_ID, "key": "a", "value": "b"}) == (200, {})


def test_after_the_end(served):
    """What a process that survived the script says is refused, not recorded."""
    with closing(http.client.HTTPConnection("127.0.0.1", served.endpoint.port, timeout=30)) as kept:
        headers = {"Authorization": f"Bearer {served.token}"}
        kept.request("GET", f"/api/2.0/mlflow/runs/get?run_id={RUN_ID}", headers=headers)
        assert kept.getresponse().read()
        served.endpoint.close()
        body = json.dumps({"run_id": RUN_ID, "key": "late", "value": 1})
        kept.request("POST", "/api/2.0/mlflow/runs/log-metric", body, headers)
        assert json.loads(kept.getresponse().read())["error_code"] == "INVALID_STATE"
    assert served.metrics() == []


def test_variables(tmp_path):
    """The person's tracking server is left alone; their credentials are not ours; proxies are passed by."""
    paths = record(tmp_path)
    assert open_endpoint(paths, {}, {"MLFLOW_TRACKING_URI": "http://mine"}) is None
    endpoint = open_endpoint(paths, {}, {})
    address = f"http://127.0.0.1:{endpoint.port}"
    plain = endpoint.variables({"HOME": str(tmp_path), "NO_PROXY": "corp"})
    token = plain["MLFLOW_TRACKING_TOKEN"]
    assert plain == {
        "MLFLOW_TRACKING_URI": address,
        "MLFLOW_TRACKING_TOKEN": token,
        "MLFLOW_RUN_ID": RUN_ID,
        "MLFLOW_EXPERIMENT_ID": "exp",
        "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
        "no_proxy": "corp,127.0.0.1",
        "NO_PROXY": "corp,127.0.0.1",
    }
    for env in ({"MLFLOW_TRACKING_USERNAME": "me"}, {"HOME": str(tmp_path)}):
        (tmp_path / ".mlflow").mkdir(exist_ok=True)
        (tmp_path / ".mlflow" / "credentials").write_text("[mlflow]\n")
        found = endpoint.variables(env)
        assert (found["MLFLOW_TRACKING_URI"], found.get("MLFLOW_TRACKING_TOKEN")) == (
            f"{address}/{token}",
            None,
        )
    endpoint.close()


def test_the_secret_in_the_address(served):
    """Where the person's own credentials are sent, the address itself proves who asks."""
    prefix = f"/{served.token}/api/2.0/mlflow/"
    body = {"run_id": RUN_ID}
    assert served.call("runs/get", body, token="theirs", prefix=prefix)[0] == 200
    assert served.call("runs/get", body, token="theirs", prefix="/other/api/2.0/mlflow/")[0] == 401


UNUSED = """
import sys
sys.path.insert(0, sys.argv[1])
from _runcfg.runtime.mlflow.endpoint import open_endpoint
from _runcfg.runtime.paths import RunPaths
before = set(sys.modules)
endpoint = open_endpoint(RunPaths(sys.argv[2]), {}, {})
endpoint.variables({})
print(sorted(name for name in set(sys.modules) - before if not name.startswith("_")), endpoint.fileno() > 2)
endpoint.close()
"""


def test_an_endpoint_that_nobody_uses_imports_nothing(tmp_path):
    """A job that does not use MLflow pays for a listening socket, not for an HTTP server."""
    paths = record(tmp_path)
    pyz = archive.install(paths.home.runtime)
    words = [sys.executable, "-I", "-S", "-c", UNUSED, pyz, paths.directory]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout == "[] True\n"


WHOLE = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
from http.client import HTTPConnection
from _runcfg.runtime import atomic
from _runcfg.runtime.mlflow.endpoint import open_endpoint
from _runcfg.runtime.paths import RunPaths
paths = RunPaths(sys.argv[2])
endpoint = open_endpoint(paths, atomic.read_json(paths.request), {})
endpoint.serve()
token = {"Authorization": "Bearer " + endpoint.variables({})["MLFLOW_TRACKING_TOKEN"]}


def call(route, **body):
    connection = HTTPConnection("127.0.0.1", endpoint.port)
    connection.request("POST", "/api/2.0/preview/mlflow/" + route, json.dumps(body), token)
    answer = json.loads(connection.getresponse().read().decode("utf-8"))
    connection.close()
    return answer
call("runs/log-metric", run_id=paths.run_id, key="loss", value=0.5, step=1)
child = call("runs/create", run_name="inner")["run"]["info"]["run_id"]
os.makedirs(os.path.join(paths.work, "outputs", "m"))
call("registered-models/create", name="my.model")
source = "file://" + os.path.join(paths.work, "outputs", "m")
version = call("model-versions/create", name="my.model", source=source)["model_version"]["version"]
print(len(call("runs/search", filter="status = 'RUNNING'")["runs"]), version)
endpoint.close()
"""


@pytest.mark.parametrize("version", MARKED)
def test_interpreters(version, tmp_path):
    """Runs, children, search and registry, served by each interpreter."""
    paths = record(tmp_path)
    words = [interpreter(version), "-I", "-S", "-c", WHOLE, archive.install(paths.home.runtime)]
    done = subprocess.run([*words, paths.directory], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("2 1\n", "")
    assert [(e["name"], e["value"]) for e in events_of(paths, "metric")] == [("loss", 0.5)]


CLIENT = """
import multiprocessing, os
import mlflow


def inner(run_id):
    mlflow.log_metric("forked", os.getpid() != main, run_id=run_id)

main = os.getpid()
mlflow.set_experiment("of the script")
with mlflow.start_run(run_name="first") as run:
    mlflow.log_params({"lr": 0.1, "depth": 3})
    for step in range(3):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
    mlflow.log_metric("late", 2.0, synchronous=False).wait()
    mlflow.log_text("hello", "notes/hello.txt")
    mlflow.set_tag("kind", "test")
    for depth in (1, 2):
        with mlflow.start_run(nested=True, run_name=str(depth)):
            mlflow.log_metric("acc", depth)
    process = multiprocessing.get_context("fork").Process(target=inner, args=(run.info.run_id,))
    process.start()
    process.join()
    best = mlflow.search_runs(
        filter_string=f"tags.mlflow.parentRunId = '{run.info.run_id}'",
        order_by=["metrics.acc DESC"], output_format="list",
    )[0]
    data = mlflow.get_run(run.info.run_id).data
    print(run.info.run_id, best.info.run_name, data.metrics["loss"], data.params)
    print(mlflow.artifacts.load_text(run.info.artifact_uri + "/notes/hello.txt"))
try:
    mlflow.get_run("0" * 32)
except mlflow.MlflowException as error:
    print(error.error_code)
"""


def test_the_real_client(served):
    """MLflow's own client: runs, series, files, a nested run, a forked process, a search."""
    pytest.importorskip("mlflow", reason="mlflow-skinny is not installed")
    env = {**os.environ, **served.variables}
    code = textwrap.dedent(CLIENT)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    assert done.stdout.splitlines() == [
        f"{RUN_ID} 2 {1 / 3} {{'lr': '0.1', 'depth': '3'}}",
        "hello",
        "RESOURCE_DOES_NOT_EXIST",
    ], done.stderr
    assert served.metrics() == [
        ("loss", 1, 0),
        ("loss", 0.5, 1),
        ("loss", 1 / 3, 2),
        ("late", 2, 0),
        ("forked", 1, 0),
    ]
    tags = {e["name"]: e["value"] for e in events_of(served.paths, "tag")}
    assert tags == {"lr": "0.1", "depth": "3", "kind": "test"}
    assert [(e["name"], e["value"]) for e in events_of(served.paths, "name")] == [("display_name", "first")]
    ended = [
        atomic.read_json(served.paths.home.run(e["run_id"]).end)["status"]
        for e in events_of(served.paths, "child")
    ]
    assert ended == ["Completed", "Completed"]
    until(lambda: os.path.isfile(os.path.join(served.paths.work, "outputs", "notes", "hello.txt")))


def test_a_whole_job(tmp_path):
    """A job's script finds the endpoint by itself; its files are outputs of the run, its child is ended."""
    pytest.importorskip("mlflow", reason="mlflow-skinny is not installed")
    script = """
        import mlflow
        with mlflow.start_run():
            mlflow.log_metric("loss", 0.5, step=1)
            mlflow.log_text("hello", "notes/hello.txt")
            mlflow.start_run(nested=True, run_name="left open")
            import os, signal
            os.kill(os.getpid(), signal.SIGKILL)
        """
    paths = record(tmp_path, script)
    _, end = run(paths)
    assert (end["status"], end["cause"]) == ("Failed", "killed by SIGKILL"), log_of(paths)
    assert [(e["name"], e["value"], e["step"]) for e in events_of(paths, "metric")] == [("loss", 0.5, 1)]
    assert [e["path"] for e in events_of(paths, "artifact")] == ["outputs/notes/hello.txt"]
    (child,) = events_of(paths, "child")
    assert atomic.read_json(paths.home.run(child["run_id"]).end)["status"] == "Failed"
    assert Path(paths.runtime_log).read_text() == ""
