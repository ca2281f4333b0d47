"""From words and a cell body to a submission."""

import pytest

from jupyter_runcfg import RunConfiguration
from jupyter_runcfg.errors import ConfigError
from jupyter_runcfg.submission import Cell
from jupyter_runcfg.verbs import grammar
from jupyter_runcfg.verbs.submit import Context, is_yaml, read_submission

NAMED = {"gpu": RunConfiguration(script="train.py", arguments=["--epochs", "5"])}


def read(*words, body=None, current=None):
    options = grammar.parse(["submit", *words], "%runcfg", "notebook")
    return read_submission(options, body, Context(lambda: current or RunConfiguration(), NAMED.__getitem__))


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ("script: train.py\ntarget: local\n", True),
        ("script: str\n", True),
        ("# a comment\nscript: train.py", True),
        ("a: int = 3\n", False),
        ("print(1)\n", False),
        ("x: int\nprint(x)\n", False),
        ("print(1", False),
        ("for i in range(3):\n    print 'x'\n", False),
        ("if x == 1:\n y = (\n", False),
        ("scirpt: [1, 2]\nother: 'x'\n", True),
        ("", False),
        ("# only a comment", False),
        ("- a\n- b\n", False),
        ("{'a': 1}\n", False),
        ("environmentVariables: {A: '1'}\n", True),
        ("a: [\n", False),
    ],
)
def test_a_body_is_yaml_when_it_is_a_mapping_and_no_program(body, answer):
    """Annotations without a value, valid in both languages, are taken for YAML."""
    assert is_yaml(body) is answer


def test_a_script_replaces_the_configurations_own():
    """Script and arguments come from the words when the script does."""
    config = read("train2.py", "--", "-a", current=NAMED["gpu"]).submission.config
    assert (config.script, config.arguments) == ("train2.py", ["-a"])
    assert read("x/y", current=NAMED["gpu"]).submission.config.arguments == []


def test_a_container_that_a_file_asks_for():
    """It is said where, and how to run without; not where the words ask for it, or the target is another."""
    text = "script: a.py\nenvironment:\n  docker: {enabled: true}\n"
    key = "environment.docker.enabled"
    note = f"{key}, old.runconfig:3, asks for a container; `--set {key}=false` runs it without"
    current = RunConfiguration.from_text(text, file="p/old.runconfig")
    assert read(current=current).notes == (note,)
    assert read("--set", f"{key}=false", current=current).notes == ()
    assert read("--target", "docker", current=current).notes == ()


def test_the_current_configuration_stays_as_it_is():
    """What a submit changes, it changes in a copy."""
    current = RunConfiguration(script="a.py")
    changed = read("--set", "target=elsewhere", "--timeout", "1m", current=current).submission.config
    assert (changed.target, changed.max_run_duration_seconds) == ("elsewhere", 60)
    assert current == RunConfiguration(script="a.py")


def test_a_name_is_a_configuration():
    """A word that is no script is looked up; its arguments stay unless `--` replaces them."""
    assert read("gpu").submission.config.arguments == ["--epochs", "5"]
    assert read("gpu", "--").submission.config.arguments == []


def test_a_body_replaces_script_and_arguments_and_says_so():
    """The cell is the script; the configuration gives the rest."""
    reading = read("gpu", body="print(1)\n")
    assert reading.submission.cell == Cell("print(1)\n", "python")
    assert reading.submission.config.script is None
    assert reading.notes == ("the cell replaces train.py and its arguments",)


def test_a_yaml_body_is_the_configuration():
    """`%%runcfg submit` over YAML runs what it describes."""
    submission = read(body="script: other.py\ntarget: local\n").submission
    assert (submission.config.script, submission.cell) == ("other.py", None)


def test_tags_name_and_experiment_are_taken_over():
    """Words of the person reach the submission."""
    submission = read("a.py", "--tag", "x=1", "--tag", "y=a=b", "--name", "n", "--experiment", "e").submission
    assert (submission.tags, submission.name, submission.experiment) == ({"x": "1", "y": "a=b"}, "n", "e")


@pytest.mark.parametrize(
    ("words", "body", "message"),
    [
        (["a.py"], "print(1)", "both a script, 'a.py', and a cell body"),
        (["a.py", "b.py"], None, "more than one script: a.py, b.py"),
        (["gpu", "cpu"], None, "more than one configuration: gpu, cpu"),
        (["gpu"], "script: a.py\n", "both a configuration, 'gpu', and one in the cell"),
        (["a.py", "--notebook", "n.ipynb"], None, "both `--notebook` and a script, 'a.py'"),
        (["--notebook", "n.py"], None, "'n.py' is no notebook"),
        (["a.py", "-p", "lr=1"], None, "`-p` gives a parameter to a notebook, and this is none"),
        (["a.py", "--with", "df"], None, "the shell has no variables and no cells to send"),
        (["--lang", "bash"], None, "`--lang` says what a cell body is, and there is none"),
        ([], "scirpt: a.py\n", "no setting named 'scirpt'"),
        (["a.py", "--set", "nodecont=2"], None, "no setting named 'nodecont'"),
    ],
)
def test_words_that_contradict_each_other_are_refused(words, body, message):
    """One clear error, before anything is done."""
    with pytest.raises(ConfigError) as caught:
        read(*words, body=body)
    assert caught.value.message == message


def test_a_script_may_stand_behind_options():
    """`submit NAME --option value script.py` is read as it is meant."""
    submission = read("gpu", "--target", "local", "x.py").submission
    assert (submission.config.script, submission.config.target) == ("x.py", "local")


def test_resources_by_words():
    """--gpus, --cpus, --mem and --node-count are the configuration's own settings; --set wins."""
    config = read("--gpus", "1", "--cpus", "4", "--mem", "32G", "--node-count", "2").submission.config
    assert (config.resources.gpus, config.resources.cpus, config.resources.memory) == (1, 4, "32G")
    assert config.node_count == 2
    assert read("--gpus", "1", "--set", "resources.gpus=2").submission.config.resources.gpus == 2
    with pytest.raises(ConfigError, match="gpus"):
        read("--gpus", "some")
