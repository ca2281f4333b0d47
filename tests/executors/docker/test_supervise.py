"""What becomes of runs whose supervisor, container or engine goes away in the middle."""

import json
import os
import signal

import pytest

from jupyter_runcfg.executors import EngineWord, JobSpec
from jupyter_runcfg.executors.docker.executor import DockerExecutor
from jupyter_runcfg.runtime import atomic, ending, process
from jupyter_runcfg.runtime.paths import Home

from ...runtime.job import RUN_ID, record, until
from .run import ended, error_of, supervisor_of

pytestmark = pytest.mark.engine("docker")

UP = "import time; print('up', flush=True); time.sleep(1000)"
SHORT = "import os, time; print('up', flush=True)\nwhile not os.path.exists('go'): time.sleep(0.01)"


@pytest.fixture
def cable(docker_engine, runs):
    """The engine's socket under another name, of the target `box`; without that name nobody answers."""
    place = runs.home / "engine.sock"

    class Cable:
        def plug(self):
            place.symlink_to(docker_engine.socket)

        def pull(self):
            place.unlink()

    facts = {"executor": "docker", "host": f"unix://{place}", "image": docker_engine.base}
    (runs.home / "targets.yaml").write_text(json.dumps({"box": facts}))
    Cable().plug()
    return Cable()


def spec_of(run):
    return JobSpec(run.id, run.paths.directory, 1, "")


def test_a_killed_supervisor(runs):
    """The run goes on; the next reader starts another, and the end is the script's."""
    run = runs.start(SHORT, word="up")
    until(lambda: os.path.exists(run.paths.attempt(1).container))
    os.kill(supervisor_of(run), signal.SIGKILL)
    until(lambda: not supervisor_of(run))
    until(lambda: run.get_status() == "Running")
    open(os.path.join(run.paths.work, "go"), "w").close()
    assert ended(run) == ("Completed", 0, "")


@pytest.mark.parametrize("copies", ["", "true"])
def test_the_slot_of_a_killed_supervisor(runs, docker_engine, monkeypatch, copies):
    """It is taken until the container has ended; who waits for it has that looked after, and is next."""
    monkeypatch.setenv("RUNCFG_MAX_PARALLEL", "1")
    facts = {"executor": "docker", "host": docker_engine.host, "image": docker_engine.base, "copy": copies}
    (runs.home / "targets.yaml").write_text(json.dumps({"box": facts}))
    script = "import time; print('up', flush=True); time.sleep(4); print('over', flush=True)"
    first = runs.start(script, word="up")
    until(lambda: os.path.exists(first.paths.attempt(1).container))
    os.kill(supervisor_of(first), signal.SIGKILL)
    second = runs.start("print('next')")
    assert second.get_status() == "Queued"
    until(lambda: os.path.exists(second.paths.end))  # nobody looks at the first one
    assert (ended(first), ended(second)) == (("Completed", 0, ""), ("Completed", 0, ""))
    assert first.logs() == "up\nover\n"
    assert os.stat(first.paths.end).st_mtime < os.stat(second.paths.attempt(1).job).st_mtime


def test_killed_again_and_again(runs):
    """However many of them are killed, one end is written."""
    run = runs.start(SHORT, word="up")
    until(lambda: os.path.exists(run.paths.attempt(1).container))
    executor = DockerExecutor(Home(str(runs.home)))
    for _ in range(3):
        pids = until(lambda: executor.poll([spec_of(run)]) and _supervisors(run))
        process.send(pids, signal.SIGKILL)
        until(lambda dead=pids: not set(dead) & set(_supervisors(run)))
    until(lambda: executor.poll([spec_of(run)]) and _supervisors(run))
    open(os.path.join(run.paths.work, "go"), "w").close()
    assert ended(run) == ("Completed", 0, "")


def _supervisors(run):
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as stream:
                words = stream.read().split(b"\0")
        except OSError:
            continue
        if run.paths.directory.encode() in words and b"-m" in words:
            found.append(int(name))
    return found


def test_killed_before_the_container(runs, docker_engine):
    """A run that has no container by then is Failed; nothing starts it later."""
    paths = record(runs.home, UP, target=_target(docker_engine))
    paths.attempt(1).create()
    atomic.write_once(paths.attempt(1).job, atomic.encode({"process": {"pid": 1, "boot_id": "before"}}))
    open(paths.attempt(1).supervising, "w").close()
    os.utime(paths.attempt(1).supervising, (0, 0))
    executor = DockerExecutor(paths.home)
    until(lambda: executor.poll([JobSpec(RUN_ID, paths.directory, 1, "")]) and os.path.exists(paths.end))
    end = atomic.read_json(paths.end)
    assert (end["status"], end["cause"]) == (
        "Failed",
        "its container was not started: its supervisor was killed",
    )


def _target(engine):
    options = {"host": engine.host, "container": {"HostConfig": {}}, "copies": False, "hosts": [], "depth": 0}
    return {"name": "box", "executor": "docker", "options": options}


def test_a_supervisor_that_cannot_start(runs, docker_engine):
    """Its last words are the reason; nobody tries again without end."""
    paths = record(runs.home, UP, target=_target(docker_engine))
    paths.attempt(1).create()
    atomic.write_once(paths.attempt(1).job, atomic.encode({"process": {"pid": 1, "boot_id": "before"}}))
    with open(paths.runtime_log, "w") as log:
        log.write("ModuleNotFoundError: No module named 'jupyter_runcfg'\n")
    (word,) = DockerExecutor(paths.home).poll([JobSpec(RUN_ID, paths.directory, 1, "")])
    reason = "its supervisor did not start: ModuleNotFoundError: No module named 'jupyter_runcfg'"
    assert word == EngineWord("Gone", reason, "submit it again")


@pytest.mark.parametrize(
    ("end", "cause"),
    [
        (lambda it: it.remove(force=True), "its container was "),
        (lambda it: it.kill(), "its container was ended by signal 9"),
        (lambda it: it.stop(timeout=20), "the job was ended by SIGTERM"),
    ],
)
def test_a_container_that_somebody_ends(runs, end, cause):
    """Failed with one clear error."""
    run = runs.start(UP, word="up")
    end(runs.engine.client.containers.get(runs.name(run)))
    status, _, said = ended(run)
    assert status == "Failed"
    assert said.startswith(cause)
    error = error_of(run)
    assert (error["type"], error["message"]) == ("JobLost", said)
    assert error["hint"].endswith("submit it again")


def test_an_engine_that_comes_back(runs, cable):
    """NotResponding while it does not answer, with the reason; then on, to the script's own end."""
    run = runs.start(SHORT, word="up")
    cable.pull()
    until(lambda: run.get_status() == "NotResponding")
    assert run.refresh().cause == "no Docker engine answers on this machine"
    cable.plug()
    until(lambda: run.get_status() == "Running")
    open(os.path.join(run.paths.work, "go"), "w").close()
    assert ended(run) == ("Completed", 0, "")


def test_an_engine_that_has_lost_it(runs, cable):
    """No false end while it does not answer; Failed once the container is known to be gone."""
    run = runs.start(UP, word="up")
    cable.pull()
    until(lambda: run.get_status() == "NotResponding")
    runs.engine.client.containers.get(runs.name(run)).remove(force=True)
    assert run.get_status() == "NotResponding"
    cable.plug()
    assert ended(run)[::2] == ("Failed", "its container was removed")


def test_a_run_that_ends_while_the_engine_is_away(runs, cable):
    """Its end is the script's at once; the container is taken away when the engine is back."""
    run = runs.start(SHORT, word="up")
    cable.pull()
    until(lambda: run.get_status() == "NotResponding")
    open(os.path.join(run.paths.work, "go"), "w").close()
    end = until(lambda: atomic.read_json(run.paths.end))
    assert end["status"] == "Completed"
    assert runs.engine.containers(runs.home) == [runs.name(run)]
    cable.plug()
    until(lambda: runs.engine.containers(runs.home) == [])


def test_canceled_while_the_engine_is_away(runs, cable):
    """The runtime in the container sees the marker all the same."""
    run = runs.start(UP, word="up")
    cable.pull()
    until(lambda: run.get_status() == "NotResponding")
    run.cancel()
    assert until(lambda: atomic.read_json(run.paths.end))["status"] == "Canceled"
    cable.plug()
    ended(run)


def test_what_nobody_took_away(runs, docker_engine):
    """A container of a run that had ended without a supervisor goes with the next run's."""
    old = runs.start(UP, word="up")
    os.kill(supervisor_of(old), signal.SIGKILL)
    until(lambda: not supervisor_of(old))
    ending.write_status(old.paths, "Failed", "lost")
    assert docker_engine.containers(runs.home) == [runs.name(old)]
    assert ended(runs.start("")) == ("Completed", 0, "")
    until(lambda: docker_engine.containers(runs.home) == [])
