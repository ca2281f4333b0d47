"""SDK v1's ScriptRunConfig."""

from pathlib import Path

import pytest

from jupyter_runcfg.config import Environment, RunConfiguration, ScriptRunConfig
from jupyter_runcfg.errors import ConfigError


def test_alone_it_builds_a_configuration():
    """Target, environment and v1's thirty days are taken."""
    config = ScriptRunConfig("src", "a.py", ["--x", 1], compute_target="gpu", environment=Environment("e"))
    assert config.source_directory == Path("src")
    assert config.run_config.changes() == {
        "script": "a.py",
        "arguments": ["--x", "1"],
        "target": "gpu",
        "maxRunDurationSeconds": 2592000,
        "environment.name": "e",
    }
    assert (config.script, config.arguments, config.command) == ("a.py", ["--x", "1"], None)


def test_words_given_here_win_over_run_config():
    """The rest comes from run_config, which is not changed."""
    base = RunConfiguration("a.py", ["--a"])
    base.target = "gpu"
    config = ScriptRunConfig(".", arguments=["--b"], run_config=base, compute_target="other")
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


def test_what_is_not_acted_on_is_refused():
    """No distributed job runs alone because somebody did not read a warning."""
    with pytest.raises(ConfigError) as caught:
        ScriptRunConfig(".", "a.py", distributed_job_config=object(), resume_from=3)
    message = "is not acted on: this version does not run distributed jobs yet"
    assert [(fault.message, fault.key) for fault in caught.value.faults] == [
        (f"'object' {message}", "distributed_job_config"),
        (f"'int' {message}", "resume_from"),
    ]
    with pytest.raises(ConfigError, match="'str' is no RunConfiguration"):
        ScriptRunConfig(".", run_config="a.runconfig")


def test_equal_by_value_and_shown():
    """Equal words make equal objects; the text shows what differs."""
    one, two = ScriptRunConfig("src", "a.py"), ScriptRunConfig("src", "a.py")
    assert one == two
    two.run_config.target = "gpu"
    assert one != two
    assert repr(one) == f"ScriptRunConfig('src', run_config={one.run_config!r})"
    assert repr(one.run_config) == "RunConfiguration(script='a.py', maxRunDurationSeconds=2592000)"
