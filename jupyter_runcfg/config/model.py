"""The configuration of a run: its settings, and the verbs on it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import PrivateAttr

from ..errors import ConfigError, Fault
from . import assignment, document, location, waiting
from .compute import (
    AmlComputeConfiguration,
    ApplicationEndpointConfiguration,
    KubernetesComputeConfiguration,
    ResourceConfiguration,
)
from .conda_dependencies import CondaDependencies
from .data import Data, DatacacheConfiguration, DataReferenceConfiguration, OutputData
from .distributed import (
    MpiConfiguration,
    ParallelTaskConfiguration,
    PyTorchConfiguration,
    TensorflowConfiguration,
)
from .docker import DockerConfiguration
from .document import Source
from .environment import Environment
from .history import HistoryConfiguration
from .section import Section, differences
from .spark import HdiConfiguration, SparkConfiguration
from .value import (
    Arguments,
    Command,
    OneOf,
    OptionalPlainMap,
    OptionalText,
    TargetName,
    TextMap,
    Whole,
    YesNo,
    setting,
    words,
)

FRAMEWORKS = ("Python", "PySpark", "TensorFlow", "PyTorch", "CNTK", "R")
COMMUNICATORS = ("None", "ParameterServer", "OpenMpi", "IntelMpi", "Nccl", "Gloo", "ParallelTask")
_MPI = ("openmpi", "intelmpi")
_FITTING = {
    "python": (*_MPI, "paralleltask"),
    "tensorflow": ("parameterserver", *_MPI),
    "pytorch": ("nccl", "gloo", *_MPI),
    **dict.fromkeys(("cntk", "r"), _MPI),
}
_NO_PREPARING = "'auto_prepare_environment' has no effect"
_ALWAYS_WRITTEN = ("script", "target", "framework", "environment")


class RunConfiguration(Section):
    """What runs, where and with what.

    SDK v1's names; mutable, equal by value.

    `script` with `arguments`, and `command`, exclude each other. Every other setting may be given by
    keyword. Keys of a file that nobody knows are kept when it is saved; `not_acted_on` names the
    settings that ask for more than this version does.
    """

    old_keys: ClassVar[dict[str, str]] = {
        "autoPrepareEnvironment": "",
        "prepareEnvironment": "",
        "batchai": "",
        "containerInstance": "",
    }
    omitted: ClassVar[frozenset[str]] = frozenset({"resources"})

    script: OptionalText = setting(None, "Path of the script, from the source directory.")
    arguments: Arguments = setting(list, "Arguments of the script.")
    target: TargetName = setting("local", "Name of the compute target; local is this machine.")
    framework: Annotated[str, OneOf(*FRAMEWORKS)] = setting("Python", "What the script is written for.")
    communicator: Annotated[str, OneOf(*COMMUNICATORS, old={"mpi": "OpenMpi"})] = setting(
        "None", "How the processes of a distributed run are connected."
    )
    max_run_duration_seconds: Annotated[int | None, Whole("seconds")] = setting(
        None, "The run is cancelled after this time."
    )
    node_count: Annotated[int, Whole("nodes")] = setting(1, "Machines to run on at once.")
    priority: Annotated[int | None, Whole("", None)] = setting(None, "Place in the queue of the target.")
    environment: Environment = setting(
        lambda: Environment("default-environment"), "The Python, the image and the variables of the run."
    )
    history: HistoryConfiguration = setting(HistoryConfiguration, "What is kept of the run.")
    spark: SparkConfiguration = setting(SparkConfiguration, "Settings for the framework PySpark.")
    docker: DockerConfiguration = setting(DockerConfiguration, "How the run's container is started.")
    hdi: HdiConfiguration = setting(HdiConfiguration, "Settings for Hadoop clusters.")
    tensorflow: TensorflowConfiguration = setting(
        TensorflowConfiguration, "Processes, for TensorFlow with the communicator ParameterServer."
    )
    mpi: MpiConfiguration = setting(
        MpiConfiguration, "Processes, for the communicators OpenMpi and IntelMpi."
    )
    pytorch: PyTorchConfiguration = setting(
        PyTorchConfiguration, "Processes, for PyTorch with the communicators Nccl and Gloo."
    )
    paralleltask: ParallelTaskConfiguration = setting(
        ParallelTaskConfiguration, "Processes, for the communicator ParallelTask."
    )
    data_references: dict[str, DataReferenceConfiguration] = setting(
        dict, "Datastores to have, by your name."
    )
    data: dict[str, Data] = setting(dict, "Inputs, by your name.")
    datacaches: list[DatacacheConfiguration] = setting(list, "Cached datasets to have.")
    output_data: dict[str, OutputData] = setting(dict, "Outputs, by your name.")
    source_directory_data_store: OptionalText = setting(
        None, "Datastore that shares the source directory among runs."
    )
    amlcompute: AmlComputeConfiguration = setting(
        AmlComputeConfiguration, "Cluster that Azure made for the run; without effect here."
    )
    auto_cluster_compute_specification: OptionalPlainMap = setting(
        None, "Cluster that Azure chose by itself; without effect here."
    )
    kubernetescompute: KubernetesComputeConfiguration = setting(
        KubernetesComputeConfiguration, "Settings for Kubernetes."
    )
    credential_passthrough: YesNo = setting(False, "The run acts as the person who submitted it.")
    command: Command = setting("", "What runs in place of a script: a shell line, or a list of words.")
    environment_variables: TextMap = setting(dict, "Environment variables; they win over the environment's.")
    services: dict[str, ApplicationEndpointConfiguration] = setting(
        dict, "Programs to open on the machine of the run, by your name.", alias="applicationEndpoints"
    )
    resources: ResourceConfiguration = setting(ResourceConfiguration, "What each node of the run needs.")

    _source: Source = PrivateAttr(default_factory=Source)

    def __init__(  # noqa: PLR0917 SDK v1's signature
        self,
        script: Any = None,
        arguments: Any = None,
        framework: str | None = None,
        communicator: str | None = None,
        conda_dependencies: Any = None,
        _history_enabled: bool | None = None,
        _path: Any = None,
        _name: str | None = None,
        command: Any = None,
        **settings: Any,
    ) -> None:
        for old in {"auto_prepare_environment", "autoPrepareEnvironment"} & settings.keys():
            warnings.warn(_NO_PREPARING, DeprecationWarning, stacklevel=2)
            del settings[old]
        super().__init__(
            script=script,
            arguments=arguments,
            command=command,
            framework=framework,
            communicator=communicator,
            **settings,
        )
        self._check_exclusive(self.script, self.arguments, self.command)
        if conda_dependencies is not None:
            self._take_packages(conda_dependencies)
        if _history_enabled is not None:
            self.history.output_collection = _history_enabled
        if _path is not None or _name is not None:
            directory = location.given_place(_path, _name)
            self._source = Source(directory=directory if _path else None, name=_name)

    def _take_packages(self, packages: Any) -> None:
        python = self.environment.python
        if isinstance(packages, str | Path):
            python.conda_dependencies_file = str(packages)
            packages = CondaDependencies(str(packages))
        python.conda_dependencies = packages

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in ("script", "arguments", "command") or not value:
            super().__setattr__(name, value)
            return
        before = getattr(self, name)
        super().__setattr__(name, value)
        try:
            self._check_exclusive(self.script, self.arguments, self.command)
        except ConfigError:
            super().__setattr__(name, before)
            raise

    @staticmethod
    def _check_exclusive(script: Any, arguments: Any, command: Any) -> None:
        if command and (script or arguments):
            raise ConfigError([exclusive_fault("script" if script else "arguments")])

    def check(self) -> None:
        """Look at all values again, those that were changed in place too.

        Raises:
            ConfigError: With every fault.
        """
        found = self.settle()
        if not found:
            found = self.faults()
        if found:
            raise ConfigError(found)

    def faults(self) -> list[Fault]:
        """What does not fit together."""
        found = super().faults()
        if self.command and (self.script or self.arguments):
            found.append(exclusive_fault("script" if self.script else "arguments"))
        fitting = ("none", *_FITTING.get(self.framework.lower(), ()))
        if self.communicator.lower() not in fitting:
            words_of = ", ".join(word for word in COMMUNICATORS if word.lower() in fitting)
            message = f"the communicator '{self.communicator}' does not fit the framework '{self.framework}'"
            found.append(Fault(message, "communicator", hint=f"with it goes: {words_of}"))
        return found

    @property
    def auto_prepare_environment(self) -> bool:
        """Deprecated, and without effect: True."""
        warnings.warn(_NO_PREPARING, DeprecationWarning, stacklevel=2)
        return True

    @auto_prepare_environment.setter
    def auto_prepare_environment(self, value: object) -> None:
        warnings.warn(_NO_PREPARING, DeprecationWarning, stacklevel=4)

    @property
    def argument_words(self) -> list[str]:
        """The arguments as the script gets them."""
        return words(self.arguments)

    @property
    def path(self) -> Path | None:
        """The file this was loaded from or saved to."""
        return self._source.path

    @property
    def name(self) -> str | None:
        """The configuration's name: that of its file, or the one given."""
        if self._source.path is not None:
            return self._source.path.name.removesuffix(location.EXTENSION)
        return self._source.name

    def project_directory(self) -> Path | None:
        """The directory whose `.azureml` or `aml_config` holds this configuration's file."""
        path = self._source.path
        if path is None or path.absolute().parent.name not in location.DIRECTORIES:
            return None
        return location.project_of(path)

    def place_of(self, dotted_key: str) -> tuple[str, int]:
        """File and line (from 1) that a value came from; ("", 0) when it was set otherwise."""
        return document.place_of(self, dotted_key)

    @classmethod
    def load(cls, path: Path | str | None = None, name: str | None = None) -> Self:
        """Read a file, or the configuration `name` of the directory `path` (default: the current one).

        Keys that nobody knows, and those of older files, give a ConfigWarning each.

        Raises:
            ConfigError: With every fault of the file, or what there is when it is not found.
        """
        return document.read_file(cls, location.find_file(path, name))

    @classmethod
    def from_text(
        cls,
        text: str,
        *,
        file: str = "<cell>",
        strict: bool = True,
        base_line: int = 0,
        base: Self | None = None,
    ) -> Self:
        """Read YAML that a person typed; its first line is `base_line` + 1 of `file`.

        With `base` the result is a copy of it, changed by what the text says.

        Raises:
            ConfigError: With every fault; unknown keys are faults when `strict`.
        """
        if base is not None:
            return document.read_over(base, text, file=file, base_line=base_line)
        return document.read_string(cls, text, file=file, strict=strict, base_line=base_line)

    def save(
        self,
        path: Path | str | None = None,
        name: str | None = None,
        separate_environment_yaml: bool = False,
        *,
        full: bool = False,
    ) -> Path:
        """Write the file, whole or not at all; of a loaded one only the changed values change.

        A new file holds what differs from the defaults, and the whole environment; with `full` it holds
        every setting. A file that this configuration neither read nor wrote is not written over by its
        environment or packages. Packages of `environment.python.conda_dependencies_file` go to that file.

        Returns:
            The file that was written.

        Raises:
            ConfigError: The place cannot be written, or has no name, or the settings do not fit together.
        """
        file = self.file_for(path, name)
        self._source = document.write_file(self, file, separate=separate_environment_yaml, full=full)
        return file

    def file_for(self, path: Path | str | None = None, name: str | None = None) -> Path:
        """The file that `save(path, name)` writes. Raises ConfigError."""
        source = self._source
        if path is None and source.path is None:
            path = source.directory
        name = name if name is not None or source.path is not None else source.name
        return location.file_to_write(path, name, source.path)

    @staticmethod
    def delete(path: Path | str | None, name: str) -> None:
        """Remove the configuration `name` of the directory `path`. Raises ConfigError."""
        location.delete(path, name)

    def to_yaml(self, *, full: bool = False) -> str:
        """The text that `save` would write; with `full`, every setting with its value, as a new file."""
        self.check()
        return document.full_text(self) if full else document.texts(self)[0]

    def set(self, dotted_key: str, text_value: str) -> None:
        """Set one value as `KEY=VALUE` words say it. Raises ConfigError, with did-you-mean."""
        self.set_all([(dotted_key, text_value)])

    def set_all(self, settings: Iterable[tuple[str, str]]) -> None:
        """Set several values as `KEY=VALUE` words say it, all or none.

        Raises:
            ConfigError: With every fault, and did-you-mean.
        """
        pairs = list(settings)
        trial, faults = self.copy(), []
        for dotted_key, text_value in pairs:
            try:
                assignment.assign(trial, dotted_key, text_value)
            except ConfigError as error:
                faults += error.faults
        if faults:
            raise ConfigError(faults)
        for dotted_key, text_value in pairs:
            assignment.assign(self, dotted_key, text_value)

    @classmethod
    def setting_names(cls) -> list[str]:
        """The keys that may stand at the top of a configuration, as files have them."""
        return sorted({*cls.keys(), *cls.old_keys})

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """What a configuration file may hold, as JSON Schema 2020-12: for forms and editors."""
        from .schema import json_schema

        return json_schema(cls)

    def changes(self) -> dict[str, Any]:
        """What differs from the defaults: dotted YAML keys and values."""
        plain = type(self)()
        defaults = plain.to_dict()
        found: dict[str, Any] = {}
        for key, value in super()._tree(full=False).items():
            if key != "environment":
                found |= differences({key: value}, defaults)
            elif self.environment != plain.environment:
                changed = self.environment.changes()
                if self.environment.name == plain.environment.name:
                    changed.pop("name", None)
                found |= {f"environment.{inner}": item for inner, item in changed.items()}
        return found

    def _tree(self, *, full: bool, written: bool = False) -> dict[str, Any]:
        whole = super()._tree(full=True, written=written)
        if full:
            return whole
        some = super()._tree(full=False, written=written)
        return {key: some.get(key, value) if key != "environment" else value
                for key, value in whole.items() if key in some or key in _ALWAYS_WRITTEN}  # fmt: skip

    def _caption(self) -> str:
        place = self._source.path
        return " · ".join(filter(None, (type(self).__name__, self.name, str(place) if place else "")))

    def not_acted_on(self) -> list[str]:
        """Dotted keys whose values ask for more than this version does."""
        return waiting.not_acted_on(self)


def exclusive_fault(other: str) -> Fault:
    """`command` stands beside `other`, which is 'script' or 'arguments'."""
    message = f"'command' and '{other}' exclude each other"
    return Fault(message, "command", hint=f"set '{other}' or 'command' to nothing")
