"""The container of a run, as the engine is asked for it."""

from __future__ import annotations

import os

from ...runtime.data import paths_of
from . import known, proxies, words

TYPE_CHECKING = False  # as typing has it; whatever a supervisor imports, its run waits for
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ...runtime.paths import RunPaths
    from .engine import Engine

RUN, HOME, ATTEMPT, NODE = "runcfg.run_id", "runcfg.home", "runcfg.attempt", "runcfg.node"
_SELINUX = "/sys/fs/selinux/enforce"


def labels(paths: RunPaths, number: int, node: int | None = None) -> dict[str, str]:
    """What is on everything of a run: whoever finds it knows whose it is."""
    found = {RUN: paths.run_id, HOME: paths.home.root, ATTEMPT: str(number)}
    return found if node is None else {**found, NODE: str(node)}


def name_of(paths: RunPaths, number: int, node: int) -> str:
    """The one name that a node's container can have: nobody starts it twice."""
    return f"runcfg-{paths.run_id}-{number}" + (f"-node-{node}" if node else "")


def build(
    paths: RunPaths,
    number: int,
    request: Mapping[str, Any],
    image: tuple[str, str, str],
    *,
    pyz: str,
    gpus: list[str],
    node: int = 0,
) -> dict[str, Any]:
    """The whole request of one node's container.

    Args:
        paths: The record.
        number: The attempt.
        request: What the record asks for.
        image: Its id, the Python in it that starts the runtime, and the id of the image which has that.
        pyz: The runtime's archive.
        gpus: Those of this machine that it gets, by their names.
        node: Which of the run's nodes it is.
    """
    options = request["target"]["options"]
    own = {key: value for key, value in options["container"].items() if not key.startswith("Environment")}
    hosts = options.get("hosts") or []
    host = _host(own.pop("HostConfig", {}), paths, request, gpus)
    if hosts:
        host["NetworkMode"] = network_of(paths, number)
        own["NetworkingConfig"] = {"EndpointsConfig": {network_of(paths, number): {"Aliases": [hosts[node]]}}}
        own["Hostname"] = hosts[node]
    words = [*_bytecode(paths, options, image[2]), "-I", "-S", pyz, paths.directory, str(number)]
    return {
        "Hostname": f"run-{paths.run_id[-8:]}",
        "User": f"{os.getuid()}:{os.getgid()}",
        "WorkingDir": "/",
        **own,
        "Image": image[0],
        "Entrypoint": [image[1]],
        "Cmd": words + ([str(node)] if hosts else []),
        "Env": [f"{key}={value}" for key, value in _environment(options).items()],
        "Labels": {**own.get("Labels", {}), **labels(paths, number, node)},
        "StopSignal": "SIGTERM",
        "Healthcheck": {"Test": ["NONE"]},
        "HostConfig": host,
    }


def _host(
    asked: Mapping[str, Any], paths: RunPaths, request: Mapping[str, Any], gpus: list[str]
) -> dict[str, Any]:
    """What it gets of the machine that it runs on."""
    host = dict(asked)
    host["Mounts"] = [*_mounts(paths, request), *host.get("Mounts", [])]
    host.setdefault("LogConfig", {"Type": "json-file", "Config": {"max-size": "1m", "max-file": "1"}})
    if gpus:
        host["DeviceRequests"] = [{"DeviceIDs": gpus, "Capabilities": [["gpu"]]}]
    if os.path.exists(_SELINUX):
        host["SecurityOpt"] = [*host.get("SecurityOpt", []), "label=disable"]
    return host


def as_caller(body: dict[str, Any], engine: Engine) -> dict[str, Any]:
    """The same for an engine that itself runs as the caller, who is another user inside of it."""
    if not engine.host.startswith("unix:///run/user/"):
        return body
    if words.product(engine.version()) == "podman":
        return {**body, "HostConfig": {"UsernsMode": "keep-id", **body["HostConfig"]}}
    return {**body, "User": "0:0"}


def network_of(paths: RunPaths, number: int) -> str:
    return f"runcfg-{paths.run_id}-{number}"


def variables_of_files(options: Mapping[str, Any]) -> dict[str, str]:
    """What the files of `--env-file` say; read at the start, as the record need not know it.

    Raises:
        OSError: One cannot be read.
    """
    found = {}
    for path in options["container"].get("EnvironmentFiles", []):
        with open(path, encoding="utf-8") as stream:
            for line in map(str.strip, stream):
                name, is_there, value = line.partition("=")
                if is_there and not line.startswith("#"):
                    found[name] = value
    return found


def _bytecode(paths: RunPaths, options: Mapping[str, Any], image: str) -> list[str]:
    """Where the runtime's Python keeps what it compiles: official images have none of their library."""
    place = known.bytecode(paths.home, image)
    return [] if options.get("copies") else ["-X", f"pycache_prefix={place}"]


def _environment(options: Mapping[str, Any]) -> dict[str, str]:
    """The person's proxies, and what `docker.arguments` says."""
    found = proxies.of_person(str(options["host"])) if options.get("has_proxies") else {}
    if os.getuid() != 0:  # a user whom the image does not know has neither; torch asks for its name
        from ... import settings

        name = settings.user_name()
        found.update(HOME="/tmp", USER=name, LOGNAME=name)
    return {**found, **options["container"].get("Environment", {})}


def _mounts(paths: RunPaths, request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The home and the data, each where it is on this machine too, so that nothing is translated."""
    home = paths.home.root
    places = [home, *paths_of(request).values()]
    found = []
    for place in dict.fromkeys(places):
        if place == home or not place.startswith(home + os.sep):
            if not os.path.lexists(place):  # one that the script writes; the engine would make it root's
                os.makedirs(place)
            found.append({"Type": "bind", "Source": place, "Target": place})
    return found
