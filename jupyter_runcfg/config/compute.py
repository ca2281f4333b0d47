"""What a run asks of its machines, and the doors it opens on them."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from .section import Section
from .value import OneOf, OptionalPlainMap, OptionalSize, OptionalText, Whole, YesNo, setting


class ResourceConfiguration(Section):
    """What each node of the run needs; every executor maps it to its engine's words."""

    place: ClassVar[str] = "resources"

    gpus: Annotated[int | None, Whole("GPUs", 0)] = setting(None, "GPUs of each node.")
    cpus: Annotated[int | None, Whole("cores")] = setting(None, "Processor cores of each node.")
    memory: OptionalSize = setting(None, "Memory of each node, 32G for example.")

    def __init__(self, gpus: Any = None, cpus: Any = None, memory: Any = None) -> None:
        super().__init__(gpus=gpus, cpus=cpus, memory=memory)


class AmlComputeConfiguration(Section):
    """A cluster that Azure made for one run."""

    place: ClassVar[str] = "amlcompute"
    old_keys: ClassVar[dict[str, str]] = {"location": ""}

    vm_size: OptionalText = setting(None, "Size of the machines, as Azure names it.")
    vm_priority: Annotated[str | None, OneOf("dedicated", "lowpriority")] = setting(
        None, "Whether the machines may be taken away."
    )
    retain_cluster: YesNo = setting(False, "Keep the cluster after the run.")
    name: OptionalText = setting(None, "Name of the cluster.")
    cluster_max_node_count: Annotated[int | None, Whole("nodes")] = setting(None, "Most nodes it may have.")


class KubernetesComputeConfiguration(Section):
    """What a run asks of Kubernetes."""

    place: ClassVar[str] = "kubernetescompute"

    instance_type: OptionalText = setting(None, "Name of an instance type of the cluster.")


class ApplicationEndpointConfiguration(Section):
    """A program on the machine of the run that a person can open: Jupyter, TensorBoard, SSH …"""

    type: OptionalText = setting(
        None, "Which program: Jupyter, JupyterLab, VSCode, TensorBoard, SSH, Custom."
    )
    port: Annotated[int | None, Whole("", 1, 65535)] = setting(None, "Port that it listens on.")
    properties: OptionalPlainMap = setting(None, "Settings of the program.")

    def __init__(self, type: Any = None, port: Any = None, properties: Any = None) -> None:
        super().__init__(type=type, port=port, properties=properties)
