"""SDK v1's names in a process of ours."""

import subprocess
import sys

import pytest

from ..runtime.job import log_of, record, run

NAMES = """
import jupyter_runcfg.azureml as names
names.offer()
from azureml.core import Environment, Run, RunConfiguration, ScriptRunConfig
from azureml.core.runconfig import RunConfiguration as same
print(RunConfiguration is same, RunConfiguration.__module__.split(".")[0], Run.__module__.split(".")[0])
"""


def test_v1_names_are_ours_where_azureml_is_not_installed():
    """After `offer`, `from azureml.core import …` gives our classes."""
    done = subprocess.run([sys.executable, "-c", NAMES], capture_output=True, text=True, check=True)
    assert done.stdout == "True jupyter_runcfg jupyter_runcfg\n"


EVERY = """
import importlib
import jupyter_runcfg.azureml as names
names.offer()
for module, table in names.TABLE.items():
    for name in table:
        assert getattr(importlib.import_module(module), name) is not None, (module, name)
from azureml.core.runconfig import *
from azureml.exceptions import UserErrorException
import azureml.core.runconfig
try:
    RunConfiguration(framework="Fortran")
except UserErrorException as error:
    print(type(error).__name__, hasattr(azureml.core.runconfig, "Nothing"))
"""


def test_every_name_of_the_table_is_there():
    """Each can be imported from its module, and v1's exceptions catch ours."""
    done = subprocess.run([sys.executable, "-c", EVERY], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("ConfigError False\n", "")


REPRS = """
import inspect, importlib
import jupyter_runcfg.azureml as names
names.offer()
for module, table in names.TABLE.items():
    for name in table:
        kind = getattr(importlib.import_module(module), name)
        if inspect.isclass(kind) and kind.__repr__ is object.__repr__:
            assert name.endswith(("Dataset", "Factory")), (module, name)
from azureml.core import Workspace
workspace = Workspace()
print(workspace.compute_targets, [workspace.get_default_datastore().path("a")])
"""


def test_what_a_notebook_shows_of_an_object(monkeypatch, tmp_path):
    """No class that has instances leaves them to Python's `<… object at 0x…>`."""
    monkeypatch.setenv("RUNCFG_HOME", str(tmp_path))
    done = subprocess.run([sys.executable, "-c", REPRS], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (
        "ComputeTargets(local, docker) [DataReference('workspaceblobstore', 'a')]\n",
        "",
    )


VERSION = """
import azureml.core, packaging.version
release = packaging.version.parse(azureml.core.VERSION)
print(azureml.core.VERSION, azureml.core.__version__ == azureml.core.VERSION, release.release)
__version__ = "mine"
from azureml.core import *
print(__version__)
"""


@pytest.mark.parametrize("is_in_job", [False, True])
def test_the_version_of_v1(is_in_job, tmp_path):
    """It names the release whose interface this is and says that it is ours; `packaging` reads it."""
    expected = "1.61.0+jupyter.runcfg True (1, 61, 0)\nmine\n"
    if is_in_job:
        paths = record(tmp_path, VERSION)
        run(paths)
        assert log_of(paths).decode() == expected
    else:
        code = f"import jupyter_runcfg.azureml as names; names.offer()\n{VERSION}"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert (done.stdout, done.stderr) == (expected, "")


def test_a_genuine_azureml_wins(tmp_path):
    """An installed azureml.core is what is imported."""
    core = tmp_path / "azureml" / "core"
    core.mkdir(parents=True)
    (core / "__init__.py").write_text("Run = 'genuine'\n")
    code = "import jupyter_runcfg.azureml as n; n.offer(); from azureml.core import Run; print(Run)"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "genuine\n"


NOTEBOOK = """
import jupyter_runcfg.azureml as names
names.offer()
from azureml.core import Dataset, Datastore, Environment, Experiment, Model, Run, ScriptRunConfig, Workspace
from azureml.core.authentication import InteractiveLoginAuthentication
from azureml.core.compute import ComputeTarget
from azureml.exceptions import ActivityFailedException, WebserviceException
ws = Workspace.from_config(auth=InteractiveLoginAuthentication(tenant_id="t"))
env = Environment("train"); env.register(workspace=ws)
src = ScriptRunConfig(source_directory=".", script="train.py", arguments=["--n", 3],
                      compute_target=ComputeTarget(workspace=ws, name="local"),
                      environment=Environment.get(ws, "train"))
run = Experiment(workspace=ws, name="v1").submit(src, tags={"a": "b"})
run.wait_for_completion(show_output=True)
print(run.get_status(), run.get_metrics(), run.get_file_names()[0], run.get_details()["target"])
model = run.register_model(model_name="m", model_path="outputs/model.txt", tags={"n": run.get_metrics()["n"]})
print(model.name, model.version, Model(ws, "m").tags)
try: Model(ws, "none")
except WebserviceException as error: print(type(error).__name__)
with Experiment(ws, "v1").start_logging(snapshot_directory=None) as inner: inner.log("x", 1)
print([r.get_status() for r in Experiment(ws, "v1").get_runs()])
"""


def test_a_notebook_of_v1(project):
    """Its cells as they are: workspace, environment, submit, wait, metrics, files, model, start_logging."""
    project.write(
        "train.py",
        """
        import argparse
        from azureml.core import Run
        parser = argparse.ArgumentParser(); parser.add_argument("--n", type=int)
        run = Run.get_context(); n = parser.parse_args().n
        run.log("n", n); open("outputs/model.txt", "w").write("model")
        print("trained")
        """,
    )
    done = subprocess.run([sys.executable, "-c", NOTEBOOK], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [
        "trained",
        "Completed {'n': 3} outputs/model.txt local",
        "m 1 {'n': '3'}",
        "NotRegisteredError",
        "['Completed', 'Completed']",
    ], done.stderr


def test_the_tables_agree():
    """What a job offers is offered outside of one, too, except our own package."""
    code = (
        "from jupyter_runcfg.azureml import TABLE; from jupyter_runcfg.runtime.v1.names import IN_JOB;"
        "print([(m, n) for m in IN_JOB if m != 'jupyter_runcfg'"
        " for n in IN_JOB[m] if n not in TABLE.get(m, ())])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
