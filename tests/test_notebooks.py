"""The notebooks of notebooks/, each executed from top to bottom as a person would."""

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
