"""The names of SDK v1 on top of our own, for those who import them where it is not installed."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from typing import Any

from ..runtime import fallback

_RUN = {"Run": ("jupyter_runcfg.run", "Run")}


def _from(module: str, *names: str) -> dict[str, tuple[str, str]]:
    return {name: (f"jupyter_runcfg.{module}", name) for name in names}


_DOCKER = _from("config", "ContainerRegistry", "RegistryIdentity")
_IMAGES = _from("config", "DEFAULT_CPU_IMAGE", "DEFAULT_GPU_IMAGE")
_ENVIRONMENT = _from(
    *("config", "DockerBuildContext", "DockerImagePlatform", "DockerSection", "Environment"),
    *("EnvironmentReference", "PythonSection", "RCranPackage", "RGitHubPackage", "RSection", "SparkPackage"),
    *("SparkSection", "CondaDependencies"),
)
_DATABRICKS = _from(
    *("config", "DatabricksCluster", "DatabricksSection", "EggLibrary", "JarLibrary", "MavenLibrary"),
    *("PyPiLibrary", "RCranLibrary"),
)
_RUNCONFIG = _from(
    *("config", "AmlComputeConfiguration", "ApplicationEndpointConfiguration", "Data", "DataLocation"),
    *("DataPath", "DataReferenceConfiguration", "DatacacheConfiguration", "Dataset", "DockerConfiguration"),
    *("DatasetRegistrationOptions", "GlobsOptions", "HdiConfiguration", "HistoryConfiguration"),
    *("KubernetesComputeConfiguration", "MountOptions", "MpiConfiguration", "OutputData", "OutputOptions"),
    *("ParallelTaskConfiguration", "PyTorchConfiguration", "RegistrationOptions", "RunConfiguration"),
    *("SparkConfiguration", "TensorflowConfiguration", "UploadOptions", "Uri"),
)
_STEPS = _from("config", "ParallelRunConfig")
TABLE = {
    "azureml": {},
    "azureml.core": {
        **_RUN,
        **_from("config", "Environment", "RunConfiguration", "ScriptRunConfig", "ContainerRegistry"),
    },
    "azureml.core.conda_dependencies": _from("config", "CondaDependencies"),
    "azureml.core.container_registry": _DOCKER,
    "azureml.core.databricks": _DATABRICKS,
    "azureml.core.environment": {**_ENVIRONMENT, **_DOCKER, **_IMAGES},
    "azureml.core.run": _RUN,
    "azureml.core.runconfig": {
        **_RUNCONFIG,
        **_ENVIRONMENT,
        **_DOCKER,
        **_IMAGES,
        "EnvironmentDefinition": ("jupyter_runcfg.config", "Environment"),
    },
    "azureml.core.script_run_config": _from("config", "ScriptRunConfig"),
    "azureml.exceptions": {
        **_from("errors", "RunConfigurationException", "UserErrorException"),
        "AzureMLException": ("jupyter_runcfg.errors", "RuncfgError"),
        "ActivityFailedException": ("jupyter_runcfg.errors", "RunFailedError"),
        "SnapshotException": ("jupyter_runcfg.errors", "SnapshotError"),
    },
    "azureml.pipeline": {},
    "azureml.pipeline.steps": _STEPS,
    "azureml.pipeline.steps.parallel_run_config": _STEPS,
}


class _Finder:
    """Asked last, so that a genuine azureml wins."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        return fallback.find_spec(name, TABLE)


def offer() -> None:
    """Make `from azureml.core import Run` work in this process."""
    if _Finder not in sys.meta_path:
        sys.meta_path.append(_Finder)


def withdraw() -> None:
    """Undo `offer`; modules that were imported stay."""
    if _Finder in sys.meta_path:
        sys.meta_path.remove(_Finder)
