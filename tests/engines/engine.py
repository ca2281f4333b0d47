"""The table of engines. A probe returns why its engine cannot be used, or nothing."""

import functools
import importlib.util
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import docker, ssh

VERSIONS = ("3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13")
# asked before any test moves HOME away: pyenv is found through it
PYENV = shutil.which("pyenv")
PYENV_ROOT = (
    Path(subprocess.run([PYENV, "root"], capture_output=True, text=True).stdout.strip()) if PYENV else None
)


@dataclass(frozen=True)
class Engine:
    probe: Callable[[], str]
    install: str


def _modules(*names: str) -> str:
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    return f"no module {', '.join(missing)}" if missing else ""


def chromium() -> str | None:
    """The browser's path."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


def _browser() -> str:
    return _modules("playwright") or ("" if chromium() else "no chromium on PATH")


def _git() -> str:
    return "" if shutil.which("git") else "no git on PATH"


def _mpirun() -> str:
    return "" if shutil.which("mpirun") else "no mpirun on PATH"


def _faketime() -> str:
    return "" if shutil.which("faketime") else "no faketime on PATH"


def _netns() -> str:
    """A network of its own: root in a container often may not."""
    command = ["unshare", "-n", "ip", "link", "set", "lo", "up"]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError as error:
        return f"cannot unshare: {error.strerror}"
    return done.stderr.strip() if done.returncode else ""


def _tmpfs() -> str:
    """Mounts for real: root in a container often may not."""
    with tempfile.TemporaryDirectory() as place:
        command = ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", place]
        try:
            done = subprocess.run(command, capture_output=True, text=True)
        except OSError as error:
            return f"cannot mount: {error.strerror}"
        if done.returncode:
            return f"cannot mount: {done.stderr.strip()}"
        subprocess.run(["umount", place], check=True)
    return ""


@functools.cache
def interpreter(version: str) -> str | None:
    """The path of a Python of that version that works, of pyenv's or on PATH."""
    candidates = sorted(PYENV_ROOT.glob(f"versions/{version}.*/bin/python")) if PYENV_ROOT else []
    on_path = shutil.which(f"python{version}")
    for path in [*map(str, reversed(candidates)), *filter(None, [on_path])]:
        code = "import sys; print('%d.%d' % sys.version_info[:2])"
        done = subprocess.run([path, "-c", code], capture_output=True, text=True)
        if done.stdout.strip() == version:
            return path
    return None


def _python(version: str) -> Engine:
    return Engine(
        lambda: "" if interpreter(version) else f"no Python {version}",
        f"pyenv install {version}",
    )


ENGINES = {
    "browser": Engine(_browser, "apt-get install chromium fonts-dejavu && python -m pip install '.[test]'"),
    "docker": Engine(docker.probe, "apt-get install docker.io iptables iproute2 curl; root starts it"),
    "faketime": Engine(_faketime, "apt-get install faketime"),
    "git": Engine(_git, "apt-get install git"),
    "mpirun": Engine(_mpirun, "apt-get install openmpi-bin"),
    "nbclient": Engine(
        lambda: _modules("nbclient", "nbformat", "ipykernel", "sklearn"),
        "python -m pip install '.[test]'",
    ),
    "netns": Engine(_netns, "run the tests as root, with iproute2 installed"),
    "ssh": Engine(ssh.probe, "apt-get install openssh-server openssh-client"),
    "tmpfs": Engine(_tmpfs, "run the tests as root, with the right to mount"),
    **{f"python{version}": _python(version) for version in VERSIONS},
}


class Engines:
    """Which engines are there; each is probed once, when a test first asks for it."""

    def __init__(self, required: str) -> None:
        self._required = {name.strip() for name in required.split(",") if name.strip()}
        self._reasons: dict[str, str] = {}
        self.unknown = ", ".join(sorted(self._required - ENGINES.keys()))

    def is_required(self, name: str) -> bool:
        return name in self._required

    def reason_missing(self, name: str) -> str:
        """Why the engine cannot be used and what helps; empty when it can. Raises KeyError."""
        if name not in self._reasons:
            engine = ENGINES[name]
            why = engine.probe()
            self._reasons[name] = f"engine {name}: {why}; {engine.install}" if why else ""
        return self._reasons[name]
