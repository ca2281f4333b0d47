"""`KEY=VALUE` words."""

import pytest

from jupyter_runcfg.config import RunConfiguration
from jupyter_runcfg.errors import ConfigError, Fault

HISTORY = "one of outputCollection, snapshotProject, directoriesToWatch"
KEPT = "write it into the file; it is kept there, and not acted on"


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
        ("arguments", "[--a, 1.0]", {"arguments": ["--a", "1.0"]}),
        ("command", '"echo # x"', {"command": "echo # x"}),
        ("command", "[ -f x ] && ls", {"command": "[ -f x ] && ls"}),
        ("script", "", {}),
        ("maxRunDurationSeconds", "~", {}),
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
        ("mpi.nodeCount", "'mpi.nodeCount' cannot be set by this version", KEPT),
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
