"""SDK v1's estimators, from before ScriptRunConfig: the same configuration in other words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from inspect import signature
from typing import Any

from ..config import (
    CondaDependencies,
    Environment,
    MpiConfiguration,
    PyTorchConfiguration,
    RunConfiguration,
    ScriptRunConfig,
    TensorflowConfiguration,
)
from ..errors import ConfigError, did_you_mean

_BACKENDS = ("mpi", "ps", "nccl", "gloo")


class Estimator(ScriptRunConfig):
    """A script with its parameters and packages; `Experiment.submit` takes it as a ScriptRunConfig.

    Without packages, image and environment it runs as any script does: on this machine in this
    interpreter. A container is used where it is asked for, or by the target. Sizes of machines
    (`vm_size`, `vm_priority`, `use_gpu`) are the target's affair, and `framework_version` that of the
    packages.
    """

    __slots__ = ()

    def __init__(
        self,
        source_directory: Any,
        *,
        compute_target: Any = None,
        entry_script: Any = None,
        script_params: Mapping[str, Any] | None = None,
        node_count: int = 1,
        process_count_per_node: int = 1,
        worker_count: int = 1,
        parameter_server_count: int = 1,
        distributed_backend: str | None = None,
        distributed_training: Any = None,
        use_docker: bool = False,
        environment_variables: Mapping[str, str] | None = None,
        environment_definition: Environment | None = None,
        inputs: Iterable[Any] | None = None,
        source_directory_data_store: Any = None,
        shm_size: str | None = None,
        resume_from: Any = None,
        max_run_duration_seconds: int | None = None,
        **packages: Any,
    ) -> None:
        """Put the configuration together.

        Raises:
            ConfigError: A value cannot be so, or a word is no parameter of an estimator.
        """
        environment = environment_definition or _environment(packages)
        distributed = distributed_training or _distributed(
            distributed_backend, node_count, process_count_per_node, worker_count, parameter_server_count
        )
        super().__init__(
            source_directory,
            entry_script,
            _arguments(script_params),
            compute_target=compute_target,
            environment=environment,
            distributed_job_config=distributed,
            resume_from=resume_from,
            max_run_duration_seconds=max_run_duration_seconds,
        )
        config = self.run_config
        config.node_count = max(node_count, config.node_count)
        config.docker.use_docker = config.docker.use_docker or use_docker
        config.environment_variables = dict(environment_variables or {})
        if shm_size is not None:
            config.docker.shm_size = shm_size
        if source_directory_data_store is not None:
            config.source_directory_data_store = source_directory_data_store
        for one in inputs or ():
            _add_input(config, one)


class SKLearn(Estimator):
    """An estimator of v1 for scikit-learn."""

    __slots__ = ()


class PyTorch(Estimator):
    """An estimator of v1 for PyTorch."""

    __slots__ = ()


class TensorFlow(Estimator):
    """An estimator of v1 for TensorFlow."""

    __slots__ = ()


class Chainer(Estimator):
    """An estimator of v1 for Chainer."""

    __slots__ = ()


_PARAMETERS = tuple(signature(Estimator).parameters)


def _arguments(params: Mapping[str, Any] | None) -> list[Any]:
    """`{"--rate": 0.1, "--verbose": ""}` as words; an empty value stands for none."""
    words = [word for name, value in (params or {}).items() for word in (name, value)]
    return [word for word in words if word is not None and not (isinstance(word, str) and not word)]


_PACKAGES = (
    *("conda_packages", "pip_packages", "conda_dependencies_file", "pip_requirements_file"),
    *("conda_dependencies_file_path", "pip_requirements_file_path", "user_managed"),
    *("custom_docker_image", "custom_docker_base_image", "image_registry_details"),
)
_OF_MACHINES = ("vm_size", "vm_priority", "use_gpu", "framework_version")


def _environment(given: Mapping[str, Any]) -> Environment | None:
    """The environment of the packages and the image that are given; None where none is."""
    for name in given.keys() - {*_PACKAGES, *_OF_MACHINES}:
        message = f"an estimator has no '{name}'"
        raise ConfigError.single(message, hint=did_you_mean(name, (*_PARAMETERS, *_PACKAGES)))
    if not any(given.get(name) for name in _PACKAGES):
        return None
    made = Environment("estimator")
    image = given.get("custom_docker_image") or given.get("custom_docker_base_image")
    if image:
        made.docker.enabled, made.docker.base_image = True, image
    if given.get("image_registry_details") is not None:
        made.docker.base_image_registry = given["image_registry_details"]
    made.python.user_managed_dependencies = bool(given.get("user_managed"))
    if not made.python.user_managed_dependencies:
        made.python.conda_dependencies = _dependencies(given)
    return made


def _dependencies(given: Mapping[str, Any]) -> CondaDependencies:
    file = given.get("conda_dependencies_file") or given.get("conda_dependencies_file_path")
    wanted = CondaDependencies(file) if file else CondaDependencies()
    requirements = given.get("pip_requirements_file") or given.get("pip_requirements_file_path")
    if requirements:
        python = Environment.from_pip_requirements("estimator", requirements).python
        for package in python.conda_dependencies.pip_packages if python.conda_dependencies else ():
            wanted.add_pip_package(package)
    for package in given.get("conda_packages") or ():
        wanted.add_conda_package(package)
    for package in given.get("pip_packages") or ():
        wanted.add_pip_package(package)
    return wanted


def _distributed(
    backend: str | None, nodes: int, processes: int, workers: int, servers: int
) -> MpiConfiguration | PyTorchConfiguration | TensorflowConfiguration | None:
    if backend is None:
        return None
    known = backend.lower()
    if known == "mpi":
        return MpiConfiguration(processes, nodes)
    if known == "ps":
        return TensorflowConfiguration(workers, servers)
    if known in _BACKENDS:
        return PyTorchConfiguration(known, processes * nodes, nodes)
    raise ConfigError.single(
        f"'{backend}' is no way to connect processes", "distributed_backend", f"one of {', '.join(_BACKENDS)}"
    )


def _add_input(config: RunConfiguration, given: Any) -> None:
    """A dataset with a name, or a reference to a datastore."""
    if hasattr(given, "to_data"):
        config.data[given.name] = given.to_data()
    elif hasattr(given, "to_config"):
        config.data_references[given.data_reference_name] = given.to_config()
    else:
        message = f"'{type(given).__name__}' is no input"
        raise ConfigError.single(message, "inputs", "`dataset.as_named_input(name)`, `datastore.as_mount()`")
