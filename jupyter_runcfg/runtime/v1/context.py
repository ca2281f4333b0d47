"""The run as its own script sees it: `Run.get_context()`, inside a job and outside of one."""

import os

from ...errors import RuncfgError
from .. import atomic
from ..paths import RunPaths
from ..tracking import artifacts
from ..tracking.tracker import Tracker
from ..variables import RANK, RUN_DIRECTORY
from .family import Family

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

    from typing_extensions import Self


OUTPUTS = "outputs"


class Run(Family):
    """One execution of a configuration. In a script: `run = Run.get_context()`.

    This is the part a job needs; `jupyter_runcfg.Run` adds control from outside.
    """

    _current = None  # type: Run | None
    _seen = None  # type: dict[str, tuple[int, int]] | None

    @classmethod
    def get_context(cls, allow_offline: "bool" = True, **_ignored: "object") -> "Run":
        """The run that this process belongs to; outside of a job one that only prints.

        Raises:
            RuncfgError: Outside of a job, with `allow_offline=False`.
        """
        directory = os.environ.get(RUN_DIRECTORY)
        if not directory and not allow_offline:  # also where one that only prints was given before
            raise RuncfgError(
                "this process is not part of a run",
                hint="submit the script: `%runcfg submit train.py`",
            )
        if Run._current is None or not isinstance(Run._current, cls if directory else Run):
            if directory:
                run = cls.of(RunPaths(directory))
                run._tracker = Tracker(run.paths.events, "rank-{}".format(os.environ.get(RANK, "0")))
                Run._current = run
            else:
                from .offline import OfflineRun

                Run._current = OfflineRun()
        return Run._current

    @classmethod
    def get(cls, workspace: "Any", run_id: "str") -> "Self":
        """The run of that id. Raises RunNotFoundError."""
        return cls(None, run_id)

    def complete(self, _set_status: "bool" = True, **_ignored: "object") -> "None":
        """End a run that this process records; inside a job the exit of the script decides."""
        if not self.is_interactive:
            return
        if self._kept_directory is not None and os.path.isdir(self._kept_directory):
            self.upload_folder("outputs", self._kept_directory)
        self._end("Completed")

    def fail(
        self,
        error_details: "object" = None,
        error_code: "str | None" = None,
        _set_status: "bool" = True,
        **_ignored: "object",
    ) -> "None":
        """Note why it failed; it ends a run that this process records, inside a job the exit code decides."""
        from ..failure import shorten

        text = shorten("" if error_details is None else str(error_details))
        code = str(error_code or "UserError")
        if self.is_interactive and self.is_ended:
            return
        self._tracker.error(text, code)
        if self.is_interactive:
            self._end("Failed", text, error={"type": code, "message": text})

    def cancel(self) -> "None":
        """End it as Canceled: at once if a process records it, else its job ends its whole process tree."""
        if self.is_ended:
            return
        if self.is_interactive:
            self._end("Canceled", "canceled")
        else:
            from .. import ending

            ending.ask_cancel(self.paths)

    def _end(self, status: "str", cause: "str" = "", **more: "Any") -> "None":
        from ..tracking import interactive

        interactive.end(self.paths, status, cause, **more)

    def __enter__(self) -> "Self":
        if self._kept_directory is None and self._takes_outputs():
            self._seen = artifacts.stamps(OUTPUTS)
        return self

    def _takes_outputs(self) -> "bool":
        """Whether what a `with` puts into ./outputs is its own: a job has that directory for itself."""
        return self.is_interactive and self.parent is None

    def __exit__(self, kind: "Any", value: "Any", trace: "Any") -> "None":
        if self._seen is not None:
            for name in artifacts.changed(OUTPUTS, self._seen):
                self.upload_file("outputs/" + name, artifacts.below(OUTPUTS, name))
        if kind is None:
            self.complete()
        elif issubclass(kind, KeyboardInterrupt) and self.is_interactive:
            self._end("Canceled", "interrupted")
        else:
            self.fail(value if str(value) else kind.__name__, kind.__name__)

    @property
    def input_datasets(self) -> "Any":
        """What goes into the run, by name: paths, or datasets."""
        from .inputs import Inputs

        return Inputs(self, "data")

    @property
    def output_datasets(self) -> "Any":
        """Where the run's data go, by name: paths."""
        from .inputs import Inputs

        return Inputs(self, "outputData")

    def get_secret(self, name: "str") -> "str":
        """A secret by its name: what the variable of that name holds. Raises NotRegisteredError."""
        from .secret import get_secret

        return get_secret(name)

    def get_secrets(self, secrets: "list[str]") -> "dict[str, str]":
        """Several secrets by their names. Raises NotRegisteredError."""
        return {name: self.get_secret(name) for name in secrets}

    def get_environment(self) -> "Any":
        """The environment of its configuration. Raises RuncfgError."""
        return self._whole("get_environment").get_environment()

    def take_snapshot(self, file_or_folder_path: "Any") -> "str":
        """Freeze a directory as the run's snapshot, once; returns its id. Raises RuncfgError."""
        return str(self._whole("take_snapshot").take_snapshot(file_or_folder_path))

    def restore_snapshot(self, snapshot_id: "str | None" = None, path: "str | None" = None) -> "str":
        """The snapshot as a ZIP file; returns where it is. Raises RuncfgError."""
        return str(self._whole("restore_snapshot").restore_snapshot(snapshot_id, path))

    def get_snapshot_id(self) -> "str":
        """The digest of what was sent.

        Raises:
            RuncfgError: The run has no snapshot.
        """
        later = atomic.read_json(self.paths.snapshot) or {}
        digest = self._request().get("snapshot") or later.get("snapshot")
        if not isinstance(digest, str) or not digest:
            label = "{}/{}".format(self._experiment(), self.number)
            raise RuncfgError("run {} has no snapshot".format(label), where=self.paths.request)
        return digest

    @staticmethod
    def list(  # noqa: PLR0917 SDK v1's signature
        experiment: "Any",
        type: "str | None" = None,
        tags: "Any" = None,
        properties: "Any" = None,
        status: "str | None" = None,
        include_children: "bool" = False,
        _rehydrate_runs: "bool" = True,
    ) -> "Iterator[Any]":
        """The runs of an experiment, newest first."""
        for run in experiment.get_runs(type, tags, properties, include_children):
            if status in (None, status and run.get_status()):
                yield run
