"""Connections to an engine that are kept for the next call."""

import gc
import os
import resource
import threading
from contextlib import ExitStack

import pytest

from jupyter_runcfg.executors.docker import lines
from jupyter_runcfg.executors.docker.engine import Engine, EngineError, EngineGone

from ...runtime.job import until
from .relay import Relay

pytestmark = pytest.mark.engine("docker")


@pytest.fixture
def relay(docker_engine):
    found = Relay(docker_engine.socket)
    yield found
    found.close()


@pytest.fixture
def engine(relay):
    return Engine(relay.host)


def test_calls_share_a_connection(engine, relay):
    """One after the other they need one, whatever is answered; at the same time each has its own."""
    engine.version()
    assert engine.container("none") is None
    engine.remove("none")
    with pytest.raises(EngineError):
        engine.create("runcfg-none", {"Image": "none"})
    assert relay.count == 1
    with engine.open("GET", "/_ping") as answer:
        engine.version()
        assert answer.read() == b"OK"
    assert relay.count == 2
    engine.version()
    assert relay.count == 2


def test_one_that_has_ended(engine, relay):
    """It is not used again; while the engine is away, that is said."""
    engine.version()
    relay.cut()
    with pytest.raises(EngineGone):
        engine.version()
    relay.mend()
    assert engine.version()["ApiVersion"]


def test_one_that_is_old(engine, relay, monkeypatch):
    """Something on the way may have forgotten it."""
    engine.version()
    monkeypatch.setattr(lines, "IDLE_S", 0.0)
    engine.version()
    assert relay.count == 2


def test_one_among_very_many(engine, relay):
    """A process that has more than 1,024 files open uses it again too."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 1500), hard))
    with ExitStack() as stack:
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        for _ in range(1024):
            stack.enter_context(open(os.devnull, "rb"))
        engine.version()
        engine.version()
    assert relay.count == 1


def test_half_an_answer(engine, relay):
    """What nobody has read would be taken for the next answer: that connection is closed."""
    with engine.open("GET", "/version") as answer:
        answer.read(1)
    assert engine.version()["ApiVersion"]
    assert relay.count == 2


def test_they_go_with_the_engine(relay):
    """None is left open."""
    engine = Engine(relay.host)
    engine.version()
    before = threading.active_count()  # one carries each connection of the relay
    del engine
    gc.collect()
    until(lambda: threading.active_count() < before, "the end of the connection")


def test_refused_before_all_was_sent(docker_engine):
    """An engine answers before it has read a long body: its words count, not the broken pipe."""
    engine = Engine(docker_engine.host)
    with pytest.raises(EngineError, match="such container"):
        engine.ask("PUT", "/containers/none/archive", b"\0" * 50_000_000, path="/")
