"""Runs whose packages are conda's: v1's own files, from the shell to the script, with no conda anywhere."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_runcfg import CondaDependencies, RunConfiguration, submit
from jupyter_runcfg.errors import ConfigError
from jupyter_runcfg.run import Run
from jupyter_runcfg.run.rerun import Change
from jupyter_runcfg.runtime.environment.conda import packages_of
from jupyter_runcfg.runtime.environment.place import EnvironmentPaths
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.submission import Submission
from jupyter_runcfg.submission.rerun import rerun
from jupyter_runcfg.verbs.check import check

from ..engines.channel import MINOR, PYTHON, Channel, Server
from ..environments.wheelhouse import wheelhouse

__all__ = ["wheelhouse"]

SCRIPT = """\
import os, subprocess, sys
import alpha, gamma
print(alpha.VERSION, gamma.VERSION, sys.prefix == os.environ["CONDA_PREFIX"], os.environ["TOOL_HOME"])
print(subprocess.run("tool", capture_output=True, text=True).stdout.strip(), "RUNCFG_CONDA" in os.environ)
"""
CONFIGURATION = """\
script: train.py
target: local
environment:
  name: project_environment
  python:
    userManagedDependencies: false
    interpreterPath: python
    condaDependenciesFile: .azureml/conda_dependencies.yml
"""


@pytest.fixture
def channel(tmp_path, monkeypatch):
    for name in ("CONDARC", "CONDA_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    made = Channel(tmp_path / "channel")
    made.add_python()
    made.add_module("alpha", "1.0")
    made.add_module("alpha", "2.0")
    script = 'export TOOL_HOME="$CONDA_PREFIX/share"\n'
    made.add(
        "tool", "1.0", files={"bin/tool": "#!/bin/sh\necho tool\n", "etc/conda/activate.d/tool.sh": script}
    )
    return made


@pytest.fixture
def written(project, channel, wheelhouse):
    """A project as SDK v1 wrote it, with packages of conda's and of pip's."""
    wheelhouse.add("gamma", "1.0", requires=["alpha"])
    project.write("train.py", SCRIPT)
    project.write(".azureml/train.runconfig", CONFIGURATION)
    pip = "".join(f"  - {one}\n" for one in ["azureml-defaults", *wheelhouse.options, "gamma"])
    project.write(
        ".azureml/conda_dependencies.yml",
        f"name: project_environment\ndependencies:\n- python={MINOR}\n- alpha<2\n- tool\n- pip:\n{pip}"
        f"channels:\n- {channel.url}\n",
    )
    return project


def script_said(run):
    return run.logs().splitlines()[-2:]


def test_from_the_shell(written, runcfg_home):
    """`jupyter runcfg submit train` builds, runs in it, keeps the exact lock; then it is there."""
    words = [sys.executable, "-c", "import sys; from jupyter_runcfg.cli import main; sys.exit(main())"]
    outputs = []
    for _ in range(2):
        done = subprocess.run(
            [*words, "submit", "train"], capture_output=True, text=True, cwd=written.directory, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        outputs.append(done.stderr)
    assert f"Python {MINOR}, 3 packages, built first" in outputs[0]
    assert "not installed: azureml-defaults" in outputs[0]
    assert f"Python {MINOR}, 3 packages, built already" in outputs[1]
    run = Run(None, os.listdir(runcfg_home / "runs")[0])
    place = EnvironmentPaths(Home(str(runcfg_home)), run.request["environment"]["name"])
    assert script_said(run) == [f"1.0 1.0 True {place.prefix}/share", "tool False"]
    lock = json.loads(Path(run.paths.attempt(1).lock).read_text())
    packages = {"alpha": "1.0", "gamma": "1.0", "python": PYTHON, "tool": "1.0"}
    assert (lock["packages"], packages_of(lock["lock"])) == (packages, packages)
    assert all(one["sha256"] and one["md5"] and one["url"] for one in json.loads(lock["lock"])["conda"])


def test_a_rerun_has_the_same_packages(written, channel, wheelhouse, runcfg_home):
    """Of conda and of pip, though the environment was removed and there are newer ones."""
    first = submit(RunConfiguration.load(str(written.directory), "train"))
    assert first.wait(60).status == "Completed", first.logs()
    channel.add_module("alpha", "1.9")
    wheelhouse.add("gamma", "9.0")
    place = EnvironmentPaths(Home(str(runcfg_home)), first.request["environment"]["name"])
    os.unlink(place.facts)
    again = Run(None, rerun(first.paths, Change()).run_id)
    assert again.wait(60).status == "Completed", again.logs()
    assert script_said(again)[0].startswith("1.0 1.0 True")
    anew = submit(RunConfiguration.load(str(written.directory), "train"))
    assert anew.wait(60).status == "Completed"
    assert script_said(anew)[0].startswith("1.9 9.0 True")


def test_what_cannot_be_solved_fails_the_run(written, channel):
    """Status Failed with the solver's words and the line of the conda file; the script never runs."""
    file = written.directory / ".azureml" / "conda_dependencies.yml"
    file.write_text(file.read_text().replace("alpha<2", "alpha>7"))
    run = submit(RunConfiguration.load(str(written.directory), "train"))
    summary = run.wait(60)
    assert (summary.status, summary.cause) == ("Failed", "its environment cannot be built")
    assert (summary.error["type"], summary.error["where"]) == ("Unsolvable", "conda_dependencies.yml:4")
    assert summary.error["message"] == "no channel has 'alpha >7': there is 2.0, 1.0"


def test_a_check(written, channel):
    """Solved with nothing installed; a module that nobody brings is told, one of another name is not."""
    config = RunConfiguration.load(str(written.directory), "train")
    found = check(Submission(config, source=written.directory))
    assert any("3 packages, built first; 4 packages in all" in line for line in found.lines)
    channel.add("pytorch", "2.1.0", depends=["python"])
    file = written.directory / ".azureml" / "conda_dependencies.yml"
    file.write_text(file.read_text().replace("- tool\n", "- pytorch\n"))
    written.write("train.py", "import torch, yaml\n")
    with pytest.raises(ConfigError) as caught:
        check(Submission(RunConfiguration.load(str(written.directory), "train"), source=written.directory))
    assert [fault.message for fault in caught.value.faults] == [
        "the script imports 'yaml', and its environment has no pyyaml"
    ]
    file.write_text(file.read_text().replace("alpha<2", "alpha>7"))
    with pytest.raises(ConfigError) as caught:
        check(Submission(RunConfiguration.load(str(written.directory), "train"), source=written.directory))
    assert [(fault.message, fault.file) for fault in caught.value.faults] == [
        ("no channel has 'alpha >7': there is 2.0, 1.0", "conda_dependencies.yml:4")
    ]


def test_all_bad_lines_before_anything_is_done(written):
    """What conda could not read, each with its line, before a record is written."""
    file = written.directory / ".azureml" / "conda_dependencies.yml"
    file.write_text(file.read_text().replace("- tool\n", "- tool >=\n- dask[complete]\n"))
    with pytest.raises(ConfigError) as caught:
        submit(RunConfiguration.load(str(written.directory), "train"))
    assert [(fault.message, fault.file) for fault in caught.value.faults] == [
        ("'tool >=' has the version '>=', which conda cannot read", "conda_dependencies.yml:5"),
        ("'[complete]' of 'dask[complete]' is nothing that conda knows", "conda_dependencies.yml:6"),
    ]


def test_a_password_is_not_in_the_record(written, channel):
    """A channel's password is in no file of the record; its host is."""
    config = RunConfiguration(script="train.py")
    tree = {"channels": ["https://ann:s3cret@conda.example/c", "https://conda.example/t/t0ken/d"]}
    tree["dependencies"] = ["python", "alpha", "https://bob:h1dden@conda.example/e::beta"]
    config.environment.python.conda_dependencies = CondaDependencies(_underlying_structure=tree)
    run = submit(config)
    run.cancel()
    run.wait(60)
    assert run.request["environment"]["channels"] == [f"https://conda.example/{name}" for name in "cde"]
    files = [path for path in Path(run.paths.directory).rglob("*") if path.is_file()]
    for secret in (b"s3cret", b"t0ken", b"h1dden"):
        assert [path for path in files if secret in path.read_bytes()] == []


def test_a_channel_behind_a_password(project, channel, runcfg_home):
    """It opens the channel for the job, and is in no file of the home; a script does not see it."""
    server = Server(channel.place, "Basic " + base64.b64encode(b"ann:s3cret").decode())
    project.write("train.py", "import os, alpha; print(alpha.VERSION, 's3' + 'cret' in str(os.environ))")
    config = RunConfiguration(script="train.py")
    url = server.url.replace("//", "//ann:s3cret@")
    tree = {"channels": [url], "dependencies": ["alpha"]}
    config.environment.python.conda_dependencies = CondaDependencies(_underlying_structure=tree)
    try:
        run = submit(config)
        assert run.wait(60).status == "Completed", run.logs()
    finally:
        server.stop()
    assert run.logs().splitlines()[-1] == "2.0 False"
    assert "read alpha, 0.0 MB\n" in Path(run.paths.environment_log).read_text()
    files = [path for path in runcfg_home.rglob("*") if path.is_file()]
    assert [path for path in files if b"s3cret" in path.read_bytes()] == []


def test_an_environment_that_is_there(project, channel, runcfg_home, tmp_path):
    """`baseCondaEnvironment` is used as it is, activated; a missing one is told before anything is done."""
    project.write(
        "train.py", "import os, sys; print(sys.prefix, os.environ['TOOL_HOME'], os.environ['CONDA_PREFIX'])"
    )
    made = RunConfiguration(script="train.py")
    tree = {"channels": [channel.url], "dependencies": ["alpha", "tool"]}
    made.environment.python.conda_dependencies = CondaDependencies(_underlying_structure=tree)
    built = submit(made)
    assert built.wait(60).status == "Completed", built.logs()
    prefix = EnvironmentPaths(Home(str(runcfg_home)), built.request["environment"]["name"]).prefix
    config = RunConfiguration(script="train.py")
    config.environment.python.base_conda_environment = prefix
    run = submit(config)
    assert run.wait(60).status == "Completed", run.logs()
    assert run.logs() == f"{prefix} {prefix}/share {prefix}\n"
    assert f"conda environment {prefix}" in check(Submission(config, source=project.directory)).lines
    again = Run(None, rerun(run.paths, Change()).run_id)
    assert (again.wait(60).status, again.logs()) == ("Completed", run.logs())
    config.environment.python.base_conda_environment = "no-such-environment"
    with pytest.raises(ConfigError) as caught:
        submit(config)
    assert caught.value.message == "no conda environment 'no-such-environment'"
