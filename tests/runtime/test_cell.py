"""Cells that run with parts, variables and results, in real jobs."""

import json
import sys
from pathlib import Path

import pytest

from jupyter_runcfg import RunConfiguration
from jupyter_runcfg.errors import RunFailedError
from jupyter_runcfg.run.submitting import submit_words
from jupyter_runcfg.runtime.cell import packages_of, version_of
from jupyter_runcfg.submission import Capture, Cell, Part, Submission
from jupyter_runcfg.submission.payload import pack

from ..project import project

__all__ = ["project"]


def ended(code, values=None, parts=(), results=(), **more):
    """The run of a cell with what was captured beside it, after its end."""
    capture = Capture(tuple(parts), pack(values or {}, None), tuple(results))
    run = submit_words(Submission(RunConfiguration(**more), cell=Cell(code), capture=capture))
    run.wait(60)
    return run


def test_variables_parts_and_results(project):
    """The cell sees what was sent and what parts made; what it binds comes back as it was."""
    code = "total = sum(data) * k\nprint(__name__, __file__.rsplit('/', 1)[-1])\n"
    run = ended(code, {"k": 2}, [Part("load", "data = [1, 2, k]")], ["total", "data"])
    assert run.result() == {"total": 10, "data": [1, 2, 2]}
    assert (run.result("total"), run.logs()) == (10, "__main__ cell.py\n")
    assert run.request["capture"] == {
        "parts": ["load"],
        "variables": {"k": {"type": "int", "size": 5}},
        "results": ["total", "data"],
    }


def test_a_traceback_names_the_part_and_has_no_line_of_ours(project):
    """As if the part were a script: its file, its line, the source of it."""
    run = ended("pass", parts=[Part("load it", "a = 1\nb = a / 0\n")])
    error = run.summary().error
    assert (error["type"], error["where"], error["code"]) == (
        "ZeroDivisionError",
        "cell-load-it.py:2",
        "  1 | a = 1\n> 2 | b = a / 0",
    )
    assert "_runcfg" not in run.logs()
    assert "runpy" not in run.logs()


def test_arguments_are_the_cells_own(project):
    """`sys.argv` is as for a script; the current directory is first on the path."""
    project.write("beside.py", "value = 7")
    run = ended("import sys, beside\nprint(sys.argv, beside.value)", {"a": 1}, arguments=["--lr", "1"])
    assert run.logs() == "['cell.py', '--lr', '1'] 7\n"


def test_the_exit_of_the_cell_is_the_exit_of_the_run(project):
    """`sys.exit(0)` completes, though then there are no results; another code fails."""
    run = ended("import sys; sys.exit()", {"a": 1})
    assert (run.status, run.logs(), run.summary().error) == ("Completed", "", None)
    run = ended("import sys; sys.exit(3)", {"a": 1})
    assert (run.status, run.summary().exit_code) == ("Failed", 3)


def test_processes_started_by_spawn_find_the_names(project):
    """multiprocessing begins each with the same `__main__`: all that was sent or defined is there."""
    code = """
        import multiprocessing as mp
        def work(x):
            return x * k
        if __name__ == "__main__":
            with mp.get_context("spawn").Pool(1) as pool:
                found = pool.map(work, [1, 2])
    """
    run = ended("\n".join(line[8:] for line in code.splitlines()), {"k": 21}, results=["found"])
    assert run.result() == [21, 42]


def test_what_the_cell_defines_can_come_back(project):
    """Functions and instances of its own classes travel by their code."""
    code = "class Model:\n    def predict(self, x): return x + 1\nmodel = Model()\n"
    code += "f = lambda x: model.predict(x) * 2\n"
    found = ended(code, results=["model", "f"]).result()
    assert (found["model"].predict(1), found["f"](1)) == (2, 4)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("score = 1", "NameError: the cell binds no 'scor', which `--get` asks for: did you mean 'score'?"),
        ("scor = (x for x in [])", "TypeError: 'scor', a generator, cannot be handed back by `--get`: "),
    ],
)
def test_a_result_that_cannot_be_had(project, code, message):
    """The run fails with the name and the reason, and keeps none of the others."""
    run = ended(f"a = 1\n{code}", results=["a", "scor"])
    with pytest.raises(RunFailedError) as caught:
        run.result("a")
    assert message in str(caught.value)
    assert not list(Path(run.paths.directory).rglob("*.pickle"))


def test_only_the_first_rank_hands_back(project):
    """Of several processes one writes."""
    run = ended("import os\nrank = os.environ['RANK']", results=["rank"], node_count=2)
    assert run.result() == "0"


def test_a_name_that_the_directory_has_is_left_alone(project):
    """The person's own `.runcfg` and `cell.py` travel as they are."""
    project.write(".runcfg/capture.json", "{}")
    project.write("cell.py", "x = 5")
    names = "[name for name in sorted(os.listdir('.')) if name != '__pycache__']"
    run = ended(f"import os, cell; y = cell.x + a; print({names})", {"a": 1}, results=["y"])
    assert run.result() == 6
    assert "'.runcfg', '.runcfg-', 'cell.py', 'cell2.py'" in run.logs()


def test_a_rerun_has_them_too(project):
    """A record holds all that was sent; another argument changes nothing of it."""
    run = ended("import sys\nfound = [a, *sys.argv[1:]]", {"a": 1}, [Part("p", "b = 1")], ["found"])
    again = run.rerun()
    assert (again.result(), again.request["same"] == run.request["same"]) == ([1], True)
    changed = run.rerun(arguments=["x"])
    assert (changed.result(), changed.request["same"] == run.request["same"]) == ([1, "x"], False)


def other_version(run, **change):
    """The same run, as if it had been sent from elsewhere."""
    from jupyter_runcfg.runtime.cell import load

    directory = Path(run.paths.directory) / "sent"
    manifest = run.checkout(directory)
    told = json.loads((Path(manifest) / ".runcfg" / "capture.json").read_text())
    told.update(change)
    space = {}
    load(str(Path(manifest) / ".runcfg"), told, space)
    return space


def test_another_python_is_told(project, capsys):
    """Data is read all the same, with a line; code of another Python is refused by name."""
    from jupyter_runcfg.runtime.cell import Refused

    run = ended("a", {"a": [1]})
    assert other_version(run, python="3.99") == {"a": [1]}
    here = "{}.{}".format(*sys.version_info)
    assert capsys.readouterr().err == f"[run] variables were sent from Python 3.99, this job has {here}\n"
    run = ended("f", {"f": lambda: 1})
    with pytest.raises(Refused, match=r"f hold code of Python 3\.99, and this job has"):
        other_version(run, python="3.99")


def test_another_version_of_a_package_is_told(project, capsys):
    """The value is loaded, and one line says what differs."""
    run = ended("a", {"a": 1})
    told = {"a": {"file": "a.pickle", "type": "int", "has_code": False, "packages": {"pytest": "0.1"}}}
    assert other_version(run, variables=told) == {"a": 1}
    said = f"[run] 'a' was made with pytest 0.1, this job has {pytest.__version__}\n"
    assert capsys.readouterr().err == said


def test_versions():
    """A package's own word, else that of its distribution; built-in types are of none."""
    assert version_of("pytest") == pytest.__version__
    assert (version_of("no_such_package"), packages_of([1])) == ("", {})


def test_an_interpreter_without_cloudpickle(project):
    """The package travels with what it wrote, where the job's interpreter may lack it."""
    bare = project.write("python", f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
    bare.chmod(0o755)
    config = RunConfiguration()
    config.environment.python.interpreter_path = str(bare)
    capture = Capture((), pack({"a": [1]}, None), ("b",))
    run = submit_words(Submission(config, cell=Cell("b = a + [2]"), capture=capture))
    assert run.result() == [1, 2]
