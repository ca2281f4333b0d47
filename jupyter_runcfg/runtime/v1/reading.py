"""What a run is and how it stands, read from its record; the first layer of `Run`."""

import os

from ...errors import RuncfgError, RunFailedError, RunNotFoundError, StillRunningError
from .. import atomic, fields
from ..paths import RunPaths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

    from typing_extensions import Self

    from ..paths import Home
    from ..tracking.metrics import MetricSet
    from ..tracking.standing import Standing
    from .experiment import Experiment

POLL_S = 0.05


class Reading:
    """A run by its record. Nothing is kept: every word is read when it is asked for."""

    def __init__(self, experiment: "object", run_id: "str", **_ignored: "object") -> "None":
        """Look a run up; the experiment is not needed.

        Raises:
            RunNotFoundError: There is no such record.
        """
        from . import place

        paths = place.home().run(str(run_id))
        if not os.path.exists(paths.request):
            raise RunNotFoundError(
                "no run '{}'".format(run_id), where=paths.directory, hint="`runs` lists all"
            )
        self._set(paths)

    def _set(self, paths: "RunPaths") -> "None":
        self.paths = paths

    @classmethod
    def of(cls, paths: "RunPaths") -> "Self":
        """The run of a record, without a look at the disk."""
        run = cls.__new__(cls)
        run._set(paths)
        return run

    def __eq__(self, other: "object") -> "bool":
        return isinstance(other, Reading) and other.paths.directory == self.paths.directory

    def __hash__(self) -> "int":
        return hash(self.paths.directory)

    def __repr__(self) -> "str":
        words = self._experiment(), self.id, self.get_status()
        return "Run(Experiment: {}, Id: {}, Status: {})".format(*words)

    def _request(self) -> "dict[str, Any]":
        return atomic.read_json(self.paths.request) or {}

    def _standing(self) -> "Standing":
        from ..tracking.standing import read_standing

        return read_standing(self.paths)

    def _metrics(self, metrics: "MetricSet") -> "MetricSet":
        """Fill the set with all metrics of the record."""
        from ..events import event_files, in_order, read_events

        for event in in_order(read_events(path)[0] for path in event_files(self.paths.events)):
            if event["kind"] == "metric":
                metrics.add(event)
        return metrics

    def _whole(self, verb: "str") -> "Any":
        """This run as our whole package has it, for what needs more than the runtime.

        Raises:
            RuncfgError: The interpreter of this job does not have it.
        """
        from importlib import import_module

        try:
            return import_module("jupyter_runcfg.run").Run.of(self.paths)
        except ImportError:
            raise RuncfgError(
                "run.{}() needs jupyter_runcfg in the interpreter of the job".format(verb),
                hint="add jupyter-runcfg to its environment (Python 3.11 or later), or call it outside",
            ) from None

    @property
    def id(self) -> "str":
        return self.paths.run_id

    @property
    def run_id(self) -> "str":
        return self.paths.run_id

    @property
    def number(self) -> "int":
        return fields.whole(self._request().get("number")) or 0

    def _home(self) -> "Home":
        return self.paths.home

    def _experiment(self) -> "str":
        return fields.text(self._request().get("experiment"))

    @property
    def experiment(self) -> "Experiment":
        from .experiment import Experiment

        return Experiment.of(self.paths.home, self._experiment())

    @property
    def is_interactive(self) -> "bool":
        """Whether a process records it itself: no job, no exit code."""
        return self._request().get("kind") == "interactive"

    @property
    def type(self) -> "str":
        """v1's word for a submitted script, or `interactive`."""
        return "interactive" if self.is_interactive else "azureml.scriptrun"

    @property
    def tags(self) -> "dict[str, str]":
        return self._standing().tags

    def get_tags(self) -> "dict[str, str]":
        return self.tags

    @property
    def properties(self) -> "dict[str, str]":
        return self._standing().properties

    def get_properties(self) -> "dict[str, str]":
        return self.properties

    @property
    def status(self) -> "str":
        return self._look()[0]

    def get_status(self) -> "str":
        """v1's word for where the run is: Starting, Preparing, Running, Completed, Failed …"""
        return self._look()[0]

    def get_detailed_status(self) -> "dict[str, str]":
        """Its status, and as `details` the cause of it."""
        status, cause = self._look()
        return {"status": status, "details": cause}

    def _look(self) -> "tuple[str, str]":
        """Status and cause now; a run whose process is gone is ended by that."""
        from ..tracking.standing import status_of

        request = self._request()
        if request.get("kind") == "interactive":
            from ..tracking import interactive

            try:
                interactive.settle(self.paths, request)
            except OSError:
                pass  # a full disk: the next reader tries again
        return status_of(self.paths, self._standing())

    @property
    def is_ended(self) -> "bool":
        """Whether the record has its end; no engine is asked, and no event is read."""
        return os.path.exists(self.paths.end)

    def get_metrics(
        self,
        name: "str | None" = None,
        recursive: "bool" = False,
        run_type: "str | None" = None,
        populate: "bool" = False,
    ) -> "dict[str, Any]":
        """What was logged so far: a value, a list of values, or for rows `{column: [values]}`.

        Args:
            name: Only this metric.
            recursive: Those of the runs below too, `{run_id: metrics}`.
            run_type: With `recursive`, only runs of this type.
            populate: Of metrics that are files what is in the file, not its `aml://` name.

        Raises:
            RuncfgError: The rows of a metric differ in their columns.
        """
        if recursive:
            runs = [self, *self._descend()]
            found = {r.id: r.get_metrics(name, populate=populate) for r in runs if run_type in (None, r.type)}
            return {run_id: metrics for run_id, metrics in found.items() if metrics}
        metrics = self._as_logged(populate)
        metrics.check(name)
        every = metrics.as_dict()
        return every if name is None else {key: value for key, value in every.items() if key == name}

    def _as_logged(self, populate: "bool" = False) -> "MetricSet":
        from ..tracking.charts import content, uri
        from ..tracking.metrics import MetricSet

        read = content if populate else uri
        return self._metrics(MetricSet(lambda event: read(self.paths, event)))

    def _child_ids(self) -> "list[str]":
        return list(dict.fromkeys(self._standing().children))

    def _descend(self, seen: "tuple[str, ...]" = ()) -> "Iterator[Self]":
        """The runs below, each followed by its own; none of those above again, whatever a record says."""
        seen = (*seen, self.id)
        for run_id in self._child_ids():
            child = self.of(self.paths.home.run(run_id))
            if run_id not in seen and os.path.exists(child.paths.request):
                yield child
                yield from child._descend(seen)

    def get_details(self) -> "dict[str, Any]":
        """What v1 gives: runId, target, status, startTimeUtc, endTimeUtc, error, properties, …"""
        from .details import details

        return details(self)

    def get_details_with_logs(self) -> "dict[str, Any]":
        """The same, with the text of each log in place of its path."""
        from .details import read_text

        found = self.get_details()
        found["logFiles"] = {name: read_text(path) for name, path in found["logFiles"].items()}
        return found

    def get_portal_url(self) -> "str":
        """Where a person can look at it: the directory of the record."""
        from urllib.parse import quote

        return "file://" + quote(self.paths.directory)

    def wait_for_completion(
        self, show_output: "bool" = False, wait_post_processing: "bool" = False, raise_on_error: "bool" = True
    ) -> "dict[str, Any]":
        """Wait for the end of the run, printing its log meanwhile if asked to; returns `get_details()`.

        Raises:
            RunFailedError: It did not complete (not with `raise_on_error=False`).
            StillRunningError: It is the run of this process, which ends after this call.
        """
        import time

        self._refuse_own()
        printed = 0
        while True:
            status, cause = self._look()
            if show_output:
                printed = self._print_log(printed)
            if self.is_ended:
                break
            time.sleep(POLL_S)
        status, cause = self._look()
        if raise_on_error and status != "Completed":
            raise RunFailedError(self.id, status, "run {} {}: {}".format(self.id, status.lower(), cause))
        return self.get_details()

    def _print_log(self, offset: "int") -> "int":
        import sys

        try:
            with open(self.paths.std_log, "rb") as stream:
                stream.seek(offset)
                data = stream.read()
        except OSError:
            return offset
        sys.stdout.write(data.decode("utf-8", "replace"))
        sys.stdout.flush()
        return offset + len(data)

    def _refuse_own(self) -> "None":
        if self._is_own() and not self.is_ended:
            raise StillRunningError(
                "a run that waits for its own end would wait for ever", hint="wait for it in another process"
            )

    def _is_own(self) -> "bool":
        """Whether this process belongs to the run."""
        from ..variables import RUN_DIRECTORY

        if self.is_interactive:
            from .. import process

            client = fields.mapping(self._request().get("client"))
            return client.get("pid") == os.getpid() and process.is_alive(client)
        return os.environ.get(RUN_DIRECTORY) == self.paths.directory
