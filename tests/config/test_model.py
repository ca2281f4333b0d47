"""The settings: assignment, equality, what is shown."""

import copy
import pickle
from types import SimpleNamespace

import pytest

from jupyter_runcfg.config import Environment, RunConfiguration
from jupyter_runcfg.config.model import FRAMEWORKS
from jupyter_runcfg.errors import ConfigError, Fault

NO_NAME = "cannot name an environment variable"


def test_defaults_are_those_of_v1():
    """A configuration without words has v1's defaults, without its example variable and image."""
    assert RunConfiguration().to_dict() == {
        "script": None,
        "arguments": [],
        "target": "local",
        "framework": "Python",
        "communicator": "None",
        "maxRunDurationSeconds": None,
        "nodeCount": 1,
        "environment": {
            "name": "default-environment",
            "version": None,
            "environmentVariables": {},
            "python": {
                "interpreterPath": "python",
                "userManagedDependencies": False,
                "condaDependenciesFile": None,
            },
            "docker": {"enabled": False, "baseImage": None},
        },
        "history": {
            "outputCollection": True,
            "snapshotProject": True,
            "directoriesToWatch": ["logs"],
        },
        "command": None,
        "environmentVariables": {},
    }


def test_constructor_takes_v1s_arguments_by_position():
    """v1's positional order holds, and conda_dependencies may be a path."""
    config = RunConfiguration("a.py", "--x 'b c'", "PyTorch", "Nccl", "conda.yml", False)
    assert config.changes() == {
        "script": "a.py",
        "arguments": ["--x", "b c"],
        "framework": "PyTorch",
        "communicator": "Nccl",
        "environment.python.condaDependenciesFile": "conda.yml",
        "history.outputCollection": False,
    }


def test_conda_objects_are_refused():
    """What cannot be read is said, not dropped."""
    with pytest.raises(ConfigError, match="'list' objects are not read by this version"):
        RunConfiguration(conda_dependencies=["numpy"])


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
    assert config.changes() == {"script": "a.py"}


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
        ("arguments", ["--a", 1, 2.5, True], ["--a", "1", "2.5", "True"]),
        ("arguments", ("a",), ["a"]),
        ("arguments", None, []),
        ("command", "", None),
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
        expected = Environment("e", docker={"baseImage": "i"})
    assert getattr(config, name) == expected


@pytest.mark.parametrize(
    ("name", "value", "message", "key"),
    [
        ("node_count", "abc", "'abc' is not a whole number of nodes", "nodeCount"),
        ("node_count", 0, "'0' is less than 1", "nodeCount"),
        ("node_count", True, "'True' is not a whole number of nodes", "nodeCount"),
        ("max_run_duration_seconds", 1.5, "'1.5' is not a whole number of seconds", "maxRunDurationSeconds"),
        ("script", ["a"], "'['a']' is no text", "script"),
        ("script", "\ud800", "''\\ud800'' holds characters that are no Unicode", "script"),
        ("arguments", "a 'b", "'a 'b' opens a quote and does not close it", "arguments"),
        ("arguments", {"a": "b"}, "'{'a': 'b'}' is no list of words", "arguments"),
        ("arguments", [["a"]], "'['a']' is no text", "arguments"),
        ("environment_variables", {"=": "1"}, f"'=' {NO_NAME}", "environmentVariables"),
        ("environment_variables", {"A": [1]}, "the value of 'A' is no text", "environmentVariables"),
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


def test_repr_shows_only_what_differs():
    """The text and the table for notebooks hold the changed settings, escaped."""
    config = RunConfiguration("<a>.py")
    assert repr(config) == "RunConfiguration(script='<a>.py')"
    assert "&lt;a&gt;.py" in config._repr_html_()
    assert "nodeCount" not in config._repr_html_()
    assert repr(Environment()) == "Environment()"


def test_kept_keys_are_part_of_the_value():
    """Two files that differ in a key that is only kept are not equal; to_dict has such keys."""
    one = RunConfiguration.from_text("mpi: {processCountPerNode: 2}\n")
    assert one != RunConfiguration()
    assert one.to_dict() == {**RunConfiguration().to_dict(), "mpi": {"processCountPerNode": 2}}
