"""The names of SDK v1 that a job finds where azureml is not installed, and whose they are.

Module → {attribute: (our module, its attribute)}. Rows of `jupyter_runcfg.…` need our whole package in
the interpreter of the job; all others are part of the runtime.
"""

# the release of azureml-core whose interface this is; `packaging` reads what follows as a build of it
VERSION = "1.61.0+jupyter.runcfg"


def _of(module: "str", *names: "str") -> "dict[str, tuple[str, str]]":
    return {name: ("_runcfg.runtime.v1." + module, name) for name in names}


def _whole(module: "str", *names: "str") -> "dict[str, tuple[str, str]]":
    return {name: ("jupyter_runcfg." + module, name) for name in names}


def _join(*tables: "dict[str, tuple[str, str]]") -> "dict[str, tuple[str, str]]":
    joined = {}  # type: dict[str, tuple[str, str]]
    for table in tables:
        joined.update(table)
    return joined


_VERSION = dict.fromkeys(("VERSION", "__version__"), ("_runcfg.runtime.v1.names", "VERSION"))
_RUN = _of("context", "Run")
_OFFLINE = {"_OfflineRun": ("_runcfg.runtime.v1.offline", "OfflineRun")}
_EXPERIMENT = _of("experiment", "Experiment")
_WORKSPACE = _of("workspace", "Workspace")
_MODEL = _of("model", "Model")
_DATASTORE = _of("datastore", "Datastore")
_DATASET = _of("dataset", "Dataset")
_DATASETS = _join(_of("file_dataset", "FileDataset"), _of("tabular_dataset", "TabularDataset"))
_CONSUMPTION = _of("abstract_dataset", "DatasetConsumptionConfig")
_REFERENCE = _of("datastore", "DataReference")
_PATH = _of("datastore", "DataPath")
_OURS = _join(_RUN, _EXPERIMENT, _WORKSPACE, _MODEL, _DATASTORE, _DATASET)
_CONFIG = _whole("config", "Environment", "RunConfiguration", "ScriptRunConfig", "ContainerRegistry")
_AUTHENTICATION = _of(
    "authentication",
    "AbstractAuthentication",
    "AzureCliAuthentication",
    "InteractiveLoginAuthentication",
    "MsiAuthentication",
    "ServicePrincipalAuthentication",
    "TokenAuthentication",
)
_ERRORS = {
    "AzureMLException": ("_runcfg.errors", "RuncfgError"),
    "UserErrorException": ("_runcfg.errors", "UserErrorException"),
    "RunConfigurationException": ("_runcfg.errors", "RunConfigurationException"),
    "ActivityFailedException": ("_runcfg.errors", "RunFailedError"),
    "ExperimentExecutionException": ("_runcfg.errors", "TargetError"),
    "SnapshotException": ("_runcfg.errors", "SnapshotError"),
    "WebserviceException": ("_runcfg.errors", "NotRegisteredError"),
    "ModelNotFoundException": ("_runcfg.errors", "NotRegisteredError"),
}
IN_JOB = {
    "azureml": {},
    "azureml.core": _join(_OURS, _CONFIG, _VERSION),
    "azureml.core.authentication": _AUTHENTICATION,
    "azureml.core.compute": _whole("run", "ComputeTarget"),
    "azureml.core.conda_dependencies": _whole("config", "CondaDependencies"),
    "azureml.core.dataset": _DATASET,
    "azureml.core.datastore": _DATASTORE,
    "azureml.core.environment": _whole("config", "Environment", "CondaDependencies"),
    "azureml.core.experiment": _EXPERIMENT,
    "azureml.core.keyvault": _of("workspace", "Keyvault"),
    "azureml.core.model": _MODEL,
    "azureml.core.resource_configuration": _of("serving", "ResourceConfiguration"),
    "azureml.core.run": _join(_RUN, _OFFLINE),
    "azureml.core.runconfig": _whole(
        *("config", "RunConfiguration", "DockerConfiguration", "MpiConfiguration", "PyTorchConfiguration"),
        *("TensorflowConfiguration", "DataReferenceConfiguration", "CondaDependencies", "Environment"),
    ),
    "azureml.core.script_run_config": _whole("config", "ScriptRunConfig"),
    "azureml.core.workspace": _WORKSPACE,
    "azureml.data": _join(_DATASETS, _CONSUMPTION),
    "azureml.data.data_reference": _REFERENCE,
    "azureml.data.datapath": _PATH,
    "azureml.data.dataset_consumption_config": _CONSUMPTION,
    "azureml.data.dataset_factory": _of("dataset", "FileDatasetFactory", "TabularDatasetFactory"),
    "azureml.data.file_dataset": _of("file_dataset", "FileDataset"),
    "azureml.data.tabular_dataset": _of("tabular_dataset", "TabularDataset"),
    "azureml.exceptions": _ERRORS,
    "jupyter_runcfg": _OURS,
}  # type: dict[str, dict[str, tuple[str, str]]]
