"""Workspace: the home of the records, with its compute targets and environments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..config import Environment, current_project
from ..runtime.v1 import workspace
from ..submission.target import find_target, list_targets
from . import environment


class Workspace(workspace.Workspace):
    """All workspaces share one home: the name is kept for scripts that show it, and chooses nothing."""

    @property
    def experiments(self) -> dict[str, object]:
        from .experiment import Experiment

        return {one.name: one for one in Experiment.list(self)}

    @property
    def compute_targets(self) -> ComputeTargets:
        return ComputeTargets()

    @property
    def environments(self) -> dict[str, Environment]:
        """The newest version of each registered environment, and those that SDK v1 curated."""
        return {**environment.curated_environments(), **environment.list_environments(self.home)}

    def get_run(self, run_id: str) -> object:
        from .run import Run

        return Run(None, run_id)

    def find_environment(self, name: str, version: str | None = None) -> Environment | None:
        """A registered environment, for `Environment.get`."""
        return environment.find_environment(self.home, name, version)

    def add_environment(self, made: Environment) -> Environment:
        """Register an environment, for `Environment.register`."""
        return environment.add_environment(self.home, made)


class ComputeTarget:
    """A place to run, by its name."""

    def __init__(self, workspace: object, name: str) -> None:
        """Name a target, of the project we are in or of the user.

        Raises:
            TargetError: There is none of that name.
        """
        target = find_target(name, current_project())
        self.workspace = workspace
        self.name = name
        self.type = target.executor

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"ComputeTarget(name={self.name!r})"


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
