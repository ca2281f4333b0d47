"""Which engine is meant: as Docker's own program decides it."""

import hashlib
import json
import os
import socket
import threading

import pytest

from jupyter_runcfg import settings
from jupyter_runcfg.errors import TargetError
from jupyter_runcfg.executors.docker import address, connection
from jupyter_runcfg.executors.docker.engine import Engine, EngineError, EngineGone


@pytest.fixture
def config(tmp_path, monkeypatch):
    """DOCKER_CONFIG, empty; no engine is named."""
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    return tmp_path


def add_context(config, name, host):
    place = config / "contexts" / "meta" / hashlib.sha256(name.encode()).hexdigest()
    place.mkdir(parents=True)
    facts = {"Name": name, "Endpoints": {"docker": {"Host": host}}}
    (place / "meta.json").write_text(json.dumps(facts))


def test_the_order(config, monkeypatch):
    """The target's own, DOCKER_HOST, the context in use, a socket of this machine."""
    assert address.find() == "unix://" + next(
        (path for path in settings.docker_sockets() if _is_there(path)), settings.docker_sockets()[0]
    )
    add_context(config, "far", "ssh://far")
    (config / "config.json").write_text(json.dumps({"currentContext": "far"}))
    assert address.find() == "ssh://far"
    monkeypatch.setenv("DOCKER_CONTEXT", "default")
    assert address.find().startswith("unix://")
    monkeypatch.setenv("DOCKER_HOST", "tcp://10.0.0.1:2375")
    assert address.find() == "tcp://10.0.0.1:2375"
    assert address.find("/run/other.sock") == "unix:///run/other.sock"


def _is_there(path):
    return os.path.exists(path)


def test_an_unknown_context(config, monkeypatch):
    """Is an error, not another engine."""
    monkeypatch.setenv("DOCKER_CONTEXT", "nowhere")
    with pytest.raises(TargetError, match="there is no Docker context 'nowhere'"):
        address.find()


def test_nobody_answers(config, tmp_path):
    """A socket that is missing, one that nobody serves, a port: each says what to do."""
    dead = tmp_path / "dead.sock"
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(str(dead))
    for host, message, hint in (
        (
            f"unix://{tmp_path}/none.sock",
            "no Docker engine answers on this machine",
            "systemctl start docker",
        ),
        (f"unix://{dead}", "no Docker engine answers on this machine", "systemctl start docker"),
        ("tcp://127.0.0.1:1", "the Docker engine cannot be reached", "docker -H tcp://127.0.0.1:1 version"),
    ):
        with pytest.raises(EngineGone, match=message) as caught:
            Engine(host).version()
        assert (hint in caught.value.hint, caught.value.where) == (True, host)


def test_not_allowed():
    """To be in the group of the socket is what is missing."""
    error = connection.gone("unix:///var/run/docker.sock", PermissionError(13, "Permission denied"))
    assert error.message == "you may not use the Docker engine of this machine"
    assert "usermod -aG docker" in error.hint


@pytest.mark.engine("docker")
def test_calls(docker_engine):
    """What it has, what it has not, and what it refuses, in its own words; over a socket and as a stream."""
    engine = Engine(docker_engine.host)
    assert engine.version()["ApiVersion"]
    assert docker_engine.base in engine.image(docker_engine.base)["RepoTags"]
    assert engine.image("none/such:1") is None
    assert engine.container("none") is None
    engine.remove("none")
    engine.kill("none")
    with pytest.raises(EngineError, match="No such image: none") as caught:
        engine.create("runcfg-none", {"Image": "none"})
    assert caught.value.status == 404
    with engine.open("GET", "/_ping") as answer:
        assert answer.read() == b"OK"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.0 200 OK\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n",
        b'HTTP/1.0 200 OK\r\n\r\n{"StatusCode',
        b'HTTP/1.0 200 OK\r\nContent-Length: 99\r\n\r\n{"StatusCode": 0}',
    ],
)
def test_an_engine_that_is_killed_in_the_middle(tmp_path, answer):
    """Half an answer is none: a container whose engine was killed has not ended with it."""
    place = tmp_path / "engine.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(place))
        server.listen()

        def serve():
            line, _ = server.accept()
            with line:
                line.recv(1 << 16)
                line.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(EngineGone, match="its answer was cut off"):
            Engine(f"unix://{place}").wait("any", 5.0)
        thread.join()
