"""The processes of a distributed run on this machine: how many, and what tells each which one it is.

Nodes are tried out here as groups of processes on one machine that share the working directory, as on a
cluster with a shared file system. The variables are those of torch.distributed, Open MPI, Intel MPI,
TensorFlow (TF_CONFIG) and Azure ML's own (AZ_BATCHAI_…).
"""

import json

from .nodes import hosts_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HERE = "127.0.0.1"
PORT = 29500  # torch's own default
GPUS = "CUDA_VISIBLE_DEVICES"
MPI = ("openmpi", "intelmpi")
_TORCH = ("nccl", "gloo")
# what each process that mpirun starts does before it is the script: its own log, its place among the nodes
# that are tried out here (mpirun sees one machine), its share of the GPUs
_PLACE = """
rank=${OMPI_COMM_WORLD_RANK:-${PMI_RANK:-0}}
node=$((rank / $0)) place=$((rank % $0))
export RUNCFG_RANK=$rank RANK=$rank NODE_RANK=$node GROUP_RANK=$node LOCAL_RANK=$place LOCAL_WORLD_SIZE=$0
export OMPI_COMM_WORLD_LOCAL_RANK=$place OMPI_COMM_WORLD_LOCAL_SIZE=$0 OMPI_COMM_WORLD_NODE_RANK=$node
export MPI_LOCALRANKID=$place MPI_LOCALNRANKS=$0 AZ_BATCHAI_TASK_INDEX=$rank
eval "share=\\${RUNCFG_GPUS_$node-}"
[ -z "$share" ] || export CUDA_VISIBLE_DEVICES=$share
[ "$rank" = 0 ] || exec >>"$RUNCFG_LOGS/std_log_$rank.txt" 2>&1
exec "$@"
"""
# mpirun: more processes than cores, and as root in a container
MPIRUN = {
    "OMPI_MCA_rmaps_base_oversubscribe": "1",
    "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe",
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
}


def plan(request: "dict[str, Any]") -> "list[dict[str, str]]":
    """The variables of each process of a request, the first rank first; one without any for a plain run."""
    asked = request.get("distribution") or {}
    count, nodes = int(asked.get("processes", 1)), int(asked.get("nodes", 1))
    if count == 1 and nodes == 1:
        return [{}]
    communicator = asked.get("communicator")
    if communicator == "parameterserver":
        return _tensorflow(count, nodes, int(asked.get("servers", 0)), hosts_of(request))
    hosts = hosts_of(request) or [HERE] * nodes
    port = PORT if hosts_of(request) else _free_ports(1)[0]  # a container has all of its ports for itself
    address = {"MASTER_ADDR": hosts[0], "MASTER_PORT": str(port)}
    found = []
    for rank in range(count):
        variables = dict(_common(rank, count, hosts), **address)
        if communicator in MPI:
            variables.update(_mpi(rank, count, nodes))
        if communicator in _TORCH:
            variables["AZ_BATCH_MASTER_NODE"] = "{}:{}".format(hosts[0], address["MASTER_PORT"])
        found.append(variables)
    return found


def by_mpirun(
    starter: "str", argv: "list[str]", request: "dict[str, Any]", env: "dict[str, str]", logs: "str"
) -> "tuple[list[str], list[dict[str, str]]]":
    """The one process to start where MPI starts the ranks itself, and its variables."""
    asked = request["distribution"]
    count, nodes = int(asked["processes"]), int(asked["nodes"])
    found = dict(env, WORLD_SIZE=str(count), RUNCFG_LOGS=logs, **MPIRUN)
    for node, share in enumerate(gpu_shares(request, env)):
        found["RUNCFG_GPUS_{}".format(node)] = share
    words = [starter, "-n", str(count), "/bin/sh", "-c", _PLACE, str(max(count // nodes, 1))]
    return words + argv, [found]


def gpu_shares(request: "dict[str, Any]", env: "dict[str, str]") -> "list[str]":
    """The GPUs of each node, where they can be shared out evenly; else none, and all see all."""
    nodes = int((request.get("distribution") or {}).get("nodes", 1))
    names = [name for name in env.get(GPUS, "").split(",") if name]
    share = len(names) // nodes
    if nodes == 1 or not share or len(names) % nodes:
        return []
    return [",".join(names[node * share : (node + 1) * share]) for node in range(nodes)]


def node_of(rank: "int", count: "int", nodes: "int") -> "tuple[int, int, int]":
    """The node of a rank, its place there, and how many are there; the first nodes have one more."""
    least, more = divmod(count, nodes)
    first = 0
    for node in range(nodes):
        here = least + (1 if node < more else 0)
        if rank < first + here:
            return node, rank - first, here
        first += here
    raise ValueError("rank {} of {}".format(rank, count))


def _common(rank: "int", count: "int", hosts: "list[str]") -> "dict[str, str]":
    node, place, here = node_of(rank, count, len(hosts))
    return {
        "RANK": str(rank),
        "WORLD_SIZE": str(count),
        "LOCAL_RANK": str(place),
        "LOCAL_WORLD_SIZE": str(here),
        "NODE_RANK": str(node),
        "GROUP_RANK": str(node),
        "AZ_BATCHAI_TASK_INDEX": str(rank),
        "AZ_BATCHAI_MPI_MASTER_NODE": hosts[0],
        "AZ_BATCHAI_NODE_LIST": ",".join(hosts),
    }


def _mpi(rank: "int", count: "int", nodes: "int") -> "dict[str, str]":
    node, place, here = node_of(rank, count, nodes)
    return {
        "OMPI_COMM_WORLD_RANK": str(rank),
        "OMPI_COMM_WORLD_SIZE": str(count),
        "OMPI_COMM_WORLD_LOCAL_RANK": str(place),
        "OMPI_COMM_WORLD_LOCAL_SIZE": str(here),
        "OMPI_COMM_WORLD_NODE_RANK": str(node),
        "PMI_RANK": str(rank),
        "PMI_SIZE": str(count),
        "MPI_LOCALRANKID": str(place),
        "MPI_LOCALNRANKS": str(here),
    }


def _tensorflow(count: "int", nodes: "int", servers: "int", names: "list[str]") -> "list[dict[str, str]]":
    """Workers first, then parameter servers, each with its own TF_CONFIG."""
    workers = count - servers
    hosts = names or [HERE] * min(nodes, count)
    ports = range(PORT, PORT + count) if names else _free_ports(count)
    places = [
        "{}:{}".format(hosts[node_of(rank, count, len(hosts))[0]], port) for rank, port in enumerate(ports)
    ]
    cluster = {"worker": places[:workers]}
    if servers:
        cluster["ps"] = places[workers:]
    found = []
    for rank in range(count):
        kind, index = ("worker", rank) if rank < workers else ("ps", rank - workers)
        said = {"cluster": cluster, "task": {"type": kind, "index": index}, "environment": "cloud"}
        variables = _common(rank, count, hosts)
        variables.update(
            {"TF_CONFIG": json.dumps(said), "AZ_BATCHAI_TASK_TYPE": kind, "AZ_BATCHAI_TASK_INDEX": str(index)}
        )
        found.append(variables)
    return found


def _free_ports(count: "int") -> "list[int]":
    """Ports that nobody listens on now; all are held until the last is found, so that no two are the same."""
    import socket  # most runs are one process, and do not wait for it

    held = []
    try:
        for _ in range(count):
            place = socket.socket()
            held.append(place)
            place.bind((HERE, 0))
        return [place.getsockname()[1] for place in held]
    finally:
        for place in held:
            place.close()
