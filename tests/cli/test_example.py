"""The example project: its data, its script on any Python, its notebook."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_runcfg import snapshot
from jupyter_runcfg.cli.quickstart import make_example

from ..engines import interpreter
from ..engines.engine import VERSIONS

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "jupyter_runcfg" / "cli" / "example"
PYTHONS = [pytest.param(v, marks=pytest.mark.engine(f"python{v}")) for v in VERSIONS]

TRACKING = """
import json, sys

class Run:
    get_context = classmethod(lambda cls: cls())

    def log(self, name, value, step=None):
        print(json.dumps([name, value, step]), file=sys.stderr)
"""


@pytest.fixture
def project(tmp_path):
    make_example(tmp_path / "project")
    package = tmp_path / "v1" / "azureml"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "core.py").write_text(TRACKING)
    return tmp_path / "project"


def train(project, python, *words):
    """The metrics that the script logs, as [name, value, step]."""
    done = subprocess.run(
        [python, "train.py", *words],
        cwd=project,
        env={"PYTHONPATH": str(project.parent / "v1")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


@pytest.mark.parametrize("version", PYTHONS)
def test_script(version, project):
    """The script needs nothing but a Python: it logs the loss of each epoch and, at the end, two metrics."""
    logged = train(project, interpreter(version), "--epochs", "3")
    assert [(name, step) for name, _, step in logged] == [
        ("loss", 1),
        ("loss", 2),
        ("loss", 3),
        ("rmse", None),
        ("r2", None),
    ]
    assert logged[0][1] > logged[1][1] > logged[2][1]
    model = json.loads((project / "outputs" / "model.json").read_text())
    assert len(model["weights"]) == 10


def test_script_finds_the_ridge_solution(project):
    """Gradient descent ends where scikit-learn's closed form is."""
    linear_model = pytest.importorskip("sklearn.linear_model")
    import numpy as np

    train(project, sys.executable, "--alpha", "0.5", "--learning-rate", "0.1", "--epochs", "5")
    found = json.loads((project / "outputs" / "model.json").read_text())
    code = "import json, train; print(json.dumps(train.split(*train.read('diabetes.csv')[1:])[0]))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=project,
        env={"PYTHONPATH": str(project.parent / "v1")},
        capture_output=True,
        check=True,
    )
    rows, targets = map(np.array, json.loads(done.stdout))
    scaled = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    ridge = linear_model.Ridge(alpha=0.5 * len(rows)).fit(scaled, targets)
    assert list(found["weights"].values()) == pytest.approx(list(ridge.coef_), abs=1e-6)
    assert found["bias"] == pytest.approx(ridge.intercept_)


def test_data():
    """The data are scikit-learn's, in raw units, with a header."""
    datasets = pytest.importorskip("sklearn.datasets")
    study = datasets.load_diabetes(scaled=False)
    header, *lines = (EXAMPLE / "diabetes.csv").read_text().splitlines()
    assert header.split(",") == [*study.feature_names, "target"]
    table = [[float(cell) for cell in line.split(",")] for line in lines]
    assert [row[:-1] for row in table] == study.data.round(4).tolist()
    assert [row[-1] for row in table] == study.target.tolist()


def test_snapshot_leaves_out_notes_and_scratch(project):
    """Its .amlignore shows what one is for."""
    frozen = snapshot.scan(project)
    assert [tuple(ignored) for ignored in frozen.ignored] == [
        ("notes.txt", False, ".amlignore:2 notes.txt"),
        ("scratch", True, ".amlignore:3 scratch/"),
    ]


def test_notebook_is_the_one_of_notebooks():
    """The example's notebook is that of notebooks/, which is the one to edit."""
    name = "01-first-run.ipynb"
    assert (EXAMPLE / name).read_bytes() == (ROOT / "notebooks" / name).read_bytes()
