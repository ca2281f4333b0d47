"""SDK v1's outputs of a run: a place in a datastore that the script gets as a path."""

from __future__ import annotations

import os
from typing import Any, Self

from ..config import (
    DataLocation,
    DataPath,
    GlobsOptions,
    MountOptions,
    OutputData,
    OutputOptions,
    RegistrationOptions,
    UploadOptions,
)
from ..errors import UserErrorException
from ..runtime.v1.datastore import DEFAULT

_PLACE = "dataset/{run-id}/{output-name}"


class OutputFileDatasetConfig:
    """A directory that the run writes to; among the arguments of a script it is that path.

    In `destination`, `{run-id}` and `{output-name}` stand for the run's id and the name given here.
    """

    def __init__(
        self, name: str | None = None, destination: Any = None, source: Any = None, **_ignored: object
    ) -> None:
        """Name an output.

        Args:
            name: What the script finds it under; default: a new name.
            destination: (datastore, path), or a datastore; default: a directory for each run.
            source: Where the script writes, a path from its working directory; default: only where the path
                of its argument says.

        Raises:
            UserErrorException: The name or the destination cannot be one.
        """
        self.name = name or f"output_{os.urandom(4).hex()}"
        if not self.name.isidentifier():
            raise UserErrorException(f"'{name}' is no name for an output", hint="letters, digits and _")
        store, path = destination if isinstance(destination, tuple) else (destination, None)
        if store is not None and not hasattr(store, "name"):
            raise UserErrorException(
                f"'{type(store).__name__}' is no datastore", hint="destination=(datastore, 'path')"
            )
        self.destination = (store.name if store is not None else DEFAULT, path or _PLACE)
        self.mechanism = "mount"
        self.options = OutputOptions(path_on_compute=source)

    def as_mount(self, disable_metadata_cache: bool = False) -> Self:
        """What is written is there at once."""
        self.mechanism = "mount"
        self.options.mount_options = MountOptions(disable_metadata_cache)
        return self

    def as_upload(self, overwrite: bool = False, source_globs: Any = None) -> Self:
        """As `as_mount`: here it is the same directory."""
        globs = [source_globs] if isinstance(source_globs, str) else source_globs
        self.mechanism = "upload"
        self.options.upload_options = UploadOptions(overwrite, GlobsOptions(globs) if globs else None)
        return self

    def register_on_complete(self, name: str, description: str | None = None, tags: Any = None) -> Self:
        """Make it the next version of a dataset when the run has completed."""
        self.options.registration_options = RegistrationOptions(name, description, tags)
        return self

    def to_output(self) -> OutputData:
        """As `run_config.output_data` has it."""
        place = DataPath(*self.destination)
        return OutputData(DataLocation(data_path=place), self.mechanism, self.options)

    def __fspath__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        return f"$AZUREML_DATAREFERENCE_{self.name}"

    def __repr__(self) -> str:
        return f"OutputFileDatasetConfig({self.name!r}, destination={self.destination!r})"
