"""Cells with variables, parts and results, and whole notebooks, in real kernels."""

import json

import pytest

from jupyter_runcfg import get_run
from jupyter_runcfg.view.still import RUN_MIME

from .test_kernel import TIMEOUT_S, kernels, project

__all__ = ["kernels", "project"]
SHOWN = "display_data"


def tagged(kernel, code, cell_id, *tags):
    """Run a cell as JupyterLab and VS Code send it: with its id and its tags; returns what it printed."""
    texts = []
    for found in messages_of(kernel, code, cell_id, *tags):
        if found["msg_type"] == "stream":
            texts.append(found["content"]["text"])
        elif found["msg_type"] == "error":
            texts.append("\n".join(found["content"]["traceback"]))
    return "".join(texts)


def messages_of(kernel, code, cell_id, *tags):
    """All that such a cell causes."""
    content = {
        "code": code,
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": False,
    }
    message = kernel.client.session.msg("execute_request", content)
    message["metadata"] = {"cellId": cell_id, "tags": list(tags)}
    kernel.client.shell_channel.send(message)
    while True:
        found = kernel.client.get_iopub_msg(timeout=TIMEOUT_S)
        if found["parent_header"].get("msg_id") != message["header"]["msg_id"]:
            continue
        if found["msg_type"] == "status" and found["content"]["execution_state"] == "idle":
            return
        yield found


def test_variables_go_and_results_come_back(kernels):
    """The names that are missing are told; then sizes are said, and the values are in the notebook."""
    kernel = kernels()
    kernel.run("data = list(range(10))\nimport math\ndef double(x): return 2 * x")
    cell = "import math\nscore = math.sqrt(sum(map(double, data)) - 9)\nmodel = {'score': score}\n"
    _reply, messages = kernel.run(f"%%runcfg submit --get score\n{cell}")
    (error,) = [m["content"] for m in messages if m["msg_type"] == "error"]
    assert "the cell reads double and data, which are not sent" in error["traceback"][0]
    assert "add `--with double,data`" in error["traceback"][-1]
    said = kernel.text(f"%%runcfg submit --with data,double --get model,score --as run\n{cell}")
    assert said.endswith("model dict 32 B, score 9 → notebook\n")
    assert kernel.text("print(model, score, run.result('score'))") == "{'score': 9.0} 9.0 9.0\n"
    assert "· sends double" in get_run("last").sent


def test_results_are_bound_all_or_none(kernels):
    """A run that fails leaves the notebook's names as they were."""
    kernel = kernels()
    kernel.run("a = 'before'")
    reply, _messages = kernel.run("%%runcfg submit --get a,b\na = 1\nb = 1/0\n")
    assert (reply["status"], reply["ename"]) == ("error", "RunFailedError")
    assert kernel.text("print(a, 'b' in globals())") == "before False\n"


def test_a_part_runs_here_and_there(kernels):
    """Its last value is shown; the newest code of its name goes with `--include`."""
    kernel = kernels()
    reply, messages = kernel.run("%%runcfg part load\ndata = [1, 2]\nsum(data)\n")
    shown = [m["content"]["data"]["text/plain"] for m in messages if m["msg_type"] == "execute_result"]
    assert (reply["status"], shown) == ("ok", ["3"])
    kernel.run("%%runcfg part load\ndata = [1, 2, 3]\n")
    kernel.run("%%runcfg submit --include load --wait\nprint(data)\n")
    assert get_run("last").logs() == "[1, 2, 3]\n"
    reply, _messages = kernel.run("%%runcfg part wrong\n1/0\n")
    assert (reply["status"], reply["ename"]) == ("error", "ZeroDivisionError")
    reply, _messages = kernel.run("%%runcfg submit --include wrong\nprint(1)\n")
    assert reply["ename"] == "ConfigError"


def test_cells_by_their_tags(kernels):
    """As they were run last; a cell whose tag was taken away is not among them."""
    kernel = kernels()
    tagged(kernel, "a = 1", "c1", "setup")
    tagged(kernel, "b = 1", "c2", "setup")
    tagged(kernel, "b = 2", "c2", "setup")
    tagged(kernel, "c = 3", "c3", "setup")
    tagged(kernel, "c = 4", "c3")
    kernel.run("%%runcfg submit --include setup --wait\nprint(a, b, 'c' in globals())\n")
    assert get_run("last").logs() == "1 2 False\n"


def test_the_same_cell_replaces_its_own_run(kernels):
    """Known by its id, whatever its code is now, also after the kernel was restarted."""
    first = kernels()
    slow = "import time\nwhile True: time.sleep(0.1)\n"
    tagged(first, f"%%runcfg submit --replace\n{slow}", "c1")
    old = get_run("last")
    first.kill()
    said = tagged(kernels(), "%%runcfg submit --replace --wait\nprint('new')\n", "c1")
    assert old.wait(30).status == "Canceled"
    assert get_run("last").logs() == "new\n"
    assert "error" not in said


def test_a_cell_is_told_of_its_own_runs_that_go_on(kernels, project):
    """Known by its id: changed, after a restart of the kernel; not of another's, nor when it attaches."""
    project.write("slow.py", "import time\nwhile True: time.sleep(0.1)\n")
    loop = "runs = []\nfor n in (1, 2):\n    run = %runcfg submit slow.py -- {n}\n"
    first = kernels()
    tagged(first, loop, "c1")
    first.kill()
    kernel = kernels()
    assert told(kernel, loop.replace("(1, 2)", "(3, 4)"), "c1") == ["project/1", "project/2"]
    assert told(kernel, "%runcfg submit slow.py --reuse -- 1", "c1") == []
    assert told(kernel, "%runcfg submit slow.py", "c2") == []
    tagged(kernel, "%runcfg cancel 1 2 3 4 5", "c3")
    assert told(kernel, "%runcfg submit slow.py", "c2") == []
    kernel.run("%unload_ext jupyter_runcfg")
    tagged(kernel, "%load_ext jupyter_runcfg\n%runcfg submit slow.py", "c4")
    assert told(kernel, "%runcfg submit slow.py", "c4") == ["project/7"]
    tagged(kernel, "%runcfg cancel 6 7 8", "c3")


def told(kernel, code, cell_id):
    """The labels of the runs that the output of this cell offers to end."""
    outputs = (m["content"]["data"] for m in messages_of(kernel, code, cell_id) if m["msg_type"] == SHOWN)
    return sorted(get_run(run_id).label for data in outputs for run_id in data[RUN_MIME].get("earlier", ()))


def test_a_loop_is_one_group(kernels, project):
    """All of one execution are below one run, which ends with them; the next execution has its own."""
    project.write("train.py", "import sys; print(sys.argv[1:])")
    kernel = kernels()
    loop = "for lr in (1, 2):\n    %runcfg submit train.py --group lr -- {lr}\n"
    kernel.run(loop)
    runs = [get_run(number) for number in (2, 3)]
    above = runs[0].parent
    assert (above.label, runs[1].parent.run_id) == ("project/1", above.run_id)
    assert above.wait(30).status == "Completed"
    kernel.run(loop)
    assert get_run(5).parent.label == "project/4"


def write(path, *sources):
    cells = [
        {
            "cell_type": "code",
            "id": f"c{number}",
            "source": source,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        for number, source in enumerate(sources)
    ]
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}))


SUBMIT = "%runcfg submit --notebook --wait"


def test_an_unsaved_notebook_is_said(kernels, project, monkeypatch):
    """What runs is what is on disk: a cell that was run differently, or is not there, stops the submit."""
    path = project.directory / "mine.ipynb"
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    first = "a = 1\n%load_ext jupyter_runcfg"
    write(path, first, SUBMIT, "print(a)")
    kernel = kernels()
    first = first.replace("1", "2")
    tagged(kernel, first, "c0")
    said = tagged(kernel, SUBMIT, "c1")
    assert "the file on disk is older than the cell `a = 2`" in said
    assert "save the notebook, then run this cell again" in said
    write(path, first, SUBMIT, "print(a)")
    for cell, cell_id in ((f"{SUBMIT} --name x", "c1"), (f"{SUBMIT} --name y", "new")):
        assert "the file on disk is older than this cell" in tagged(kernel, cell, cell_id)
    tagged(kernel, SUBMIT, "c1")
    run = get_run("last")
    assert (run.status, run.logs().splitlines()[-1]) == ("Completed", "2")
    assert "this notebook runs as a job itself: nothing was submitted" in run.logs()


def test_a_notebook_that_nobody_names(kernels, project, monkeypatch):
    """Without a word of the front end the person has to say which; another one needs no check."""
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    write(project.directory / "other.ipynb", "print('other')")
    kernel = kernels()
    assert "which notebook this is, the front end did not tell" in tagged(kernel, SUBMIT, "c1")
    tagged(kernel, "%runcfg submit other.ipynb --wait", "c2")
    assert get_run("last").logs().splitlines()[-1] == "other"


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("%runcfg submit train.py --with a", "`--with` goes with a cell body"),
        (
            "%%runcfg submit --lang bash --get a\necho 1\n",
            "`--get` goes with a cell of Python, and this one is bash",
        ),
        ("%%runcfg submit --get a --detach\na = 1\n", "`--get` waits for the run, `--detach` does not"),
        ("%runcfg part load", "a part is a cell"),
        ("%%runcfg submit --secret nowhere\nprint(1)\n", "no text to send for the secret 'nowhere'"),
        ("%%runcfg submit --include a --notebook\nprint(1)\n", "both `--notebook` and a cell body"),
    ],
)
def test_words_that_make_no_sense(shared_kernel, cell, message):
    """One short box each."""
    _reply, messages = shared_kernel.run(cell)
    (error,) = [m["content"] for m in messages if m["msg_type"] == "error"]
    assert message in error["traceback"][0]


@pytest.fixture(scope="module")
def shared_kernel(tmp_path_factory):
    from .test_kernel import Kernel

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("project"))
        kernel = Kernel()
        yield kernel
        kernel.close()
