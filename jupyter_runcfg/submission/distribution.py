"""How many processes a run has, on how many nodes, and how they find each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..config import RunConfiguration


def distribution(config: RunConfiguration) -> dict[str, Any]:
    """What the runtime needs to start every rank; {} for one process on one node.

    `processes` counts those of all nodes, `servers` the TensorFlow parameter servers among them;
    `communicator` is in small letters.
    """
    nodes, servers = config.node_count, 0
    communicator = config.communicator.lower()
    if communicator in ("openmpi", "intelmpi"):
        processes = nodes * config.mpi.process_count_per_node
    elif communicator in ("nccl", "gloo"):
        processes = config.pytorch.process_count or nodes
    elif communicator == "paralleltask":
        processes = nodes * config.paralleltask.worker_count_per_node
    elif communicator == "parameterserver":
        servers = config.tensorflow.parameter_server_count
        processes = config.tensorflow.worker_count + servers
    else:
        processes = nodes
    if (nodes, processes) == (1, 1):
        return {}
    return {
        "nodes": min(nodes, processes),
        "processes": processes,
        "servers": servers,
        "communicator": communicator,
    }
