"""Nothing is lost: page, kernel and server may go away, and the view comes back."""

import nbformat
import pytest

from ..runtime.job import until
from .held import CELL, KERNEL, LIVE, LOAD, let_go, newest, save_picture, submit, wait_for, wait_for_end

pytestmark = pytest.mark.engine("browser")

# as a run of another machine, or a record that was removed
ELSEWHERE = """
from IPython.display import display
display({
    "application/vnd.runcfg.run+json": {"version": 1, "run_id": "diabetes_1_ab12cd34"},
    "text/html": "<p>a still picture</p>",
}, raw=True)
"""
OUTPUT = ".jp-OutputArea-output"


def reload(window):
    window.save()
    window.page.reload()
    window.wait_until_idle()


def test_a_page_reloaded_during_a_run_and_after_it(notebook, lab):
    """The same run in the same place, all lines once; and its end when that has come meanwhile."""
    window = notebook([LOAD, CELL])
    submit(window)
    reload(window)
    wait_for(window, "step 19")
    assert window.page.locator(LIVE).inner_text().count("step 19") == 1
    let_go(lab)
    wait_for_end(window)
    reload(window)
    wait_for(window, "the last line")
    wait_for_end(window)
    window.screenshot("reattach-reloaded-after-the-end")
    assert window.errors == []


def test_a_kernel_that_is_restarted(notebook, lab):
    """The run and its view go on; after a reload too, where the kernel knows no such widget."""
    window = notebook([LOAD, CELL])
    submit(window)
    window.page.evaluate(f"() => {KERNEL}.restart()")
    window.wait_until_idle()
    reload(window)
    wait_for(window, "step 19")
    assert "model not found" not in window.page.inner_text(".jp-Notebook")
    let_go(lab)
    wait_for(window, "the last line")
    wait_for_end(window)
    window.screenshot("reattach-kernel-restarted")


def test_a_server_that_is_restarted(notebook, lab):
    """The run goes on without it, and the view finds its way back by itself."""
    window = notebook([LOAD, CELL])
    submit(window)
    lab.stop()
    let_go(lab)
    lab.launch()
    wait_for_end(window)
    wait_for(window, "the last line")
    assert window.page.locator(LIVE).inner_text().count("step 19") == 1
    window.screenshot("reattach-server-restarted")
    assert '"Completed"' in (newest(lab) / "end.json").read_text()


def test_a_run_that_the_server_has_not(notebook):
    """What stands beside it in the output is shown."""
    window = notebook([ELSEWHERE])
    closed = []

    def listen(socket):
        if "/runcfg/" in socket.url:
            socket.on("close", lambda _: closed.append(socket.url))

    window.page.on("websocket", listen)
    window.run_cell(0)
    until(lambda: closed or window.page.wait_for_timeout(20), "the server's refusal")
    window.page.locator(OUTPUT).get_by_text("a still picture").wait_for()
    window.page.locator(LIVE).wait_for(state="detached")


def test_a_notebook_that_is_not_trusted(notebook, lab):
    """Only the picture: the server is not asked for what a stranger's notebook names."""
    window = notebook([LOAD, CELL], path="mine.ipynb")
    submit(window)
    let_go(lab)
    wait_for_end(window)
    save_picture(window)
    theirs = nbformat.read(lab.root / "mine.ipynb", as_version=4)
    theirs.cells[0].source = "# changed by somebody else"
    nbformat.write(theirs, lab.root / "theirs.ipynb")
    window = notebook(path="theirs.ipynb")
    output = window.page.locator(OUTPUT).nth(1)
    output.get_by_text("Completed").first.wait_for()
    assert "the last line" in output.inner_text()
    assert window.page.locator(LIVE).count() == 0
    window.screenshot("reattach-untrusted")


def test_a_kernel_with_another_home(notebook, lab):
    """The server has not the run, the kernel has: its own widget shows it, and goes when the kernel goes."""
    window = notebook([f"import os; os.environ['RUNCFG_HOME'] = '{lab.root}/other'", LOAD, CELL])
    for index in range(3):
        window.run_cell(index)
    wait_for(window, "step 19")
    [record] = (lab.root / "other" / "runs").glob("diabetes_*")
    window.save()
    window.page.evaluate(f"() => {KERNEL}.restart()")
    window.wait_until_idle()
    window.page.reload()
    window.wait_until_idle()
    window.page.locator(OUTPUT).get_by_text("diabetes/1").first.wait_for()
    window.page.locator(LIVE).wait_for(state="detached")
    assert "Error displaying widget" not in window.page.locator(OUTPUT).last.inner_text()
    (record / "cancel").touch()
