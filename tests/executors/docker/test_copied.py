"""Engines that do not see this machine's files: a socket told to copy, TCP, SSH."""

import hashlib
import os
import signal
from pathlib import Path

import pytest

from jupyter_runcfg import RunConfiguration, submit
from jupyter_runcfg.executors.docker.copied import volume_of
from jupyter_runcfg.runtime.paths import Home

from ...engines.ssh import sshd
from ...runtime.job import events_of, until
from .copying import UP, ended, gone, let_go, start, supervisor_of, target, volumes_of
from .relay import Relay

__all__ = ["sshd", "target"]
pytestmark = pytest.mark.engine("docker")

STEPS = """
import os, sys, time
from azureml.core import Run
run = Run.get_context()
for number in range({}):
    print("line", number, flush=True)
    run.log("loss", number)
    time.sleep(0.02)
    while number == 3 and not os.path.exists("/tmp/go"):
        time.sleep(0.01)
os.makedirs("outputs/model")
open("outputs/model/weights", "wb").write(b"w" * 1_000_000)
os.symlink("weights", "outputs/model/latest")
print("as", os.getuid(), os.getgid())
sys.exit({})
"""
MEETING = """
import os, socket, time
address = (os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"]))
if os.environ["RANK"] == "0":
    with socket.create_server(("", address[1])) as server:
        print(server.accept()[0].makefile().read())
else:
    while True:
        try:
            line = socket.create_connection(address)
            break
        except OSError:
            time.sleep(0.05)
    line.sendall(("hello from node " + os.environ["NODE_RANK"]).encode())
    line.close()
    print("said")
"""


@pytest.fixture
def relay(docker_engine):
    found = Relay(docker_engine.socket)
    yield found
    found.close()


def check_whole(run, lines, code):
    """All of a run of STEPS is here, each line once."""
    assert ended(run)[:2] == ("Failed" if code else "Completed", code)
    log = run.logs().splitlines()
    assert log == [f"line {n}" for n in range(lines)] + [f"as {os.getuid()} {os.getgid()}"]
    assert [row["value"] for row in metric(run, "loss")] == list(range(lines))
    model = Path(run.paths.outputs, "model")
    assert (model / "weights").read_bytes() == b"w" * 1_000_000
    assert os.readlink(model / "latest") == "weights"
    gone(run)  # what it was copied with is taken back last
    assert {path.lstat().st_uid for path in Path(run.paths.directory).rglob("*")} == {os.getuid()}


def metric(run, name):
    return [event for event in events_of(run.paths, "metric") if event["name"] == name]


@pytest.mark.parametrize("code", [0, 3])
def test_a_socket_told_to_copy(code, project, target, docker_engine, runcfg_home):
    """The log is here while the run goes on; then metrics, outputs and the exit code; only objects stay."""
    run = start(project, STEPS.format(20, code), word="line 3\n")
    assert not os.path.exists(run.paths.end)
    let_go(docker_engine, run)
    check_whole(run, 20, code)
    gone(run)
    assert volumes_of(docker_engine, runcfg_home) == [volume_of(Home(str(runcfg_home)), os.getuid())]
    assert not os.path.exists(run.paths.attempt(1).reserve)


def test_over_tcp(project, target, docker_engine, relay):
    """The same at a TCP port; the engine is remote without being told so."""
    target(relay.host, copy="")
    run = start(project, STEPS.format(10, 0), word="line 3\n")
    assert not os.path.exists(run.paths.end)
    let_go(docker_engine, run)
    check_whole(run, 10, 0)
    gone(run)


@pytest.mark.engine("ssh")
def test_over_ssh(project, target, docker_engine, sshd):
    """The same through the person's own ssh, whose sessions are killed in the middle, again and again."""
    there = sshd(DOCKER_HOST=docker_engine.host)
    target("ssh://there", copy="")
    run = start(project, STEPS.format(60, 0), word="line 3\n")
    assert not os.path.exists(run.paths.end)
    let_go(docker_engine, run)
    for number in (8, 20):
        until(there.cut)
        until(lambda number=number: f"line {number}\n" in run.logs())
    check_whole(run, 60, 0)
    gone(run)


def test_cancel(project, target):
    """The marker travels; the script ends, and the runtime over there says how."""
    run = start(project, UP, word="up")
    run.cancel()
    assert ended(run)[0::2] == ("Canceled", "canceled while running")
    gone(run)


def test_the_engine_is_away_for_a_while(project, target, docker_engine, relay):
    """NotResponding, which is no end; when it is back, nothing is missing."""
    target(relay.host)
    run = start(project, STEPS.format(20, 0), word="line 3\n")
    relay.cut()
    let_go(docker_engine, run)
    until(lambda: run.get_status() == "NotResponding")
    assert not os.path.exists(run.paths.end)
    relay.mend()
    check_whole(run, 20, 0)
    gone(run)


def test_the_supervisor_is_killed(project, target, docker_engine):
    """The container goes on; whoever looks starts another supervisor, which goes on where that one was."""
    run = start(project, STEPS.format(20, 0), word="line 3\n")
    os.kill(supervisor_of(run), signal.SIGKILL)
    let_go(docker_engine, run)
    check_whole(run, 20, 0)
    gone(run)


def test_the_container_is_killed(project, target, docker_engine, runcfg_home):
    """What it had printed is here, and the run has failed."""
    script = (
        "print('up', flush=True)\nimport time\ntime.sleep(0.3)\nprint('late', flush=True); time.sleep(1000)"
    )
    run = start(project, script, word="up")
    until(lambda: "late" in run.logs())
    for name in docker_engine.containers(runcfg_home):
        docker_engine.client.containers.get(name).kill()
    assert ended(run)[0] == "Failed"
    assert run.logs() == "up\nlate\n"
    gone(run)


def test_what_a_dead_container_had_left(project, target, docker_engine, runcfg_home):
    """Nobody mirrors while the run ends: everything comes out of the ended container."""
    run = start(project, STEPS.format(30, 0), word="line 3\n")
    os.kill(supervisor_of(run), signal.SIGKILL)
    [name] = docker_engine.containers(runcfg_home)
    let_go(docker_engine, run)
    docker_engine.client.containers.get(name).wait()
    check_whole(run, 30, 0)
    gone(run)


def test_two_nodes(project, target):
    """A container each, one record: they reach each other, and what both print is here."""
    project.write("train.py", MEETING)
    text = "script: train.py\ntarget: box\nnodeCount: 2\nframework: PyTorch\ncommunicator: Gloo\n"
    run = submit(RunConfiguration.from_text(text))
    assert ended(run)[:2] == ("Completed", 0), run.logs()
    gone(run)
    said = [Path(run.paths.log_of(rank)).read_text() for rank in range(2)]
    assert said == ["hello from node 1\n", "said\n"]


def test_eight_at_once(project, target):
    """None disturbs another, though all send the same objects at once."""
    project.write("big", "x" * 3_000_000)
    project.write("train.py", "print(len(open('big').read()), flush=True)")
    config = RunConfiguration(script="train.py", target="box")
    runs = [submit(config) for _ in range(8)]
    assert [ended(run)[:2] for run in runs] == [("Completed", 0)] * 8
    assert [run.logs() for run in runs] == ["3000000\n"] * 8
    for run in runs:
        gone(run)


def test_a_damaged_object(project, target, runcfg_home, monkeypatch):
    """The run that needs it has failed, and says which file is missing; nothing is left at the engine."""
    monkeypatch.setenv("RUNCFG_MAX_PARALLEL", "1")
    first = start(project, UP, word="up")
    project.write("train.py", "print(1)")
    second = submit(RunConfiguration(script="train.py", target="box"))
    name = hashlib.sha256(b"print(1)").hexdigest()
    Path(runcfg_home, "objects", name[:2], name[2:]).unlink()
    first.cancel()
    status, _, cause = ended(second)
    assert (status, cause) == ("Failed", "a stored object is missing")
    gone(first)
    gone(second)
