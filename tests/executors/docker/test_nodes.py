"""Nodes in containers of their own, on a network that nobody else is in."""

import os
from pathlib import Path

import pytest

from .run import ended

pytestmark = pytest.mark.engine("docker")

TORCH = {"framework": "PyTorch", "communicator": "Gloo", "nodeCount": "2"}
TALK = """
import os, socket, sys, time
rank, place = int(os.environ["RANK"]), (os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"]))
names = "RANK WORLD_SIZE LOCAL_RANK NODE_RANK MASTER_ADDR AZ_BATCHAI_NODE_LIST".split()
print(os.uname()[1], *(os.environ[name] for name in names), flush=True)
if rank == 0:
    server = socket.create_server(("", place[1]))
    for _ in range(int(os.environ["WORLD_SIZE"]) - 1):
        other, _ = server.accept()
        print("from", other.recv(99).decode(), flush=True)
else:
    while True:
        try:
            socket.create_connection(place).sendall(b"rank %d" % rank)
            break
        except OSError:
            time.sleep(0.02)
"""
FAIL = """
import os, sys, time
print("up", flush=True)
if os.environ["RANK"] == sys.argv[1]:
    raise KeyError("bmi")
time.sleep(1000)
"""
UP = "import time; print('up', flush=True); time.sleep(1000)"


def log_of(run, rank):
    return Path(run.paths.log_of(rank)).read_text()


def test_two_nodes_that_talk(runs):
    """Each has a container; the first is reached by its name, as torch's variables say it."""
    run = runs.start(TALK, settings=TORCH)
    assert ended(run) == ("Completed", 0, "")
    assert run.logs() == "node-0 0 2 0 0 node-0 node-0,node-1\nfrom rank 1\n"
    assert log_of(run, 1) == "node-1 1 2 0 1 node-0 node-0,node-1\n"


def test_more_processes_than_nodes(runs):
    """Four ranks on two nodes: two in each container, and ranks count through."""
    run = runs.start(TALK, settings={**TORCH, "pytorch.processCount": "4"})
    assert ended(run)[0] == "Completed"
    firsts = [log_of(run, rank).splitlines()[0] for rank in range(4)]
    assert firsts == [
        f"node-{rank // 2} {rank} 4 {rank % 2} {rank // 2} node-0 node-0,node-1" for rank in range(4)
    ]


@pytest.mark.parametrize(
    ("rank", "cause"), [("0", "rank 0: exit code 1"), ("1", "node 1: rank 1: exit code 1")]
)
def test_the_first_that_fails_ends_all(runs, rank, cause):
    """On whichever node it is; its own error is the run's."""
    run = runs.start(FAIL, settings={**TORCH, "arguments": [rank]})
    assert ended(run) == ("Failed", 1, cause)


def test_a_nodes_container_is_killed(runs):
    """The others end too; the cause names the node."""
    run = runs.start(UP, word="up", settings=TORCH)
    runs.engine.client.containers.get(runs.name(run, 1)).kill()
    status, _, cause = ended(run)
    assert (status, cause) == ("Failed", "node 1: its container was ended by signal 9")


def test_cancel(runs):
    """Ends the processes of all nodes."""
    run = runs.start(UP, word="up", settings=TORCH)
    run.cancel()
    assert ended(run)[::2] == ("Canceled", "canceled while running")


def test_a_server_on_another_node(runs):
    """A parameter server ends when the workers have; that is no failure. TF_CONFIG has the nodes' names."""
    script = """
    import json, os, time
    told = json.loads(os.environ["TF_CONFIG"])
    print(told["task"]["type"], told["cluster"], flush=True)
    if told["task"]["type"] == "ps":
        time.sleep(1000)
    log = os.path.join(os.environ["RUNCFG_RUN_DIR"], "logs", "std_log_1.txt")
    while not (os.path.exists(log) and os.path.getsize(log)):
        time.sleep(0.01)
    """
    settings = {
        "framework": "TensorFlow",
        "communicator": "ParameterServer",
        "nodeCount": "2",
        "tensorflow.workerCount": "1",
        "tensorflow.parameterServerCount": "1",
    }
    run = runs.start(script, settings=settings)
    assert ended(run) == ("Completed", 0, "")
    cluster = "{'worker': ['node-0:29500'], 'ps': ['node-1:29501']}"
    assert [log_of(run, rank) for rank in (0, 1)] == [f"worker {cluster}\n", f"ps {cluster}\n"]


def test_mpi_is_one_container(runs):
    """Its own starter would find no other machine: the nodes are groups of processes, as without Docker."""
    script = "import os; print(os.uname()[1], os.environ['WORLD_SIZE'], flush=True)"
    settings = {"framework": "Python", "communicator": "OpenMpi", "nodeCount": "2"}
    run = runs.start(script, settings=settings)
    assert ended(run)[0] == "Completed"
    hosts = {log_of(run, rank).split()[0] for rank in range(2)}
    assert len(hosts) == 1
    assert not os.path.exists(run.paths.attempt(1).ready)
