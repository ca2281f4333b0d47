"""The run of a script that is not part of a job: it prints what a job would record."""

import os

from ...errors import RuncfgError, UserErrorException
from ..paths import RunPaths
from ..tracking import artifacts
from ..tracking.metrics import MetricSet
from ..tracking.scalar import element, scalar
from ..tracking.standing import Standing
from .context import Run
from .given import as_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

    from ..paths import Home
    from .experiment import Experiment


class OfflineRun(Run):
    """Everything is kept in memory until the process ends; nothing is written to the disk.

    Files that are uploaded stay where they are and are found again under their names; `./outputs` and
    `./logs` are those of the working directory, as a script in a job has them.
    """

    def __init__(
        self, name: "str | None" = None, run_id: "str | None" = None, parent: "OfflineRun | None" = None
    ) -> "None":
        import uuid

        here = os.getcwd()
        run_id = run_id or "OfflineRun_" + str(uuid.uuid4())
        paths = RunPaths(os.path.join(here, run_id))
        paths.work = here
        paths.logs = os.path.join(here, "logs")
        self._set(paths)
        self._id = run_id
        self._memory = Memory(Standing({"name": name}))
        self._tracker = self._memory  # type: ignore[assignment]
        self._parent = parent
        self._children = []  # type: list[OfflineRun]
        self._files = {}  # type: dict[str, str | bytes]
        self._ended = ""

    @property
    def id(self) -> "str":
        return self._id

    @property
    def experiment(self) -> "Experiment":
        from .experiment import Experiment

        return Experiment(None, "offline")

    def _home(self) -> "Home":
        from . import place

        return place.home()

    def _request(self) -> "dict[str, Any]":
        return {}

    def _standing(self) -> "Standing":
        return self._memory.standing

    def _metrics(self, metrics: "MetricSet") -> "MetricSet":
        metrics.take_over(self._memory.metrics)
        return metrics

    def _look(self) -> "tuple[str, str]":
        return self._ended or "Running", ""

    @property
    def is_ended(self) -> "bool":
        return bool(self._ended)

    @property
    def is_interactive(self) -> "bool":
        return True

    def _is_in_record(self) -> "bool":
        return False

    def _takes_outputs(self) -> "bool":
        return False

    def _is_own(self) -> "bool":
        return True

    @property
    def type(self) -> "str":
        return "offline"

    @property
    def parent(self) -> "Any":
        return self._parent

    def _start_child(
        self, name: "str | None", run_id: "str | None", outputs: "Any", tags: "dict[str, str]"
    ) -> "Any":
        import uuid

        child = OfflineRun(name, run_id or "{}.{}".format(self.id, name or uuid.uuid4()), self)
        self._children.append(child)
        say("child run {}".format(child.id))
        child.set_tags(tags)
        return child

    def get_children(
        self,
        recursive: "bool" = False,
        tags: "Any" = None,
        properties: "Any" = None,
        type: "str | None" = None,
        status: "str | None" = None,
        _rehydrate_runs: "bool" = True,
    ) -> "Iterator[Any]":
        runs = list(self._descend()) if recursive else self._children
        return (run for run in reversed(runs) if run.answers(tags, properties, type, status))

    def _descend(self, seen: "tuple[str, ...]" = ()) -> "Iterator[Any]":
        for child in self._children:
            yield child
            yield from child._descend()

    def upload_file(self, name: "str", path_or_stream: "Any", datastore_name: "str | None" = None) -> "None":
        path = artifacts.inner_path(name)
        if hasattr(path_or_stream, "read"):
            data = path_or_stream.read()
            self._files[path] = data.encode("utf-8") if isinstance(data, str) else data
        elif os.path.isfile(as_path("upload_file", path_or_stream)):
            self._files[path] = os.path.abspath(os.fspath(path_or_stream))
        else:
            raise UserErrorException("there is no file '{}'".format(os.fspath(path_or_stream)))
        say("file {} is kept when this runs as a job".format(path))

    def _keep(self, name: "str", data: "bytes | str") -> "str":
        if isinstance(data, str) and not os.path.isfile(data):
            raise UserErrorException("there is no file '{}'".format(data))
        self._files[name] = os.path.abspath(data) if isinstance(data, str) else data
        return name

    def get_file_names(self) -> "list[str]":
        return list(dict.fromkeys([*super().get_file_names(), *self._files]))

    def download_file(
        self, name: "str", output_file_path: "Any" = None, _validate_checksum: "bool" = False
    ) -> "str":
        target = artifacts.target_of(name, output_file_path)
        kept = self._files.get(artifacts.inner_path(name))
        artifacts.copy(self._locate(name) if kept is None else kept, target)
        return target

    def _model_source(self, path: "str") -> "str":
        kept = self._files.get(path)
        return kept if isinstance(kept, str) else super()._model_source(path)

    def _end(self, status: "str", cause: "str" = "", **more: "Any") -> "None":
        if not self._ended:
            self._ended = status
            say("{}{}".format(status.lower(), ": " + cause if cause else ""))

    def get_snapshot_id(self) -> "str":
        raise _only_in_a_job("get_snapshot_id")

    def _whole(self, verb: "str") -> "Any":
        raise _only_in_a_job(verb)


def _only_in_a_job(verb: "str") -> "RuncfgError":
    return RuncfgError(
        "run.{}() has nothing to work with: this process is not part of a run".format(verb),
        hint="submit the script: `%runcfg submit train.py`",
    )


class Memory:
    """What Tracker is for a record: takes the same words, prints and keeps them."""

    def __init__(self, standing: "Standing") -> "None":
        self.standing = standing
        self.metrics = MetricSet()

    def log(self, name: "str", value: "object", step: "object" = None) -> "None":
        self.metrics.add({"name": name, "value": scalar(value)})
        say("{} = {}{}".format(name, value, "" if step is None else " (step {})".format(step)))

    def values(self, name: "str", values: "list[object]") -> "None":
        self.metrics.add({"name": name, "values": [element(value) for value in values]})
        say("{} = {}".format(name, values))

    def row(self, name: "str", row: "dict[str, object]") -> "None":
        self.metrics.add({"name": name, "row": {key: element(value) for key, value in row.items()}})
        say("{}: {}".format(name, row))

    def tag(self, name: "str", value: "object") -> "None":
        text = "" if value is None else str(value)
        self._take("tag {} = {}".format(name, text), kind="tag", name=name, value=text)

    def remove_tag(self, name: "str") -> "None":
        self._take("tag {} removed".format(name), kind="tag", name=name, value=None)

    def property(self, name: "str", value: "object") -> "None":
        self._take("property {} = {}".format(name, value), kind="property", name=name, value=str(value))

    def error(self, message: "str", code: "str") -> "None":
        self._take("error: {}".format(message), kind="error", type=code, message=message)

    def append(self, kind: "str", **fields: "Any") -> "None":
        if kind == "metric":
            self.metrics.add(fields)
            say("{} = {} {}".format(fields.get("name"), fields.get("type"), fields.get("artifact")))
        else:
            self._take("{} = {}".format(fields.get("name"), fields.get("value")), kind=kind, **fields)

    def _take(self, text: "str", **event: "Any") -> "None":
        self.standing.take(event)
        say(text)


_told = []  # type: list[bool]


def say(text: "str") -> "None":
    """Print a line, after one that says what these lines are; a closed output is none."""
    try:
        if not _told:
            _told.append(True)
            print("[run] not part of a job: printed, not recorded")
        print("[run] " + text)
    except (OSError, ValueError):
        pass
