"""Runs with an environment of their own: from what a configuration asks for to what the record keeps."""

import json
import os
import sys
from pathlib import Path

import pytest

from jupyter_runcfg import CondaDependencies, Environment, RunConfiguration, Workspace, submit
from jupyter_runcfg.errors import ConfigError, RunFailedError
from jupyter_runcfg.run import Run
from jupyter_runcfg.run.rerun import Change
from jupyter_runcfg.runtime.environment.place import EnvironmentPaths
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.submission.environment import asks_for_packages, define_for
from jupyter_runcfg.submission.rerun import rerun

from ..engines.silent import silent
from ..environments.wheelhouse import wheelhouse
from ..runtime.job import until

__all__ = ["silent", "wheelhouse"]

SCRIPT = (
    "import alpha, sys, shutil; print(alpha.VERSION, sys.argv[1:], shutil.which('python') == sys.executable)"
)


def config_of(*pip, python="", script="train.py"):
    tree = {"dependencies": [*([f"python={python}"] if python else []), {"pip": list(pip)}]}
    made = RunConfiguration(script=script)
    made.environment.python.conda_dependencies = CondaDependencies(_underlying_structure=tree)
    return made


@pytest.mark.parametrize(
    ("managed", "said"), [(False, "conda environment run 4"), (True, "None environment run None")]
)
def test_variables_of_a_conda_file(project, managed, said):
    """They are the job's, as after `conda activate`; the environment's own win, and those of the run most."""
    names = ("A", "B", "C", "OMP_NUM_THREADS")
    project.write("train.py", f"import os; print(*(os.environ.get(name) for name in {names}))")
    config = RunConfiguration(script="train.py")
    variables = {"A": "conda", "B": "conda", "C": "conda", "OMP_NUM_THREADS": 4}
    tree = {"dependencies": [], "variables": variables}
    config.environment.python.conda_dependencies = CondaDependencies(_underlying_structure=tree)
    config.environment.python.user_managed_dependencies = managed
    config.environment.environment_variables = {"B": "environment", "C": "environment"}
    config.environment_variables = {"C": "run"}
    run = submit(config)
    assert run.wait(60).status == "Completed"
    assert run.logs() == f"{said}\n"


def test_an_environment_by_its_name(project, runcfg_home):
    """Of a file: one that is registered is what runs; one that is not is an error with its line."""
    project.write("train.py", "import os; print(os.environ['SAID'])")
    project.write(".azureml/named.runconfig", "script: train.py\nenvironment:\n  name: mine\n  version: 1\n")
    config = RunConfiguration.load(project.directory, "named")
    with pytest.raises(ConfigError) as caught:
        submit(config)
    (fault,) = caught.value.faults
    assert (fault.message, fault.line) == ("no environment 'mine' in version 1 is registered here", 3)
    assert "`--env environment.yml`" in fault.hint
    made = Environment("mine")
    made.environment_variables = {"SAID": "registered"}
    made.register(Workspace.create("w"))
    run = submit(config)
    assert run.wait(60).status == "Completed"
    assert run.logs() == "registered\n"


def without_build(log):
    """What the script itself printed."""
    return log.rpartition("\n + ")[2].partition("\n")[2] if "── " in log else log


def test_a_run_with_packages(project, wheelhouse, runcfg_home):
    """Built while it is Preparing, its log before the script's own, the lock recorded; then used again."""
    project.write("train.py", SCRIPT)
    config = config_of(*wheelhouse.options, "alpha<2")
    runs = [submit(config) for _ in range(2)]
    for run in runs:
        assert run.wait(60).status == "Completed", run.logs()
    first = runs[0]
    assert without_build(first.logs()) == "1.0 [] True\n"
    assert "installing 1 package" in Path(first.paths.environment_log).read_text()
    locks = [json.loads(Path(run.paths.attempt(1).lock).read_text()) for run in runs]
    assert locks[0] == locks[1]
    assert locks[0]["packages"] == {"alpha": "1.0"}
    assert "--hash=sha256:" in locks[0]["lock"]
    steps = [event.get("cause") for run in runs for event in _events(run) if event["kind"] == "status"]
    assert "builds its environment: installing 1 package" in steps
    third = submit(config)
    assert third.wait(60).status == "Completed"
    assert third.logs() == "1.0 [] True\n"
    assert ": Python 3.11, 1 package, built already" in third.sent
    assert not os.path.exists(third.paths.environment_log)


def _events(run):
    files = Path(run.paths.events).glob("*.jsonl")
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def test_a_rerun_has_the_same_versions(project, wheelhouse, runcfg_home):
    """Even where the environment was removed and an index has newer ones; a change of arguments keeps it."""
    project.write("train.py", SCRIPT)
    first = submit(config_of(*wheelhouse.options, "alpha"))
    first.wait(60)
    wheelhouse.add("alpha", "3.0")
    place = EnvironmentPaths(Home(str(runcfg_home)), first.request["environment"]["name"])
    os.unlink(place.facts)
    again = Run(None, rerun(first.paths, Change()).run_id)
    assert again.wait(60).status == "Completed"
    assert without_build(again.logs()) == "2.0 [] True\n"
    changed = Run(None, rerun(again.paths, Change(arguments=("--lr", "1"))).run_id)
    assert changed.wait(60).status == "Completed"
    assert changed.logs() == "2.0 ['--lr', '1'] True\n"
    assert changed.request["environment"] == again.request["environment"]
    anew = submit(config_of(*wheelhouse.options, "alpha"))
    assert anew.wait(60).status == "Completed"
    assert without_build(anew.logs()) == "3.0 [] True\n"


def test_what_cannot_be_built_fails_the_run(project, wheelhouse):
    """Status Failed with the explanation and the line of the conda file; the script never runs."""
    project.write("train.py", "print('ran')")
    options = "".join(f"    - {one}\n" for one in wheelhouse.options)
    project.write("env.yml", f"dependencies:\n  - pip\n  - pip:\n{options}    - alpha==9\n")
    project.write(
        ".azureml/a.runconfig", "script: train.py\nenvironment:\n  python: {condaDependenciesFile: env.yml}\n"
    )
    run = submit(RunConfiguration.load(str(project.directory), "a"))
    with pytest.raises(RunFailedError):
        run.wait_for_completion()
    summary = run.summary()
    assert (summary.status, summary.cause) == ("Failed", "its environment cannot be built")
    assert summary.error["type"] == "Unsolvable"
    assert summary.error["where"] == "env.yml:6"
    assert "ran" not in run.logs().splitlines()
    assert "alpha==9" in run.logs()


def test_canceled_while_it_is_built(project, wheelhouse, silent):
    """The run ends as Canceled, and nothing of the build is left running."""
    project.write("train.py", "print('ran')")
    run = submit(config_of(f"--index-url {silent.url}/simple", "alpha"))
    until(lambda: run.refresh().cause == "builds its environment: resolving 1 package")
    assert run.status == "Preparing"
    run.cancel()
    summary = run.wait(30)
    assert (summary.status, summary.cause) == ("Canceled", "canceled while its environment was built")


def test_programs_and_commands(project, wheelhouse):
    """A command finds the environment's programs first."""
    config = config_of(*wheelhouse.options, "alpha", script=None)
    config.command = "alpha-says && python -c 'import alpha; print(alpha.VERSION)'"
    run = submit(config)
    assert run.wait(60).status == "Completed", run.logs()
    assert without_build(run.logs()) == "two\n2.0\n"


@pytest.mark.parametrize(
    "dependencies",
    [
        None,
        {"dependencies": ["python=3.8.13", {"pip": ["azureml-defaults"]}]},
        {"dependencies": ["python=3.6.2", {"pip": ["azureml-defaults", "azureml-core"]}]},
        {"dependencies": ["pip"]},
        {},
    ],
)
def test_v1s_untouched_default(project, dependencies):
    """What SDK v1 puts into each new configuration is run by this interpreter, as the run's line says."""
    project.write("train.py", "import sys; print(sys.executable)")
    config = RunConfiguration(script="train.py")
    if dependencies is not None:
        packages = CondaDependencies(_underlying_structure=dependencies)
        config.environment.python.conda_dependencies = packages
    assert not asks_for_packages(config)
    run = submit(config)
    run.wait(30)
    assert "local, this interpreter" in run.sent
    assert run.request["environment"].keys() == {"python"}


def test_managed_by_the_person(project):
    """`userManagedDependencies` needs nothing built, whatever the packages are."""
    config = config_of("alpha==9")
    config.environment.python.user_managed_dependencies = True
    assert not asks_for_packages(config)


def test_a_python_that_is_not_here(project):
    """The versions that are here are named, and what would bring the other one."""
    project.write("train.py", "")
    with pytest.raises(ConfigError) as caught:
        submit(config_of("alpha", python="3.77"))
    assert caught.value.faults[0].message.startswith("there is no Python 3.77 on this machine, only 3.")
    assert "uv python install 3.77" in caught.value.faults[0].hint


def test_v1s_default_python(project, wheelhouse, tmp_path, monkeypatch):
    """A version that SDK v1 wrote by itself is taken where it is here, else this one, with a note."""
    project.write("train.py", "import alpha, sys; print(alpha.VERSION, sys.version_info[:2])")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path))
    monkeypatch.setenv("PATH", "/bin" if not os.path.exists("/bin/python3.8") else str(tmp_path))
    run = submit(config_of(*wheelhouse.options, "alpha", python="3.8.13"))
    assert run.wait(60).status == "Completed", run.logs()
    mine = "{}.{}".format(*sys.version_info)
    assert f"Python {mine} in place of 3.8.13, SDK v1's default, which is not here" in run.notes


def test_requirements_beside_the_conda_file(project):
    """`-r` in pip's list is read from the directory of the conda file, with its own lines."""
    project.write("envs/r.txt", "alpha<2\n")
    project.write("envs/env.yml", "dependencies:\n  - pip:\n    - -r r.txt\n    - beta\n")
    project.write(
        ".azureml/a.runconfig",
        "script: t.py\nenvironment:\n  python: {condaDependenciesFile: envs/env.yml}\n",
    )
    config = RunConfiguration.load(str(project.directory), "a")
    definition, _ = define_for(config, project.directory)
    assert definition.packages == ("alpha<2", "beta")
    assert definition.asked == {"alpha": "r.txt:1", "beta": "env.yml:4"}


def test_lines_of_a_runconfig(project):
    """Packages that stand in the configuration itself are told by its lines."""
    project.write(
        ".azureml/a.runconfig",
        "script: t.py\nenvironment:\n  python:\n    condaDependencies:\n      dependencies:\n"
        "      - pip:\n        - beta\n        - 'alpha >= 2'\n",
    )
    config = RunConfiguration.load(str(project.directory), "a")
    assert define_for(config, project.directory)[0].asked == {
        "beta": "a.runconfig:7",
        "alpha": "a.runconfig:8",
    }


def test_a_registered_environment(project, wheelhouse, runcfg_home):
    """A configuration that only names it has it, in Python too."""
    from jupyter_runcfg import Workspace

    project.write("train.py", SCRIPT)
    made = config_of(*wheelhouse.options, "alpha").environment
    made.name = "letters"
    made.register(Workspace.create("w", exist_ok=True))
    run = submit(RunConfiguration.from_text("script: train.py\nenvironment: {name: letters}\n"))
    assert run.wait(60).status == "Completed", run.logs()
    assert without_build(run.logs()) == "2.0 [] True\n"
    assert isinstance(made, Environment)
