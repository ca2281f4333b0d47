"""The names of SDK v1 on top of our own, for those who import them where it is not installed."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from ..runtime.v1 import fallback
from . import absent


def _from(module: str, *names: str) -> dict[str, tuple[str, str]]:
    return {name: (f"jupyter_runcfg.{module}", name) for name in names}


_VERSION = dict.fromkeys(("VERSION", "__version__"), ("jupyter_runcfg.runtime.v1.names", "VERSION"))
_RUN = _from("run", "Run")
_OFFLINE = {"_OfflineRun": ("jupyter_runcfg.runtime.v1.offline", "OfflineRun")}
_EXPERIMENT = _from("run", "Experiment")
_WORKSPACE = _from("run", "Workspace")
_MODEL = _from("run", "Model")
_DATASTORE = _from("run", "Datastore")
_DATASET = _from("run", "Dataset")
_TARGET = ("jupyter_runcfg.run", "ComputeTarget")
_MACHINES = (
    *("AdlaCompute", "AksCompute", "AmlCompute", "BatchCompute", "ComputeInstance", "ComputeTarget"),
    *("DataFactoryCompute", "DatabricksCompute", "DsvmCompute", "HDInsightCompute", "KubernetesCompute"),
    "RemoteCompute",
)
_COMPUTE = dict.fromkeys(_MACHINES, _TARGET)
_NO_TARGET = {"ComputeTargetException": ("jupyter_runcfg.errors", "TargetError")}
_DATASETS = {
    **_from("runtime.v1.file_dataset", "FileDataset"),
    **_from("runtime.v1.tabular_dataset", "TabularDataset"),
}
_CONSUMPTION = _from("runtime.v1.abstract_dataset", "DatasetConsumptionConfig")
_AUTHENTICATION = _from(
    "runtime.v1.authentication",
    "AbstractAuthentication",
    "AzureCliAuthentication",
    "InteractiveLoginAuthentication",
    "MsiAuthentication",
    "ServicePrincipalAuthentication",
    "TokenAuthentication",
)
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
_OUTPUT = _from("azureml.output", "OutputFileDatasetConfig")
_ESTIMATORS = _from("azureml.estimator", "Chainer", "Estimator", "PyTorch", "SKLearn", "TensorFlow")
_BACKENDS = {  # older names of v1 for the same
    "Mpi": ("jupyter_runcfg.config", "MpiConfiguration"),
    "ParameterServer": ("jupyter_runcfg.config", "TensorflowConfiguration"),
}
_STEPS = _from("config", "ParallelRunConfig")
TABLE = {
    "azureml": {},
    "azureml.core": {
        **_RUN,
        **_EXPERIMENT,
        **_WORKSPACE,
        **_MODEL,
        **_DATASTORE,
        **_DATASET,
        "ComputeTarget": _TARGET,
        **_VERSION,
        **_from("config", "Environment", "RunConfiguration", "ScriptRunConfig", "ContainerRegistry"),
    },
    "azureml.core.authentication": _AUTHENTICATION,
    "azureml.core.compute": _COMPUTE,
    "azureml.core.compute_target": {"ComputeTarget": _TARGET, **_NO_TARGET},
    **{f"azureml.core.compute.{module}": _COMPUTE for module in ("aks", "amlcompute", "computeinstance")},
    "azureml.core.conda_dependencies": _from("config", "CondaDependencies"),
    "azureml.core.container_registry": _DOCKER,
    "azureml.core.databricks": _DATABRICKS,
    "azureml.core.dataset": _DATASET,
    "azureml.core.datastore": _DATASTORE,
    "azureml.core.environment": {**_ENVIRONMENT, **_DOCKER, **_IMAGES},
    "azureml.core.experiment": _EXPERIMENT,
    "azureml.core.keyvault": _from("runtime.v1.workspace", "Keyvault"),
    "azureml.core.model": _MODEL,
    "azureml.core.resource_configuration": _from("runtime.v1.serving", "ResourceConfiguration"),
    "azureml.core.run": {**_RUN, **_OFFLINE},
    "azureml.core.runconfig": {
        **_RUNCONFIG,
        **_ENVIRONMENT,
        **_DOCKER,
        **_IMAGES,
        "EnvironmentDefinition": ("jupyter_runcfg.config", "Environment"),
    },
    "azureml.core.script_run_config": _from("config", "ScriptRunConfig"),
    "azureml.core.workspace": _WORKSPACE,
    "azureml.data": {**_DATASETS, **_CONSUMPTION, **_OUTPUT},
    "azureml.data.data_reference": _from("runtime.v1.datastore", "DataReference"),
    "azureml.data.datapath": _from("runtime.v1.datastore", "DataPath"),
    "azureml.data.dataset_consumption_config": _CONSUMPTION,
    "azureml.data.dataset_factory": _from(
        "runtime.v1.dataset", "FileDatasetFactory", "TabularDatasetFactory"
    ),
    "azureml.data.file_dataset": _from("runtime.v1.file_dataset", "FileDataset"),
    "azureml.data.output_dataset_config": _OUTPUT,
    "azureml.data.tabular_dataset": _from("runtime.v1.tabular_dataset", "TabularDataset"),
    "azureml.exceptions": {
        **_from("errors", "RunConfigurationException", "UserErrorException"),
        "AzureMLException": ("jupyter_runcfg.errors", "RuncfgError"),
        "ActivityFailedException": ("jupyter_runcfg.errors", "RunFailedError"),
        "SnapshotException": ("jupyter_runcfg.errors", "SnapshotError"),
        **_NO_TARGET,
        "ExperimentExecutionException": ("jupyter_runcfg.errors", "TargetError"),
        "ModelNotFoundException": ("jupyter_runcfg.errors", "NotRegisteredError"),
        "WebserviceException": ("jupyter_runcfg.errors", "NotRegisteredError"),
    },
    "azureml.pipeline": {},
    "azureml.pipeline.steps": _STEPS,
    "azureml.pipeline.steps.parallel_run_config": _STEPS,
    "azureml.telemetry": _from("azureml.telemetry", "set_diagnostics_collection"),
    "azureml.train": {},
    "azureml.train.dnn": _ESTIMATORS | _BACKENDS,
    "azureml.train.estimator": _ESTIMATORS | _BACKENDS,
    "azureml.train.sklearn": _ESTIMATORS,
    "azureml.widgets": _from("notebook.details", "RunDetails"),
}


def find_spec(name: str) -> ModuleSpec | None:
    """The spec of one of the modules; of those that are absent only where no other azureml is installed."""
    if name.partition(".")[0] != "azureml":
        return None
    names = TABLE.get(name)
    if names is None and absent.find(name) is not None and _is_ours(sys.modules.get("azureml")):
        names = {}
    return None if names is None else fallback.spec_of(name, fallback.TableLoader(names, absent.Module))


def _is_ours(module: ModuleType | None) -> bool:
    return getattr(getattr(module, "__spec__", None), "origin", "") == "jupyter_runcfg"


class _Finder:
    """Asked last, so that a genuine azureml wins."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        return find_spec(name)


def offer() -> None:
    """Make `from azureml.core import Run` work in this process."""
    if _Finder not in sys.meta_path:
        sys.meta_path.append(_Finder)


def withdraw() -> None:
    """Undo `offer`; modules that were imported stay."""
    if _Finder in sys.meta_path:
        sys.meta_path.remove(_Finder)
