"""Where the data of a run are on this machine: the directories behind its references to datastores."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ..errors import NotRegisteredError, UserErrorException
from ..runtime.v1.datastore import path_of

if TYPE_CHECKING:
    from ..config import RunConfiguration
    from ..config.data import Dataset
    from ..runtime.paths import Home


class Reference(NamedTuple):
    """A name that the script knows, the key that says so, and what it is a path in."""

    variable: str
    key: str
    datastore: str
    path: str
    is_written: bool


class Found(NamedTuple):
    """The variables of references, and what is wrong with others: (message, key, hint)."""

    variables: dict[str, str]
    faults: list[tuple[str, str, str]]


def find_data(config: RunConfiguration, home: Home) -> Found:
    """Resolve each; a directory that the run writes to is made when it starts."""
    found = Found({}, [])
    for reference in _references(config):
        try:
            root = os.path.realpath(path_of(home, reference.datastore))
        except UserErrorException as error:
            found.faults.append((error.message, reference.key, error.hint))
            continue
        place = os.path.normpath(os.path.join(root, reference.path.lstrip("/")))
        if place != root and not place.startswith(root + os.sep):
            message = f"'{reference.path}' leads out of the datastore '{reference.datastore}'"
            found.faults.append((message, reference.key, "name a path in it"))
        elif not reference.is_written and not os.path.exists(place):
            message = f"there is no '{reference.path}' in the datastore '{reference.datastore}', {root}"
            found.faults.append((message, reference.key, "name what is there"))
        else:
            found.variables[reference.variable] = place
    for name, data in config.data.items():
        dataset = data.data_location.dataset if data.data_location is not None else None
        if dataset is None or data.mechanism == "direct":
            continue
        try:
            place = _dataset(home, dataset)
        except UserErrorException as error:
            found.faults.append((error.message, f"data.{name}", error.hint))
        else:
            if place:
                variable = data.environment_variable_name or f"AZUREML_DATAREFERENCE_{name}"
                found.variables[variable] = place
    return found


def _dataset(home: Home, dataset: Dataset) -> str:
    """Where the files of a registered dataset are; '' of a table, which has no directory.

    Raises:
        UserErrorException: There is none of that name, or it has no files.
    """
    from ..runtime.v1.dataset import Dataset as Registered
    from ..runtime.v1.file_dataset import FileDataset
    from ..runtime.v1.workspace import Workspace

    name, _, version = str(dataset.name or dataset.id or "").partition(":")
    try:
        found = Registered.get_by_name(Workspace.of(home), name, dataset.version or version or "latest")
    except NotRegisteredError as error:
        register = f"Dataset.File.from_files(PATH).register(Workspace.from_config(), '{name}')"
        raise UserErrorException(error.message, hint=f"{error.hint}; `{register}`".strip("; ")) from error
    return found.root() if isinstance(found, FileDataset) else ""


def _references(config: RunConfiguration) -> Iterator[Reference]:
    for name, reference in config.data_references.items():
        store, path = reference.data_store_name or "", reference.path_on_data_store or ""
        is_written = reference.mode == "upload"
        key = f"dataReferences.{name}"
        yield Reference(f"AZUREML_DATAREFERENCE_{name}", key, store, posixpath.normpath(path), is_written)
    for name, data in config.data.items():
        place = data.data_location.data_path if data.data_location is not None else None
        if place is not None and place.datastore_name:
            variable = data.environment_variable_name or f"AZUREML_DATAREFERENCE_{name}"
            path = posixpath.normpath(place.relative_path or "")
            yield Reference(variable, f"data.{name}", place.datastore_name, path, data.mechanism == "upload")
    for name, output in config.output_data.items():
        place = output.output_location.data_path if output.output_location is not None else None
        if place is not None and place.datastore_name:
            path = posixpath.normpath((place.relative_path or "").replace("{output-name}", name))
            variable, key = f"AZUREML_DATAREFERENCE_{name}", f"outputData.{name}"
            yield Reference(variable, key, place.datastore_name, path, is_written=True)
