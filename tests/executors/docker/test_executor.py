"""What the executor makes of what is asked for, without an engine; and what it finds of its own runs."""

import os

import pytest

from jupyter_runcfg.errors import ConfigError, TargetError
from jupyter_runcfg.executors import Container, EngineWord, Job, JobSpec, Resources
from jupyter_runcfg.executors.docker.executor import DockerExecutor
from jupyter_runcfg.executors.docker.sweep import is_supervised
from jupyter_runcfg.runtime import archive, slots
from jupyter_runcfg.runtime.paths import Home

from ...runtime.job import RUN_ID, record

HERE = {"host": "unix:///run/engine.sock"}


@pytest.fixture
def executor(tmp_path):
    return DockerExecutor(Home(str(tmp_path)))


def test_prepare_is_pure(executor, tmp_path):
    """The supervisor's command for us, `docker run` for people; nothing is written, nobody asked."""
    options = {**executor.accept(Resources(memory="1g"), HERE), "image": "python:3.13-slim"}
    spec = JobSpec(RUN_ID, str(tmp_path / "runs" / RUN_ID), 1, "", options)
    (prepared,) = executor.prepare([spec])
    pyz = f"{tmp_path}/runtime/{archive.file_name()}"
    assert prepared.argv[1:] == (
        *("-m", "jupyter_runcfg.executors.docker.supervise"),
        *(spec.record, "1", pyz),
    )
    assert prepared.text.startswith("docker -H unix:///run/engine.sock run --user ")
    assert f"--volume {tmp_path}:{tmp_path}" in prepared.text
    assert "python:3.13-slim python3 -I -S" in prepared.text
    assert list(tmp_path.iterdir()) == []


def test_what_a_run_asks_for(executor):
    """Cores, memory and shared memory in the engine's own units; two nodes have names."""
    asked = Resources(nodes=2, cpus=2, memory="1.5g", container=Container(shm_size="2g"))
    options = executor.accept(asked, {**HERE, "network": ""})
    assert {key: options[key] for key in ("host", "copies", "hosts", "container", "gpus")} == {
        "host": "unix:///run/engine.sock",
        "copies": False,
        "hosts": ["node-0", "node-1"],
        "container": {
            "HostConfig": {
                "Memory": 3 << 29,
                "MemorySwap": 3 << 29,
                "NanoCpus": 2 * 10**9,
                "ShmSize": 2 << 30,
            }
        },
        "gpus": 0,
    }


def test_one_machine(executor):
    """Nodes that can only be groups of processes share one container, which has what all of them ask for."""
    options = executor.accept(Resources(nodes=2, cpus=2, memory="1g", is_one_machine=True), HERE)
    host = options["container"]["HostConfig"]
    assert (options["hosts"], host["NanoCpus"], host["Memory"]) == ([], 4 * 10**9, 2 << 30)


@pytest.mark.parametrize(
    ("target", "shares", "copies"),
    [
        (HERE, True, False),
        (HERE, False, True),
        ({**HERE, "copy": "yes"}, True, True),
        ({"host": "ssh://me@there"}, True, True),
        ({"host": "tcp://127.0.0.1:2375"}, True, True),
    ],
)
def test_when_files_are_copied(executor, target, shares, copies):
    """Where the engine has other files, where the target says so, and where v1's sharedVolumes is false."""
    asked = Resources(container=Container(shares_files=shares))
    assert executor.accept(asked, target)["copies"] is copies


def test_gpus_of_another_machine(executor):
    """They are that engine's to give; those of this one have to be there."""
    options = executor.accept(Resources(gpus=2), {"host": "ssh://there"})
    requests = [{"Count": 2, "Capabilities": [["gpu"]]}]
    assert (options["gpus"], options["container"]["HostConfig"]["DeviceRequests"]) == (0, requests)
    if not slots.find_gpus():
        with pytest.raises(TargetError, match="this machine has no GPU"):
            executor.accept(Resources(gpus=2), HERE)


@pytest.mark.parametrize("host", ["foo", "unix://", "ftp://x", "tcp://a b"])
def test_an_address_that_is_none(executor, host):
    """Says what one looks like."""
    with pytest.raises(TargetError, match="is no address of a Docker engine") as caught:
        executor.accept(Resources(), {"host": host})
    assert (caught.value.where, "ssh://user@host" in caught.value.hint) == ("the target's option host", True)


def test_what_is_not_there_to_mount(executor, tmp_path):
    """The engine would make a directory of root's; another machine's are not looked for here."""
    asked = Resources(container=Container(arguments=("-v", f"{tmp_path}/none:/data")))
    with pytest.raises(ConfigError, match="to mount"):
        executor.accept(asked, HERE)
    assert executor.accept(asked, {"host": "ssh://there"})["container"]["HostConfig"]["Binds"]


def test_a_network_of_several_nodes(executor):
    """They have one of their own."""
    asked = Resources(nodes=2, container=Container(arguments=("--network=host",)))
    with pytest.raises(ConfigError, match="several nodes have a network of their own"):
        executor.accept(asked, HERE)


def test_nothing_of_a_run_that_was_not_launched(executor, tmp_path):
    """To look leaves nothing behind."""
    paths = record(tmp_path)
    assert executor.poll([JobSpec(RUN_ID, paths.directory, 1, "")]) == [EngineWord("NotStarted")]
    assert executor.find([RUN_ID]) == {}
    assert not is_supervised(paths.attempt(1))
    assert paths.attempt_numbers() == []


def test_find_a_supervised_run(executor, tmp_path):
    """Whoever holds the lock is its supervisor."""
    paths = record(tmp_path)
    paths.attempt(1).create()
    with open(paths.attempt(1).supervising, "wb") as stream:
        held = slots.lock(stream.name)
        assert held is not None
        try:
            assert executor.find([RUN_ID]) == {RUN_ID: Job(RUN_ID, f"runcfg-{RUN_ID}-1")}
        finally:
            os.close(held)
    assert executor.find([RUN_ID]) == {}
