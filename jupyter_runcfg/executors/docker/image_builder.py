"""A container in which packages are installed, and what it is given for that."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ...runtime import archive
from ...runtime.environment.build import BuildFailed, Watcher
from ...runtime.environment.place import EnvironmentPaths
from ...runtime.paths import Home
from . import connection, image_fault
from .engine import API, Engine, EngineError
from .image_python import ImagePython
from .image_stream import Answer, EngineSaid, follow, frames
from .image_tools import PREFIX_HOME, PYZ, TOOLS, Links, Tools, variables_of

_IDLE = "import sys; sys.stdin.read()"  # ends when we do, and the container with it
_START = (
    f"import sys; sys.path.insert(0, '{TOOLS}/{PYZ}'); from _runcfg.runtime.environment.inside import main; "
    f"main('{PREFIX_HOME}', '{TOOLS}/wanted.json')"
)
_MOST_SAID = 2000
_SELINUX = "/sys/fs/selinux/enforce"


class Builder:
    """Builds one environment in a container of its own, and takes that away."""

    def __init__(self, engine: Engine, place: EnvironmentPaths, watcher: Watcher, base: str) -> None:
        self._engine = engine
        self._place = place
        self._home = os.path.dirname(os.path.dirname(place.directory))
        self._labels = {"runcfg.home": self._home, "runcfg.builds": place.name}
        self._watcher = watcher
        self._base = base

    def build(
        self,
        base_id: str,
        python: ImagePython,
        wanted: Mapping[str, Any],
        secrets: Mapping[str, str],
        commit: Callable[[str, dict[str, Any]], dict[str, Any]],
    ) -> dict[str, Any]:
        """The facts that `commit` makes of the container and of what was built in it.

        Raises:
            BuildFailed: It cannot be built.
            BuildCanceled: The watcher does not want it any more.
            OSError: The place on this machine cannot be written.
        """
        os.makedirs(self._place.directory, mode=0o700)
        self._watcher.tell(f"builds its environment upon {self._base}")
        for left in self._engine.containers(self._labels):  # of builders that were killed: we hold the lock
            self._engine.remove(str(left["Id"]))
        variables = variables_of(wanted, secrets)
        links = Links(wanted["definition"]["options"], variables)
        is_remote = connection.is_remote(self._engine.host)
        pyz = archive.install(Home(self._home).runtime)
        with Tools(python, wanted, links, variables, pyz) as tools:
            tools.add_all(links.places if is_remote else {})
            mounts = [] if is_remote else links.mounts()
            with self._container(base_id, python.path, mounts) as container, self._alive(container):
                address = f"/containers/{container}/archive?path={TOOLS}"
                self._engine.ask("PUT", address, tools.stream(), timeout_s=None)
                facts = self._run(container, python, {**tools.variables, "UV_FIND_LINKS": links.variable})
                self._watcher.tell("builds its environment: makes an image of it")
                return commit(container, facts)

    @contextmanager
    def _container(self, base_id: str, python: str, mounts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        spec = {
            "Image": base_id,
            "Entrypoint": [python, "-B", "-I", "-S", "-c", _IDLE],
            "Cmd": [],
            "User": "0:0",
            "WorkingDir": "/",
            "OpenStdin": True,
            "StdinOnce": True,
            "AttachStdin": True,
            "Labels": self._labels,
            "HostConfig": {
                "AutoRemove": True,
                "Mounts": [{"Type": "volume", "Target": TOOLS}, *mounts],
                "SecurityOpt": ["label=disable"] if os.path.exists(_SELINUX) else [],
            },
        }
        container = self._create(spec)
        try:
            yield container
        finally:
            self._engine.remove(container)

    def _create(self, spec: dict[str, Any]) -> str:
        """On the network of the engine's machine: the indexes that it reaches."""
        name = f"runcfg-builds-{secrets.token_hex(6)}"
        host = {**spec["HostConfig"], "NetworkMode": "host"}
        try:
            return self._engine.create(name, {**spec, "HostConfig": host})
        except EngineError as error:
            if "namespace" not in error.message:
                raise
            return self._engine.create(name, spec)  # users of their own may not have it

    @contextmanager
    def _alive(self, container: str) -> Iterator[None]:
        """It runs for as long as we hold its stdin: killed, we leave no container."""
        with connection.connect(self._engine.host, None) as line:
            address = f"{API}/containers/{container}/attach?stream=1&stdin=1"
            line.request("POST", address, headers={"Upgrade": "tcp", "Connection": "Upgrade"})
            line.getresponse()
            self._engine.start(container)
            yield

    def _run(self, container: str, python: ImagePython, variables: Mapping[str, str]) -> dict[str, Any]:
        """The facts of what was built."""
        asked = {
            "AttachStdout": True,
            "AttachStderr": True,
            "User": "0:0",
            "Env": [f"{name}={value}" for name, value in variables.items() if value],
            "Cmd": [python.path, "-I", "-S", "-c", _START],
        }
        made = self._engine.ask("POST", f"/containers/{container}/exec", asked)["Id"]
        body = json.dumps({"Detach": False, "Tty": False})
        headers = {"Content-Type": "application/json"}
        ended: dict[str, Any] = {}
        said = b""
        try:
            for kind, text in follow(
                self._engine, f"/exec/{made}/start", self._watcher, _messages, headers=headers, body=body
            ):
                if kind == 1:
                    self._log(text)
                elif text.startswith(b"{"):
                    message = json.loads(text)
                    ended.update(message)
                    if "step" in message:
                        self._watcher.tell(message["step"])
                else:
                    said = (said + text)[-_MOST_SAID:]
        except EngineSaid as error:
            raise BuildFailed(image_fault.broken(self._base, str(error))) from None
        if "failed" in ended:
            inside = EnvironmentPaths(Home(PREFIX_HOME), self._place.name).log
            raise BuildFailed(
                {key: str(text).replace(inside, self._place.log) for key, text in ended["failed"].items()}
            )
        if "facts" not in ended:
            raise BuildFailed(image_fault.broken(self._base, said.decode("utf-8", "replace")))
        return dict(ended["facts"])

    def _log(self, data: bytes) -> None:
        with open(self._place.log, "ab") as stream:
            stream.write(data)
        self._watcher.show(data)


def _messages(answer: Answer) -> Iterator[tuple[int, bytes]]:
    """What it prints (1) as it comes, what it says (2) line by line."""
    begun = b""
    for kind, text in frames(answer):
        if kind == 1:
            yield kind, text
            continue
        *lines, begun = (begun + text).split(b"\n")
        for line in lines:
            yield kind, line
    yield 2, begun
