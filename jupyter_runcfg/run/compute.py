"""Compute targets as SDK v1's scripts ask for them: places to run that have a name already."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from ..config import current_project
from ..errors import TargetError
from ..submission.target import find_target, list_targets


class ComputeTarget:
    """A place to run, by its name. What v1 calls AmlCompute and ComputeInstance is one, too."""

    provisioning_state = "Succeeded"
    provisioning_errors = None

    def __init__(self, workspace: object, name: str) -> None:
        """Name a target, of the project we are in or of the user.

        Raises:
            TargetError: There is none of that name.
        """
        target = find_target(name, current_project())
        self.workspace = workspace
        self.name = name
        self.type = target.executor

    @classmethod
    def create(cls, workspace: object, name: str, provisioning_configuration: object = None) -> ComputeTarget:
        """The target of that name; no machine is rented.

        Raises:
            TargetError: There is none of that name.
        """
        if name in list_targets(current_project()):
            return cls(workspace, name)
        raise TargetError(
            f"no compute target named '{name}', and none is rented",
            hint=f"say once what it stands for: `jupyter runcfg targets add {name} local` is this machine, "
            f"`… {name} docker` its containers",
        )

    attach = create

    @staticmethod
    def provisioning_configuration(*sizes: object, **settings: object) -> Provisioning:
        """What v1 would rent: `create` takes it, and has no use for it."""
        return Provisioning(*sizes, **settings)

    attach_configuration = provisioning_configuration

    @staticmethod
    def supported_vmsizes(workspace: object, location: str | None = None) -> list[dict[str, Any]]:
        """None: nothing is rented."""
        return []

    def wait_for_completion(
        self,
        show_output: bool = False,
        min_node_count: int | None = None,
        timeout_in_minutes: float | None = None,
        is_delete_operation: bool = False,
    ) -> None:
        """Nothing to wait for: a target that has a name is there."""
        if show_output:
            sys.stdout.write(f"{self.name} is there: {self.type}\n")

    def get_status(self) -> ComputeStatus:
        return ComputeStatus()

    @property
    def status(self) -> ComputeStatus:
        return self.get_status()

    def list_nodes(self) -> list[dict[str, Any]]:
        """None: its engine knows its machines."""
        return []

    def refresh_state(self) -> None:
        """Nothing is held back, so nothing is old."""

    def update(self, *_sizes: object, **_settings: object) -> None:
        """Nothing: the sizes of a target are its engine's affair."""

    def delete(self) -> None:
        """Nothing: it stays for other projects; `targets remove` takes its name away."""

    def serialize(self) -> dict[str, Any]:
        return {"name": self.name, "computeType": self.type, "provisioningState": self.provisioning_state}

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"ComputeTarget(name={self.name!r})"

    @staticmethod
    def list(workspace: object) -> list[ComputeTarget]:
        """All that there are."""
        return [ComputeTarget(workspace, name) for name in list_targets(current_project())]


class ComputeTargets(Mapping[str, ComputeTarget]):
    """`workspace.compute_targets["local"]`; a name that is not there says which are."""

    def __getitem__(self, name: str) -> ComputeTarget:
        return ComputeTarget(None, name)

    def __contains__(self, name: object) -> bool:
        return name in list_targets(current_project())

    def __iter__(self) -> Iterator[str]:
        return iter(list_targets(current_project()))

    def __len__(self) -> int:
        return len(list_targets(current_project()))

    def __repr__(self) -> str:
        return f"ComputeTargets({', '.join(self)})"


class Provisioning:
    """Takes whatever v1's takes, and keeps none of it."""

    def __init__(self, *_sizes: object, **_settings: object) -> None:
        pass

    def __repr__(self) -> str:
        return "Provisioning()"


class ComputeStatus:
    """v1's words for machines that are there."""

    allocation_state = "Steady"
    provisioning_state = state = "Succeeded"
    current_node_count = target_node_count = 1
    errors = provisioning_errors = None

    def serialize(self) -> dict[str, Any]:
        """The same, as v1 writes it."""
        return {
            "allocationState": self.allocation_state,
            "currentNodeCount": self.current_node_count,
            "targetNodeCount": self.target_node_count,
            "provisioningState": self.provisioning_state,
            "errors": self.errors,
        }

    def __repr__(self) -> str:
        return f"ComputeStatus({self.serialize()})"
