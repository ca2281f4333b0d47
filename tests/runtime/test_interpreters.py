"""A whole job on every interpreter from 3.6 on: the runtime and the script run by it."""

import sys

import pytest

from jupyter_runcfg.runtime import atomic
from jupyter_runcfg.runtime.checkout import iter_files

from ..engines import interpreter
from .job import HEX, events_of, left_of, log_of, record, run, start, until

VERSIONS = ["3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13"]
MARKED = [pytest.param(v, marks=pytest.mark.engine(f"python{v}")) for v in VERSIONS]

SCRIPT = """
import os, subprocess, sys
from azureml.core import Run
run = Run.get_context()
run.log("loss", 0.5)
with open("outputs/model", "w") as f: f.write("m")
print("%d.%d" % sys.version_info[:2], sys.argv[1:])
subprocess.Popen(["setsid", "sleep", "1000"])
sys.exit(3)
"""


@pytest.mark.parametrize("version", MARKED)
def test_a_whole_job(version, tmp_path):
    """Checkout, environment, script, metrics, outputs, leftovers, exit code; a second start does nothing."""
    python = interpreter(version)
    paths = record(tmp_path, SCRIPT, argv=[python, "main.py", "--x", "ż"])
    assert run(paths, python)[0] == 0
    with open(paths.runtime_log) as stream:
        assert stream.read() == ""
    end = atomic.read_json(paths.end)
    assert {**end, "t": 0} == {
        "status": "Failed",
        "cause": "exit code 3",
        "exit_code": 3,
        "t": 0,
        "attempt": 1,
    }
    assert log_of(paths).decode() == f"{version} ['--x', 'ż']\n"
    assert [(e["name"], e["value"]) for e in events_of(paths, "metric")] == [("loss", 0.5)]
    assert [e["status"] for e in events_of(paths, "status")] == ["Preparing", "Running", "Finalizing"]
    assert [e["message"] for e in events_of(paths, "warning")] == [
        "ended 1 processes the script left running"
    ]
    assert iter_files(paths.outputs) == [("model", 1)]
    assert left_of(paths) == []
    assert run(paths, python)[0] == 0
    assert log_of(paths).decode().count("\n") == 1


@pytest.mark.parametrize("version", MARKED)
def test_cancel(version, tmp_path):
    """The marker ends the job on each interpreter."""
    python = interpreter(version)
    paths = record(tmp_path, "import time; print('up', flush=True); time.sleep(1000)")
    runtime = start(paths, python)
    until(lambda: paths and b"up" in (log_of(paths) if _has_log(paths) else b""))
    atomic.write_once(paths.cancel, b"")
    assert runtime.wait(30) == 0
    assert atomic.read_json(paths.end)["status"] == "Canceled"
    assert left_of(paths) == []


def _has_log(paths):
    return any(name == "std_log.txt" for name, _ in iter_files(paths.logs))


@pytest.mark.engine("python3.6")
@pytest.mark.engine("python3.13")
def test_bytecode_of_another_version(tmp_path):
    """A script on another interpreter than the archive's bytecode is for runs from the sources."""
    for number, version in enumerate(("3.6", "3.13"), 1):
        paths = record(tmp_path, SCRIPT, run_id=f"exp_{number}_{HEX}", argv=[interpreter(version), "main.py"])
        assert run(paths, sys.executable)[1]["exit_code"] == 3
        assert log_of(paths).decode() == f"{version} []\n"


RECORDING = """
import io, sys
from azureml.core import Dataset, Datastore, Experiment, Model, Run, Workspace
from azureml.core.run import Run as same, _OfflineRun
from azureml.core.authentication import InteractiveLoginAuthentication
from azureml.exceptions import UserErrorException
assert Run is same
run = Run.get_context()
run.log("m", 1); run.log("m", 2, step=1); run.log_list("l", [1, 2]); run.log_row("r", x=1, y="a")
run.log_table("t", {"x": [1, 2]}); run.log_confusion_matrix("cm", {"class_labels": [], "matrix": []})
run.set_tags({"a": 1, "b": 2}); run.remove_tags(["b"]); run.add_properties({"p": 1})
run.upload_file("bare", io.BytesIO(b"x")); run.upload_file("outputs/o", io.BytesIO(b"x"))
with run.child_run("kid") as kid:
    kid.log("k", 1)
assert [c.get_status() for c in run.get_children()] == ["Completed"], list(run.get_children())
assert kid.parent == run and kid.get_details()["status"] == "Completed"
metrics = run.get_metrics(); metrics.pop("cm").index("aml://")
assert metrics == {"m": [1, 2], "l": [1, 2], "r": {"x": 1, "y": "a"}, "t": {"x": [1, 2]}}, metrics
assert (run.tags, run.properties) == ({"a": "1"}, {"p": "1"})
names = run.get_file_names()
assert "bare" in names and "outputs/o" in names, names
ws = Workspace.from_config(auth=InteractiveLoginAuthentication())
assert [e.name for e in Experiment.list(ws)] == ["exp"], Experiment.list(ws)
assert run.register_model("model", "outputs/o").version == 1
assert open(Model.get_model_path("model")).read() == "x"
store = ws.get_default_datastore(); store.upload_files(["main.py"])
assert Dataset.File.from_files((store, "main.py")).register(ws, "d").version == 1
assert Dataset.get_by_name(ws, "d").to_path() == ["/main.py"]
for verb, words in (("log", ("m", [1])), ("add_properties", ({"p": 2},)), ("upload_file", ("..", "f"))):
    try: getattr(run, verb)(*words)
    except UserErrorException: pass
    else: raise AssertionError(verb)
try: from azureml.core import ScriptRunConfig
except ImportError as error: assert "pip install jupyter-runcfg" in str(error), error
else: assert sys.version_info >= (3, 11)
try: from azureml.core import Nothing
except ImportError as error: assert "Nothing" in str(error)
import azureml.core.run
from azureml.core.run import *
assert run.get_status() == "Running" and run.get_details()["runId"] == run.id
offline = _OfflineRun(); offline.log("m", 1); assert offline.get_metrics() == {"m": 1}
print("done")
"""


@pytest.mark.parametrize("version", MARKED)
def test_the_whole_interface_of_a_run(version, tmp_path):
    """Metrics, files, children, models, datasets, errors: v1's calls, from the archive alone."""
    paths = record(tmp_path, RECORDING, argv=[interpreter(version), "main.py"])
    assert run(paths)[1]["status"] == "Completed", log_of(paths).decode()
    assert log_of(paths).decode().splitlines()[-1] == "done"
