"""An experiment: a named group of runs, its tags, and its runs by their numbers."""

import os
import re

from ...errors import RuncfgError, UserErrorException
from .. import atomic, number
from ..paths import Home, RunPaths
from .given import as_map, as_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator

    from typing_extensions import Self

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,254}")
FILE = "experiment.json"


def check_name(name: "object") -> "str":
    """The name of an experiment, as it is.

    Raises:
        UserErrorException: It cannot be one.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise UserErrorException(
            "'{}' is no name for an experiment".format(str(name)[:300]),
            hint="letters, digits, _ and -, beginning with a letter or digit, 255 at most",
        )
    return name


class Experiment:
    """`Experiment(workspace, "diabetes")`: made when its first run is."""

    def __init__(self, workspace: "Any", name: "str", **_ignored: "object") -> "None":
        """Name an experiment.

        Raises:
            UserErrorException: The name cannot be one.
        """
        self.name = check_name(name)
        self._workspace = workspace

    @classmethod
    def of(cls, home: "Home", name: "str") -> "Self":
        """The experiment of a record, whatever its name is."""
        experiment = cls.__new__(cls)
        experiment.name = name
        experiment._workspace = cls._workspace_of(home)
        return experiment

    @staticmethod
    def _workspace_of(home: "Home") -> "Any":
        from .workspace import Workspace

        return Workspace.of(home)

    @staticmethod
    def _run_of(paths: "RunPaths") -> "Any":
        from .context import Run

        return Run.of(paths)

    @property
    def workspace(self) -> "Any":
        if self._workspace is None:
            from . import place

            self._workspace = self._workspace_of(place.home())
        return self._workspace

    @property
    def _home(self) -> "Home":
        from . import place

        home = getattr(self._workspace, "home", None)
        return place.home() if home is None else home

    @property
    def id(self) -> "str":
        return self.name

    def get_portal_url(self) -> "str":
        """Where its runs are, as a file:// address: there is no portal."""
        from urllib.parse import quote

        return "file://" + quote(number.directory(self._home, self.name))

    def __eq__(self, other: "object") -> "bool":
        return isinstance(other, Experiment) and other.name == self.name

    def __hash__(self) -> "int":
        return hash(self.name)

    def __repr__(self) -> "str":
        return "Experiment(Name: {})".format(self.name)

    def get_runs(
        self,
        type: "str | None" = None,
        tags: "Any" = None,
        properties: "Any" = None,
        include_children: "bool" = False,
    ) -> "Iterator[Any]":
        """Its runs, newest first.

        Args:
            type: Only runs of that type.
            tags: Only runs that have them: `{"a": "b"}`, or the name of one.
            properties: Only runs that have them, in the same way.
            include_children: Those below others too.
        """
        home = self._home
        for one in reversed(self._numbers()):
            run_id = number.run_id_of(home, self.name, one)
            request = atomic.read_json(home.run(run_id).request) if run_id else None
            if request is None or (request.get("parent") and not include_children):
                continue
            run = self._run_of(home.run(str(run_id)))
            if run.answers(tags, properties, type):
                yield run

    def _numbers(self) -> "list[int]":
        try:
            names = os.listdir(number.directory(self._home, self.name))
        except OSError:
            return []
        return sorted(int(name) for name in names if name.isdigit())

    def start_logging(
        self,
        outputs: "Any" = None,
        snapshot_directory: "Any" = None,
        display_name: "str | None" = None,
        **_ignored: "object",
    ) -> "Any":
        """A new run that this process records itself, Running at once.

        `complete`, `fail`, `cancel` or a `with` ends it; else the end of this process does.

        Args:
            outputs: A directory whose files are kept when it completes.
            snapshot_directory: Frozen only where our whole package is installed.
            display_name: A name for people.
        """
        return self._start(outputs, name=display_name)

    def _start(self, outputs: "Any", **facts: "Any") -> "Any":
        from ..tracking import interactive

        paths, tracker = interactive.start(self._home, self.name, **facts)
        run = self._run_of(paths)
        run._tracker = tracker
        run._kept_directory = None if outputs is None else os.fspath(outputs)
        return run

    def submit(self, config: "Any", tags: "Any" = None, **more: "Any") -> "Any":
        """Submit a configuration as a run of this experiment.

        Raises:
            RuncfgError: The interpreter of this job does not have our whole package.
            ConfigError: With every fault of the configuration.
        """
        from importlib import import_module

        try:
            whole = import_module("jupyter_runcfg.run")
        except ImportError:
            raise RuncfgError(
                "Experiment.submit needs jupyter_runcfg in the interpreter of the job",
                hint="add jupyter-runcfg to its environment (Python 3.11 or later)",
            ) from None
        return whole.Experiment.of(self._home, self.name).submit(config, tags, **more)

    @property
    def tags(self) -> "dict[str, str]":
        return dict(self._facts().get("tags") or {})

    @property
    def is_archived(self) -> "bool":
        return bool(self._facts().get("archived"))

    archived_time = property(lambda self: self._facts().get("archived") or None)

    def tag(self, key: "str", value: "object" = None) -> "None":
        self.set_tags({key: value})

    def set_tags(self, tags: "dict[str, Any]") -> "None":
        """Set several tags; others stay. Raises UserErrorException for what is no map."""
        given = as_map("set_tags", tags)
        words = {str(key): "" if value is None else str(value) for key, value in given.items()}
        self._change(lambda facts: facts.update(tags=dict(facts.get("tags") or {}, **words)))

    def remove_tags(self, tags: "list[str]") -> "None":
        """Take tags away; one that is not there is nothing."""
        gone = [str(key) for key in as_names("remove_tags", tags)]

        def remove(facts: "dict[str, Any]") -> "None":
            facts["tags"] = {k: v for k, v in (facts.get("tags") or {}).items() if k not in gone}

        self._change(remove)

    def archive(self) -> "None":
        """Leave it out of lists until `reactivate`; its runs stay as they are."""
        import time

        self._change(lambda facts: facts.update(archived=time.time()))

    def reactivate(self, new_name: "str | None" = None) -> "None":
        """Show it in lists again. Raises UserErrorException for a new name: names stay."""
        if new_name not in (None, self.name):
            raise UserErrorException("an experiment keeps its name", hint="reactivate() without a name")
        self._change(lambda facts: facts.pop("archived", None))

    def refresh(self) -> "None":
        """Nothing is held back, so nothing is old; here for scripts that call it."""

    def _facts(self) -> "dict[str, Any]":
        return atomic.read_json(os.path.join(number.directory(self._home, self.name), FILE)) or {}

    def _change(self, change: "Callable[[dict[str, Any]], object]") -> "None":
        """Change its small file, one process after the other. Raises OSError."""
        import fcntl

        root = number.directory(self._home, self.name)
        os.makedirs(root, mode=0o700, exist_ok=True)
        descriptor = os.open(root, os.O_RDONLY)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            except OSError:
                pass  # a file system without locks: the last of two changes at once stays
            facts = self._facts()
            change(facts)
            atomic.write_replace(os.path.join(root, FILE), atomic.encode(facts))
        finally:
            os.close(descriptor)

    @classmethod
    def list(
        cls,
        workspace: "Any",
        experiment_name: "str | None" = None,
        view_type: "str" = "ActiveOnly",
        tags: "Any" = None,
    ) -> "list[Self]":
        """Experiments by name: those not archived, or as `view_type` says (`ArchivedOnly`, `All`)."""
        from .family import has_words

        if view_type not in ("ActiveOnly", "ArchivedOnly", "All"):
            raise UserErrorException(
                "view_type is ActiveOnly, ArchivedOnly or All, not '{}'".format(view_type)
            )
        found = []
        for name in _names(workspace.home):
            one = cls.of(workspace.home, name)
            one._workspace = workspace
            is_seen = view_type == "All" or one.is_archived == (view_type == "ArchivedOnly")
            if is_seen and experiment_name in (None, name) and has_words(one.tags, tags or {}):
                found.append(one)
        return found

    @classmethod
    def delete(cls, workspace: "Any", experiment_id: "str") -> "None":
        """Forget an experiment that has no runs any more.

        Raises:
            UserErrorException: There is none, or it has runs.
        """
        import shutil

        if experiment_id not in _names(workspace.home):
            raise UserErrorException("there is no experiment '{}'".format(experiment_id))
        left = list(cls.of(workspace.home, experiment_id).get_runs(include_children=True))
        if left:
            raise UserErrorException(
                "experiment '{}' has runs: {}".format(experiment_id, ", ".join(r.id for r in left[:5])),
                hint="`runs remove RUN…` removes them; `archive()` hides the experiment",
            )
        shutil.rmtree(number.directory(workspace.home, experiment_id))


def _names(home: "Home") -> "list[str]":
    from urllib.parse import unquote

    try:
        return sorted(unquote(name) for name in os.listdir(home.experiments) if not name.startswith("."))
    except OSError:
        return []
