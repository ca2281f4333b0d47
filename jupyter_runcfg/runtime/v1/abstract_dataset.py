"""What all datasets of SDK v1 have: places, a name and a version, a place among the inputs of a run."""

import glob
import os
import time

from ...errors import UserErrorException
from ..tracking import artifacts
from .datastore import home_of
from .registry import Shelf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Self

KIND = "datasets"


class AbstractDataset:
    """Places, and how they are read. What is registered has a name and a version."""

    kind = ""

    def __init__(self, paths: "list[str]", options: "dict[str, Any] | None" = None) -> "None":
        self.paths = paths
        self._options = options or {}
        self._facts = {}  # type: dict[str, Any]

    @property
    def name(self) -> "str | None":
        return self._facts.get("name")

    @property
    def version(self) -> "int | None":
        return self._facts.get("version")

    @property
    def id(self) -> "str | None":
        return "{}:{}".format(self.name, self.version) if self._facts else None

    @property
    def description(self) -> "str | None":
        return self._facts.get("description")

    @property
    def tags(self) -> "dict[str, str]":
        return dict(self._facts.get("tags") or {})

    def register(
        self,
        workspace: "Any",
        name: "str",
        description: "str | None" = None,
        tags: "Any" = None,
        create_new_version: "bool" = False,
    ) -> "Self":
        """Keep the places under a name; the files stay where they are.

        Raises:
            UserErrorException: The name has other places, and `create_new_version` is not given.
        """
        facts = {
            "name": name,
            "kind": self.kind,
            "paths": self.paths,
            "options": self._options,
            "description": description,
            "tags": {str(key): str(value) for key, value in (tags or {}).items()},
            "created": time.time(),
        }
        shelf = Shelf(home_of(workspace), KIND)
        if shelf.versions(name):
            old = shelf.read(name)
            if all(old.get(key) == facts[key] for key in ("kind", "paths", "options")):
                self._facts = old
                return self
            if not create_new_version:
                raise UserErrorException(
                    "there is a dataset '{}' already, of other files".format(name),
                    hint="create_new_version=True makes this its next version",
                )
        facts["version"] = shelf.add(name, facts, lambda directory: None)
        self._facts = facts
        return self

    def _saved(self) -> "AbstractDataset":
        """Itself, or, where it has no name, kept under one that follows from what it is."""
        if self.name:
            return self
        import hashlib
        import json

        from . import place
        from .workspace import Workspace

        text = json.dumps([self.kind, self.paths, self._options], sort_keys=True)
        name = "unnamed-" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        return self.register(Workspace.of(place.home()), name)

    def as_named_input(self, name: "str") -> "DatasetConsumptionConfig":
        """The dataset as an input of a run, by a name for `run.input_datasets`."""
        return DatasetConsumptionConfig(name, self)

    def argument(self) -> "str":
        """The path that stands for it among the arguments of a script."""
        return self.paths[0]

    def files(self) -> "list[str]":
        """The files that are there now, sorted.

        Raises:
            UserErrorException: A place has none.
        """
        found = []
        for path in self.paths:
            if os.path.isdir(path):
                more = [artifacts.below(path, name) for name in artifacts.names_below(path, "")]
            else:
                more = [one for one in sorted(glob.glob(path, recursive=True)) if os.path.isfile(one)]
            if not more:
                raise UserErrorException(
                    "there are no files at '{}'".format(path),
                    hint="a path of this machine, or (datastore, path); patterns have * and **",
                )
            found += more
        return found

    def __repr__(self) -> "str":
        return "{}(name={!r}, version={!r}, paths={!r})".format(
            type(self).__name__, self.name, self.version, self.paths
        )


class DatasetConsumptionConfig:
    """A dataset as an input of a run. As an argument of a script it is the path of its files."""

    def __init__(
        self,
        name: "str",
        dataset: "AbstractDataset",
        mode: "str" = "direct",
        path_on_compute: "str | None" = None,
    ) -> "None":
        self.name = name
        self.dataset = dataset
        self.mode = mode
        self.path_on_compute = path_on_compute

    def __repr__(self) -> "str":
        return "DatasetConsumptionConfig({!r}, mode={!r})".format(self.name, self.mode)

    def as_mount(self, path_on_compute: "str | None" = None) -> "DatasetConsumptionConfig":
        return DatasetConsumptionConfig(self.name, self.dataset, "mount", path_on_compute)

    def as_download(self, path_on_compute: "str | None" = None) -> "DatasetConsumptionConfig":
        return DatasetConsumptionConfig(self.name, self.dataset, "download", path_on_compute)

    def as_direct(self) -> "DatasetConsumptionConfig":
        return DatasetConsumptionConfig(self.name, self.dataset)

    def to_data(self) -> "Any":
        """As `run_config.data` has it, for `run.input_datasets` in the job. Needs our whole package."""
        from importlib import import_module

        config, dataset = import_module("jupyter_runcfg.config"), self.dataset._saved()
        named = config.Dataset(dataset_name=dataset.name, dataset_version=str(dataset.version))
        return config.Data(config.DataLocation(dataset=named), mechanism=self.mode)

    def __fspath__(self) -> "str":
        return self.dataset.argument()

    def __str__(self) -> "str":
        return self.__fspath__()
