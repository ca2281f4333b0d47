"""Distributed runs tried out on one machine: what each process is told, and how they end together."""

import json
import os
import sys
from pathlib import Path

import pytest

from jupyter_runcfg.runtime import atomic, ranks

from .job import HEX, left_of, log_of, record, run, start, until

TELL = """
import json, os
names = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE", "NODE_RANK", "CUDA_VISIBLE_DEVICES")
print(json.dumps([os.environ.get(name) for name in names]))
"""


def asked(processes, nodes, communicator="gloo", servers=0):
    return {"processes": processes, "nodes": nodes, "communicator": communicator, "servers": servers}


def logs_of(paths, count):
    return [Path(paths.log_of(rank)).read_bytes() for rank in range(count)]


@pytest.mark.parametrize(
    ("rank", "count", "nodes", "place"),
    [(0, 4, 2, (0, 0, 2)), (3, 4, 2, (1, 1, 2)), (1, 3, 2, (0, 1, 2)), (2, 3, 2, (1, 0, 1))],
)
def test_where_a_rank_is(rank, count, nodes, place):
    """Ranks fill one node after the other; the first nodes have those that are left over."""
    assert ranks.node_of(rank, count, nodes) == place


def test_each_rank_knows_itself(tmp_path, monkeypatch):
    """Four processes on two nodes: their variables, a share of the GPUs each, a log each."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")
    paths = record(tmp_path, TELL, distribution=asked(4, 2))
    assert run(paths)[1]["status"] == "Completed"
    assert [json.loads(log) for log in logs_of(paths, 4)] == [
        ["0", "4", "0", "2", "0", "0"],
        ["1", "4", "1", "2", "0", "0"],
        ["2", "4", "0", "2", "1", "1"],
        ["3", "4", "1", "2", "1", "1"],
    ]


def test_they_meet(tmp_path):
    """MASTER_ADDR and MASTER_PORT lead every rank to the first."""
    paths = record(
        tmp_path,
        """
        import os, socket, time
        place = (os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"]))
        if os.environ["RANK"] == "0":
            server = socket.create_server(place)
            for _ in range(int(os.environ["WORLD_SIZE"]) - 1):
                print(server.accept()[0].recv(9).decode())
        else:
            while True:
                try: client = socket.create_connection(place); break
                except ConnectionRefusedError: time.sleep(0.01)
            client.send(b"rank " + os.environ["RANK"].encode())
        """,
        distribution=asked(3, 3),
    )
    assert run(paths)[1]["status"] == "Completed", logs_of(paths, 3)
    assert sorted(log_of(paths).split(b"\n")) == [b"", b"rank 1", b"rank 2"]


def test_one_that_fails_ends_all(tmp_path):
    """The others are not left waiting for it, and its own traceback is the error."""
    paths = record(
        tmp_path,
        """
        import os, time
        if os.environ["RANK"] == "1": raise ValueError("no such shard")
        time.sleep(1000)
        """,
        distribution=asked(3, 3),
        kill_grace_s=0.2,
    )
    _, end = run(paths)
    assert (end["status"], end["cause"], end["exit_code"]) == ("Failed", "rank 1: exit code 1", 1)
    assert (end["error"]["type"], end["error"]["message"]) == ("ValueError", "no such shard")
    assert left_of(paths) == []


def test_cancel_ends_all(tmp_path):
    """Every rank, with whatever it started."""
    paths = record(
        tmp_path,
        """
        import subprocess, time
        subprocess.Popen(["sleep", "1000"]); print("up", flush=True); time.sleep(1000)
        """,
        distribution=asked(2, 2),
    )
    runtime = start(paths)
    until(lambda: os.path.exists(paths.log_of(1)) and logs_of(paths, 2) == [b"up\n"] * 2)
    atomic.write_once(paths.cancel, b"")
    assert runtime.wait(30) == 0
    assert atomic.read_json(paths.end)["status"] == "Canceled"
    assert left_of(paths) == []


def test_parameter_servers_end_with_the_workers(tmp_path):
    """TF_CONFIG names all; servers, which serve for ever, are no failure when the workers are done."""
    paths = record(
        tmp_path,
        """
        import json, os, time
        said = json.loads(os.environ["TF_CONFIG"])
        cluster = sorted((kind, len(places)) for kind, places in said["cluster"].items())
        print(cluster, said["task"], flush=True)
        if said["task"]["type"] == "ps":
            open("serving", "w").close()
            time.sleep(1000)
        while not os.path.exists("serving"): time.sleep(0.01)
        """,
        distribution=asked(3, 2, "parameterserver", servers=1),
        kill_grace_s=0.2,
    )
    _, end = run(paths)
    assert (end["status"], end["cause"]) == ("Completed", "")
    assert logs_of(paths, 3)[1:] == [
        b"[('ps', 1), ('worker', 2)] {'type': 'worker', 'index': 1}\n",
        b"[('ps', 1), ('worker', 2)] {'type': 'ps', 'index': 0}\n",
    ]


def test_a_program_that_is_not_there(tmp_path):
    """It is told once, whatever the number of ranks."""
    paths = record(tmp_path, argv=["no-such-program"], distribution=asked(2, 2))
    _, end = run(paths)
    assert (end["status"], end["cause"]) == (
        "Failed",
        "there is no program 'no-such-program' to run the script",
    )


def test_mpi_by_its_own_starter(tmp_path, monkeypatch):
    """Where there is an mpirun it starts the ranks; a fake one here tells what it was asked."""
    fake = tmp_path / "bin" / "mpirun"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\necho mpirun $1 $2 $6 $7 $8 root=$OMPI_ALLOW_RUN_AS_ROOT\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    paths = record(tmp_path / "home", TELL, argv=["python", "main.py"], distribution=asked(4, 2, "openmpi"))
    assert run(paths)[1]["status"] == "Completed"
    assert log_of(paths) == b"mpirun -n 4 2 python main.py root=1\n"


def test_mpi_without_a_starter(tmp_path, monkeypatch):
    """Scripts that read Open MPI's or Intel MPI's variables find them."""
    bare = tmp_path / "bin"
    bare.mkdir()
    monkeypatch.setenv("PATH", str(bare))
    script = 'import os; print(os.environ["OMPI_COMM_WORLD_RANK"], os.environ["PMI_SIZE"])'
    paths = record(tmp_path / "home", script, run_id=f"exp_2_{HEX}", distribution=asked(2, 1, "intelmpi"))
    assert run(paths, sys.executable)[1]["status"] == "Completed"
    assert logs_of(paths, 2) == [b"0 2\n", b"1 2\n"]


@pytest.mark.engine("mpirun")
def test_real_mpi(tmp_path, monkeypatch):
    """Open MPI's own processes: a log each, and their places on the nodes that are tried out."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")
    paths = record(tmp_path, TELL, distribution=asked(4, 2, "openmpi"))
    assert run(paths)[1]["status"] == "Completed", log_of(paths)
    assert [json.loads(log) for log in logs_of(paths, 4)] == [
        ["0", "4", "0", "2", "0", "0"],
        ["1", "4", "1", "2", "0", "0"],
        ["2", "4", "0", "2", "1", "1"],
        ["3", "4", "1", "2", "1", "1"],
    ]


@pytest.mark.engine("mpirun")
def test_real_mpi_that_fails(tmp_path):
    """The traceback of the rank that failed is the error, in whichever log it is; all are ended."""
    script = """
    import os, time
    if os.environ["RANK"] == "2": raise ValueError("no such shard")
    time.sleep(1000)
    """
    paths = record(tmp_path, script, distribution=asked(3, 1, "openmpi"), kill_grace_s=0.2)
    _, end = run(paths)
    assert (end["status"], end["error"]["message"]) == ("Failed", "no such shard"), logs_of(paths, 3)
    assert left_of(paths) == []
