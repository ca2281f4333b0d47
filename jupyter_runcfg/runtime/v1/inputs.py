"""`run.input_datasets["name"]`: where the data of a run are, as its environment or its configuration say."""

import os
import re
from collections.abc import Mapping

from ...errors import NotRegisteredError
from .datastore import path_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

    from .reading import Reading

PREFIX = "AZUREML_DATAREFERENCE_"


class Inputs(Mapping):  # type: ignore[type-arg]
    """Paths and datasets by name; a name that is not there is an error that says which are."""

    def __init__(self, run: "Reading", section: "str") -> "None":
        self._run = run
        configuration = run._request().get("configuration")
        data = configuration.get(section) if isinstance(configuration, dict) else None
        self._data = data if isinstance(data, dict) else {}

    def __getitem__(self, name: "str") -> "Any":
        variable = re.sub(r"\W", "_", name, flags=re.ASCII)
        if _is_direct(self._data.get(name)):
            return self._resolve(self._data[name])
        for candidate in (PREFIX + variable, PREFIX + name, name):
            if candidate in os.environ:
                return os.environ[candidate]
        if name in self._data:
            return self._resolve(self._data[name])
        known = ", ".join("'{}'".format(one) for one in self) or "none"
        raise NotRegisteredError(
            "the run has no data named '{}'".format(name),
            hint="its configuration names {}; the variable {}{} may hold a path".format(
                known, PREFIX, variable
            ),
        )

    def _resolve(self, entry: "dict[str, Any]") -> "Any":
        """A dataset by its name, or the path of a place in a datastore."""
        location = entry.get("dataLocation") or entry.get("outputLocation") or {}
        dataset, place = location.get("dataset") or {}, location.get("dataPath") or {}
        if dataset.get("name") or dataset.get("id"):
            from .dataset import Dataset
            from .file_dataset import FileDataset
            from .workspace import Workspace

            name, _, version = str(dataset.get("name") or dataset["id"]).partition(":")
            found = Dataset.get_by_name(
                Workspace.of(self._run._home()), name, dataset.get("version") or version or "latest"
            )
            return found if _is_direct(entry) or not isinstance(found, FileDataset) else found.root()
        if place.get("datastoreName"):
            root = path_of(self._run._home(), place["datastoreName"])
            return os.path.join(root, *str(place.get("relativePath") or "").strip("/").split("/"))
        return (location.get("uri") or {}).get("path")

    def __iter__(self) -> "Iterator[str]":
        named = [name[len(PREFIX) :] for name in os.environ if name.startswith(PREFIX)]
        return iter(dict.fromkeys([*self._data, *named]))

    def __repr__(self) -> "str":
        return "Inputs({})".format(", ".join(self))

    def __len__(self) -> "int":
        return len(list(iter(self)))


def _is_direct(entry: "dict[str, Any] | None") -> "bool":
    """Whether a script gets the dataset itself, not a path of its files."""
    location = (entry or {}).get("dataLocation") or {}
    return bool(location.get("dataset")) and str((entry or {}).get("mechanism", "direct")).lower() == "direct"
