"""What a run is: its configuration, sections and files; names are imported on first use (PEP 562)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .compute import (
        AmlComputeConfiguration,
        ApplicationEndpointConfiguration,
        KubernetesComputeConfiguration,
        ResourceConfiguration,
    )
    from .conda_dependencies import CondaDependencies
    from .data import (
        Data,
        DatacacheConfiguration,
        DataLocation,
        DataPath,
        DataReferenceConfiguration,
        Dataset,
        DatasetRegistrationOptions,
        GlobsOptions,
        MountOptions,
        OutputData,
        OutputOptions,
        RegistrationOptions,
        UploadOptions,
        Uri,
    )
    from .databricks import (
        DatabricksCluster,
        DatabricksSection,
        EggLibrary,
        JarLibrary,
        MavenLibrary,
        PyPiLibrary,
        RCranLibrary,
        RCranPackage,
        RGitHubPackage,
        RSection,
    )
    from .distributed import (
        MpiConfiguration,
        ParallelTaskConfiguration,
        PyTorchConfiguration,
        TensorflowConfiguration,
    )
    from .docker import (
        DEFAULT_CPU_IMAGE,
        DEFAULT_GPU_IMAGE,
        ContainerRegistry,
        DockerBuildContext,
        DockerConfiguration,
        DockerImagePlatform,
        DockerSection,
        RegistryIdentity,
    )
    from .environment import Environment, EnvironmentReference, PythonSection
    from .fault import ConfigWarning
    from .history import AmbientAuthenticationConfiguration, HistoryConfiguration
    from .location import (
        current_project,
        default_experiment,
        find_project,
        is_home,
        list_configurations,
        working_directory,
    )
    from .model import RunConfiguration
    from .parallel_run_config import ParallelRunConfig
    from .script_run_config import ScriptRunConfig
    from .spark import HdiConfiguration, SparkConfiguration, SparkPackage, SparkSection

_MODULES = {
    "AmbientAuthenticationConfiguration": "history",
    "AmlComputeConfiguration": "compute",
    "ApplicationEndpointConfiguration": "compute",
    "CondaDependencies": "conda_dependencies",
    "ConfigWarning": "fault",
    "ContainerRegistry": "docker",
    "DEFAULT_CPU_IMAGE": "docker",
    "DEFAULT_GPU_IMAGE": "docker",
    "Data": "data",
    "DataLocation": "data",
    "DataPath": "data",
    "DataReferenceConfiguration": "data",
    "DatabricksCluster": "databricks",
    "DatabricksSection": "databricks",
    "DatacacheConfiguration": "data",
    "Dataset": "data",
    "DatasetRegistrationOptions": "data",
    "DockerBuildContext": "docker",
    "DockerConfiguration": "docker",
    "DockerImagePlatform": "docker",
    "DockerSection": "docker",
    "EggLibrary": "databricks",
    "Environment": "environment",
    "EnvironmentReference": "environment",
    "GlobsOptions": "data",
    "HdiConfiguration": "spark",
    "HistoryConfiguration": "history",
    "JarLibrary": "databricks",
    "KubernetesComputeConfiguration": "compute",
    "MavenLibrary": "databricks",
    "MountOptions": "data",
    "MpiConfiguration": "distributed",
    "OutputData": "data",
    "OutputOptions": "data",
    "ParallelRunConfig": "parallel_run_config",
    "ParallelTaskConfiguration": "distributed",
    "PyPiLibrary": "databricks",
    "PyTorchConfiguration": "distributed",
    "PythonSection": "environment",
    "RCranLibrary": "databricks",
    "RCranPackage": "databricks",
    "RGitHubPackage": "databricks",
    "RSection": "databricks",
    "RegistrationOptions": "data",
    "RegistryIdentity": "docker",
    "ResourceConfiguration": "compute",
    "RunConfiguration": "model",
    "ScriptRunConfig": "script_run_config",
    "SparkConfiguration": "spark",
    "SparkPackage": "spark",
    "SparkSection": "spark",
    "TensorflowConfiguration": "distributed",
    "UploadOptions": "data",
    "Uri": "data",
    "current_project": "location",
    "default_experiment": "location",
    "find_project": "location",
    "is_home": "location",
    "list_configurations": "location",
    "working_directory": "location",
}

__all__ = [
    "DEFAULT_CPU_IMAGE",
    "DEFAULT_GPU_IMAGE",
    "AmbientAuthenticationConfiguration",
    "AmlComputeConfiguration",
    "ApplicationEndpointConfiguration",
    "CondaDependencies",
    "ConfigWarning",
    "ContainerRegistry",
    "Data",
    "DataLocation",
    "DataPath",
    "DataReferenceConfiguration",
    "DatabricksCluster",
    "DatabricksSection",
    "DatacacheConfiguration",
    "Dataset",
    "DatasetRegistrationOptions",
    "DockerBuildContext",
    "DockerConfiguration",
    "DockerImagePlatform",
    "DockerSection",
    "EggLibrary",
    "Environment",
    "EnvironmentReference",
    "GlobsOptions",
    "HdiConfiguration",
    "HistoryConfiguration",
    "JarLibrary",
    "KubernetesComputeConfiguration",
    "MavenLibrary",
    "MountOptions",
    "MpiConfiguration",
    "OutputData",
    "OutputOptions",
    "ParallelRunConfig",
    "ParallelTaskConfiguration",
    "PyPiLibrary",
    "PyTorchConfiguration",
    "PythonSection",
    "RCranLibrary",
    "RCranPackage",
    "RGitHubPackage",
    "RSection",
    "RegistrationOptions",
    "RegistryIdentity",
    "ResourceConfiguration",
    "RunConfiguration",
    "ScriptRunConfig",
    "SparkConfiguration",
    "SparkPackage",
    "SparkSection",
    "TensorflowConfiguration",
    "UploadOptions",
    "Uri",
    "current_project",
    "default_experiment",
    "find_project",
    "is_home",
    "list_configurations",
    "working_directory",
]


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
