"""SDK v1's names in a process of ours."""

import subprocess
import sys

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
