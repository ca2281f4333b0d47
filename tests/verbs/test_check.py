"""`submit --check`: all that is wrong at once."""

import sys

import pytest

from jupyter_runcfg import RunConfiguration
from jupyter_runcfg.errors import ConfigError
from jupyter_runcfg.submission import Cell, Submission
from jupyter_runcfg.verbs.check import check

from ..project import project

__all__ = ["project"]


def faults(submission):
    with pytest.raises(ConfigError) as caught:
        check(submission)
    return [fault.message for fault in caught.value.faults]


def test_nothing_is_wrong(project, runcfg_home):
    """What would run, where, with what, how big; nothing is submitted."""
    project.write("beside.py", "")
    project.write("train.py", "import json, beside, os.path\nfrom azureml.core import Run\n")
    lines = check(Submission(RunConfiguration(script="train.py"))).lines
    version = sys.version.split()[0]
    assert lines == (
        "what: train.py",
        "target: local, experiment project",
        f"interpreter: {sys.executable}, Python {version} (this one); it has all 2 that the script imports",
        f"snapshot: {project.directory} 2 files 58 B",
        "nothing is wrong, nothing was submitted",
    )
    assert not (runcfg_home / "runs").exists()


def test_all_faults_at_once(project):
    """Target, script and interpreter are each looked at, whatever is wrong with the others."""
    config = RunConfiguration(script="trian.py", target="nope")
    config.environment.python.interpreter_path = "/bin/false"
    assert faults(Submission(config)) == [
        "no compute target named 'nope'",
        f"no script 'trian.py' in {project.directory}",
        "/bin/false does not start: it ended with 1",
    ]


def test_imports_that_are_not_there(project):
    """Those of the script, of a cell, and of a notebook; what it imports only perhaps does not count."""
    code = "import json, no_such_one\nfrom no_such_two.x import y\n"
    code += "try:\n    import no_such_three\nexcept ImportError: pass\n"
    project.write("train.py", code)
    for submission in (
        Submission(RunConfiguration(script="train.py")),
        Submission(RunConfiguration(), cell=Cell(code)),
    ):
        assert faults(submission) == [
            f"the script imports '{name}', and {sys.executable} has none"
            for name in ("no_such_one", "no_such_two")
        ]


def test_a_big_directory(project):
    """Above the limit it is told how big."""
    project.write("train.py", "")
    project.write("big.bin", "x" * 5000)
    submission = Submission(RunConfiguration(script="train.py"), limit_bytes=1000)
    assert faults(submission) == ["the snapshot would be 5 KB"]
