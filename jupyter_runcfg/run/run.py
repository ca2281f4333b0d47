"""Run: one execution of a configuration, seen from outside of its job."""

from __future__ import annotations

import codecs
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import RunFailedError, StillRunningError
from ..history import Follower, RunSummary, read_summary
from ..history.record import label_of
from ..runtime import ending
from ..runtime.v1 import context
from . import group
from .settle import settle, with_word

if TYPE_CHECKING:
    from ..config import Environment
    from .diff import RunDiff
    from .experiment import Experiment

POLL_S = 0.05
LOST_S = 2.0


class Run(context.Run):
    """A run by its id. `submit`, `get_run` and `%runcfg submit` return one.

    Everything is read from the record when it is asked for: a Run holds no state, so any number of
    them, in any process, say the same.
    """

    def __repr__(self) -> str:
        summary = self.summary()
        return f"Run({summary.label}, {summary.status}, id: {self.run_id})"

    @property
    def request(self) -> dict[str, Any]:
        """What was asked for, as request.json has it; {} where it cannot be read."""
        return self._request()

    def summary(self) -> RunSummary:
        """The run as its record has it now."""
        return read_summary(self.paths)

    def refresh(self) -> RunSummary:
        """The same, after the engine was asked whether its job still lives."""
        words = settle([self.paths])
        return with_word(self.summary(), words.get(self.run_id))

    @property
    def label(self) -> str:
        """`diabetes/12`."""
        return label_of(self._experiment(), self.number, self.run_id)

    @property
    def experiment(self) -> Experiment:
        from .experiment import Experiment

        return Experiment.of(self.paths.home, self._experiment())

    def _look(self) -> tuple[str, str]:
        summary = self.refresh()
        return summary.status, summary.cause

    @property
    def is_kept(self) -> bool:
        """Whether the record is still there."""
        return os.path.exists(self.paths.request)

    @property
    def notes(self) -> list[str]:
        """What was said of files that did not travel, or not as one may think."""
        notes = self._request().get("notes")
        return [str(note) for note in notes] if isinstance(notes, list) else []

    @property
    def warnings(self) -> list[str]:
        """What the runtime noted: entries that were lost, processes that the script left running."""
        return list(self._standing().warnings)

    @property
    def sent(self) -> str:
        """The line that says what was sent."""
        return str(self._request().get("sent", ""))

    def diff(self, other: Run | str | os.PathLike[str] | None = None) -> RunDiff:
        """What `other` has differently: a run, a directory, or (default) the source directory as it is now.

        Raises:
            SnapshotError: A snapshot is gone or damaged.
        """
        from .diff import diff_directory, diff_runs

        return diff_runs(self, other) if isinstance(other, Run) else diff_directory(self, other)

    def rerun(
        self,
        settings: Mapping[str, object] | None = None,
        *,
        arguments: Sequence[object] | None = None,
        tags: Mapping[str, object] | None = None,
        name: str | None = None,
    ) -> Run:
        """Repeat the run exactly, from its record: snapshot, arguments, variables and environment of then.

        Args:
            settings: What to change in the configuration: `{"environmentVariables.LR": "0.1"}`.
            arguments: In the place of all arguments of the script.
            tags: Tags that the new run has besides those of this one.
            name: Its display name; default: that of this one.

        Raises:
            ConfigError: The change is wrong.
            SnapshotError: A stored file is missing or damaged.
            RuncfgError: It was recorded by the process that logged, and never submitted.
        """
        from .rerun import rerun

        return rerun(self, settings or {}, arguments, tags or {}, name)

    def checkout(self, directory: str | os.PathLike[str]) -> str:
        """Put exactly what ran into a new or empty directory; returns its absolute path.

        Raises:
            RuncfgError: Something is in the directory, or it cannot be written.
            SnapshotError: The snapshot is gone or damaged; nothing is left of what was written.
        """
        from .restore import restore

        return restore(self, directory)[0]

    def restore_snapshot(self, snapshot_id: str | None = None, path: str | None = None) -> str:
        """v1's way: a snapshot as a ZIP file at `path`, or in that directory; returns where it is.

        Raises:
            RuncfgError: The file cannot be written.
            SnapshotError: The snapshot is gone or damaged, or there is none of that id.
        """
        from .restore import restore_zip

        return restore_zip(self, snapshot_id, path)

    def take_snapshot(self, file_or_folder_path: str | os.PathLike[str]) -> str:
        """Freeze a directory as the run's snapshot, where it has none; returns its id.

        Raises:
            SnapshotError: The run has one, or the directory cannot be frozen.
        """
        from .freeze import freeze

        return freeze(self, file_or_folder_path)

    def get_environment(self) -> Environment:
        """The environment of its configuration.

        Raises:
            UserErrorException: It has none: a process records it itself.
        """
        from .environment import environment_of

        return environment_of(self)

    def submit_child(
        self, config: Any, tags: Mapping[str, object] | None = None, *, display_name: str | None = None
    ) -> Run:
        """Submit a configuration as a run of the same experiment below this one.

        Raises:
            ConfigError: With every fault found, before anything was written or sent.
            TargetError: The engine did not accept the job; the record is kept, status Failed.
        """
        from .submitting import submit

        name = self._experiment()
        return submit(config, experiment=name, tags=tags, name=display_name, parent=self)

    def logs(self) -> str:
        """What the script has printed so far; bytes that are no UTF-8 are replaced."""
        try:
            return Path(self.paths.std_log).read_bytes().decode("utf-8", "replace")
        except FileNotFoundError:
            return ""

    def follow(self) -> Follower:
        """Reads what is new in the record, again and again."""

        def ask() -> Callable[[RunSummary], RunSummary]:
            word = settle([self.paths]).get(self.run_id)
            return lambda summary: with_word(summary, word)

        return Follower(self.paths, settle=ask)

    def cancel(self) -> None:
        """Ask the run to end; its job ends its whole process tree. Nothing happens to one that has ended.

        A run that a process records itself ends at once; the process goes on.
        A run whose machine cannot be asked is ended in the record when it is canceled a second time.
        """
        if self.is_ended:
            return
        if self.is_interactive:
            self._end("Canceled", "canceled")
            return
        if self.request.get("kind") == group.KIND:
            group.close(self.paths)
            for child in self.get_children():
                child.cancel()
        asked_before = os.path.exists(self.paths.cancel)
        ending.ask_cancel(self.paths)
        word = settle([self.paths]).get(self.run_id)
        if asked_before and word is not None and word.status == "NotResponding":
            ending.write_status(self.paths, "Canceled", word.reason)

    def wait(self, timeout_s: float | None = None) -> RunSummary:
        """Wait until the run has ended, however it ended.

        Raises:
            StillRunningError: It has not within `timeout_s`; the run goes on.
        """
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        asked = time.monotonic()
        if self.request.get("kind") == group.KIND:
            group.close(self.paths)
        settle([self.paths])
        while not os.path.exists(self.paths.end):
            now = time.monotonic()
            if deadline is not None and now > deadline:
                raise StillRunningError(
                    f"run {self.label} has not ended within {timeout_s:g} s; it goes on",
                    hint=f"`cancel {self.label}` ends it",
                )
            if now - asked > LOST_S:
                asked = now
                settle([self.paths])
                if self.summary().is_terminal:  # a damaged record has no end that could be waited for
                    break
            time.sleep(POLL_S)
        return self.summary()

    def wait_for_completion(
        self, show_output: bool = False, wait_post_processing: bool = False, raise_on_error: bool = True
    ) -> dict[str, Any]:
        """Wait for the end of the run, printing its log meanwhile if asked to; returns `get_details()`.

        Raises:
            RunFailedError: It did not complete (not with `raise_on_error=False`).
            StillRunningError: It is the run of this process, which ends after this call.
        """
        self._refuse_own()
        if show_output:
            self._follow_log()
        else:
            self.wait()
        if raise_on_error:
            self.raise_if_failed()
        return self.get_details()

    def _follow_log(self) -> None:
        follower = self.follow()
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while True:
            batch = follower.read()
            sys.stdout.write(decoder.decode(batch.log, final=batch.done))
            sys.stdout.flush()
            if batch.done:
                return
            if not batch.log:
                time.sleep(POLL_S)

    def result(self, name: str | None = None, *, timeout_s: float | None = None, trust: bool = False) -> Any:
        """What its cell handed back by `--get`, or its function returned; waits for the end of the run.

        Args:
            name: One of the names; without it the only one, or all of several as a dict.
            timeout_s: How long to wait at most.
            trust: Also load results of a run that was imported: unpickling runs code.

        Raises:
            RunFailedError: The run did not complete.
            StillRunningError: It has not ended in time; it goes on.
            RuncfgError: There is no such result, or it cannot be loaded here.
        """
        from .result import results

        self.wait(timeout_s)
        self.raise_if_failed()
        found = results(self, None if name is None else [name], trust=trust)
        return next(iter(found.values())) if len(found) == 1 else found

    def raise_if_failed(self) -> None:
        """Raise for a run that ended as Failed or Canceled.

        Raises:
            RunFailedError: With the cause and the hint of the record.
        """
        summary = self.summary()
        if summary.status not in ("Failed", "Canceled"):
            return
        error = summary.error or {}
        said = ": ".join(filter(None, (error.get("type"), error.get("message")))) or summary.cause
        where = f" at {error['where']}" if error.get("where") else ""
        message = f"run {summary.label} {summary.status.lower()}: {said}{where}"
        hint = error.get("hint") or f"`logs {summary.label}` shows what it printed"
        raise RunFailedError(self.run_id, summary.status, message, hint)
