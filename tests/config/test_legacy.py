"""Keys and values of older files: one warning each, and no value lost."""

import warnings

import pytest

from jupyter_runcfg.config import ConfigWarning, RunConfiguration
from jupyter_runcfg.errors import ConfigError

NO_EFFECT = "has no effect any more"
PREPARED = "environments are prepared when they are needed"
CORES = "ask for cores and memory with `resources: {cpus: 2, memory: 4g}`"


def read(text):
    """The configuration, and what was said of its text."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        config = RunConfiguration.from_text(text)
    assert {warning.category for warning in caught} <= {ConfigWarning}
    return config, [str(warning.message) for warning in caught]


@pytest.mark.parametrize(
    ("text", "said", "changes"),
    [
        (
            "history: {enabled: no}\n",
            "'enabled' is read as 'history.outputCollection'; write 'outputCollection'",
            {"history.outputCollection": False},
        ),
        (
            "history:\n  Enabled: true\n  outputCollection: false\n",
            "'Enabled' has no effect: 'outputCollection' is there",
            {"history.outputCollection": False, "history.Enabled": True},
        ),
        (
            "data: {my_d: {dataLocation: {datapath: {datastore_name: s}}}}\n",
            "'datapath' is read as 'data.my_d.dataLocation.dataPath'; write 'dataPath'",
            {"data.my_d.dataLocation.dataPath.datastoreName": "s"},
        ),
        (
            "communicator: mpi\n",
            "'Mpi' is read as 'OpenMpi'; write 'OpenMpi' or 'IntelMpi'",
            {"communicator": "OpenMpi"},
        ),
        (
            "arguments: {lr: 0.10, --verbose: , my_x: [a, 1]}\n",
            "arguments as a map are read as a list; write `[--name, value]`",
            {"arguments": ["--lr", 0.1, "--verbose", "--my_x", "a", 1]},
        ),
        ("autoPrepareEnvironment: true\n", f"'autoPrepareEnvironment' {NO_EFFECT}; {PREPARED}", None),
        ("prepare_environment: no\n", f"'prepare_environment' {NO_EFFECT}; {PREPARED}", None),
        ("containerInstance: {cpuCores: 2}\n", f"'containerInstance' {NO_EFFECT}; {CORES}", None),
        ("batchai: {nodeCount: 3}\n", "'batchai.nodeCount' is read as 'nodeCount'; write 'nodeCount'", 3),
        ("nodeCount: 2\nbatchai: {node_count: 3}\n", f"'batchai' {NO_EFFECT}", 2),
        ("batchai:\n", f"'batchai' {NO_EFFECT}", None),
        (
            "environment:\n  docker: {gpu_support: true}\n",
            f"'gpu_support' {NO_EFFECT}; ask for GPUs with `resources: {{gpus: 1}}`",
            None,
        ),
        (
            "amlcompute: {location: eastus}\n",
            f"'location' {NO_EFFECT}; a compute target says where it is",
            None,
        ),
    ],
)
def test_one_warning_names_the_new_key_and_the_line(text, said, changes):
    """The value goes where it belongs, or is kept as it is; the text stays as it was."""
    config, warned = read("# of 2019\n" + text)
    lines = [line.partition(": ")[2] for line in warned]
    assert lines == [said]
    assert [line.partition(": ")[0] for line in warned] == [f"<cell>:{_line(text, said) + 1}"]
    assert config.to_yaml() == "# of 2019\n" + text
    if isinstance(changes, dict):
        assert config.changes() == changes
    elif changes is not None:
        assert config.node_count == changes


def _line(text, said):
    """The line of the text that the message is about."""
    word = said.replace("arguments as a map", "'arguments'").split("'")[1].split(".")[0].lower()
    return next(n for n, line in enumerate(text.lower().splitlines(), 1) if word in line)


def test_old_keys_are_kept_under_their_old_names():
    """What has no effect is written again, to the byte, also after a change elsewhere."""
    text = "autoPrepareEnvironment: true  # x\nbatchai: {retainCluster: no}\nscript: a.py\n"
    config, _ = read(text)
    assert config.unknown_keys == {"autoPrepareEnvironment": True, "batchai": {"retainCluster": "no"}}
    config.script = "b.py"
    assert config.to_yaml() == text.replace("a.py", "b.py")
    config.target = "x"
    again, _ = read(config.to_yaml())
    assert again == config


@pytest.mark.parametrize(
    ("text", "key", "message"),
    [
        (
            "history: {enabled: maybe}\n",
            "history.outputCollection",
            "'maybe' is neither true nor false (yes, no, on and off do as well)",
        ),
        ("batchai: {nodeCount: x}\n", "nodeCount", "'x' is not a whole number of nodes"),
        ("arguments: {a: {b: c}}\n", "arguments.a", "'{'b': 'c'}' is no text"),
    ],
)
def test_wrong_values_of_old_keys_are_faults(text, key, message):
    """They are told at the key that they became."""
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert [(f.message, f.key, f.line) for f in caught.value.faults] == [(message, key, 1)]


def test_a_change_of_an_old_keys_value_stays_at_the_old_key():
    """The file keeps its words; the new value stands where the old one stood."""
    config, _ = read("history:\n  enabled: true # on\n")
    config.history.output_collection = False
    assert config.to_yaml() == "history:\n  enabled: false # on\n"
    config, _ = read("history: {Enabled: yes, outputCollection: yes}\n")
    config.history.output_collection = False
    assert config.to_yaml() == "history: {Enabled: yes, outputCollection: false}\n"
    config, _ = read("communicator: Mpi  # c\narguments: {a: 1}\n")
    config.communicator = "IntelMpi"
    assert config.to_yaml() == "communicator: IntelMpi  # c\narguments: {a: 1}\n"
    config.arguments = ["--a", 2]
    assert config.to_yaml() == "communicator: IntelMpi  # c\narguments: [--a, 2]\n"
