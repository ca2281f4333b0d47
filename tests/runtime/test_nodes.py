"""Nodes of a run, as one sees the others through the record; containers are tested with their executor."""

import os

from jupyter_runcfg.runtime import atomic, ranks, starting
from jupyter_runcfg.runtime.nodes import Nodes

from .job import log_of, record, start, until

HERE = ["localhost", "localhost"]


def spread(root, script):
    """A record of two nodes, of which a test starts the first."""
    asked = {"nodes": 2, "processes": 2, "servers": 0, "communicator": "gloo"}
    target = {"name": "box", "executor": "docker", "options": {"hosts": HERE}}
    return record(root, script, target=target, distribution=asked, kill_grace_s=0.5)


def test_a_node_that_never_starts(tmp_path):
    """Whoever supervises it leaves the word that its runtime could not: the others end."""
    paths = spread(tmp_path, "import time; print('up', flush=True); time.sleep(1000)")
    first = start(paths)
    until(lambda: os.path.exists(paths.std_log) and log_of(paths))
    end = {"status": "Failed", "cause": "node 1: its container was killed", "exit_code": None}
    atomic.write_once(paths.attempt(1).node_end(1), atomic.encode(end))
    assert first.wait(30) == 0
    assert atomic.read_json(paths.end)["cause"] == "node 1: its container was killed"


def test_a_run_of_one_machine(tmp_path):
    """Waits for nobody, and leaves no marker."""
    paths = record(tmp_path)
    paths.attempt(1).create()
    nodes = Nodes(paths.attempt(1), 0, 0)
    nodes.may_start()
    nodes.end()
    assert (nodes.are_running(), nodes.must_end(None), nodes.outcome("")) == (False, False, None)
    assert os.listdir(paths.attempt(1).directory) == []


def test_the_places_of_nodes():
    """Each rank's address is its node's name, and the port is the one that torch takes by default."""
    request = {
        "distribution": {"nodes": 2, "processes": 3, "servers": 1, "communicator": "parameterserver"},
        "target": {"options": {"hosts": ["node-0", "node-1"]}},
    }
    found = ranks.plan(request)
    assert '"worker": ["node-0:29500", "node-0:29501"]' in found[0]["TF_CONFIG"]
    assert '"ps": ["node-1:29502"]' in found[2]["TF_CONFIG"]


def test_variables_that_are_left_for_a_job(tmp_path, monkeypatch):
    """They are in its environment, and no longer on the disk; without them nothing happens."""
    paths = record(tmp_path)
    paths.attempt(1).create()
    place = paths.attempt(1).secrets
    atomic.write_once(place, atomic.encode({"API_KEY": "value"}))
    monkeypatch.setenv("API_KEY", "other")
    starting.take_secrets(place)
    assert (os.environ["API_KEY"], os.path.exists(place)) == ("value", False)
    starting.take_secrets(place)
