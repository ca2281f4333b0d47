"""Keys of SDK v1 that are kept: none is a warning, and what would matter is named."""

from jupyter_runcfg.config import RunConfiguration

# the file that SDK v1 writes for a new configuration, in short form
DEFAULT = """\
script: train.py
environment:
  python: {baseCondaEnvironment: , userManagedDependencies: true}
  docker: {sharedVolumes: true, shmSize: 2g, arguments: [], gpuSupport: false,
    baseImageRegistry: {address: , username: , password: , registryIdentity: },
    platform: {os: Linux, architecture: amd64}, buildContext: }
  spark: {repositories: [], packages: [], precachePackages: true}
  databricks: {mavenLibraries: [], pypiLibraries: [], rcranLibraries: []}
  r:
  inferencingStackVersion:
spark: {configuration: {spark.app.name: Azure ML Experiment, spark.yarn.maxAppAttempts: 1}}
docker: {useDocker: false, sharedVolumes: true, arguments: [], shmSize: 2g}
hdi: {yarnDeployMode: cluster}
tensorflow: {workerCount: 1, parameterServerCount: 1}
mpi: {processCountPerNode: 1, nodeCount: 1}
pytorch: {communicationBackend: nccl, processCount: , nodeCount: 1}
paralleltask: {maxRetriesPerWorker: 0, workerCountPerNode: 1, terminalExitCodes: }
dataReferences: {}
data: {}
datacaches: []
outputData: {}
sourceDirectoryDataStore:
amlcompute: {vmSize: , vmPriority: , retainCluster: false, name: , clusterMaxNodeCount: }
kubernetescompute: {instanceType: }
credentialPassthrough: false
applicationEndpoints: {}
autoPrepareEnvironment: true
"""


def test_v1s_defaults_ask_for_nothing():
    """A file with every key of v1 at its default has no unknown key, and all of it is acted on."""
    config = RunConfiguration.from_text(DEFAULT, strict=True)
    assert config.not_acted_on() == []
    assert config.to_yaml() == DEFAULT


def test_what_would_matter_is_named():
    """Settings that this version keeps without doing what they say."""
    config = RunConfiguration.from_text(
        "nodeCount: 2\n"
        "framework: PySpark\n"
        "communicator: OpenMpi\n"
        "environment:\n"
        "  docker: {enabled: true, shmSize: 8g, buildContext: {location: x}}\n"
        "  python: {condaDependenciesFile: conda.yml}\n"
        "dataReferences: {my_data: {dataStoreName: d}}\n"
        "mpi: {processCountPerNode: '1', nodeCount: 4}\n"
        "docker: {useDocker: yes}\n"
        "amlcompute: {vmSize: big}\n"
        "credentialPassthrough: 'False'\n"
    )
    assert config.not_acted_on() == [
        "communicator",
        "dataReferences",
        "docker.useDocker",
        "environment.docker.buildContext.location",
        "environment.docker.enabled",
        "environment.docker.shmSize",
        "environment.python.condaDependenciesFile",
        "framework",
        "mpi.nodeCount",
        "nodeCount",
    ]
    assert config.to_dict()["dataReferences"] == {"my_data": {"dataStoreName": "d"}}
