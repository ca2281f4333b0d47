"""What a configuration asks of each machine of its run, in the words that every executor understands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..executors import Container, Resources
from .distribution import distribution

if TYPE_CHECKING:
    from ..config import RunConfiguration

_MPI = ("openmpi", "intelmpi")
_V1_SHM_SIZE = "2g"


def resources_of(config: RunConfiguration) -> Resources:
    """GPUs, cores and memory of each node, and how a container is started."""
    asked = config.resources
    return Resources(
        nodes=int(distribution(config).get("nodes", 1)),
        gpus=asked.gpus or 0,
        cpus=asked.cpus or 0,
        memory=asked.memory or "",
        container=_container(config),
        is_one_machine=config.communicator.lower() in _MPI,
    )


def _container(config: RunConfiguration) -> Container:
    """Both of v1's sections say something of it, the older one in the environment."""
    older, newer = config.environment.docker, config.docker
    sizes = [size for size in (newer.shm_size, older.shm_size) if size]
    chosen = [size for size in sizes if size != _V1_SHM_SIZE] + sizes
    return Container(
        arguments=(*older.arguments, *newer.arguments),
        shm_size=chosen[0] if chosen else "",
        shares_files=bool(newer.shared_volumes and older.shared_volumes),
    )
