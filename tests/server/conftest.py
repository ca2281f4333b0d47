"""One server a module; the runs of a test are in the server's home."""

import os
import time

import pytest

import jupyter_runcfg

from ..project import Project
from .jupyter import JupyterServer


@pytest.fixture(scope="module")
def server(private_directories, tmp_path_factory):
    running = JupyterServer.start(tmp_path_factory.mktemp("server"))
    yield running
    running.stop()


@pytest.fixture
def submit(server, tmp_path, monkeypatch):
    """submit(script) starts a run in the server's home; `go` in its directory is what scripts wait for."""
    monkeypatch.setenv("RUNCFG_HOME", str(server.home))
    project = Project(tmp_path / "project")
    runs = []

    def submit_(text):
        project.write("train.py", text)
        runs.append(jupyter_runcfg.submit(jupyter_runcfg.ScriptRunConfig(str(project.directory), "train.py")))
        return runs[-1]

    yield submit_
    for run in runs:
        if run.is_kept:
            run.cancel()


def until(fact, seconds=120):
    """Wait for `fact()` to be true, and return it."""
    deadline = time.monotonic() + seconds
    while not (found := fact()):
        assert time.monotonic() < deadline, "it does not become true"
        time.sleep(0.02)
    return found


@pytest.fixture
def go():
    """go(run) lets a script go on that waits for the file `go`."""

    def go_(run):
        until(lambda: os.path.exists(run.paths.std_log))
        with open(os.path.join(run.paths.work, "go"), "w"):
            pass

    return go_
