"""Where the data of a run are on this machine: the directories behind its references to datastores."""

from __future__ import annotations

import os
import posixpath
import shlex
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
    on_compute: str
    """Where the script looks for it, a path from its working directory; '' where only the variable says."""


class Found(NamedTuple):
    """Where the data are, and what is wrong with others: (message, key, hint)."""

    variables: dict[str, str]
    links: dict[str, str]
    """Paths in the working directory of the job, and the variable of what is there."""
    notes: list[str]
    faults: list[tuple[str, str, str]]

    def place(self, variable: str, place: str, key: str, on_compute: str) -> None:
        """Note where data are; SDK v1 has a path from / made on a machine that is the run's own."""
        self.variables[variable] = place
        inner = os.path.normpath(on_compute) if on_compute else "."
        if os.path.isabs(inner) or inner.split(os.sep)[0] == os.pardir:
            if os.path.realpath(inner) != os.path.realpath(place):
                self.notes.append(
                    f"{key}.pathOnCompute, '{on_compute}', is outside of the run's directory and not made: "
                    f"the script finds the data by ${variable}, {place}; a relative path is made"
                )
        elif inner != ".":
            self.links[inner] = variable


def find_data(config: RunConfiguration, home: Home) -> Found:
    """Resolve each; a directory that the run writes to is made when it starts."""
    found = Found({}, {}, [], [])
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
            hint = f"`mkdir -p {shlex.quote(place)}` and put the data there, or name a path that is there"
            found.faults.append((message, reference.key, hint))
        else:
            found.place(reference.variable, place, reference.key, reference.on_compute)
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
                found.place(variable, place, f"data.{name}", data.path_on_compute or "")
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
        inner = reference.path_on_compute or ""
        if inner and not is_written:  # SDK v1 puts what it brings below a directory of the store's name
            inner = os.path.join(store, inner)
        variable = f"AZUREML_DATAREFERENCE_{name}"
        yield Reference(variable, key, store, posixpath.normpath(path), is_written, inner)
    for name, data in config.data.items():
        place = data.data_location.data_path if data.data_location is not None else None
        if place is not None and place.datastore_name:
            variable = data.environment_variable_name or f"AZUREML_DATAREFERENCE_{name}"
            path = posixpath.normpath(place.relative_path or "")
            store, is_written = place.datastore_name, data.mechanism == "upload"
            inner = data.path_on_compute or ""
            yield Reference(variable, f"data.{name}", store, path, is_written, inner)
    for name, output in config.output_data.items():
        place = output.output_location.data_path if output.output_location is not None else None
        if place is not None and place.datastore_name:
            path = posixpath.normpath((place.relative_path or "").replace("{output-name}", name))
            options = output.additional_options
            inner = (options.path_on_compute if options is not None else None) or ""
            variable, key = f"AZUREML_DATAREFERENCE_{name}", f"outputData.{name}"
            yield Reference(variable, key, place.datastore_name, path, True, inner)
