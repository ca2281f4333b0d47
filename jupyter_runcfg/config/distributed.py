"""How many processes a distributed run has, for each way that its framework connects them."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from .section import Section
from .value import Count, ExitCodes, OneOf, OptionalCount, Whole, setting


class MpiConfiguration(Section):
    """Processes of a run that MPI starts."""

    place: ClassVar[str] = "mpi"

    process_count_per_node: Count = setting(1, "Processes on each node.")
    node_count: Count = setting(1, "Nodes of the run.")

    def __init__(self, process_count_per_node: Any = 1, node_count: Any = 1) -> None:
        super().__init__(process_count_per_node=process_count_per_node, node_count=node_count)


class PyTorchConfiguration(Section):
    """Processes of a run that torch.distributed connects."""

    place: ClassVar[str] = "pytorch"

    communication_backend: Annotated[str, OneOf("nccl", "gloo", lower=True)] = setting(
        "nccl", "What torch.distributed talks over: nccl for GPUs, gloo for processors."
    )
    process_count: OptionalCount = setting(None, "Processes of all nodes together; unset: one a node.")
    node_count: Count = setting(1, "Nodes of the run.")

    def __init__(
        self, communication_backend: Any = "Nccl", process_count: Any = None, node_count: Any = 1
    ) -> None:
        super().__init__(
            communication_backend=communication_backend, process_count=process_count, node_count=node_count
        )


class TensorflowConfiguration(Section):
    """Processes of a run that TensorFlow connects by parameter servers or as workers."""

    place: ClassVar[str] = "tensorflow"

    worker_count: Count = setting(1, "Workers.")
    parameter_server_count: Annotated[int, Whole("servers", 0)] = setting(1, "Parameter servers.")

    def __init__(self, worker_count: Any = 1, parameter_server_count: Any = 1) -> None:
        super().__init__(worker_count=worker_count, parameter_server_count=parameter_server_count)


class ParallelTaskConfiguration(Section):
    """Processes of a run whose tasks do not talk to each other."""

    place: ClassVar[str] = "paralleltask"

    max_retries_per_worker: Annotated[int, Whole("retries", 0)] = setting(
        0, "Times that a worker is started again."
    )
    worker_count_per_node: Count = setting(1, "Workers on each node.")
    terminal_exit_codes: ExitCodes = setting(None, "Exit codes after which a worker is not started again.")

    def __init__(
        self,
        max_retries_per_worker: Any = 0,
        worker_count_per_node: Any = 1,
        terminal_exit_codes: Any = None,
    ) -> None:
        super().__init__(
            max_retries_per_worker=max_retries_per_worker,
            worker_count_per_node=worker_count_per_node,
            terminal_exit_codes=terminal_exit_codes,
        )
