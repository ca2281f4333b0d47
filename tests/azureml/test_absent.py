"""What of SDK v1 is not here: it is imported, and says where it is used what to do in its place."""

import subprocess
import sys

USED = """
import jupyter_runcfg.azureml as names
names.offer()
from azureml.core import Webservice, Workspace
from azureml.core.model import InferenceConfig, Model
from azureml.core.webservice import AciWebservice
from azureml.opendatasets import Diabetes
from azureml.pipeline.core import Pipeline
from azureml.pipeline.steps import ParallelRunConfig, PythonScriptStep
from azureml.train.automl import AutoMLConfig
from azureml.train.hyperdrive import PrimaryMetricGoal, choice
from jupyter_runcfg.errors import UserErrorException
for use in [
    lambda: InferenceConfig(entry_script="score.py"),
    lambda: Model.deploy(Workspace(), "service", []),
    lambda: Diabetes.get_tabular_dataset(),
    lambda: Pipeline(Workspace(), steps=[]),
    lambda: AutoMLConfig(task="regression"),
    lambda: PrimaryMetricGoal.MAXIMIZE,
    lambda: choice(0.1, 0.2),
]:
    try: use()
    except UserErrorException as error: print(error.message, "->", error.hint[:20])
print(ParallelRunConfig.__module__.partition(".")[0], PythonScriptStep.__module__, Pipeline.__name__)
print(isinstance(1, Webservice), hasattr(AciWebservice, "_repr_html_"))
"""


def test_what_is_used_says_what_to_do():
    """Calls and attributes are one sentence with a next step; our own names of such a module are real."""
    done = subprocess.run([sys.executable, "-c", USED], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [
        "no InferenceConfig here: models are not served from here -> `Model(ws, name).dow",
        "models are not served from here -> `Model(ws, name).dow",
        "no Diabetes here: it downloads from Azure's storage -> read the files with ",
        "no Pipeline here: this version has no pipelines of steps -> submit the script of",
        "no AutoMLConfig here: automated ML is a service of Azure -> search in a script o",
        "no PrimaryMetricGoal here: this version has no search over parameters -> submit a run for eac",
        "no choice here: this version has no search over parameters -> submit a run for eac",
        "jupyter_runcfg azureml.pipeline.steps Pipeline",
        "False False",
    ], done.stderr


UNKNOWN = """
import jupyter_runcfg.azureml as names
names.offer()
for line in ["import azureml.mlflow", "from azureml.core import Nothing", "from azureml.train import thing"]:
    try: exec(line)
    except ImportError as error: print(type(error).__name__, error)
"""


def test_what_v1_has_not():
    """A module or a name that is not v1's is Python's own error."""
    done = subprocess.run([sys.executable, "-c", UNKNOWN], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [
        "ModuleNotFoundError No module named 'azureml.mlflow'",
        "ImportError cannot import name 'Nothing' from 'azureml.core' (unknown location)",
        "ImportError cannot import name 'thing' from 'azureml.train' (unknown location)",
    ], done.stderr


def test_another_azureml(tmp_path):
    """Below an azureml that is installed nothing absent stands in for what it may have."""
    (tmp_path / "azureml").mkdir()
    (tmp_path / "azureml" / "__init__.py").write_text("")
    code = "import jupyter_runcfg.azureml as n; n.offer(); import azureml.opendatasets"
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {code}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == "ModuleNotFoundError: No module named 'azureml.opendatasets'"
