"""Notebook 7 shows the same as JupyterLab."""

import pytest

from .held import CELL, LIVE, LOAD, let_go, submit, wait_for, wait_for_end
from .lab import NOTEBOOK_7

pytestmark = pytest.mark.engine("browser")


def test_a_run_in_notebook_7(notebook, lab):
    """Lines and chart while the run goes on, after a reload, and to its end."""
    window = notebook([LOAD, CELL], front_end=NOTEBOOK_7)
    window.page.locator(".jp-NotebookKernelLogo").wait_for()  # JupyterLab has none
    submit(window)
    window.page.locator(f"{LIVE} canvas").first.wait_for()
    window.screenshot("notebook7-running")
    window.save()
    window.page.reload()
    window.wait_until_idle()
    wait_for(window, "step 19")
    let_go(lab)
    wait_for(window, "the last line")
    wait_for_end(window)
    window.screenshot("notebook7-completed")
