"""Notebooks that run as jobs."""

import json
from pathlib import Path

import pytest

from jupyter_runcfg import RunConfiguration, submit
from jupyter_runcfg.runtime import process

from ..project import project
from .job import until

__all__ = ["project"]
pytestmark = pytest.mark.engine("nbclient")


def write(path, *sources, tags=()):
    cells = [
        {
            "cell_type": "code",
            "id": f"c{number}",
            "source": source,
            "metadata": {"tags": list(tags)} if not number else {},
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "of before\n"}],
            "execution_count": 9,
        }
        for number, source in enumerate(sources)
    ]
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}))


def ended(name, *arguments):
    run = submit(RunConfiguration(script=name, arguments=list(arguments)))
    run.wait(120)
    return run


def executed(run, name):
    notebook = json.loads((Path(run.paths.outputs) / name).read_text())
    return [(cell["execution_count"], "".join(cell["source"]), cell["outputs"]) for cell in notebook["cells"]]


def test_cell_by_cell_with_parameters(project):
    """Progress, prints and values are in the log as they come; the executed notebook is an output."""
    path = project.directory / "notebooks" / "n.ipynb"
    code = "from azureml.core import Run\nRun.get_context().log('loss', lr)\nopen('beside.txt').read()"
    write(path, "lr = 1\nepochs = 2", "", "# a comment\nprint(lr, epochs)", code, tags=["parameters"])
    project.write("notebooks/beside.txt", "here")
    run = ended("notebooks/n.ipynb", "--lr", "0.5")
    lines = [line for line in run.logs().splitlines() if not line.startswith("[IPKernelApp]")]
    assert (run.status, lines) == (
        "Completed",
        [
            "── cell 1 of 4 · lr = 1",
            "── cell 2 of 4 · lr = 0.5",
            "── cell 3 of 4 · print(lr, epochs)",
            "0.5 2",
            "── cell 4 of 4 · from azureml.core import Run",
            "'here'",
        ],
    )
    assert run.get_metrics() == {"loss": 0.5, "notebook cells": [1, 2, 3, 4]}
    cells = executed(run, "n.ipynb")
    assert [source for _, source, _ in cells][1] == "# Parameters\nlr = 0.5"
    assert [count for count, _, _ in cells] == [1, 2, None, 3, 4]
    assert [outputs for _, _, outputs in cells][:3] == [[], [], []]


def test_a_cell_that_fails_is_named(project):
    """With its error and its place; what ran before is in the executed notebook, what follows did not run."""
    write(project.directory / "n.ipynb", "a = {}", "a['bmi']", "print('never')")
    run = ended("n.ipynb")
    error = run.summary().error
    assert (run.status, error["type"], error["message"], error["where"]) == (
        "Failed",
        "KeyError",
        "'bmi'",
        "cell 2:1",
    )
    assert run.logs().splitlines()[-1] == "── cell 2 of 3 failed · a['bmi']: KeyError: 'bmi'"
    assert [(count, len(outputs)) for count, _, outputs in executed(run, "n.ipynb")] == [
        (1, 0),
        (2, 1),
        (None, 0),
    ]


def test_a_kernel_that_dies_is_told(project):
    """As the error of the run, with the cell."""
    write(project.directory / "n.ipynb", "import os; os._exit(3)")
    run = ended("n.ipynb")
    assert run.summary().error["message"] == "the kernel died in cell 1 of 1: import os; os._exit(3)"


def test_canceled_in_the_middle(project):
    """What there was is kept, and no process of it is left."""
    path = project.directory / "n.ipynb"
    write(
        path,
        "import os; print('pid', os.getpid(), flush=True)",
        "import time\nprint('in', flush=True)\ntime.sleep(600)",
    )
    run = submit(RunConfiguration(script="n.ipynb"))
    until(lambda: "in\n" in run.logs(), "the second cell")
    run.cancel()
    assert run.wait(60).status == "Canceled"
    pid = run.logs().partition("pid ")[2].split()[0]
    assert process.start_time(int(pid)) == ""
    assert "Traceback" not in run.logs()
    assert executed(run, "n.ipynb")[0][0] == 1


def test_an_interpreter_without_nbclient(project):
    """The missing package is named with the line that adds it, before and in the job."""
    write(project.directory / "n.ipynb", "print(1)")
    bare = project.write("python", "#!/bin/sh\nexec /usr/bin/env -u PYTHONHOME " + _bare() + ' -S "$@"\n')
    bare.chmod(0o755)
    config = RunConfiguration(script="n.ipynb")
    config.environment.python.interpreter_path = str(bare)
    run = submit(config)
    run.wait(60)
    error = run.summary().error
    assert error["type"] == "ModuleNotFoundError"
    assert "a notebook runs with nbformat, nbclient, ipykernel" in error["message"]
    assert "-m pip install nbformat nbclient ipykernel" in run.logs()


def _bare():
    import sys

    return sys.executable
