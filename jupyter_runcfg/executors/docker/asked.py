"""What a run asks of its container, from its configuration and its target."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ...errors import ConfigError, Fault
from ..base import Resources
from . import arguments, forms


def asked(
    resources: Resources, target: Mapping[str, str], machines: int, *, is_remote: bool, copies: bool
) -> dict[str, Any]:
    """What a run asks of its container, as part of the engine's request.

    Args:
        resources: Of each node.
        target: The target's own options.
        machines: How many nodes a container stands for.
        is_remote: The engine has other files and GPUs than this machine.
        copies: Files are copied into the container, not mounted.

    Raises:
        ConfigError: With all that cannot be.
    """
    body = arguments.parse(resources.container.arguments)
    host = body["HostConfig"]
    if resources.memory:
        host.setdefault("Memory", forms.size(resources.memory) * machines)
    if resources.cpus:
        host.setdefault("NanoCpus", resources.cpus * machines * 10**9)
    if host.get("Memory"):
        host.setdefault("MemorySwap", host["Memory"])  # what is too much ends the script, and swaps nothing
    if resources.container.shm_size and host.get("IpcMode") in (None, "private", "shareable"):
        host.setdefault("ShmSize", forms.size(resources.container.shm_size))
    if target.get("network"):
        host.setdefault("NetworkMode", target["network"])
    if is_remote and resources.gpus:
        host.setdefault("DeviceRequests", [forms.gpus(str(resources.gpus * machines))])
    faults = [] if is_remote else list(_missing(host))
    if resources.nodes > machines and host.get("NetworkMode"):
        hint = "leave it out, or ask for one node"
        faults.append(Fault("several nodes have a network of their own", arguments.KEY, hint=hint))
    if copies and host.get("ReadonlyRootfs"):
        hint = (
            "leave `--read-only` out; where the engine sees this machine's files, docker.sharedVolumes: true"
        )
        message = "files cannot be copied into a container that is read-only"
        faults.append(Fault(message, arguments.KEY, hint=hint))
    if faults:
        raise ConfigError(faults)
    return body


def _missing(host: Mapping[str, Any]) -> list[Fault]:
    """The engine would make a directory of root's where there is nothing to mount."""
    places = [bind.split(":")[0] for bind in host.get("Binds", [])]
    places += [mount["Source"] for mount in host.get("Mounts", []) if mount["Type"] == "bind"]
    return [
        Fault(
            f"there is no '{place}' on this machine to mount", arguments.KEY, hint="make it, or name another"
        )
        for place in places
        if place.startswith("/") and not os.path.exists(place)
    ]
