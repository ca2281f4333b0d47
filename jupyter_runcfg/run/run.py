"""Run: one execution of a configuration, seen from outside of its job."""

from __future__ import annotations

import codecs
import os
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import settings
from ..errors import RuncfgError, RunFailedError, RunNotFoundError, StillRunningError
from ..history import Follower, RecordReader, RunSummary, read_summary
from ..runtime import checkout, context, ending
from ..runtime.paths import Home
from .settle import settle, with_word

if TYPE_CHECKING:
    from .diff import RunDiff

POLL_S = 0.05
LOST_S = 5.0


class Run(context.Run):
    """A run by its id. `submit`, `get_run` and `%runcfg submit` return one.

    Everything is read from the record when it is asked for: a Run holds no state, so any number of
    them, in any process, say the same.
    """

    def __init__(self, experiment: object, run_id: str) -> None:
        """Look a run up, as SDK v1's `Run(experiment, run_id)` does; the experiment is not needed.

        Raises:
            RunNotFoundError: There is no such record.
        """
        paths = Home(str(settings.home())).run(run_id)
        if not os.path.exists(paths.request):
            raise RunNotFoundError(f"no run '{run_id}'", where=paths.directory, hint="`runs` lists all")
        super().__init__(paths)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Run) and other.paths.directory == self.paths.directory

    def __hash__(self) -> int:
        return hash(self.paths.directory)

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
        return f"{self.experiment.name}/{self.number}"

    @property
    def is_ended(self) -> bool:
        """Whether the record has its end; the engine is not asked, and no event is read."""
        return os.path.exists(self.paths.end)

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
    def sent(self) -> str:
        """The line that says what was sent."""
        return str(self._request().get("sent", ""))

    @property
    def status(self) -> str:
        return self.refresh().status

    def get_status(self) -> str:
        """v1's word for where the run is: Starting, Preparing, Running, Completed, Failed …"""
        return self.status

    @property
    def name(self) -> str | None:
        name = self._request().get("name")
        return None if name is None else str(name)

    display_name = name

    @property
    def tags(self) -> dict[str, str]:
        return self.summary().tags

    def get_tags(self) -> dict[str, str]:
        return self.tags

    @property
    def properties(self) -> dict[str, str]:
        reader = RecordReader(self.paths)
        reader.read()
        return reader.properties

    def get_properties(self) -> dict[str, str]:
        return self.properties

    def get_details(self) -> dict[str, Any]:
        """What v1 gives: runId, target, status, startTimeUtc, endTimeUtc, error, properties, …"""
        summary = self.refresh()
        details: dict[str, Any] = {
            "runId": self.run_id,
            "target": summary.target,
            "status": summary.status,
            "cause": summary.cause,
            "startTimeUtc": _utc(summary.started),
            "error": summary.error,
            "properties": self.properties,
            "tags": summary.tags,
            "runDefinition": self._request().get("configuration"),
            "logFiles": {name: os.path.join(self.paths.directory, name) for name in self._log_names()},
        }
        if summary.ended is not None:
            details["endTimeUtc"] = _utc(summary.ended)
        return details

    def get_snapshot_id(self) -> str:
        """The digest of what was sent.

        Raises:
            RuncfgError: The run has no snapshot.
        """
        from .diff import snapshot_of

        return snapshot_of(self)

    def diff(self, other: Run | str | os.PathLike[str] | None = None) -> RunDiff:
        """What `other` has differently: a run, a directory, or (default) the source directory as it is now.

        Raises:
            SnapshotError: A snapshot is gone or damaged.
        """
        from .diff import diff_directory, diff_runs

        return diff_runs(self, other) if isinstance(other, Run) else diff_directory(self, other)

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

    def _log_names(self) -> list[str]:
        return ["logs/" + name for name, _ in checkout.iter_files(self.paths.logs)]

    def get_file_names(self) -> list[str]:
        """Files of the record that `download_file` takes: outputs/… and logs/…"""
        return ["outputs/" + name for name, _ in checkout.iter_files(self._outputs())] + self._log_names()

    @property
    def outputs_directory(self) -> str:
        """Where its output files are by now."""
        return self._outputs()

    def _outputs(self) -> str:
        """Where its output files are: with the script until it ends, then in the record."""
        return self.paths.outputs if self.is_ended else super()._outputs()

    def download_file(self, name: str, output_file_path: str | None = None) -> str:
        """Copy one file of the record; returns where it is now.

        Raises:
            RuncfgError: The run has no such file.
        """
        if name not in self.get_file_names():
            hint = "`run.get_file_names()` lists them"
            raise RuncfgError(f"run {self.label} has no file '{name}'", hint=hint)
        root = os.path.dirname(self._outputs()) if name.startswith("outputs/") else self.paths.directory
        target = Path(output_file_path or Path(name).name)
        if target.is_dir():
            target /= Path(name).name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(os.path.join(root, name), target)
        return str(target)

    def logs(self) -> str:
        """What the script has printed so far; bytes that are no UTF-8 are replaced."""
        try:
            return Path(self.paths.std_log).read_bytes().decode("utf-8", "replace")
        except FileNotFoundError:
            return ""

    def follow(self) -> Follower:
        """Reads what is new in the record, again and again."""
        return Follower(self.paths, settle=lambda: settle([self.paths]))

    def cancel(self) -> None:
        """Ask the run to end; its job ends its whole process tree. Nothing happens to one that has ended.

        A run whose machine cannot be asked is ended in the record when it is canceled a second time.
        """
        if self.is_ended:
            return
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
            time.sleep(POLL_S)
        return self.summary()

    def wait_for_completion(
        self, show_output: bool = False, wait_post_processing: bool = False, raise_on_error: bool = True
    ) -> dict[str, Any]:
        """Wait for the end of the run, printing its log meanwhile if asked to; returns `get_details()`.

        Raises:
            RunFailedError: It did not complete (not with `raise_on_error=False`).
        """
        if show_output:
            self._print_log()
        else:
            self.wait()
        if raise_on_error:
            self.raise_if_failed()
        return self.get_details()

    def _print_log(self) -> None:
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


def _utc(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()
