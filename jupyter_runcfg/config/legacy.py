"""The keys of SDK v1 that this version keeps but does not model, and what of a configuration waits.

Source of the names and defaults: the files that SDK v1 wrote, and those found in the wild.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .model import RunConfiguration

Path = tuple[str, ...]

_DOCKER: dict[str, Any] = {
    "baseDockerfile": None,
    "buildContext.locationType": None,
    "buildContext.location": None,
    "buildContext.dockerfilePath": "Dockerfile",
    "sharedVolumes": True,
    "shmSize": "2g",
    "arguments": [],
    "baseImageRegistry.address": None,
    "baseImageRegistry.username": None,
    "baseImageRegistry.password": None,
    "baseImageRegistry.registryIdentity.resourceId": None,
    "baseImageRegistry.registryIdentity.clientId": None,
    "platform.os": "Linux",
    "platform.architecture": "amd64",
    "gpuSupport": False,
}
_ENVIRONMENT: dict[str, Any] = {
    **{f"docker.{key}": value for key, value in _DOCKER.items()},
    "python.baseCondaEnvironment": None,
    "python.condaDependencies": None,
    "spark.repositories": [],
    "spark.packages": [],
    "spark.precachePackages": True,
    "databricks.mavenLibraries": [],
    "databricks.pypiLibraries": [],
    "databricks.rcranLibraries": [],
    "databricks.jarLibraries": [],
    "databricks.eggLibraries": [],
    "databricks.cluster": None,
    "r": None,
    "inferencingStackVersion": None,
    "assetId": None,
}
_DEFAULTS: dict[str, Any] = {
    "priority": None,
    **{f"environment.{key}": value for key, value in _ENVIRONMENT.items()},
    "history.ambientAuthentication": None,
    "spark.configuration": {
        "spark.app.name": "Azure ML Experiment",
        "spark.yarn.maxAppAttempts": 1,
    },
    "docker.useDocker": False,
    "docker.sharedVolumes": True,
    "docker.arguments": [],
    "docker.shmSize": "2g",
    "hdi.yarnDeployMode": "cluster",
    "tensorflow.workerCount": 1,
    "tensorflow.parameterServerCount": 1,
    "mpi.processCountPerNode": 1,
    "mpi.nodeCount": 1,
    "pytorch.communicationBackend": "nccl",
    "pytorch.processCount": None,
    "pytorch.nodeCount": 1,
    "paralleltask.maxRetriesPerWorker": 0,
    "paralleltask.workerCountPerNode": 1,
    "paralleltask.terminalExitCodes": None,
    "dataReferences": {},
    "data": {},
    "datacaches": [],
    "outputData": {},
    "sourceDirectoryDataStore": None,
    "amlcompute.vmSize": None,
    "amlcompute.vmPriority": None,
    "amlcompute.retainCluster": False,
    "amlcompute.name": None,
    "amlcompute.clusterMaxNodeCount": None,
    "amlcompute.location": None,
    "autoClusterComputeSpecification": None,
    "kubernetescompute.instanceType": None,
    "credentialPassthrough": False,
    "applicationEndpoints": {},
    "autoPrepareEnvironment": True,
    "prepareEnvironment": True,
    "batchai": None,
    "containerInstance": None,
}
_KNOWN: dict[Path, Any] = {tuple(key.split(".")): value for key, value in _DEFAULTS.items()}
_GROUPS = {path[:depth] for path in _KNOWN for depth in range(1, len(path))}

# Azure's own machinery, or of use only together with what is reported anyway
_WITHOUT_EFFECT = (
    "priority", "hdi", "batchai", "containerInstance", "amlcompute", "autoPrepareEnvironment",
    "prepareEnvironment", "autoClusterComputeSpecification", "sourceDirectoryDataStore",
    "environment.inferencingStackVersion", "environment.assetId", "environment.docker.platform",
    "environment.docker.sharedVolumes", "docker.sharedVolumes", "environment.docker.gpuSupport",
)  # fmt: skip
_OTHER_LANGUAGES = ("pyspark", "r", "cntk")


def is_setting(path: Path) -> bool:
    """True for a key of SDK v1 that holds a value."""
    return path in _KNOWN


def is_group(path: Path) -> bool:
    """True for a key of SDK v1 that holds other keys."""
    return path in _GROUPS


def names(path: Path) -> list[str]:
    """The keys of SDK v1 that may stand directly below `path`."""
    depth = len(path)
    return sorted({known[depth] for known in _KNOWN if known[:depth] == path and known != path})


def not_acted_on(config: RunConfiguration, kept: dict[Path, Any]) -> list[str]:
    """Dotted keys whose values ask for more than this version does."""
    return sorted({*_modelled(config), *_kept(kept)})


def _modelled(config: RunConfiguration) -> Iterator[str]:
    environment = config.environment
    if config.node_count > 1:
        yield "nodeCount"
    if config.communicator.lower() != "none":
        yield "communicator"
    if config.framework.lower() in _OTHER_LANGUAGES:
        yield "framework"
    if environment.docker.enabled:
        yield "environment.docker.enabled"
    python = environment.python
    if python.conda_dependencies_file and not python.user_managed_dependencies:
        yield "environment.python.condaDependenciesFile"


def _kept(kept: dict[Path, Any]) -> Iterator[str]:
    for path, value in kept.items():
        dotted = ".".join(path)
        if path not in _KNOWN or _is_default(value, _KNOWN[path]):
            continue
        if not dotted.startswith(_WITHOUT_EFFECT):
            yield dotted


def _is_default(value: Any, default: Any) -> bool:
    if value in (None, "", [], {}) or value == default:
        return True
    return isinstance(default, bool | int) and str(value).lower() == str(default).lower()
