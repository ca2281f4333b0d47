"""Models: files that runs have left, under names and versions, in the home's registry."""

import os
import time

from ...errors import NotRegisteredError, UserErrorException
from ..paths import Home
from .datastore import home_of
from .registry import Shelf
from .serving import Framework, refuse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Self

KIND = "models"


class Model:
    """One version of a model. `Model(workspace, "name")` is the newest."""

    Framework = Framework
    deploy = package = profile = staticmethod(refuse)

    def __init__(  # noqa: PLR0917 SDK v1's signature
        self,
        workspace: "Any",
        name: "str | None" = None,
        id: "str | None" = None,
        tags: "Any" = None,
        properties: "Any" = None,
        version: "Any" = None,
        run_id: "str | None" = None,
        model_framework: "str | None" = None,
        **_ignored: "Any",
    ) -> "None":
        """Look a model up, by its name and version or by its id (`name:version`).

        Raises:
            NotRegisteredError: There is none that is so.
        """
        self._shelf = Shelf(home_of(workspace), KIND)
        if id is not None and name is None:
            name, _, version = str(id).rpartition(":")
        if name is None:
            raise UserErrorException("a model is looked up by its name or its id")
        if version is None and (tags or properties or run_id or model_framework):
            wanted = {"tags": tags, "properties": properties, "run_id": run_id, "framework": model_framework}
            found = [facts for facts in self._all(self._shelf, name) if _answers(facts, **wanted)]
            if not found:
                raise NotRegisteredError("no version of model '{}' is so".format(name))
            self._facts = found[0]
        else:
            self._facts = self._shelf.read(name, version)
        self.workspace = workspace

    @staticmethod
    def _all(shelf: "Shelf", name: "str") -> "list[dict[str, Any]]":
        """The facts of each version, the newest first."""
        return [shelf.read(name, version) for version in reversed(shelf.versions(name))]

    @classmethod
    def add(
        cls,
        home: "Home",
        name: "str",
        source: "str",
        tags: "Any" = None,
        properties: "Any" = None,
        **facts: "Any",
    ) -> "Self":
        """Copy a file or directory into the registry as the next version of that name.

        Raises:
            UserErrorException: It cannot be a name.
            OSError: It cannot be copied.
        """
        item = {
            "name": name,
            "tags": _words(tags),
            "properties": _words(properties),
            "created": time.time(),
            "path": os.path.basename(os.path.normpath(source)),
        }
        item.update({key: value for key, value in facts.items() if _is_plain(value)})
        shelf = Shelf(home, KIND)
        version = shelf.add(name, item, lambda directory: _copy(source, os.path.join(directory, "files")))
        from .workspace import Workspace

        return cls(Workspace.of(home), name, version=version)

    @classmethod
    def register(  # noqa: PLR0917 SDK v1's signature
        cls,
        workspace: "Any",
        model_path: "Any",
        model_name: "str",
        tags: "Any" = None,
        properties: "Any" = None,
        description: "str | None" = None,
        **more: "Any",
    ) -> "Self":
        """Copy a file or directory of this machine into the registry.

        Raises:
            UserErrorException: There is no such file, or the name cannot be one.
        """
        source = os.fspath(model_path)
        if not os.path.exists(source):
            raise UserErrorException("there is no file '{}'".format(source))
        return cls.add(
            home_of(workspace), model_name, source, tags, properties, description=description, **more
        )

    @classmethod
    def list(  # noqa: PLR0917 SDK v1's signature
        cls,
        workspace: "Any",
        name: "str | None" = None,
        tags: "Any" = None,
        properties: "Any" = None,
        run_id: "str | None" = None,
        latest: "bool" = False,
        **_ignored: "Any",
    ) -> "list[Self]":
        """Models, the newest first; `latest`: of each name the newest version only."""
        shelf = Shelf(home_of(workspace), KIND)
        found = []
        for one in shelf.names() if name is None else [name]:
            every = [f for f in cls._all(shelf, one) if _answers(f, tags, properties, run_id)]
            found += every[:1] if latest else every
        found.sort(key=lambda facts: -facts.get("created", 0))
        return [cls(workspace, facts["name"], version=facts["version"]) for facts in found]

    @staticmethod
    def get_model_path(model_name: "str", version: "Any" = None, _workspace: "Any" = None) -> "str":
        """Where the file or directory of a model is, in a job and outside. It is not to be changed.

        Raises:
            NotRegisteredError: There is no such model.
        """
        shelf = Shelf(home_of(_workspace), KIND)
        facts = shelf.read(model_name, version)
        return shelf.path(model_name, int(facts["version"]), "files", str(facts["path"]))

    def download(self, target_dir: "Any" = ".", exist_ok: "bool" = False, exists_ok: "Any" = None) -> "str":
        """Copy the model into a directory; returns the path of its file or directory there.

        Raises:
            UserErrorException: It is there already and `exist_ok` is not given.
        """
        target = os.path.join(os.path.abspath(os.fspath(target_dir)), str(self._facts["path"]))
        if os.path.lexists(target) and not (exist_ok or exists_ok):
            raise UserErrorException("'{}' is there already".format(target), hint="exist_ok=True replaces it")
        _copy(self.get_model_path(self.name, self.version, self.workspace), os.path.dirname(target))
        return target

    @property
    def id(self) -> "str":
        return "{}:{}".format(self.name, self.version)

    @property
    def name(self) -> "str":
        return str(self._facts["name"])

    @property
    def version(self) -> "int":
        return int(self._facts["version"])

    @property
    def tags(self) -> "dict[str, str]":
        return dict(self._facts["tags"])

    @property
    def properties(self) -> "dict[str, str]":
        return dict(self._facts["properties"])

    @property
    def description(self) -> "str | None":
        found = self._facts.get("description")
        return None if found is None else str(found)

    @property
    def run_id(self) -> "str | None":
        return self._facts.get("run_id")

    @property
    def experiment_name(self) -> "str | None":
        return self._facts.get("experiment")

    @property
    def model_framework(self) -> "str | None":
        return self._facts.get("model_framework")

    @property
    def model_framework_version(self) -> "str | None":
        return self._facts.get("model_framework_version")

    @property
    def created_time(self) -> "Any":
        from datetime import datetime, timezone

        return datetime.fromtimestamp(self._facts["created"], timezone.utc)

    @property
    def url(self) -> "str":
        return "file://" + self.get_model_path(self.name, self.version, self.workspace)

    @property
    def run(self) -> "Any":
        """The run that registered it, if one did."""
        from .context import Run

        return Run(None, self.run_id) if self.run_id else None

    def add_tags(self, tags: "Any") -> "None":
        self.update(dict(self._fresh()["tags"], **_words(tags)))

    def remove_tags(self, tags: "Any") -> "None":
        self.update({key: value for key, value in self._fresh()["tags"].items() if key not in tags})

    def add_properties(self, properties: "Any") -> "None":
        """Note facts that stay: one that is there keeps its value."""
        facts = self._fresh()
        self._write(facts, properties=dict(_words(properties), **facts["properties"]))

    def update(self, tags: "Any" = None, description: "str | None" = None, **_ignored: "Any") -> "None":
        """Replace its tags, its description, or both."""
        facts = self._fresh()
        self._write(
            facts,
            tags=facts["tags"] if tags is None else _words(tags),
            description=facts.get("description") if description is None else description,
        )

    def _fresh(self) -> "dict[str, Any]":
        return self._shelf.read(self.name, self.version)

    def _write(self, facts: "dict[str, Any]", **changes: "Any") -> "None":
        self._facts = dict(facts, **changes)
        self._shelf.write(self.name, self.version, self._facts)

    def delete(self) -> "None":
        """Take this version away for good; its number stays taken."""
        self._shelf.remove(self.name, self.version)

    def serialize(self) -> "dict[str, Any]":
        return dict(self._facts, id=self.id)

    def __repr__(self) -> "str":
        return "Model(name={}, id={}, tags={}, properties={})".format(
            self.name, self.id, self.tags, self.properties
        )


def _words(words: "Any") -> "dict[str, str]":
    """Tags as a map; a list of names has no values."""
    if isinstance(words, dict):
        return {str(key): "" if value is None else str(value) for key, value in words.items()}
    return {str(word): "" for word in words or ()}


def _answers(
    facts: "dict[str, Any]",
    tags: "Any" = None,
    properties: "Any" = None,
    run_id: "Any" = None,
    framework: "Any" = None,
) -> "bool":
    from .family import has_words

    return (
        has_words(facts["tags"], _pairs(tags))
        and has_words(facts["properties"], _pairs(properties))
        and run_id in (None, facts.get("run_id"))
        and framework in (None, facts.get("model_framework"))
    )


def _pairs(wanted: "Any") -> "Any":
    """v1 gives what is looked for as a list of names and of [name, value]."""
    if isinstance(wanted, (list, tuple)):
        return {
            one if isinstance(one, str) else one[0]: None if isinstance(one, str) else one[1]
            for one in wanted
        }
    return wanted


def _is_plain(value: "Any") -> "bool":
    return value is None or isinstance(value, (str, int, float))


def _copy(source: "str", directory: "str") -> "None":
    """Copy a file or a whole directory into a directory; links become what they point to."""
    import shutil

    target = os.path.join(directory, os.path.basename(os.path.normpath(source)))
    os.makedirs(directory, mode=0o700, exist_ok=True)
    if not os.path.isdir(source):
        shutil.copyfile(source, target)
        return
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
