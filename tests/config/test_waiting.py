"""Settings that are kept and not acted on yet are named."""

import pytest

from jupyter_runcfg.config import RunConfiguration

# the file that SDK v1 writes for a new configuration, in short form
DEFAULT = """\
script: train.py
environment:
  python: {baseCondaEnvironment: , userManagedDependencies: true}
  docker: {sharedVolumes: true, shmSize: 2g, arguments: [],
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
"""


def test_v1s_defaults_ask_for_nothing():
    """A file with every key of v1 at its default has no unknown key, and all of it is acted on."""
    config = RunConfiguration.from_text(DEFAULT, strict=True)
    assert config.not_acted_on() == []
    assert config.to_yaml() == DEFAULT
    assert RunConfiguration().not_acted_on() == []


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("nodeCount: 2\ncommunicator: OpenMpi\n", []),
        ("paralleltask: {maxRetriesPerWorker: 2}\n", ["paralleltask.maxRetriesPerWorker"]),
        ("framework: PySpark\n", ["framework"]),
        ("framework: R\n", []),
        ("framework: pytorch\ncommunicator: none\n", []),
        ("credentialPassthrough: yes\n", ["credentialPassthrough"]),
        ("credentialPassthrough: 'False'\n", []),
        ("history: {ambientAuthentication: {}}\n", ["history.ambientAuthentication"]),
        ("dataReferences: {my_data: {dataStoreName: d}}\ndata: {d: }\n", []),
        ("datacaches: [{}]\noutputData: {o: {}}\n", ["datacaches", "outputData.o.outputLocation"]),
        ("outputData: {o: {outputLocation: {dataPath: {datastoreName: d}}}}\n", []),
        ("applicationEndpoints: {x: {port: 1}}\n", ["applicationEndpoints"]),
        ("data: {d: {pathOnCompute: /a}}\n", []),
        ("resources: {gpus: 1}\n", []),
        ("resources: {cpus: 1, memory: 1G}\n", ["resources.cpus", "resources.memory"]),
        ("resources: {cpus: 1}\ndocker: {useDocker: yes}\n", []),
        ("resources: {memory: 1G}\ntarget: docker\n", []),
        ("environment: {name: AzureML-Minimal}\n", []),
        ("environment: {docker: {enabled: true}, r: {}}\n", ["environment.r"]),
        ("environment: {python: {condaDependencies: {dependencies: [python=3.9]}}}\n", []),
        ("environment: {python: {baseCondaEnvironment: base}}\n", []),
    ],
)
def test_what_would_matter_is_named(text, keys):
    """What asks for more than this version does, by its key."""
    assert RunConfiguration.from_text(text).not_acted_on() == keys
