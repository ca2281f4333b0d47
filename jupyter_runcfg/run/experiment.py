"""Experiment: a named group of runs, from where our whole package is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import settings
from ..config import is_home
from ..errors import UserErrorException, home_error
from ..runtime.paths import Home, RunPaths
from ..runtime.v1 import experiment
from ..snapshot import git, lock
from ..submission.request import git_properties
from .freeze import take
from .run import Run
from .workspace import Workspace

if TYPE_CHECKING:
    from ..config import RunConfiguration, ScriptRunConfig


class Experiment(experiment.Experiment):
    """`Experiment(workspace, "diabetes").submit(config)`; made when its first run is."""

    @staticmethod
    def _workspace_of(home: Home) -> Workspace:
        return Workspace.of(home)

    @staticmethod
    def _run_of(paths: RunPaths) -> Run:
        return Run.of(paths)

    def submit(
        self,
        config: ScriptRunConfig | RunConfiguration,
        tags: Mapping[str, object] | None = None,
        *,
        display_name: str | None = None,
        **more: Any,
    ) -> Run:
        """Submit a configuration as a run of this experiment.

        Raises:
            UserErrorException: It is no configuration, or one of `more` means nothing here.
            ConfigError: With every fault found, before anything was written or sent.
            TargetError: The engine did not accept the job; the record is kept, status Failed.
        """
        from ..config import RunConfiguration, ScriptRunConfig
        from .submitting import submit

        if not isinstance(config, ScriptRunConfig | RunConfiguration):
            raise UserErrorException(
                f"a {type(config).__name__} cannot be submitted",
                hint="submit a ScriptRunConfig or a RunConfiguration",
            )
        if more:
            names = ", ".join(f"'{name}'" for name in more)
            raise UserErrorException(f"{names} mean nothing to a run of a script")
        return submit(config, experiment=self.name, tags=tags, name=display_name)

    def start_logging(
        self,
        outputs: str | os.PathLike[str] | None = None,
        snapshot_directory: str | os.PathLike[str] | None = ".",
        display_name: str | None = None,
        **_ignored: object,
    ) -> Run:
        """A new run that this process records itself, Running at once.

        `complete`, `fail`, `cancel` or a `with` ends it; else the end of this process does.

        Args:
            outputs: A directory whose files are kept when it completes.
            snapshot_directory: The directory with the code, frozen as `submit` does; None: nothing is, nor
                is the person's home directory.
            display_name: A name for people.

        Raises:
            SnapshotError: The directory cannot be frozen.
            HomeError: The record cannot be written; nothing of it is left.
        """
        home = self._home
        if snapshot_directory is None:
            return self._begin(home, outputs, name=display_name)
        root = Path(os.path.abspath(os.path.expanduser(os.fspath(snapshot_directory))))
        if is_home(root):
            note = f"nothing was frozen: {root} has more than this project"
            return self._begin(home, outputs, name=display_name, notes=[note])
        try:
            home.create()
        except OSError as error:
            raise home_error(error, home.root) from error
        with lock.shared(home):  # no gc until a record names what was stored
            return self._begin(home, outputs, name=display_name, **_frozen(root, home))

    def _begin(self, home: Home, outputs: str | os.PathLike[str] | None, **facts: Any) -> Run:
        run = self._start(outputs, notebook=settings.notebook_path(), **facts)
        assert isinstance(run, Run)
        return run


def _frozen(root: Path, home: Home) -> dict[str, Any]:
    """Freeze a directory; what a request says of it. Raises SnapshotError."""
    frozen = take(root, home)
    facts = git.facts(root)
    return {
        "snapshot": frozen.digest,
        "snapshot_size": {
            "files": frozen.file_count,
            "bytes": frozen.size_bytes,
            "described": frozen.describe(),
        },
        "source_directory": str(root),
        "git": facts,
        "properties": git_properties(facts),
    }
