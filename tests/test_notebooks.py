"""The notebooks of notebooks/, each executed from top to bottom as a person would."""

import shutil
from importlib.metadata import version
from pathlib import Path

import pytest

pytestmark = pytest.mark.engine("nbclient")
NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
VIEW = {"application/vnd.runcfg.run+json", "text/html", "text/plain"}


def execute(name, directory):
    """The code cells of the notebook after running it in `directory`, by their first lines."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(NOTEBOOKS / name, as_version=4)
    NotebookClient(
        notebook, timeout=180, kernel_name="python3", resources={"metadata": {"path": str(directory)}}
    ).execute()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def text(cell):
    """What the cell shows, as text: printed, then displayed."""
    printed = [output.text for output in cell.outputs if output.output_type == "stream"]
    shown = [output.data["text/plain"] for output in cell.outputs if output.output_type != "stream"]
    return "".join(printed + shown)


def cell_that(cells, words):
    (found,) = [cell for cell in cells if words in cell.source]
    return found


def test_first_run(tmp_path, runcfg_home):
    """01-first-run: a cell, a script and a configuration complete, a long run is canceled, all are kept."""
    cells = execute("01-first-run.ipynb", tmp_path)
    assert "target local" in text(cells[0])
    assert text(cell_that(cells, "best r2")).startswith("Completed: best r2 0.48")
    assert text(cell_that(cells, "get_file_names")).startswith("(0.54")
    assert "current = strong, not saved" in text(cell_that(cells, "%%runcfg config strong"))
    assert text(cell_that(cells, "%runcfg cancel")).endswith("'Canceled'")
    for words in ("cross_val_score", "%runcfg submit train.py", "%runcfg submit strong", "minute"):
        (view,) = [output for output in cell_that(cells, words).outputs if output.output_type != "stream"]
        assert view.data.keys() == VIEW  # the widget is gone: what is saved needs no kernel
    listed = text(cell_that(cells, "%runcfg runs"))
    found = [line.split()[:2] for line in listed.splitlines() if line.startswith("diabetes/")]
    assert found == [
        ["diabetes/4", "Canceled"],
        ["diabetes/3", "Completed"],
        ["diabetes/2", "Completed"],
        ["diabetes/1", "Completed"],
    ]
    assert len(list((runcfg_home / "runs").iterdir())) == 4


def test_variables_and_results(tmp_path, runcfg_home):
    """03-variables-and-results: values go and come back, a missing one is told; a notebook is a run."""
    cells = execute("03-variables-and-results.ipynb", tmp_path)
    assert "model Ridge 5" in text(cell_that(cells, "--get model,score"))
    assert text(cell_that(cells, ".coef_")).startswith("(0.5")
    assert text(cell_that(cells, 'result("model")')) == "Ridge(alpha=0.01)"
    (error,) = cell_that(cells, "y.max()").outputs
    assert "the cell reads np and y, which are not sent" in error["traceback"][0]
    _first, again = [cell for cell in cells if "corrcoef" in cell.source]
    assert "attached to variables/2, Completed: nothing was submitted" in str(again.outputs)
    assert text(cell_that(cells, "held_out")).startswith("{0.001: 0.5")
    assert "alpha is 0.5" in text(cell_that(cells, "report.logs()"))
    assert "outputs/report.ipynb" in text(cell_that(cells, "report.logs()"))
    assert len(list((runcfg_home / "runs").iterdir())) == 6


def test_configurations(tmp_path, runcfg_home):
    """02-configurations: made, changed, saved in place, built in Python; an old and a wrong one are told."""
    cells = execute("02-configurations.ipynb", tmp_path)
    saved = text(cell_that(cells, "SEED=7"))
    assert saved.endswith("@@ -8,0 +9,2 @@\n+environmentVariables:\n+  SEED: '7'\n")
    assert "train.py          # comments stay" in text(cell_that(cells, "read()"))
    assert "communicator='IntelMpi'" in text(cell_that(cells, "ScriptRunConfig"))
    assert text(cell_that(cells, "except UserErrorException")).startswith("'0' is less than 1\n")
    old = text(cell_that(cells, "load old"))
    assert [line.rpartition(".runconfig:")[2][:1] for line in old.splitlines()[:4]] == list("3689")
    assert (tmp_path / ".azureml" / "small.runconfig").is_file()
    (error,) = cell_that(cells, "config wrong").outputs
    assert (error.ename, "4 faults:" in error.traceback[0]) == ("ConfigError", True)
    assert "'minimum': 1" in text(cell_that(cells, "--schema"))


def test_experiments_and_compare(tmp_path, runcfg_home):
    """04-experiments-and-compare: a loop is one table, five complete, the best is found by its numbers."""
    cells = execute("04-experiments-and-compare.ipynb", tmp_path)
    table = cell_that(cells, "for lr in (0.003")
    (view,) = [output for output in table.outputs if output.output_type == "display_data"]
    assert view.data.keys() == {"application/vnd.runcfg.runs+json", "text/html", "text/plain"}
    assert view.data["text/plain"].startswith("6 runs: 5 Completed, 1 Failed")
    assert "diverged in epoch" in view.data["text/plain"]
    assert "learning-rates/6 failed: ArithmeticError: diverged" in text(
        cell_that(cells, "wait_for_completion")
    )
    (compared,) = cell_that(cells, "%runcfg compare").outputs
    assert [line.split()[0] for line in compared.data["text/plain"].splitlines()[1:3]] == [
        "learning-rates/5",
        "learning-rates/4",
    ]
    assert "--lr" in compared.data["text/plain"].splitlines()[0]
    assert text(cell_that(cells, "to_pandas")) == "best: learning-rates/5 with --lr 0.3\n"
    assert "0.03 → --lr 0.1" in text(cell_that(cells, "%runcfg diff"))
    assert text(cells[-1]).startswith("experiment of this kernel: learning-rates\n")


def test_v1_project(tmp_path, runcfg_home):
    """05-v1-project: the old configuration, script and cells run as they are; no file of it changes."""
    project = tmp_path / "v1-project"
    shutil.copytree(NOTEBOOKS / "v1-project", project)
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    cells = execute("05-v1-project.ipynb", tmp_path)
    assert text(cell_that(cells, "from_config")) == "house-prices\tresearch\n"
    (view,) = cell_that(cells, "RunDetails(run).show()").outputs
    assert view.data.keys() == VIEW
    assert "trained for 60 epochs" in text(cell_that(cells, "show_output=True"))
    assert text(cell_that(cells, "show_output=True")).endswith("'Completed'")
    assert text(cell_that(cells, "test error")).startswith("test error 0.")
    rows = [line.split()[:2] for line in text(cell_that(cells, "child.number")).splitlines()]
    assert rows == [["2", "Completed"], ["3", "Completed"]]
    assert text(cell_that(cells, "register_model")).endswith("house-prices 1\n")
    (compared,) = cell_that(cells, "%runcfg compare").outputs
    assert compared.data["text/plain"].splitlines()[0].split()[:4] == [
        "run",
        "status",
        "took",
        "--learning-rate",
    ]
    assert {path: path.read_bytes() for path in before} == before


def test_environments(tmp_path, runcfg_home):
    """06-environments: inferred and said ones are built, used again, refused with the line, removed."""
    cells = execute("06-environments.ipynb", tmp_path)
    assert text(cell_that(cells, "%runcfg env infer")).endswith(f"- numpy=={version('numpy')}\n")
    assert text(cell_that(cells, 'submit(config, experiment="environments")\nprint')).startswith("Completed ")
    assert ", 1 package, built already" in text(cell_that(cells, "again ="))
    assert "numpy==1.99" in text(cell_that(cells, "--check"))
    assert "requirements.txt:1" in text(cell_that(cells, "--check"))
    assert text(cell_that(cells, "env remove {name}")).endswith(" is removed\n")
    assert len(list((runcfg_home / "runs").iterdir())) == 3
