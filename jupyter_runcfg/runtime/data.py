"""Where the data of a run are, and what becomes of those that it writes."""

import os

from .events import EventWriter
from .paths import RunPaths

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

RUN_ID = "{run-id}"


def paths_of(request: "Mapping[str, Any]") -> "dict[str, str]":
    """Variables and the paths they hold; a place may have the run's own id in it, as SDK v1 writes it."""
    own = str(request.get("run_id", ""))
    data = request.get("data") or {}
    return {str(name): str(path).replace(RUN_ID, own) for name, path in data.items()}


def link(work: "str", request: "Mapping[str, Any]") -> "None":
    """Make the data appear where `pathOnCompute` says, in the working directory of the script.

    Raises OSError where files of the snapshot are in the way.
    """
    places = paths_of(request)
    for inner, variable in (request.get("data_links") or {}).items():
        place = places[variable]
        path = os.path.join(work, inner)
        if not os.path.isdir(place):  # one file: as in SDK v1, the path is that of its directory
            path = os.path.join(path, os.path.basename(place))
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if os.path.isdir(path) and not os.path.islink(path):
                os.rmdir(path)
            os.symlink(place, path)
        except OSError as error:
            text = (
                "the data of ${0} cannot be at '{1}', as pathOnCompute says: {2} (`/{1}` in .amlignore keeps"
            )
            text += " files of that name out of the snapshot)"
            raise OSError(text.format(variable, inner, error.strerror)) from error


def register(paths: "RunPaths", request: "dict[str, Any]", events: "EventWriter") -> "None":
    """Give the outputs of a run that completed the names that its configuration has for them.

    One that cannot have its name is a warning of the run. Raises OSError.
    """
    outputs = (request.get("configuration") or {}).get("outputData") or {}
    for name, output in outputs.items():
        wanted = ((output or {}).get("additionalOptions") or {}).get("registrationOptions") or {}
        place = paths_of(request).get("AZUREML_DATAREFERENCE_" + name)
        if not wanted.get("name") or place is None:
            continue
        from ..errors import RuncfgError
        from .v1.dataset import FileDatasetFactory
        from .v1.workspace import Workspace

        try:
            FileDatasetFactory.from_files(place).register(
                Workspace.of(paths.home),
                str(wanted["name"]),
                wanted.get("description"),
                wanted.get("tags"),
                create_new_version=True,
            )
        except RuncfgError as error:
            text = "the output '{}' is not registered: {}".format(name, error.message)
            events.append("warning", message=text)
