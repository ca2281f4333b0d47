"""The configuration of a run: its settings, and the verbs on it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, PrivateAttr

from ..errors import ConfigError, Fault
from . import assignment, document, legacy, location
from .document import Source
from .environment import Environment
from .history import HistoryConfiguration
from .section import Section
from .value import Command, OneOf, OptionalText, TargetName, TextList, TextMap, Whole

FRAMEWORKS = ("Python", "PySpark", "TensorFlow", "PyTorch", "CNTK", "R")
COMMUNICATORS = (
    *("None", "ParameterServer", "OpenMpi", "IntelMpi", "Mpi"),
    *("Nccl", "Gloo", "ParallelTask"),
)


class RunConfiguration(Section):
    """What runs, where and with what; v1's names, mutable, equal by value.

    `script` with `arguments`, and `command`, exclude each other. Keys of a file that are not
    modelled are kept when it is saved; `not_acted_on` names those that ask for more than is done.
    """

    script: OptionalText = None
    arguments: TextList = Field(default_factory=list)
    target: TargetName = "local"
    framework: Annotated[str, BeforeValidator(OneOf(*FRAMEWORKS))] = "Python"
    communicator: Annotated[str, BeforeValidator(OneOf(*COMMUNICATORS))] = "None"
    max_run_duration_seconds: Annotated[int | None, BeforeValidator(Whole("seconds"))] = None
    node_count: Annotated[int, BeforeValidator(Whole("nodes"))] = 1
    environment: Environment = Field(default_factory=Environment)
    history: HistoryConfiguration = Field(default_factory=HistoryConfiguration)
    command: Command = None
    environment_variables: TextMap = Field(default_factory=dict)

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
    ) -> None:
        words = {"script": script, "arguments": arguments, "command": command}
        frame = {"framework": framework, "communicator": communicator}
        super().__init__(**words, **frame)
        self._check_exclusive(self.script, self.arguments, self.command)
        if conda_dependencies is not None:
            self.environment.python.conda_dependencies_file = _conda_file(conda_dependencies)
        if _history_enabled is not None:
            self.history.output_collection = _history_enabled
        if _path is not None or _name is not None:
            self._source = Source(directory=Path(_path) if _path else None, name=_name)

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

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RunConfiguration):
            return NotImplemented
        return super().__eq__(other) and self._source.kept == other._source.kept

    __hash__ = None

    @staticmethod
    def _check_exclusive(script: Any, arguments: Any, command: Any) -> None:
        if command and (script or arguments):
            raise ConfigError([exclusive_fault("script" if script else "arguments")])

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

        Keys that nobody knows give a ConfigWarning each, and are kept.

        Raises:
            ConfigError: With every fault of the file, or what there is when it is not found.
        """
        return document.read_file(cls, location.find_file(path, name))

    @classmethod
    def from_text(cls, text: str, *, file: str = "<cell>", strict: bool = True, base_line: int = 0) -> Self:
        """Read YAML that a person typed; its first line is `base_line` + 1 of `file`.

        Raises:
            ConfigError: With every fault; unknown keys are faults when `strict`.
        """
        return document.read_string(cls, text, file=file, strict=strict, base_line=base_line)

    def save(
        self,
        path: Path | str | None = None,
        name: str | None = None,
        separate_environment_yaml: bool = False,
    ) -> Path:
        """Write the file, whole or not at all; of a loaded one only the changed values change.

        Returns:
            The file that was written.

        Raises:
            ConfigError: The place cannot be written, or has no name.
        """
        source = self._source
        if path is None and source.path is None:
            path = source.directory
        name = name if name is not None or source.path is not None else source.name
        file = location.file_to_write(path, name, source.path)
        self._source = document.write_file(self, file, separate=separate_environment_yaml)
        return file

    @staticmethod
    def delete(path: Path | str | None, name: str) -> None:
        """Remove the configuration `name` of the directory `path`. Raises ConfigError."""
        location.delete(path, name)

    def to_yaml(self) -> str:
        """The text that `save` would write."""
        return document.texts(self)[0]

    def set(self, dotted_key: str, text_value: str) -> None:
        """Set one value as `KEY=VALUE` words say it. Raises ConfigError, with did-you-mean."""
        assignment.assign(self, dotted_key, text_value)

    @classmethod
    def setting_names(cls) -> list[str]:
        """The keys that may stand at the top of a configuration, as files have them."""
        return sorted({*map(cls.key, cls.model_fields), *legacy.names(())})

    def to_dict(self) -> dict[str, Any]:
        """All settings under their YAML keys, with those that are kept but not modelled."""
        values = super().to_dict()
        for path, item in self._source.kept.items():
            place = values
            for key in path[:-1]:
                place = place.setdefault(key, {})
            place[path[-1]] = item
        return values

    def not_acted_on(self) -> list[str]:
        """Dotted keys whose values ask for more than this version does."""
        return legacy.not_acted_on(self, self._source.kept)


def exclusive_fault(other: str) -> Fault:
    """`command` stands beside `other`, which is 'script' or 'arguments'."""
    message = f"'command' and '{other}' exclude each other"
    return Fault(message, "command", hint=f"set '{other}' or 'command' to nothing")


def _conda_file(value: Any) -> str:
    if isinstance(value, str | Path):
        return str(value)
    raise ConfigError.single(
        f"'{type(value).__name__}' objects are not read by this version",
        "conda_dependencies",
        "give the path of a conda file",
    )
