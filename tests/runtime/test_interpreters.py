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
