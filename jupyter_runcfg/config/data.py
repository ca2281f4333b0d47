"""Data that a run reads and writes: references, inputs, outputs, caches."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from ..errors import Fault
from .section import Section
from .value import (
    OneOf,
    OptionalPlainMap,
    OptionalText,
    OptionalTextList,
    OptionalYesNo,
    Text,
    Whole,
    YesNo,
    setting,
)

_MECHANISMS = ("direct", "mount", "download", "upload", "hdfs", "link")


class DataReferenceConfiguration(Section):
    """A directory of a datastore that is there while the run goes on."""

    data_store_name: OptionalText = setting(None, "Name of the datastore.")
    path_on_data_store: OptionalText = setting(None, "Path in the datastore.")
    mode: Annotated[str, OneOf("mount", "download", "upload", lower=True)] = setting(
        "mount", "How the data come: mounted, copied before the run, or copied back after it."
    )
    overwrite: YesNo = setting(False, "Whether files that are there are written over.")
    path_on_compute: OptionalText = setting(None, "Path on the machine of the run.")

    def __init__(
        self,
        datastore_name: Any = None,
        mode: Any = "mount",
        path_on_datastore: Any = None,
        path_on_compute: Any = None,
        overwrite: Any = False,
    ) -> None:
        super().__init__(
            data_store_name=datastore_name,
            mode=mode,
            path_on_data_store=path_on_datastore,
            path_on_compute=path_on_compute,
            overwrite=overwrite,
        )

    def faults(self) -> list[Fault]:
        """A reference must say of which datastore it is."""
        if self.data_store_name:
            return []
        return [Fault("no datastore is named", "dataStoreName", hint="set it: `dataStoreName: …`")]


class Dataset(Section):
    """A registered dataset."""

    id: OptionalText = setting(None, "Id of the dataset.")
    name: OptionalText = setting(None, "Name of the dataset.")
    version: OptionalText = setting(None, "Version of the dataset.")

    def __init__(self, dataset_id: Any = None, dataset_name: Any = None, dataset_version: Any = None) -> None:
        super().__init__(id=dataset_id, name=dataset_name, version=dataset_version)


class DataPath(Section):
    """A path in a datastore."""

    datastore_name: OptionalText = setting(None, "Name of the datastore.")
    relative_path: OptionalText = setting(None, "Path in the datastore.")

    def __init__(self, datastore_name: Any = None, relative_path: Any = None) -> None:
        super().__init__(datastore_name=datastore_name, relative_path=relative_path)


class Uri(Section):
    """An address of a file or directory."""

    path: OptionalText = setting(None, "The address.")
    is_file: YesNo = setting(False, "It is one file, not a directory.")

    def __init__(self, path: Any = None, is_file: Any = False) -> None:
        super().__init__(path=path, is_file=is_file)


class DataLocation(Section):
    """Where data are: a dataset, a path in a datastore, or an address."""

    old_keys: ClassVar[dict[str, str]] = {"datapath": "data_path"}

    dataset: Dataset | None = setting(None, "A registered dataset.")
    data_path: DataPath | None = setting(None, "A path in a datastore.")
    uri: Uri | None = setting(None, "An address.")

    def __init__(self, dataset: Any = None, data_path: Any = None, uri: Any = None) -> None:
        super().__init__(dataset=dataset, data_path=data_path, uri=uri)


class Data(Section):
    """An input of the run."""

    data_location: DataLocation | None = setting(None, "Where the data are.")
    create_output_directories: OptionalYesNo = setting(None, "Make the directory if it is not there.")
    mechanism: Annotated[str, OneOf(*_MECHANISMS)] = setting("direct", "How the data come to the run.")
    environment_variable_name: OptionalText = setting(None, "Variable that holds the path for the script.")
    path_on_compute: OptionalText = setting(None, "Path on the machine of the run.")
    overwrite: YesNo = setting(False, "Whether files that are there are written over.")
    options: OptionalPlainMap = setting(None, "More settings of the mechanism.")

    def __init__(  # noqa: PLR0917 SDK v1's signature
        self,
        data_location: Any = None,
        create_output_directories: Any = None,
        mechanism: Any = "direct",
        environment_variable_name: Any = None,
        path_on_compute: Any = None,
        overwrite: Any = False,
        options: Any = None,
    ) -> None:
        super().__init__(
            data_location=data_location,
            create_output_directories=create_output_directories,
            mechanism=mechanism,
            environment_variable_name=environment_variable_name,
            path_on_compute=path_on_compute,
            overwrite=overwrite,
            options=options,
        )


class DatasetRegistrationOptions(Section):
    """What is done with an output before it is registered."""

    additional_transformation: OptionalText = setting(None, "A transformation, as SDK v1 wrote it down.")

    def __init__(self, additional_transformation: Any = None) -> None:
        super().__init__(additional_transformation=additional_transformation)


class RegistrationOptions(Section):
    """As what an output is registered."""

    name: OptionalText = setting(None, "Name of the dataset that the output becomes.")
    description: OptionalText = setting(None, "A text about it.")
    tags: OptionalPlainMap = setting(None, "Words of your own about it.")
    dataset_registration_options: DatasetRegistrationOptions | None = setting(
        None, "What is done with it before."
    )

    def __init__(
        self,
        name: Any = None,
        description: Any = None,
        tags: Any = None,
        dataset_registration_options: Any = None,
    ) -> None:
        super().__init__(
            name=name,
            description=description,
            tags=tags,
            dataset_registration_options=dataset_registration_options,
        )


class GlobsOptions(Section):
    """Which files of a directory."""

    patterns: OptionalTextList = setting(None, "Patterns of file names.")

    def __init__(self, patterns: Any = None) -> None:
        super().__init__(patterns=patterns)


class UploadOptions(Section):
    """How an output is copied to its datastore."""

    overwrite: YesNo = setting(False, "Whether files that are there are written over.")
    source_globs: GlobsOptions | None = setting(None, "Which files are copied.")

    def __init__(self, overwrite: Any = False, source_globs: Any = None) -> None:
        super().__init__(overwrite=overwrite, source_globs=source_globs)


class MountOptions(Section):
    """How an output's datastore is mounted."""

    disable_metadata_cache: YesNo = setting(False, "Ask the datastore each time.")

    def __init__(self, disable_metadata_cache: Any = False) -> None:
        super().__init__(disable_metadata_cache=disable_metadata_cache)


class OutputOptions(Section):
    """Where an output is on the machine, and what becomes of it."""

    path_on_compute: OptionalText = setting(None, "Path on the machine of the run.")
    registration_options: RegistrationOptions | None = setting(None, "As what it is registered.")
    upload_options: UploadOptions | None = setting(None, "How it is copied.")
    mount_options: MountOptions | None = setting(None, "How it is mounted.")

    def __init__(
        self,
        path_on_compute: Any = None,
        registration_options: Any = None,
        upload_options: Any = None,
        mount_options: Any = None,
    ) -> None:
        super().__init__(
            path_on_compute=path_on_compute,
            registration_options=registration_options,
            upload_options=upload_options,
            mount_options=mount_options,
        )


class OutputData(Section):
    """An output of the run."""

    output_location: DataLocation | None = setting(None, "Where the output goes.")
    mechanism: Annotated[str, OneOf(*_MECHANISMS)] = setting("mount", "How it gets there.")
    additional_options: OutputOptions | None = setting(None, "Its path on the machine, what becomes of it.")

    def __init__(
        self, output_location: Any = None, mechanism: Any = "mount", additional_options: Any = None
    ) -> None:
        super().__init__(
            output_location=output_location, mechanism=mechanism, additional_options=additional_options
        )


class DatacacheConfiguration(Section):
    """A cached copy of a dataset near the machines."""

    datacache_id: OptionalText = setting(None, "Id of the cache.")
    datacache_store: OptionalText = setting(None, "Store that holds the cache.")
    dataset_id: OptionalText = setting(None, "Id of the dataset.")
    mode: Text = setting("mount", "How the data come to the run.")
    replica: Annotated[int | None, Whole("copies")] = setting(None, "Copies to keep.")
    failure_fallback: YesNo = setting(False, "Read the dataset itself when the cache fails.")
    path_on_compute: OptionalText = setting(None, "Path on the machine of the run.")

    def __init__(  # noqa: PLR0917 SDK v1's signature
        self,
        datacache_id: Any = None,
        datacache_store: Any = None,
        dataset_id: Any = None,
        mode: Any = "mount",
        replica: Any = None,
        failure_fallback: Any = None,
        path_on_compute: Any = None,
    ) -> None:
        super().__init__(
            datacache_id=datacache_id,
            datacache_store=datacache_store,
            dataset_id=dataset_id,
            mode=mode,
            replica=replica,
            failure_fallback=failure_fallback,
            path_on_compute=path_on_compute,
        )
