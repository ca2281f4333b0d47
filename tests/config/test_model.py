"""The settings: assignment, equality, what is shown."""

import copy
import pickle
from pathlib import Path
from types import SimpleNamespace

import pytest

from jupyter_runcfg.config import CondaDependencies, Environment, RunConfiguration
from jupyter_runcfg.config.model import FRAMEWORKS
from jupyter_runcfg.errors import ConfigError, Fault

NO_NAME = "cannot name an environment variable"


def test_defaults_are_those_of_v1():
    """Key by key what v1 writes for a new configuration, with the packages of its conda file in place."""
    found = RunConfiguration().to_dict()
    assert found == {
        "script": None,
        "arguments": [],
        "target": "local",
        "framework": "Python",
        "communicator": "None",
        "maxRunDurationSeconds": None,
        "nodeCount": 1,
        "priority": None,
        "environment": {
            "name": "default-environment",
            "version": None,
            "environmentVariables": {"EXAMPLE_ENV_VAR": "EXAMPLE_VALUE"},
            "python": {
                "userManagedDependencies": False,
                "interpreterPath": "python",
                "condaDependenciesFile": None,
                "condaDependencies": {
                    "name": "project_environment",
                    "dependencies": ["python=3.8.13", {"pip": ["azureml-defaults"]}],
                    "channels": ["anaconda", "conda-forge"],
                },
                "baseCondaEnvironment": None,
            },
            "docker": {
                "enabled": False,
                "baseImage": "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:20251130.v1",
                "baseDockerfile": None,
                "buildContext": None,
                "sharedVolumes": True,
                "shmSize": "2g",
                "arguments": [],
                "baseImageRegistry": {
                    "address": None,
                    "username": None,
                    "password": None,
                    "registryIdentity": None,
                },
                "platform": {"os": "Linux", "architecture": "amd64"},
            },
            "spark": {"repositories": [], "packages": [], "precachePackages": True},
            "databricks": {
                "mavenLibraries": [],
                "pypiLibraries": [],
                "rcranLibraries": [],
                "jarLibraries": [],
                "eggLibraries": [],
            },
            "r": None,
            "inferencingStackVersion": None,
            "assetId": None,
        },
        "history": {
            "outputCollection": True,
            "snapshotProject": True,
            "directoriesToWatch": ["logs"],
        },
        "spark": {"configuration": {"spark.app.name": "Azure ML Experiment", "spark.yarn.maxAppAttempts": 1}},
        "docker": {"useDocker": False, "sharedVolumes": True, "arguments": [], "shmSize": "2g"},
        "hdi": {"yarnDeployMode": "cluster"},
        "tensorflow": {"workerCount": 1, "parameterServerCount": 1},
        "mpi": {"processCountPerNode": 1, "nodeCount": 1},
        "pytorch": {"communicationBackend": "nccl", "processCount": None, "nodeCount": 1},
        "paralleltask": {"maxRetriesPerWorker": 0, "workerCountPerNode": 1, "terminalExitCodes": None},
        "dataReferences": {},
        "data": {},
        "datacaches": [],
        "outputData": {},
        "sourceDirectoryDataStore": None,
        "amlcompute": {
            "vmSize": None,
            "vmPriority": None,
            "retainCluster": False,
            "name": None,
            "clusterMaxNodeCount": None,
        },
        "autoClusterComputeSpecification": None,
        "kubernetescompute": {"instanceType": None},
        "credentialPassthrough": False,
        "command": "",
        "environmentVariables": {},
        "applicationEndpoints": {},
    }
    assert list(found)[:9] == [
        *("script", "arguments", "target", "framework", "communicator", "maxRunDurationSeconds"),
        *("nodeCount", "priority", "environment"),
    ]


def test_constructor_takes_v1s_arguments_by_position():
    """v1's positional order holds; arguments in one text stay so, and split as a shell does."""
    packages = CondaDependencies.create(conda_packages=["numpy"])
    config = RunConfiguration("a.py", "--x 'b c'", "PyTorch", "Nccl", packages, False)
    assert config.changes() == {
        "script": "a.py",
        "arguments": "--x 'b c'",
        "framework": "PyTorch",
        "communicator": "Nccl",
        "environment.python.condaDependencies.dependencies": [
            "python=3.10.18",
            "numpy",
            {"pip": ["azureml-defaults"]},
        ],
        "history.outputCollection": False,
    }
    assert config.argument_words == ["--x", "b c"]


def test_conda_dependencies_may_be_the_path_of_a_file(tmp_path):
    """The file is read, and named in the configuration."""
    file = tmp_path / "conda.yml"
    file.write_text("dependencies: [python=3.12]\n")
    python = RunConfiguration(conda_dependencies=file).environment.python
    assert python.conda_dependencies_file == str(file)
    assert python.conda_dependencies.get_python_version() == "3.12"
    with pytest.raises(ConfigError, match="cannot be read: no such file"):
        RunConfiguration(conda_dependencies=str(tmp_path / "none.yml"))


def test_what_is_no_packages_is_refused():
    """What cannot be read is said, not dropped."""
    with pytest.raises(ConfigError) as caught:
        RunConfiguration(conda_dependencies=["numpy"])
    message = "'['numpy']' are no CondaDependencies, nor a map as conda files have it"
    assert caught.value.faults == [Fault(message, "environment.python.condaDependencies")]


def test_no_default_object_is_shared():
    """v1's shared default list leaks from one configuration to the next; ours does not."""
    one, two = RunConfiguration(), RunConfiguration()
    one.arguments.append("x")
    one.environment.environment_variables["A"] = "1"
    one.environment_variables["B"] = "2"
    one.history.directories_to_watch.append("y")
    assert two == RunConfiguration()


def test_equal_by_value_and_unhashable():
    """Equal values make equal objects; a mutable object has no hash."""
    one, two = RunConfiguration("a.py"), RunConfiguration("a.py")
    assert one == two
    two.environment.docker.enabled = True
    assert one != two
    assert one != "a.py"
    with pytest.raises(TypeError):
        hash(one)


@pytest.mark.parametrize(
    "duplicate", [lambda c: c.copy(), copy.deepcopy, lambda c: pickle.loads(pickle.dumps(c))]
)
def test_a_copy_is_equal_and_shares_nothing(duplicate):
    """A copy keeps the kept keys and the text, and changes alone."""
    text = "script: a.py\nmpi: {processCountPerNode: 4}\n"
    config = RunConfiguration.from_text(text)
    other = duplicate(config)
    assert (other, other.to_yaml()) == (config, text)
    other.environment.name = "x"
    other.arguments.append("y")
    other.mpi.node_count = 2
    assert config.changes() == {"script": "a.py", "mpi.processCountPerNode": 4}


def test_an_object_with_a_name_is_a_target():
    """v1 scripts give a ComputeTarget object."""
    config = RunConfiguration()
    config.target = SimpleNamespace(name="gpu")
    assert config.target == "gpu"


@pytest.mark.parametrize("value", [None, ""])
def test_nothing_sets_the_default(value):
    """A setting that cannot be empty takes its default."""
    config = RunConfiguration()
    config.target = "gpu"
    config.target = value
    config.node_count = 3
    config.node_count = None
    assert config == RunConfiguration()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("node_count", "4", 4),
        ("node_count", 4.0, 4),
        ("node_count", " 0x10 ", 16),
        ("node_count", "007", 7),
        ("arguments", ["--a", 1, 2.5, True, None], ["--a", 1, 2.5, True, ""]),
        ("arguments", "--a 'b c'", "--a 'b c'"),
        ("arguments", ("a",), ["a"]),
        ("arguments", None, []),
        ("command", None, ""),
        ("script", "", ""),
        ("script", Path("a/b.py"), "a/b.py"),
        ("priority", -1, -1),
        ("command", ["a", 1], ["a", "1"]),
        ("framework", "pyspark", "pyspark"),
        ("environment_variables", {"my_VAR": 8}, {"my_VAR": "8"}),
        ("environment", {"name": "e", "docker": {"base_image": "i"}}, None),
    ],
)
def test_values_are_taken_as_meant(name, value, expected):
    """Numbers as text, lists of any kind, words in any case."""
    config = RunConfiguration()
    setattr(config, name, value)
    if name == "environment":
        expected = Environment.bare()
        expected.name, expected.docker.base_image = "e", "i"
    assert getattr(config, name) == expected


@pytest.mark.parametrize(
    ("name", "value", "message", "key"),
    [
        ("node_count", "abc", "'abc' is not a whole number of nodes", "nodeCount"),
        ("node_count", 0, "'0' is less than 1", "nodeCount"),
        ("node_count", True, "'True' is not a whole number of nodes", "nodeCount"),
        ("max_run_duration_seconds", 1.5, "'1.5' is not a whole number of seconds", "maxRunDurationSeconds"),
        ("script", ["a"], "'['a']' is no text", "script"),
        ("script", "\ud800", "'\\ud800' holds characters that are no Unicode", "script"),
        ("arguments", "a 'b", "'a 'b' opens a quote and does not close it", "arguments"),
        ("arguments", {"a"}, "'{'a'}' is no list of words", "arguments"),
        ("arguments", ["a", ["a"]], "'['a']' is no text", "arguments.1"),
        ("command", ["a", None, b"c"], "'b'c'' is no text", "command.2"),
        ("environment_variables", {"=": "1"}, f"'=' {NO_NAME}", "environmentVariables"),
        ("environment_variables", {"A": [1]}, "the value of 'A' is no text", "environmentVariables.A"),
        ("environment_variables", ["A"], "'['A']' is no map of names and values", "environmentVariables"),
        ("framework", "Torch", f"'Torch' is none of {', '.join(FRAMEWORKS)}", "framework"),
    ],
)  # fmt: skip
def test_wrong_values_are_faults(name, value, message, key):
    """A wrong value is refused at the assignment, and the old one stays."""
    config = RunConfiguration()
    with pytest.raises(ConfigError) as caught:
        setattr(config, name, value)
    assert caught.value.faults == [Fault(message, key)]
    assert config == RunConfiguration()


def test_faults_of_a_section_name_its_place():
    """The key of a fault says where the section stands."""
    with pytest.raises(ConfigError) as caught:
        RunConfiguration().environment.docker.enabled = "maybe"
    message = "'maybe' is neither true nor false (yes, no, on and off do as well)"
    assert caught.value.faults == [Fault(message, "environment.docker.enabled")]


def test_unknown_attributes_are_refused_with_a_suggestion():
    """A typo in Python is an AttributeError that says what was meant."""
    with pytest.raises(AttributeError) as caught:
        RunConfiguration().nodecount = 2
    message = "'RunConfiguration' has no setting 'nodecount'; did you mean 'node_count'?"
    assert str(caught.value) == message
    with pytest.raises(ConfigError) as wrong:
        Environment(verion="1")
    expected = Fault("no setting named 'verion'", "environment", hint="did you mean 'version'?")
    assert wrong.value.faults == [expected]


def test_command_excludes_script_and_arguments():
    """Both at once is a fault in the constructor and at assignment; the old value stays."""
    with pytest.raises(ConfigError, match="'command' and 'script' exclude each other"):
        RunConfiguration("a.py", command="ls")
    config = RunConfiguration(command="ls")
    with pytest.raises(ConfigError, match="'command' and 'arguments' exclude each other"):
        config.arguments = ["a"]
    assert config == RunConfiguration(command="ls")
    config.command = None
    config.script = "a.py"
    assert config.changes() == {"script": "a.py"}
    config.script = ""
    config.command = "ls"
    assert config.changes() == {"script": "", "command": "ls"}


def test_repr_shows_only_what_differs():
    """The text and the table for notebooks hold the changed settings, escaped."""
    config = RunConfiguration("<a>.py")
    assert repr(config) == "RunConfiguration(script='<a>.py')"
    assert "&lt;a&gt;.py" in config._repr_html_()
    assert "nodeCount" not in config._repr_html_()
    assert repr(Environment()) == "Environment()"
    config = RunConfiguration()
    config.environment.docker.enabled = True
    config.data = {"d": {"mechanism": "mount"}}
    assert repr(config) == "RunConfiguration(environment.docker.enabled=True, data.d.mechanism='mount')"


@pytest.mark.filterwarnings("ignore::jupyter_runcfg.config.fault.ConfigWarning")
def test_unknown_keys_are_part_of_the_value():
    """Two files that differ in a key that nobody knows are not equal; to_dict has such keys."""
    one = RunConfiguration.from_text("foo: {my_Bar: 2}\nmpi: {x: 1}\n", strict=False)
    assert one != RunConfiguration()
    plain = RunConfiguration().to_dict()
    assert one.to_dict() == {**plain, "mpi": {**plain["mpi"], "x": 1}, "foo": {"my_Bar": 2}}
    assert (one.unknown_keys, one.mpi.unknown_keys) == ({"foo": {"my_Bar": 2}}, {"x": 1})
    assert one.copy() == one


@pytest.mark.parametrize(
    ("framework", "communicator", "fits"),
    [
        ("Python", "OpenMpi", True),
        ("Python", "Nccl", False),
        ("pytorch", "nccl", True),
        ("PyTorch", "ParameterServer", False),
        ("TensorFlow", "ParameterServer", True),
        ("PySpark", "OpenMpi", False),
        ("PySpark", "None", True),
        ("Python", "ParallelTask", True),
    ],
)
def test_framework_and_communicator_must_fit_when_saved(tmp_path, framework, communicator, fits):
    """They are set one after the other; the file tells when they do not fit."""
    config = RunConfiguration("a.py", framework=framework, communicator=communicator)
    if fits:
        config.save(tmp_path, "a")
        return
    with pytest.raises(ConfigError, match=f"'{communicator}' does not fit the framework '{framework}'"):
        config.save(tmp_path, "a")
    assert list(tmp_path.iterdir()) == []


def test_auto_prepare_environment_is_told_to_have_no_effect():
    """v1 keeps the property; both ways warn."""
    config = RunConfiguration()
    with pytest.warns(DeprecationWarning, match="'auto_prepare_environment' has no effect") as told:
        config.auto_prepare_environment = False
    with pytest.warns(DeprecationWarning):
        assert config.auto_prepare_environment is True
    assert [warning.filename for warning in told] == [__file__]
