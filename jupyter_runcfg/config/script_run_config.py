"""SDK v1's ScriptRunConfig: a source directory with what is to run in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ..errors import ConfigError, Fault
from .environment import Environment
from .model import RunConfiguration

THIRTY_DAYS_S = 30 * 24 * 3600


class ScriptRunConfig:
    """What `Experiment.submit` takes: `source_directory` and the `run_config` made of the rest.

    With `run_config`, the script, arguments or command given here win over its own, and it is
    copied, never changed; compute_target, environment and max_run_duration_seconds are its own.
    """

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
        _refuse(
            distributed_job_config=distributed_job_config,
            resume_from=resume_from,
            docker_runtime_config=docker_runtime_config,
        )
        self.source_directory = Path(os.fspath(source_directory) if source_directory else ".")
        if run_config is None:
            config = RunConfiguration()
            config.target = compute_target
            config.max_run_duration_seconds = max_run_duration_seconds
            if environment is not None:
                config.environment = environment
        elif isinstance(run_config, RunConfiguration):
            config = run_config.copy()
        else:
            message = f"'{type(run_config).__name__}' is no RunConfiguration"
            raise ConfigError.single(message, "run_config", "use RunConfiguration.load(path)")
        _take(config, script, arguments, command)
        self.run_config: RunConfiguration = config

    @property
    def script(self) -> str | None:
        return self.run_config.script

    @property
    def arguments(self) -> list[str]:
        return self.run_config.arguments

    @property
    def command(self) -> str | list[str] | None:
        return self.run_config.command

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ScriptRunConfig) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"ScriptRunConfig({str(self.source_directory)!r}, run_config={self.run_config!r})"


def _take(config: RunConfiguration, script: Any, arguments: Any, command: Any) -> None:
    """What is given replaces what excludes it: a command the script, and the other way round."""
    if command and not (script or arguments):
        config.script, config.arguments = None, []
    elif script or arguments:
        config.command = None
    if script is not None:
        config.script = script
    if arguments is not None:
        config.arguments = arguments
    if command is not None:
        config.command = command


def _refuse(**given: Any) -> None:
    faults = [
        Fault(
            f"'{type(value).__name__}' is not acted on: this version does not run distributed jobs yet",
            name,
            hint=f"leave '{name}' out",
        )
        for name, value in given.items()
        if value is not None
    ]
    if faults:
        raise ConfigError(faults)
