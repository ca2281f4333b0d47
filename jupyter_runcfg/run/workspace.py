"""Workspace: the home of the records, with its compute targets and environments."""

from __future__ import annotations

import os
from typing import Any

from .. import settings
from ..config import Environment, default_experiment, find_project, working_directory
from ..errors import RuncfgError
from ..runtime.v1 import workspace
from ..runtime.variables import RUN_DIRECTORY
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

    def get_mlflow_tracking_uri(self) -> str | None:
        """What `mlflow.set_tracking_uri` takes: what MLflow logs from then on is runs of the home.

        In a job it is what its MLflow uses anyway.

        Raises:
            RuncfgError: This machine has no loopback to listen on.
        """
        if os.environ.get(RUN_DIRECTORY):
            return super().get_mlflow_tracking_uri()
        from ..runtime.mlflow.here import tracking_uri
        from ..runtime.mlflow.notebook import NotebookStore
        from .run import Run

        try:
            return tracking_uri(self.home.root, lambda: NotebookStore(self.home, Run, _begun))
        except OSError as error:
            raise RuncfgError(f"MLflow cannot be answered here: {error}") from error

    def find_environment(self, name: str, version: str | None = None) -> Environment | None:
        """A registered environment, for `Environment.get`."""
        return environment.find_environment(self.home, name, version)

    def add_environment(self, made: Environment) -> Environment:
        """Register an environment, for `Environment.register`."""
        return environment.add_environment(self.home, made)


def _begun() -> tuple[str, dict[str, Any]]:
    """What a run has that MLflow begins: its experiment unless it names one, and the notebook it is of."""
    here = working_directory()
    return default_experiment(find_project(here) or here), {"notebook": settings.notebook_path()}
