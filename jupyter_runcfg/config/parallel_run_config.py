"""SDK v1's ParallelRunConfig: how a script is run over mini-batches of data, and its YAML file."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, ConfigDict, PlainValidator, PrivateAttr
from pydantic_core import ErrorDetails

from ..errors import ConfigError, Fault, did_you_mean
from . import parallel_run_file
from . import parallel_run_values as rule
from .environment import Environment
from .fault import ConfigWarning
from .parallel_run_values import PipelineValue
from .section import Section, differences
from .shape import TYPED
from .value import OneOf, OptionalText, TextMap, setting, shown, text

LOGGING_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_NO_FILE_NAME = '~"#%&*:<>?/\\{|}'


_Path = Annotated[str | None, BeforeValidator(rule.stripped)]
_Count = Annotated[int | None, TYPED, rule.checked(rule.whole(-1, logical=True), none=True)]


class ParallelRunConfig(Section):
    """How a script is run over mini-batches of data; SDK v1's names, mutable, equal by value.

    `mini_batch_size` given as text becomes a number: files, or bytes of tables. It and `partition_keys`
    exclude each other. A parameter of a pipeline (an object with `name` and `default_value`) may stand
    for mini_batch_size, partition_keys, node_count, process_count_per_node, logging_level,
    run_invocation_timeout and run_max_try; its default is checked as the value itself would be (that of
    partition_keys is the JSON text of a list), and the default is what `save_to_yaml` writes.

    Raises:
        ConfigError: With every fault, from the constructor; from an assignment, with that of the value.
    """

    model_config = ConfigDict(alias_generator=str)
    old_keys: ClassVar[dict[str, str]] = {"compute_target": "compute_target"}

    mini_batch_size: Annotated[
        int | PipelineValue | None, TYPED, rule.checked(rule.mini_batch, none=True, default=rule.mini_batch)
    ] = setting(None, "Files, or about how many bytes of a table, of one call; 10 files or 1 MB if unset.")
    partition_keys: Annotated[
        list[str] | PipelineValue | None, rule.checked(rule.keys, none=True, default=rule.keys_of_default)
    ] = setting(None, "Columns whose equal values belong to one mini-batch.")
    error_threshold: Annotated[int, TYPED, rule.checked(rule.whole(-1, logical=True))] = setting(
        ..., "Records or files that may fail before the job is stopped; -1: all."
    )
    allowed_failed_count: _Count = setting(None, "Mini-batches that may fail; -1: all.")
    allowed_failed_percent: Annotated[float | None, TYPED, rule.checked(rule.percent, none=True)] = setting(
        None, "Share of the mini-batches that may fail, from 0 to 100."
    )
    output_action: Annotated[str, rule.checked(OneOf("append_row", "summary_only"))] = setting(
        ..., "What becomes of the results: one file of rows, or what the script itself writes."
    )
    logging_level: Annotated[str | PipelineValue, rule.checked(text, default=text)] = setting(
        "INFO", "How much is logged."
    )
    compute_target: Annotated[str, rule.checked(rule.target)] = setting(..., "Name of the compute target.")
    node_count: Annotated[
        int | float | str | PipelineValue, TYPED, rule.checked(rule.nodes, default=rule.nodes)
    ] = setting(..., "Machines to run on at once.")
    process_count_per_node: Annotated[
        float | PipelineValue | None, TYPED, rule.checked(rule.count, none=True, default=rule.count)
    ] = setting(None, "Processes on each machine; unset: one for each core, or one on a GPU machine.")
    entry_script: _Path = setting(..., "Path of the script, with its functions init and run.")
    source_directory: _Path = setting(None, "Directory that the script's path starts from.")
    description: OptionalText = setting(None, "A text about it.")
    run_invocation_timeout: Annotated[
        float | PipelineValue, TYPED, rule.checked(rule.seconds, default=rule.seconds)
    ] = setting(60, "Seconds that one call may take.")
    run_max_try: Annotated[float | PipelineValue, TYPED, rule.checked(rule.count, default=rule.count)] = (
        setting(3, "Tries of a mini-batch that failed or took too long.")
    )
    append_row_file_name: OptionalText = setting(None, "File of the rows; unset: parallel_run_step.txt.")
    environment: Annotated[Environment, PlainValidator(rule.environment)] = setting(
        ..., "The Python, the image and the variables of the run."
    )
    environment_variables: TextMap = setting(dict, "Environment variables; they win over the environment's.")

    wrapping: ClassVar[type[Section]]
    """A whole file: this below its one key."""
    _text: str | None = PrivateAttr(default=None)

    def __init__(  # noqa: PLR0917 SDK v1's signature
        self,
        environment: Any,
        entry_script: Any,
        error_threshold: Any,
        output_action: Any,
        compute_target: Any,
        node_count: Any,
        process_count_per_node: Any = None,
        mini_batch_size: Any = None,
        source_directory: Any = None,
        description: Any = None,
        logging_level: Any = "INFO",
        run_invocation_timeout: Any = 60,
        run_max_try: Any = 3,
        append_row_file_name: Any = None,
        allowed_failed_count: Any = None,
        allowed_failed_percent: Any = None,
        partition_keys: Any = None,
        environment_variables: Any = None,
    ) -> None:
        given = {name: value for name, value in locals().items() if name in type(self).model_fields}
        faults: list[Fault] = []
        try:
            super().__init__(**given)
        except ConfigError as error:
            faults = error.faults
        faults += _conflicts(given, faults)
        if faults:
            raise ConfigError(faults)
        _warn(self.doubts())

    def __setattr__(self, name: str, value: Any) -> None:
        field = name.removeprefix("_")
        before = self.__dict__.get(field)
        super().__setattr__(name, value)
        if field in _TOGETHER and (faults := _conflicts(self.__dict__, [])):
            self.__dict__[field] = before
            raise ConfigError(faults)
        _warn([found for found in self.doubts() if found.key == field])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ParallelRunConfig):
            return NotImplemented
        return self._compared() == other._compared() and self._unknown == other._unknown

    __hash__ = None

    @classmethod
    def bare(cls) -> Self:
        """What a file is read into: one without what must be given is refused."""
        return cls(Environment.bare(), None, 0, "summary_only", "local", 1)

    @classmethod
    def key(cls, name: str) -> str:
        """The YAML key of a field: its name, but for one."""
        return "compute_target_name" if name == "compute_target" else name

    @classmethod
    def _prepared(cls, name: str, value: Any) -> Any:
        return value if cls.model_fields[name].is_required() else super()._prepared(name, value)

    @classmethod
    def _fault(cls, details: ErrorDetails, name: str) -> Fault:
        fault = super()._fault(details, name)
        fault.key = "compute_target" if fault.key == "compute_target_name" else fault.key
        return fault

    def _compared(self) -> dict[str, Any]:
        """Values to compare: parameters are equal when name and default are."""
        return {
            name: (value.name, value.default_value) if isinstance(value, PipelineValue) else value
            for name, value in self.__dict__.items()
        }

    def faults(self) -> list[Fault]:
        """What does not fit together."""
        return [*super().faults(), *_conflicts(self.__dict__, [])]

    def doubts(self) -> list[Fault]:
        """What SDK v1 takes as it is, although no job can run with it: said as warnings."""
        return [Fault(message, name, hint=hint) for name, message, hint in _doubts(self.resolved().__dict__)]

    def changes(self) -> dict[str, Any]:
        """What differs from the defaults, and all that has none: dotted YAML keys and values."""
        mine = self.to_dict()
        del mine["environment"]
        fields = type(self).model_fields
        plain = {self.key(name): self.default(name) for name in fields if not fields[name].is_required()}
        changed = self.environment.changes()
        return differences(mine, plain) | {f"environment.{key}": value for key, value in changed.items()}

    def resolved(self) -> Self:
        """A copy with the default of each parameter in its place."""
        twin = self.copy()
        for name, value in self.__dict__.items():
            if isinstance(value, PipelineValue):
                default = value.default_value
                plain = json.loads(default) if name == "partition_keys" else default
                Section.__setattr__(twin, name, plain)  # ours would tell doubts, of a copy
        return twin

    def _tree(self, *, full: bool, written: bool = False) -> dict[str, Any]:
        return Section._tree(self.resolved(), full=full, written=written)

    @staticmethod
    def load_yaml(workspace: Any, path: Path | str) -> ParallelRunConfig:
        """Read a file; `workspace` is not needed, and may be None.

        The environment is a map, the path of a file that holds one (from the file's directory, then from
        the working directory), or what older files named: a saved directory, or a registered name.

        Raises:
            ConfigError: With every fault of the file, and what must be given and is not.
        """
        return parallel_run_file.read(ParallelRunConfig, Path(path))

    def save_to_yaml(self, path: Path | str) -> None:
        """Write every setting into one file, whole or not at all; of a loaded one only changes are written.

        An environment or packages that a loaded file left to another file stay there as long as that file
        says the same; otherwise they are written here. No other file is ever changed.

        Raises:
            ConfigError: The settings do not fit together, or the place cannot be written.
        """
        faults = self.faults()
        if faults:
            raise ConfigError(faults)
        self._text = parallel_run_file.write(self, self._text, Path(path))


_TOGETHER = ("mini_batch_size", "partition_keys", "output_action", "append_row_file_name")


def _conflicts(values: Mapping[str, Any], known: list[Fault]) -> list[Fault]:
    """What does not fit together, among values that are not at fault themselves."""
    faulty = {fault.key.partition(".")[0] for fault in known}
    batch, keys, action, name = (None if word in faulty else values.get(word) for word in _TOGETHER)
    found = []
    if batch is not None and keys is not None:
        message = "'mini_batch_size' and 'partition_keys' exclude each other"
        found.append(Fault(message, "partition_keys", hint="set one of them to None"))
    wrong = [sign for sign in _NO_FILE_NAME if sign in str(name or "")]
    if wrong and str(action).lower() == "append_row":
        message = f"{shown(name)} holds {' '.join(wrong)}"
        found.append(
            Fault(message, "append_row_file_name", hint="a name has none of " + " ".join(_NO_FILE_NAME))
        )
    return found


def _doubts(values: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Names of settings, what is odd about their values, and what would be right."""
    size, nodes, level = (values[name] for name in ("mini_batch_size", "node_count", "logging_level"))
    if (size or 0) < 0:
        yield "mini_batch_size", f"{size} is no size of a mini-batch", "write 1 or more"
    if isinstance(nodes, str) or nodes < 1 or nodes != int(nodes):
        yield "node_count", f"{shown(nodes)} is no number of machines", f"write {max(int(nodes), 1)}"
    for name, one in (("process_count_per_node", "process"), ("run_max_try", "try")):
        if (value := values[name]) and value != int(value):
            yield name, f"there is no part of a {one}: {value}", f"write {int(value)}"
    if level.upper() not in LOGGING_LEVELS:
        message = f"{shown(level)} is none of {', '.join(LOGGING_LEVELS)}"
        yield "logging_level", message, did_you_mean(level, LOGGING_LEVELS)


def _warn(doubts: list[Fault]) -> None:
    for found in doubts:
        hint = f"; {found.hint}" if found.hint else ""
        warnings.warn(ConfigWarning(f"{found.key}: {found.message}{hint}", found), stacklevel=3)


class _File(Section):
    parallel_run_config: ParallelRunConfig = setting(..., "The settings.", alias="parallel_run_config")


ParallelRunConfig.wrapping = _File
