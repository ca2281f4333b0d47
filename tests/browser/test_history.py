"""Runs, metrics and a failure in a real JupyterLab: tables that can be read in light and dark."""

import re

import pytest

from ..runtime.job import until

pytestmark = pytest.mark.engine("browser")

SUBMIT = """%load_ext jupyter_runcfg
for lr in (0.1, 0.03, 0.01):
    run = %runcfg submit train.py --experiment study --tag owner=ann -- --lr {lr}
%runcfg wait study/1 study/2 study/3
"""
TRAIN = """
import argparse
from azureml.core import Run
parser = argparse.ArgumentParser(); parser.add_argument("--lr", type=float)
lr, run = parser.parse_args().lr, Run.get_context()
for step in range(5): run.log("loss", lr / (step + 1), step=step)
run.log("<img src=x onerror=alert(1)>", 1)
run.log_row("pairs", x=1, y=lr)
"""
FAIL = """%%runcfg submit --experiment study --wait
def area(width, height):
    return widht * height

print(area(2, 3))
"""
CELLS = [
    SUBMIT,
    "%runcfg runs --where 'loss < 0.03' --sort loss",
    "%runcfg metrics study/1",
    FAIL,
    "%runcfg doctor",
]


def test_tables(notebook, lab):
    """The best run first, its metrics, where a cell failed; nothing of it is markup."""
    (lab.root / "test_tables").mkdir(exist_ok=True)
    (lab.root / "test_tables" / "train.py").write_text(TRAIN)
    window = notebook(CELLS)
    dialogs = []
    window.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for index in range(len(CELLS)):
        window.run_cell(index)
    outputs = window.page.locator(".jp-OutputArea")
    outputs.nth(3).get_by_text("return widht * height").first.wait_for()
    until(
        lambda: re.findall(r"study/\d", outputs.nth(1).inner_text()) == ["study/3", "study/2", "study/1"],
        "rows",
    )
    assert "NameError: name 'widht' is not defined" in window.page.inner_text(".jp-Notebook")
    assert dialogs == []
    assert window.page.locator(".jp-OutputArea img[src=x]").count() == 0
    for theme in ("Light", "Dark"):
        window.set_theme(f"JupyterLab {theme}")
        for index, name in ((1, "runs"), (2, "metrics"), (3, "failure"), (4, "doctor")):
            outputs.nth(index).scroll_into_view_if_needed()
            window.screenshot(f"history-{name}-{theme.lower()}")
    window.set_theme("JupyterLab Light")
