"""TAB in a real kernel: what may follow `%runcfg`, with jedi on, by the request that front ends send."""

import pytest

from ..project import project
from .test_kernel import Kernel

__all__ = ["project"]


CELL = """%%runcfg submit --wait --tag owner=ann
from azureml.core import Run
Run.get_context().log('loss', 1)"""
YAML = "%%runcfg submit\nscript: train.py\nhistory:\n  output"
PYTHONS = ("Python", "PySpark", "PyTorch")


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    """One kernel for the module, in a project with two runs, two configurations and variables."""
    directory = tmp_path_factory.mktemp("tab") / "diabetes"
    (directory / ".azureml").mkdir(parents=True)
    (directory / "src").mkdir()
    (directory / "train.py").write_text("print(1)\n")
    (directory / "src" / "main.py").write_text("print(1)\n")
    (directory / ".azureml" / "gpu.runconfig").write_text("script: train.py\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUNCFG_HOME", str(tmp_path_factory.mktemp("home") / "runcfg"))
        patch.chdir(directory)
        started = Kernel()
        started.run("%%runcfg config small\nscript: train.py\n")
        started.run("lr, epochs = 0.03, 20")
        started.run(CELL)
        started.run("%runcfg submit train.py --wait --experiment other")
        started.run("%runcfg runs")
        yield started
        started.close()


def tab(kernel, code):
    """The texts that the cell would become up to the cursor, which is at `|` or at the end."""
    before = code.partition("|")[0]
    reply = kernel.client.complete(code.replace("|", ""), len(before), reply=True, timeout=180)["content"]
    assert reply["status"] == "ok"
    return [before[: reply["cursor_start"]] + word for word in reply["matches"]]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("%runcfg subm", ["%runcfg submit"]),
        ("run = %runcfg subm", ["run = %runcfg submit"]),
        ("%%runcfg subm|\nprint(1)", ["%%runcfg submit"]),
        ("%runcfg runs arch", ["%runcfg runs archive"]),
        ("%runcfg submit --tar", ["%runcfg submit --target"]),
        ("%%runcfg submit --tar|\nprint(1)", ["%%runcfg submit --target"]),
        ("%runcfg submit --target lo", ["%runcfg submit --target local"]),
        ("%runcfg submit --target=lo", ["%runcfg submit --target=local"]),
        ("%runcfg submit tr", ["%runcfg submit train.py"]),
        ("%runcfg submit src/", ["%runcfg submit src/main.py"]),
        ("%runcfg submit train.py -- --lr {l", ["%runcfg submit train.py -- --lr {lr}"]),
        ("%runcfg submit --with epochs,l", ["%runcfg submit --with epochs,lr"]),
        ("%runcfg load ", ["%runcfg load small", "%runcfg load gpu", "%runcfg load -h"]),
        ("%runcfg set nodeC", ["%runcfg set nodeCount="]),
        ("%runcfg set environment.python.int", ["%runcfg set environment.python.interpreterPath="]),
        ("%runcfg set framework=Py", [f"%runcfg set framework={word}" for word in PYTHONS]),
        ("%runcfg set docker.useDocker=t", ["%runcfg set docker.useDocker=true"]),
        ("%runcfg runs --status Comp", ["%runcfg runs --status Completed"]),
        ("%runcfg runs --sort -lo", ["%runcfg runs --sort -loss"]),
        ("%runcfg runs --where 'lo", ["%runcfg runs --where 'loss"]),
        ("%runcfg runs --where 'loss < 1 and tags.o", ["%runcfg runs --where 'loss < 1 and tags.owner"]),
        ("%runcfg runs --experiment di", ["%runcfg runs --experiment diabetes"]),
        ("%runcfg logs di", ["%runcfg logs diabetes/1"]),
        ("%runcfg submit --lang b", ["%runcfg submit --lang bash"]),
        ("%%runcfg config x\nframew|", ["%%runcfg config x\nframework: "]),
        ("%%runcfg config x\nframework: PyT|", ["%%runcfg config x\nframework: PyTorch"]),
        ("%%runcfg config x\nenvironment:\n  docker:\n    baseI|\n", None),
        (f"{YAML}C|", [f"{YAML}Collection: "]),
    ],
)  # fmt: skip
def test_the_word_is_finished(kernel, code, expected):
    """What fits is offered, and nothing of Python's own beside it."""
    if expected is None:
        start = code.partition("|")[0][: -len("baseI")]
        expected = [f"{start}baseImage: ", f"{start}baseImageRegistry: "]
    assert tab(kernel, code) == expected


def test_runs_are_named_with_what_they_are(kernel):
    """`last` first, then numbers of the experiment; each says which run it is and how it ended."""
    code = "%runcfg show "
    reply = kernel.client.complete(code, len(code), reply=True, timeout=180)["content"]
    types = [(one["text"], one["type"]) for one in reply["metadata"]["_jupyter_types_experimental"]]
    assert types[:4] == [
        ("last", "other/1"),
        ("1", "Completed · train.py"),
        ("other/1", "Completed · train.py"),
        ("diabetes/1", "Completed · Python cell, 2 lines"),
    ]


def test_python_is_left_to_python(kernel):
    """Other lines, and bodies that are no configuration, are completed as ever."""
    assert "import os; os.path.join" in tab(kernel, "import os; os.path.joi")
    assert tab(kernel, "%%runcfg submit\nepo|") == ["%%runcfg submit\nepochs"]


def test_nonsense_is_no_error(kernel):
    """A verb that is none, an open quote, an escape: nothing is offered, and nothing is printed."""
    for code in (
        "%runcfg frob ",
        "%runcfg submit 'a b",
        "%runcfg submit a\\ b",
        "%runcfg set ..=",
        "%runcfg {",
    ):
        tab(kernel, code)
    assert kernel.text("print('well')") == "well\n"
