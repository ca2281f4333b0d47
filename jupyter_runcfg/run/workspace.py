"""Workspace: the home of the records, with its compute targets and environments."""

from __future__ import annotations

from ..config import Environment
from ..runtime.v1 import workspace
from . import environment
from .compute import ComputeTarget, ComputeTargets


class Workspace(workspace.Workspace):
    """All workspaces share one home: the name is kept for scripts that show it, and chooses nothing."""

    @property
    def experiments(self) -> dict[str, object]:
        from .experiment import Experiment

        return {one.name: one for one in Experiment.list(self)}

    @property
    def compute_targets(self) -> ComputeTargets:
        return ComputeTargets()

    def get_default_compute_target(self, type: str = "CPU") -> ComputeTarget:
        """This machine."""
        return ComputeTarget(self, "local")

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
