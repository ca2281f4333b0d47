"""The run as its own script sees it: `Run.get_context()`, inside a job and outside of one.

The only other place (with settings.py) that reads environment variables of ours.
"""

import os

from ..errors import RuncfgError
from . import atomic
from .events import event_files, in_order, read_events
from .paths import RunPaths
from .tracking import MetricSet, Tracker, scalar

RUN_DIRECTORY = "RUNCFG_RUN_DIR"
RUN_ID = "RUNCFG_RUN_ID"
RANK = "RUNCFG_RANK"
VARIABLES_OF_A_JOB = (RUN_DIRECTORY, RUN_ID, RANK)


class NamedExperiment:
    """The experiment of a run, as far as a script asks for it."""

    def __init__(self, name: "str") -> "None":
        self.name = name

    def __repr__(self) -> "str":
        return "Experiment(Name: {})".format(self.name)


class Run:
    """One execution of a configuration. In a script: `run = Run.get_context()`.

    This is the part a job needs; `jupyter_runcfg.Run` adds reading and control from outside.
    """

    _writer = "client"
    _current = None  # type: Run | None

    def __init__(self, paths: "RunPaths") -> "None":
        self.paths = paths
        self._tracker = None  # type: Tracker | None

    @classmethod
    def get_context(cls, allow_offline: "bool" = True, **_ignored: "object") -> "Run":
        """The run that this process belongs to; outside of a job one that only prints.

        Raises:
            RuncfgError: Outside of a job, with `allow_offline=False`.
        """
        directory = os.environ.get(RUN_DIRECTORY)
        if Run._current is None or not isinstance(Run._current, cls if directory else Run):
            if directory:
                Run._current = cls._in_job(RunPaths(directory))
            elif allow_offline:
                Run._current = OfflineRun()
            else:
                raise RuncfgError(
                    "this process is not part of a run",
                    hint="submit the script: `%runcfg submit train.py`",
                )
        return Run._current

    @classmethod
    def _in_job(cls, paths: "RunPaths") -> "Run":
        run = cls.__new__(cls)
        Run.__init__(run, paths)
        run._writer = "rank-{}".format(os.environ.get(RANK, "0"))
        return run

    @property
    def id(self) -> "str":
        return self.paths.run_id

    @property
    def run_id(self) -> "str":
        return self.paths.run_id

    @property
    def number(self) -> "int":
        return int(self._request().get("number", 0))  # type: ignore[call-overload, no-any-return]

    @property
    def experiment(self) -> "NamedExperiment":
        return NamedExperiment(str(self._request().get("experiment", "")))

    def _request(self) -> "dict[str, object]":
        return atomic.read_json(self.paths.request) or {}

    def _track(self) -> "Tracker":
        if self._tracker is None:
            self._tracker = Tracker(self.paths.events, self._writer)
        return self._tracker

    def log(self, name: "str", value: "object", description: "str" = "", step: "object" = None) -> "None":
        """Record one value of a metric; several values under one name are a series."""
        (self._tracker or self._track()).log(name, value, step)

    def log_list(self, name: "str", value: "list[object]", description: "str" = "") -> "None":
        """Record several values of a metric at once."""
        self._track().values(name, list(value))

    def log_row(self, name: "str", description: "str | None" = None, **columns: "object") -> "None":
        """Record one row of a table: `log_row("pairs", x=1, y=0.4)`."""
        self._track().row(name, columns)

    def log_table(self, name: "str", value: "dict[str, object]", description: "str" = "") -> "None":
        """Record a table, `{column: [values]}`.

        Raises:
            RuncfgError: Its columns differ in length.
        """
        columns = {key: v if isinstance(v, (list, tuple)) else [v] for key, v in value.items()}
        lengths = {key: len(v) for key, v in columns.items()}
        if len(set(lengths.values())) > 1:
            raise RuncfgError("the columns of table '{}' differ in length: {}".format(name, lengths))
        for number in range(max(lengths.values()) if lengths else 0):
            self._track().row(name, {key: v[number] for key, v in columns.items()})

    def tag(self, key: "str", value: "object" = None) -> "None":
        self._track().tag(key, value)

    def set_tags(self, tags: "dict[str, object]") -> "None":
        for key, value in tags.items():
            self._track().tag(key, value)

    def add_properties(self, properties: "dict[str, object]") -> "None":
        for key, value in properties.items():
            self._track().property(key, value)

    def _outputs(self) -> "str":
        return os.path.join(self.paths.work, "outputs")

    def upload_file(self, name: "str", path_or_stream: "object") -> "None":
        """Keep a file among the outputs of the run, under `name`.

        Raises:
            RuncfgError: `name` leaves the outputs.
        """
        import shutil  # here and below: what a script may not need, it does not wait for

        root = os.path.realpath(self._outputs())
        inner = name[len("outputs/") :] if name.startswith("outputs/") else name
        target = os.path.normpath(os.path.join(root, inner))
        if not target.startswith(root + os.sep):
            raise RuncfgError("'{}' is no name for an output file".format(name))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if hasattr(path_or_stream, "read"):
            with open(target, "wb") as out:
                shutil.copyfileobj(path_or_stream, out)
        elif os.path.realpath(str(path_or_stream)) != target:
            shutil.copyfile(str(path_or_stream), target)

    def get_metrics(self, name: "str | None" = None, **_ignored: "object") -> "dict[str, object]":
        """What was logged so far: a value, a list of values, or for rows `{column: [values]}`."""
        metrics = MetricSet()
        for event in in_order(read_events(path)[0] for path in event_files(self.paths.events)):
            if event["kind"] == "metric" and name in (None, event.get("name")):
                metrics.add(event)
        return metrics.as_dict()

    def flush(self, timeout_seconds: "float" = 300) -> "None":
        """Nothing is ever held back; here for scripts that call it."""

    def complete(self, *_args: "object", **_kwargs: "object") -> "None":
        """Inside a job the exit of the script decides; here for scripts that call it."""

    def fail(
        self, error_details: "object" = None, error_code: "str | None" = None, **_kwargs: "object"
    ) -> "None":
        """Note why the script will fail; its exit code decides that it did."""
        self._track().error(str(error_details or ""), error_code or "UserError")

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, kind: "object", value: "object", trace: "object") -> "None":
        if kind is not None:
            self.fail(value)
        else:
            self.complete()


class OfflineRun(Run):
    """Outside of a job: prints what would be recorded, keeps metrics in memory only."""

    def __init__(self) -> "None":
        import uuid

        super().__init__(RunPaths(os.path.join(os.getcwd(), "OfflineRun_" + str(uuid.uuid4()))))
        self._metrics = MetricSet()
        self.tags = {}  # type: dict[str, str]
        self.properties = {}  # type: dict[str, str]

    @property
    def experiment(self) -> "NamedExperiment":
        return NamedExperiment("")

    def log(self, name: "str", value: "object", description: "str" = "", step: "object" = None) -> "None":
        self._metrics.add({"name": name, "value": scalar(value)})
        _say("{} = {}{}".format(name, value, "" if step is None else " (step {})".format(step)))

    def log_list(self, name: "str", value: "list[object]", description: "str" = "") -> "None":
        self._metrics.add({"name": name, "values": [scalar(v) for v in value]})
        _say("{} = {}".format(name, list(value)))

    def log_row(self, name: "str", description: "str | None" = None, **columns: "object") -> "None":
        self._metrics.add({"name": name, "row": {k: scalar(v) for k, v in columns.items()}})
        _say("{}: {}".format(name, columns))

    def tag(self, key: "str", value: "object" = None) -> "None":
        self.tags[key] = "" if value is None else str(value)
        _say("tag {} = {}".format(key, value))

    def set_tags(self, tags: "dict[str, object]") -> "None":
        for key, value in tags.items():
            self.tag(key, value)

    def add_properties(self, properties: "dict[str, object]") -> "None":
        for key, value in properties.items():
            self.properties[key] = str(value)
            _say("property {} = {}".format(key, value))

    def upload_file(self, name: "str", path_or_stream: "object") -> "None":
        _say("file {} is kept when this runs as a job".format(name))

    def get_metrics(self, name: "str | None" = None, **_ignored: "object") -> "dict[str, object]":
        found = self._metrics.as_dict()
        return found if name is None else {k: v for k, v in found.items() if k == name}

    def fail(
        self, error_details: "object" = None, error_code: "str | None" = None, **_kwargs: "object"
    ) -> "None":
        _say("failed: {}".format(error_details))


_told = []  # type: list[bool]


def _say(text: "str") -> "None":
    if not _told:
        _told.append(True)
        print("[run] not part of a job: printed, not recorded")
    print("[run] " + text)
