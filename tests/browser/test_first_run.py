"""The first run in a real JupyterLab: lines and chart while it goes on, and how it has ended."""

import re
from pathlib import Path

import nbformat
import pytest

pytestmark = pytest.mark.engine("browser")

LOAD = "%load_ext jupyter_runcfg"
# waits for a file before each half, so that the test decides when the run goes on
CELL = """%%runcfg submit --experiment diabetes
import os, time
from azureml.core import Run
run = Run.get_context()
for step in range(40):
    run.log("loss", 1 / (step + 1), step=step)
    run.log("<img src=x onerror=alert(1)>", step, step=step)
    print(f"\\x1b[32mstep\\x1b[0m {step} <b>not bold</b>", flush=True)
    while step == 19 and not os.path.exists("go"):
        time.sleep(0.01)
print("the last line")
"""
LIVE = ".runcfg"
PAUSE = "time.sleep(0.2)"
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture
def dialogs():
    return []


def submit(notebook, dialogs):
    window = notebook([LOAD, CELL, "%runcfg cancel", "1 + 1"])
    window.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    window.run_cell(0)
    window.run_cell(1)
    window.page.wait_for_function("() => document.querySelector('.runcfg')?.innerText.includes('step 19')")
    wait_until_running(window)
    window.page.wait_for_function("() => document.querySelectorAll('.runcfg canvas').length === 2")
    return window


def wait_until_running(window):
    """Lines may be there a moment before the status."""
    window.page.locator(f"{LIVE} .runcfg-status").get_by_text("Running", exact=True).wait_for()


def let_go(lab, window):
    run_id = run_ids(lab)[0]
    (lab.home / "runs" / run_id / "work" / "go").touch()


def run_ids(lab):
    """Of the server's runs, newest first."""
    requests = (lab.home / "runs").glob("*/request.json")
    return [path.parent.name for path in sorted(requests, key=lambda path: path.stat().st_mtime_ns)][::-1]


def test_lines_and_chart_are_there_while_the_run_goes_on(notebook, lab, dialogs):
    """Running, with its lines in colour and a chart a metric; then Completed."""
    window = submit(notebook, dialogs)
    page = window.page
    live = page.locator(LIVE)
    assert not (lab.home / "runs" / run_ids(lab)[0] / "end.json").exists()
    assert "<b>not bold</b>" in live.inner_text()
    assert "the last line" not in live.inner_text()
    window.screenshot("first-run-running-light")
    window.set_theme("JupyterLab Dark")
    page.wait_for_selector("body[data-jp-theme-light=false]", state="attached")
    window.screenshot("first-run-running-dark")
    let_go(lab, window)
    output = page.locator(".jp-OutputArea-output").nth(1)
    output.get_by_text("Completed").first.wait_for()
    output.get_by_text("the last line").first.wait_for()
    window.screenshot("first-run-completed-dark")
    window.set_theme("JupyterLab Light")
    page.wait_for_selector("body[data-jp-theme-light=true]", state="attached")
    window.screenshot("first-run-completed-light")
    assert dialogs == []
    assert window.errors == []


def test_the_first_notebook_is_live(notebook, lab):
    """notebooks/01-first-run.ipynb as shipped: lines and charts are there while its first run goes on."""
    source = NOTEBOOKS / "01-first-run.ipynb"
    text = source.read_text()
    assert text.count(PAUSE) == 1
    held = "while step == 9 and not __import__('os').path.exists('go'): time.sleep(0.01)"
    (lab.root / source.name).write_text(text.replace(PAUSE, held))
    codes = [cell.source for cell in nbformat.read(source, as_version=4).cells]
    window = notebook(path=source.name)
    last = next(n for n, code in enumerate(codes) if code.startswith("%%runcfg submit"))
    for number in range(last + 1):
        window.run_cell(number)
    window.page.locator(".jp-OutputArea-output").last.evaluate("output => output.scrollIntoView()")
    live = window.page.locator(LIVE)
    window.page.wait_for_function("() => document.querySelectorAll('.runcfg canvas').length >= 2")
    live.get_by_text(re.compile(r"alpha +0\.18 +r2")).first.wait_for()
    wait_until_running(window)
    [record] = [lab.home / "runs" / name for name in run_ids(lab)[:1]]
    assert not (record / "end.json").exists()
    live.evaluate("view => view.scrollIntoView()")
    window.screenshot("notebook-01-running")
    let_go(lab, window)
    output = window.page.locator(".jp-OutputArea-output")
    output.get_by_text("Completed").first.wait_for()
    output.get_by_text("Completed").first.evaluate("view => view.scrollIntoView()")
    window.screenshot("notebook-01-completed")
    assert window.errors == []


def test_the_kernel_is_free_while_the_run_goes_on(notebook, lab, dialogs):
    """Another cell runs to its end under a live view."""
    window = submit(notebook, dialogs)
    window.run_cell(3)
    window.page.locator(".jp-CodeCell").nth(3).get_by_text("2", exact=True).wait_for()
    wait_until_running(window)
    let_go(lab, window)


def test_cancel_is_a_button(notebook, lab, dialogs):
    """A click asks for the end; the view ends as Canceled, and so does the record."""
    window = submit(notebook, dialogs)
    window.page.get_by_role("button", name=re.compile("Cancel")).click()
    window.page.locator(".jp-OutputArea-output").get_by_text("Canceled").first.wait_for()
    window.screenshot("first-run-canceled")
    assert '"Canceled"' in (lab.home / "runs" / run_ids(lab)[0] / "end.json").read_text()


def test_a_reloaded_page_goes_on_with_the_run(notebook, lab, dialogs):
    """After a reload the view has all lines again, once each, and follows to the end."""
    window = submit(notebook, dialogs)
    window.save()
    window.page.reload()
    window.wait_until_idle()
    window.page.wait_for_function("() => document.querySelector('.runcfg')?.innerText.includes('step 19')")
    text = window.page.locator(LIVE).inner_text()
    assert text.count("step 19 ") == 1
    let_go(lab, window)
    output = window.page.locator(".jp-OutputArea-output").nth(1)
    output.get_by_text("Completed").first.wait_for()
    output.get_by_text("the last line").first.wait_for()
