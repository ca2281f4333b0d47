"""`KEY=VALUE` words."""

import pytest

from jupyter_runcfg.config import RunConfiguration
from jupyter_runcfg.errors import ConfigError, Fault

HISTORY = "one of outputCollection, snapshotProject, directoriesToWatch, ambientAuthentication"


@pytest.mark.parametrize(
    ("key", "text", "changes"),
    [
        ("script", "train.py", {"script": "train.py"}),
        ("node_count", "2", {"nodeCount": 2}),
        ("environment.docker.baseImage", "python:3.13", {"environment.docker.baseImage": "python:3.13"}),
        ("Environment.Docker.enabled", "yes", {"environment.docker.enabled": True}),
        ("environmentVariables.OMP_NUM_THREADS", "8", {"environmentVariables.OMP_NUM_THREADS": "8"}),
        ("environmentVariables.a.b_C", "null", {"environmentVariables.a.b_C": "null"}),
        ("environmentVariables.E", "", {"environmentVariables.E": ""}),
        ("environmentVariables.J", '{"a": 1}', {"environmentVariables.J": '{"a": 1}'}),
        ("environmentVariables.C", "#fff", {"environmentVariables.C": "#fff"}),
        ("environmentVariables", "{A: 1}", {"environmentVariables.A": "1"}),
        ("arguments", "--a 'b c'", {"arguments": ["--a", "b c"]}),
        ("arguments", "[--a, 1.0, yes, 'no']", {"arguments": ["--a", 1.0, "yes", "no"]}),
        ("command", '"echo # x"', {"command": "echo # x"}),
        ("command", "[ -f x ] && ls", {"command": "[ -f x ] && ls"}),
        ("script", "", {}),
        ("maxRunDurationSeconds", "~", {}),
        ("mpi.node_count", "4", {"mpi.nodeCount": 4}),
        ("priority", "-1", {"priority": -1}),
        ("spark.configuration.spark.my_key", "1", {"spark.configuration.spark.my_key": 1}),
        ("spark.configuration", "{a: {b: [1, x]}}", {
            "spark.configuration.a.b": [1, "x"],
        }),
        ("history.ambientAuthentication.method", "RunToken", {
            "history.ambientAuthentication.method": "RunToken",
        }),
        ("history.ambient_authentication", "null", {}),
        ("mpi", "{nodeCount: 2}", {"mpi.nodeCount": 2}),
        ("data_references.my_data.dataStoreName", "d", {
            "dataReferences.my_data.dataStoreName": "d",
        }),
        ("applicationEndpoints.x.port", "80", {"applicationEndpoints.x.port": 80}),
        ("resources.gpus", "2", {"resources.gpus": 2}),
    ],
)  # fmt: skip
def test_words_are_values(key, text, changes):
    """A value is taken as a person writes it in a shell; quotes, lists and maps as in YAML."""
    config = RunConfiguration()
    config.set(key, text)
    assert config.changes() == changes


@pytest.mark.parametrize(
    ("key", "message", "hint"),
    [
        ("nodecont", "no setting named 'nodecont'", "did you mean 'nodeCount'?"),
        ("environment.dokcer.enabled", "no setting named 'environment.dokcer'", "did you mean 'docker'?"),
        ("script.x", "no setting named 'script.x'", "'script' has no parts"),
        ("history", "'history' is a group of settings", HISTORY),
        ("gpuSupport", "no setting named 'gpuSupport'", ""),
        ("history.enabled", "no setting named 'history.enabled'", "it is 'history.outputCollection' now"),
        ("prepareEnvironment", "no setting named 'prepareEnvironment'", "it has no effect any more"),
        ("arguments.0", "no setting named 'arguments.0'", "'arguments' has 0 items, counted from 0"),
        ("datacaches.0.mode", "no setting named 'datacaches.0'", "it has 0 items, counted from 0"),
        ("mpi.nodeCount.x", "no setting named 'mpi.nodeCount.x'", "'mpi.nodeCount' has no parts"),
        ("", "no setting named ''", ""),
    ],
)  # fmt: skip
def test_wrong_keys_are_config_errors(key, message, hint):
    """A typo is answered with what was meant, and changes nothing."""
    config = RunConfiguration()
    with pytest.raises(ConfigError) as caught:
        config.set(key, "2")
    assert caught.value.faults == [Fault(message, hint=hint)]
    assert config == RunConfiguration()


def test_wrong_values_are_config_errors():
    """The key of the fault is the whole dotted key."""
    with pytest.raises(ConfigError) as caught:
        RunConfiguration().set("environment.docker.enabled", "maybe")
    assert caught.value.faults[0].key == "environment.docker.enabled"
