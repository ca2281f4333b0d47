"""Real kernels: what a cell sends to its page, and runs that outlive the kernel."""

import os
import signal
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel

from jupyter_runcfg import get_run

from ..project import project
from ..runtime.job import until

__all__ = ["project"]
TIMEOUT_S = 180


class Kernel:
    """A kernel in the working directory; `run(cell)` gives all messages the cell caused."""

    def __init__(self):
        self.manager, self.client = start_new_kernel(kernel_name="python3")
        self.run("%load_ext jupyter_runcfg")

    def run(self, cell):
        messages = []
        reply = self.client.execute_interactive(
            cell, timeout=TIMEOUT_S, output_hook=messages.append, allow_stdin=False
        )
        return reply["content"], messages

    def text(self, cell):
        """What the cell printed."""
        _reply, messages = self.run(cell)
        return "".join(m["content"]["text"] for m in messages if m["msg_type"] == "stream")

    def kill(self):
        os.kill(self.manager.provisioner.pid, signal.SIGKILL)

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()


@pytest.fixture
def kernels(project):
    """kernels() starts one more kernel."""
    started = []

    def start():
        started.append(Kernel())
        return started[-1]

    yield start
    for kernel in started:
        kernel.close()


def bundles(messages):
    return [m["content"]["data"] for m in messages if m["msg_type"] in ("display_data", "execute_result")]


SLOW = """%%runcfg submit --experiment diabetes
import os, time
from azureml.core import Run
run = Run.get_context()
run.log("loss", 1.0)
print("before", flush=True)
while not os.path.exists("go"): time.sleep(0.01)
run.log("loss", 0.5)
print("after")
"""


def go(run):
    """Let the script go on, once it waits."""
    until(lambda: "before" in run.logs(), "its first line")
    Path(run.paths.work, "go").touch()


def test_a_cell_draws_one_live_view(kernels):
    """While the run is active the output has the widget, our MIME type, HTML and text, once."""
    kernel = kernels()
    reply, messages = kernel.run(SLOW)
    run = get_run("diabetes/1")
    shown = bundles(messages)
    assert reply["status"] == "ok"
    assert len(shown) == 1
    assert shown[0]["application/vnd.runcfg.run+json"] == {"version": 1, "run_id": run.run_id}
    assert sorted(shown[0]) == [
        "application/vnd.jupyter.widget-view+json",
        "application/vnd.runcfg.run+json",
        "text/html",
        "text/plain",
    ]
    go(run)
    assert run.wait(30).status == "Completed"


def test_a_run_that_has_ended_has_no_widget(kernels):
    """Shown again after its end, a run is its static summary: status, log and metrics, no script."""
    kernel = kernels()
    kernel.run("%%runcfg submit --experiment diabetes --wait\nprint('<b>done</b>')\n")
    _reply, messages = kernel.run("import jupyter_runcfg; jupyter_runcfg.get_run('diabetes/1')")
    [shown] = bundles(messages)
    assert sorted(shown) == ["application/vnd.runcfg.run+json", "text/html", "text/plain"]
    assert "Completed" in shown["text/html"]
    assert "&lt;b&gt;done&lt;/b&gt;" in shown["text/html"]
    assert "<script" not in shown["text/html"]


def test_a_killed_kernel_leaves_the_run_going(kernels):
    """kill -9 of the kernel; a new kernel sees the run active, reads its log, and its record is whole."""
    first = kernels()
    first.run(SLOW)
    run = get_run("diabetes/1")
    first.kill()
    second = kernels()
    assert "diabetes/1" in second.text("table = %runcfg runs --active\nprint(table)")
    until(lambda: "before" in second.text("%runcfg logs diabetes/1"), "its first line")
    go(run)
    assert "diabetes/1 Completed" in second.text("%runcfg wait diabetes/1")
    assert (run.logs(), run.get_metrics()) == ("before\nafter\n", {"loss": [1.0, 0.5]})
    assert Path(run.paths.end).exists()


def test_a_failed_run_stops_run_all(kernels):
    """With --wait the cell's reply is an error whose text is our box."""
    kernel = kernels()
    reply, messages = kernel.run("%%runcfg submit --wait\nraise ValueError('no')\n")
    [error] = [m["content"] for m in messages if m["msg_type"] == "error"]
    assert (reply["status"], reply["ename"]) == ("error", "RunFailedError")
    assert "run project/1 failed: ValueError: no at cell.py:1" in "\n".join(error["traceback"])
    assert "magics.py" not in "\n".join(error["traceback"])
