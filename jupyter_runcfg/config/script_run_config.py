"""SDK v1's ScriptRunConfig: a source directory with what is to run in it."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

from ..errors import ConfigError
from .data import DataReferenceConfiguration
from .distributed import MpiConfiguration, PyTorchConfiguration, TensorflowConfiguration
from .docker import DockerConfiguration
from .environment import Environment
from .fault import ConfigWarning
from .model import RunConfiguration

THIRTY_DAYS_S = 30 * 24 * 3600
_RESUME = "MODEL_LOCATION"


class ScriptRunConfig:
    """What `Experiment.submit` takes: `source_directory` and the `run_config` made of the rest.

    With `run_config`, the script, arguments or command given here win over its own, and it is
    copied, never changed; the other arguments are its own affair. A ConfigWarning tells of each that
    has no effect or takes another's place. `script`, `arguments` and `command` may be changed; what is
    submitted is `run_config`.
    """

    MAX_RUN_DURATION_SECONDS_DEFAULT = THIRTY_DAYS_S
    __slots__ = ("_given", "run_config", "source_directory")

    def __init__(  # noqa: PLR0917 SDK v1's signature
        self,
        source_directory: Any,
        script: Any = None,
        arguments: Any = None,
        run_config: RunConfiguration | None = None,
        _telemetry_values: Any = None,
        compute_target: Any = None,
        environment: Environment | None = None,
        distributed_job_config: Any = None,
        resume_from: Any = None,
        max_run_duration_seconds: int | None = THIRTY_DAYS_S,
        command: Any = None,
        docker_runtime_config: Any = None,
    ) -> None:
        self.source_directory = _directory(source_directory)
        if run_config is None:
            config = RunConfiguration()
            config.target = compute_target
            config.max_run_duration_seconds = max_run_duration_seconds
            _take_environment(config, environment, docker_runtime_config)
            _take_distribution(config, distributed_job_config)
        elif isinstance(run_config, RunConfiguration):
            config = run_config.copy()
            _tell_without_effect(
                compute_target=compute_target,
                environment=environment,
                distributed_job_config=distributed_job_config,
                docker_runtime_config=docker_runtime_config,
                max_run_duration_seconds=_other(max_run_duration_seconds, THIRTY_DAYS_S),
            )
            _tell_replaced(config, script=script, arguments=arguments, command=command)
        else:
            message = f"'{type(run_config).__name__}' is no RunConfiguration"
            raise ConfigError.single(message, "run_config", "use RunConfiguration.load(path)")
        _take(config, script, arguments, command)
        self.run_config: RunConfiguration = config
        words = (("arguments", arguments), ("command", command))
        self._given = {name for name, value in words if value is not None}
        if resume_from is not None:
            self._resume(resume_from)

    def _resume(self, path: Any) -> None:
        """Hand the script an earlier model by `--resume-from`, as SDK v1 does."""
        store = getattr(path, "datastore_name", None)
        if store is None:
            hint = "give a DataPath, or an object with datastore_name and path_on_datastore"
            raise ConfigError.single(f"'{type(path).__name__}' is no DataPath", "resume_from", hint)
        below = getattr(path, "path_on_datastore", None) or getattr(path, "relative_path", None)
        self.run_config.data_references[_RESUME] = DataReferenceConfiguration(store, "mount", below)
        words = ["--resume-from", f"$AZUREML_DATAREFERENCE_{_RESUME}"]
        before = self.run_config.arguments
        self.run_config.arguments = [
            *(self.run_config.argument_words if isinstance(before, str) else before),
            *words,
        ]

    @property
    def script(self) -> str | None:
        """The script's path, from the source directory."""
        return self.run_config.script

    @script.setter
    def script(self, value: Any) -> None:
        self.run_config.script = value

    @property
    def arguments(self) -> list[Any] | str | None:
        """The arguments; None when there are none, and none were given."""
        found: list[Any] | str | None = self._word("arguments")
        return found

    @arguments.setter
    def arguments(self, value: Any) -> None:
        self._take_word("arguments", value)

    @property
    def command(self) -> str | list[str] | None:
        """What runs in place of a script; None when a script does."""
        found: str | list[str] | None = self._word("command")
        return found

    @command.setter
    def command(self, value: Any) -> None:
        self._take_word("command", value)

    def _word(self, name: str) -> Any:
        found = getattr(self.run_config, name)
        return found if found or name in self._given else None  # SDK v1's empty list can be added to

    def _take_word(self, name: str, value: Any) -> None:
        setattr(self.run_config, name, value)
        self._given = self._given - {name} if value is None else self._given | {name}

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ScriptRunConfig)
            and self.source_directory == other.source_directory
            and self.run_config == other.run_config
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"ScriptRunConfig({str(self.source_directory)!r}, run_config={self.run_config!r})"


def _directory(value: Any) -> Path:
    if value is not None and not isinstance(value, str | os.PathLike):
        message = f"'{type(value).__name__}' is no directory"
        raise ConfigError.single(message, "source_directory", "give a str or a Path")
    return Path(value or ".")


def _take(config: RunConfiguration, script: Any, arguments: Any, command: Any) -> None:
    """What is given replaces what excludes it: a command the script, and the other way round.

    Empty words replace nothing, as in SDK v1.
    """
    if command and not (script or arguments):
        config.script, config.arguments = None, []
    elif script or arguments:
        config.command = ""
    for name, value in (("script", script), ("arguments", arguments), ("command", command)):
        if value is not None and (value or not getattr(config, name)):
            setattr(config, name, value)
    _take_inputs(config, arguments)


def _take_inputs(config: RunConfiguration, arguments: Any) -> None:
    """Datasets among the arguments are inputs or outputs of the run, which finds them by their names."""
    for item in arguments if isinstance(arguments, list | tuple) else []:
        if hasattr(item, "to_data"):
            config.data[item.name] = item.to_data()
        elif hasattr(item, "to_output"):
            config.output_data[item.name] = item.to_output()


def _take_environment(config: RunConfiguration, environment: Any, docker: Any) -> None:
    if environment is not None:
        config.environment = environment
    if docker is None:
        if environment is not None:
            config.docker = DockerConfiguration.from_environment(config.environment.docker)
    elif isinstance(docker, DockerConfiguration):
        config.docker = docker
    else:
        message = f"'{type(docker).__name__}' is no DockerConfiguration"
        raise ConfigError.single(message, "docker_runtime_config", "DockerConfiguration(use_docker=True)")


def _take_distribution(config: RunConfiguration, job: Any) -> None:
    """Framework, communicator and the number of nodes follow from the kind of job."""
    if job is None:
        return
    if isinstance(job, MpiConfiguration):
        config.communicator, config.mpi, config.node_count = "IntelMpi", job, job.node_count
    elif isinstance(job, PyTorchConfiguration):
        config.framework, config.communicator = "PyTorch", job.communication_backend
        config.pytorch, config.node_count = job, job.node_count
    elif isinstance(job, TensorflowConfiguration):
        config.framework, config.communicator = "TensorFlow", "ParameterServer"
        config.tensorflow, config.node_count = job, job.worker_count
    else:
        message = f"'{type(job).__name__}' is no distributed job"
        hint = "MpiConfiguration, PyTorchConfiguration or TensorflowConfiguration"
        raise ConfigError.single(message, "distributed_job_config", hint)


def _other(value: Any, default: Any) -> Any:
    return None if value == default else value


def _tell_without_effect(**given: Any) -> None:
    names = [name for name, value in given.items() if value is not None]
    if names:
        listed = ", ".join(f"'{name}'" for name in names)
        verb = "has" if len(names) == 1 else "have"
        _warn(f"{listed} {verb} no effect beside 'run_config'; set it there")


def _tell_replaced(config: RunConfiguration, **given: Any) -> None:
    replaced = [
        name for name, value in given.items() if value and getattr(config, name) not in (None, "", [], value)
    ]
    if replaced:
        listed = ", ".join(f"'{name}'" for name in replaced)
        _warn(f"{listed} given here, in place of what 'run_config' has")


def _warn(message: str) -> None:
    warnings.warn(message, ConfigWarning, stacklevel=4)
