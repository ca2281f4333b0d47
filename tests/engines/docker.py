"""A real Docker engine for the tests that ask for one: one for a session, shared by its workers.

It needs nothing from outside: the base image is this machine's own Python.
"""

import contextlib
import fcntl
import functools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BASE = "runcfg-test/python:base"
BARE = "runcfg-test/bare:base"
_WAIT_S = 240


def probe():
    """Why no engine can be started here; empty when one can."""
    missing = [
        name for name in ("dockerd", "iptables", "ip", "curl", "unshare") if shutil.which(name) is None
    ]
    if missing:
        return f"no {', '.join(missing)} on PATH"
    if os.getuid() != 0:
        return "only root starts dockerd"
    return ""


class DockerEngine:
    """One that answers, with the base images in it."""

    def __init__(self, directory):
        self.directory = Path(directory)
        self.socket = self.directory / "docker.sock"
        self.host = f"unix://{self.socket}"
        self.keeper = None
        """The process of ours that started it, where we did; it outlives us while others use it."""
        self.base = BASE
        """Has this very Python as python3 and python, sh and some programs."""
        self.bare = BARE
        """Has no Python."""

    @functools.cached_property
    def client(self):
        import docker

        return docker.DockerClient(base_url=self.host, timeout=180)

    def make_images(self):
        from .docker_image import root_file_system

        change = ["ENV PATH=/usr/local/bin:/usr/bin:/bin", 'CMD ["python3"]']
        for name, with_python in ((BASE, True), (BARE, False)):
            repository, tag = name.split(":")
            data = root_file_system(with_python)
            self.client.api.import_image_from_data(data, repository=repository, tag=tag, changes=change)

    def containers(self, home):
        """The names of all containers of a home, ended ones too."""
        wanted = {"label": f"runcfg.home={home}"}
        found = self.client.api.containers(all=True, filters=wanted)  # asks once, and for none that just went
        return sorted(one["Names"][0].strip("/") for one in found)

    def networks(self, home):
        return sorted(one.name for one in self.client.networks.list(filters={"label": f"runcfg.home={home}"}))


@contextlib.contextmanager
def engine():
    """The engine of this test session; started by the first who asks, ended with the last."""
    session = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    place = Path(tempfile.gettempdir(), f"runcfg-docker-{session}")
    with _use(place):
        found = DockerEngine(place)
        _ensure_started(found)
        try:
            yield found
        finally:
            found.client.close()
    _wait_for_end(place)
    if found.keeper is not None and place.exists():
        found.keeper.returncode = 0  # it goes on for another worker, and is no child that we must wait for
    elif found.keeper is not None:
        found.keeper.wait()


def _use(place):
    """The open file whose lock says that we use it; the keeper holds it too while it ends the engine."""
    while True:
        place.mkdir(mode=0o700, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            users = open(place / "users", "ab")  # noqa: SIM115 - it is returned
            fcntl.flock(users, fcntl.LOCK_SH)
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(users.fileno()), os.stat(place / "users")):
                    return users
            users.close()


def _ensure_started(found):
    place = found.directory
    with open(place / "starting", "ab") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        if (place / "images").exists():
            return
        with open(place / "keeper.log", "ab") as log:
            words = [sys.executable, "-m", "tests.engines.docker_keeper", str(place)]
            keeper = found.keeper = subprocess.Popen(
                words, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + _WAIT_S
        while not (place / "ready").exists():
            if keeper.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the Docker engine did not start: {_tail(place)}")
            time.sleep(0.05)
        found.make_images()
        (place / "images").touch()


def _wait_for_end(place):
    """Until the engine is gone, where nobody else uses it."""
    with contextlib.suppress(FileNotFoundError), open(place / "users", "rb") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # others do
    deadline = time.monotonic() + _WAIT_S
    while place.exists() and time.monotonic() < deadline:
        time.sleep(0.05)


def _tail(place):
    logs = [place / name for name in ("keeper.log", "dockerd.log") if (place / name).exists()]
    return "\n".join(log.read_text(errors="replace")[-2000:] for log in logs)


@pytest.fixture(scope="session")
def docker_engine():
    """The engine of the session."""
    with engine() as found:
        yield found


@pytest.fixture
def docker_host(docker_engine, monkeypatch):
    """The same, named by DOCKER_HOST as a person would."""
    monkeypatch.setenv("DOCKER_HOST", docker_engine.host)
    return docker_engine
