"""`%runcfg env` and `--env` in a real IPython."""

from importlib import metadata

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_runcfg.errors import ConfigError

from ..environments.wheelhouse import wheelhouse
from ..project import project

__all__ = ["project", "wheelhouse"]


@pytest.fixture
def notebook(project, capsys):
    """notebook(cell) → (what the cell gives, what it printed); raises what the cell raises."""
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "jupyter_runcfg")
    capsys.readouterr()

    def run(cell):
        result = shell.run_cell(cell, store_history=True)
        printed = capsys.readouterr().out
        result.raise_error()
        return result.result, printed

    yield run
    shell.run_line_magic("unload_ext", "jupyter_runcfg")
    shell.reset(new_session=False)
    InteractiveShell.clear_instance()


def test_from_build_to_remove(project, wheelhouse, notebook):
    """The table, what is in one, and its removal."""
    table, _ = notebook("%runcfg env")
    assert "no environments are built yet" in repr(table)
    project.write("r.txt", "\n".join([*wheelhouse.options, "alpha"]))
    _, printed = notebook("%runcfg env build r.txt")
    name = printed.splitlines()[-1].split()[0]
    table, printed = notebook("%runcfg env list")
    assert [row[0] for row in table.rows] == [name]
    assert "<table" in table._repr_html_()
    assert "  has     alpha==2.0\n" in notebook(f"%runcfg env show {name}")[1]
    assert notebook(f"%runcfg env remove {name}")[1] == f"{name} is removed\n"


def test_infer_from_the_cells(notebook):
    """Without a script: what the cells of this notebook have imported."""
    notebook("import packaging.version")
    notebook("%%html\nimport nothing_of_python\n")
    notebook("%%runcfg submit --wait\ntry:\n    import traitlets\nexcept ImportError: pass")
    printed = notebook("%runcfg env infer")[1]
    assert printed.splitlines()[4:] == [
        f"  - {name}=={metadata.version(name)}" for name in ("packaging", "traitlets")
    ]


def test_a_cell_in_its_own_environment(project, wheelhouse, notebook):
    """`--env FILE` of a cell; what was left out or replaced is a note of the run."""
    project.write("r.txt", "\n".join([*wheelhouse.options, "alpha", "azureml-defaults"]))
    run, printed = notebook("%%runcfg submit --env r.txt --wait\nimport alpha\nprint('alpha', alpha.VERSION)")
    assert run.logs().splitlines()[-1] == "alpha 2.0"
    assert "not installed: azureml-defaults (a run finds SDK v1's names without it)" in run.notes
    assert "1 package, built first" in printed


def test_infer_for_a_cell(notebook):
    """`--env infer` pins what the cell imports, and says what nothing here has."""
    with pytest.raises(ConfigError, match="nothing here has the module 'no_such_x'"):
        notebook("%%runcfg submit --env infer\nimport no_such_x")
    run, _ = notebook("%%runcfg submit --env infer --wait\nimport sys\nprint('environments' in sys.prefix)")
    assert run.logs().splitlines()[-1] == "True"
