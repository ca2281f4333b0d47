"""SDK v1's ScriptRunConfig."""

from pathlib import Path

import pytest

from jupyter_runcfg.config import (
    ConfigWarning,
    DataPath,
    DataReferenceConfiguration,
    DockerConfiguration,
    Environment,
    MpiConfiguration,
    PyTorchConfiguration,
    RunConfiguration,
    ScriptRunConfig,
    TensorflowConfiguration,
)
from jupyter_runcfg.errors import ConfigError


def test_alone_it_builds_a_configuration():
    """Target, environment and v1's thirty days are taken."""
    config = ScriptRunConfig("src", "a.py", ["--x", 1], compute_target="gpu", environment=Environment("e"))
    assert config.source_directory == Path("src")
    assert config.run_config.changes() == {
        "script": "a.py",
        "arguments": ["--x", 1],
        "target": "gpu",
        "maxRunDurationSeconds": 2592000,
        "environment.name": "e",
    }
    assert (config.script, config.arguments, config.command) == ("a.py", ["--x", 1], None)


def test_words_given_here_win_over_run_config():
    """The rest comes from run_config, which is not changed."""
    base = RunConfiguration("a.py", ["--a"])
    base.target = "gpu"
    with pytest.warns(ConfigWarning) as told:
        config = ScriptRunConfig(".", arguments=["--b"], run_config=base, compute_target="other")
    assert [(str(warning.message), warning.filename) for warning in told] == [
        ("'compute_target' has no effect beside 'run_config'; set it there", __file__),
        ("'arguments' given here, in place of what 'run_config' has", __file__),
    ]
    assert config.run_config.changes() == {"script": "a.py", "arguments": ["--b"], "target": "gpu"}
    assert base.changes() == {"script": "a.py", "arguments": ["--a"], "target": "gpu"}


def test_a_command_replaces_the_script_and_a_script_the_command():
    """What excludes what is given comes from run_config no more."""
    base = RunConfiguration("a.py", ["--a"])
    assert ScriptRunConfig(".", run_config=base, command="ls").run_config.changes() == {"command": "ls"}
    base = RunConfiguration(command="ls")
    assert ScriptRunConfig(".", "b.py", run_config=base).run_config.changes() == {"script": "b.py"}
    with pytest.raises(ConfigError, match="'command' and 'script' exclude each other"):
        ScriptRunConfig(".", "b.py", command="ls")


def test_empty_words_replace_nothing_and_can_be_added_to():
    """As in SDK v1: `arguments=[]` beside a run_config leaves its own; alone it is a list to fill."""
    base = RunConfiguration("a.py", ["--a"])
    config = ScriptRunConfig(".", "", [], run_config=base, command="")
    assert (config.script, config.arguments, config.command) == ("a.py", ["--a"], "")
    config = ScriptRunConfig(".", "a.py", arguments=[])
    config.arguments.append("--b")
    assert config.run_config.arguments == ["--b"]
    config.arguments = None
    assert (config.arguments, config.run_config.arguments) == (None, [])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"distributed_job_config": object()}, "'object' is no distributed job"),
        ({"resume_from": 3}, "'int' is no DataPath"),
        ({"run_config": "a.runconfig"}, "'str' is no RunConfiguration"),
        ({"docker_runtime_config": True}, "'bool' is no DockerConfiguration"),
        ({"environment": "e"}, "'e' is no Environment"),
        ({"max_run_duration_seconds": "soon"}, "'soon' is not a whole number of seconds"),
    ],
)
def test_what_is_of_another_kind_is_refused(words, message):
    """Each argument says what it takes; its key is its name."""
    with pytest.raises(ConfigError) as caught:
        ScriptRunConfig(".", "a.py", **words)
    assert [fault.message for fault in caught.value.faults] == [message]


def test_the_kind_of_job_says_framework_communicator_and_nodes():
    """As SDK v1 maps them."""
    jobs = [MpiConfiguration(2, 3), PyTorchConfiguration("Gloo", 4, 2), TensorflowConfiguration(5)]
    found = []
    for job in jobs:
        config = ScriptRunConfig(".", "a.py", distributed_job_config=job).run_config
        assert job in (config.mpi, config.pytorch, config.tensorflow)
        found.append((config.framework, config.communicator, config.node_count))
    assert found == [("Python", "IntelMpi", 3), ("PyTorch", "gloo", 2), ("TensorFlow", "ParameterServer", 5)]


def test_docker_comes_from_its_own_argument_or_from_the_environment():
    """What an older environment says of its container becomes the run's."""
    environment = Environment("e", docker={"enabled": True, "shm_size": "4g", "arguments": ["--x"]})
    config = ScriptRunConfig(".", "a.py", environment=environment).run_config
    assert config.docker == DockerConfiguration(True, True, ["--x"], "4g")
    docker = DockerConfiguration(use_docker=True)
    config = ScriptRunConfig(".", "a.py", environment=environment, docker_runtime_config=docker).run_config
    assert config.docker == DockerConfiguration(True)


def test_resume_from_is_a_data_reference_and_two_arguments():
    """The script gets the path of an earlier model."""
    config = ScriptRunConfig(".", "a.py", "--x 'b c'", resume_from=DataPath("store", "models/1")).run_config
    assert config.arguments == ["--x", "b c", "--resume-from", "$AZUREML_DATAREFERENCE_MODEL_LOCATION"]
    assert config.data_references == {
        "MODEL_LOCATION": DataReferenceConfiguration("store", "mount", "models/1")
    }


def test_equal_by_value_and_shown():
    """Equal words make equal objects; the text shows what differs."""
    one, two = ScriptRunConfig("src", "a.py"), ScriptRunConfig("src", "a.py")
    assert one == two
    two.run_config.target = "gpu"
    assert one != two
    assert repr(one) == f"ScriptRunConfig('src', run_config={one.run_config!r})"
    assert repr(one.run_config) == "RunConfiguration(script='a.py', maxRunDurationSeconds=2592000)"
