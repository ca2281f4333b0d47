"""Runs on the target `box`, whose engine copies files, as the tests look at them."""

import json
import os

import pytest

from jupyter_runcfg import RunConfiguration, submit
from jupyter_runcfg.executors.docker import container
from jupyter_runcfg.executors.docker.copied import forget
from jupyter_runcfg.executors.docker.engine import Engine
from jupyter_runcfg.executors.docker.sweep import is_supervised
from jupyter_runcfg.runtime import atomic
from jupyter_runcfg.runtime.paths import Home

from ...runtime.job import until

UP = "import time; print('up', flush=True); time.sleep(1000)"


@pytest.fixture
def target(docker_engine, runcfg_home):
    """target(host=…) makes the compute target `box`; afterwards nothing of the home is at the engine."""

    def make(host=docker_engine.host, **options):
        facts = {"executor": "docker", "host": host, "copy": "true", "image": docker_engine.base, **options}
        runcfg_home.mkdir(exist_ok=True)
        (runcfg_home / "targets.yaml").write_text(json.dumps({"box": facts}))

    make()
    yield make
    labels = {"runcfg.home": str(runcfg_home)}
    engine = Engine(docker_engine.host)
    until(lambda: not engine.containers(labels), "the engine to have no container of ours")
    until(lambda: not [one for one in volumes_of(docker_engine, runcfg_home) if "-run-" in one], "no record")
    forget(engine, Home(str(runcfg_home)))


def volumes_of(engine, home):
    found = engine.client.volumes.list(filters={"label": f"runcfg.home={home}"})
    return sorted(one.name for one in found)


def start(project, script, *, word="", **settings):
    """A run on `box`, once its log has a word."""
    project.write("train.py", script)
    run = submit(RunConfiguration(script="train.py", target="box", **settings))
    until(lambda: word in run.logs() or os.path.exists(run.paths.end))
    return run


def let_go(docker_engine, run):
    """Let a script go on that waits for /tmp/go in its container."""
    found = docker_engine.client.containers.get(container.name_of(run.paths, 1, 0))
    assert found.exec_run(["sh", "-c", ": > /tmp/go"]).exit_code == 0


def ended(run):
    """(status, exit code, cause) once it has."""
    end = until(lambda: run.get_status() and atomic.read_json(run.paths.end))
    return end["status"], end["exit_code"], end["cause"]


def gone(run):
    """Wait until its supervisor has taken everything back."""
    until(lambda: not is_supervised(run.paths.attempt(1)))


def supervisor_of(run):
    return atomic.read_json(run.paths.attempt(1).job)["process"]["pid"]
