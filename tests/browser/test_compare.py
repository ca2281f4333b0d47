"""`compare` and a loop's table in a real JupyterLab: sorted by a click, opened by a click, dark and light."""

import pytest

from ..runtime.job import until
from .lab import SHUTDOWN

pytestmark = pytest.mark.engine("browser")

TRAIN = """
import argparse, os, time
from azureml.core import Run
parser = argparse.ArgumentParser(); parser.add_argument("--lr", type=float)
lr, run = parser.parse_args().lr, Run.get_context()
for step in range(20): run.log("loss", lr * 2.0 ** (-step / 4), step=step)
run.log("<img src=x onerror=alert(1)>", lr)
print("<b>ready</b>", flush=True)
while lr == 0.3 and not os.path.exists("go"): time.sleep(0.02)
if lr > 1: raise ValueError("<i>too much</i>")
"""
LOOP = """%load_ext jupyter_runcfg
%runcfg experiment {experiment}
for lr in (0.03, 0.3, 0.1, 3):
    run = %runcfg submit train.py -- --lr {{lr}}
"""
EXPERIMENTS = {
    "test_loop_and_compare": "sweep",
    "test_a_loop_needs_no_kernel": "alone",
    "test_what_was_told_of_a_loop": "told",
    "test_a_saved_comparison_needs_no_kernel": "saved",
}
COMPARE = "%runcfg compare --experiment {experiment} --sort loss"


@pytest.fixture
def window(notebook, lab, request):
    """A loop of four runs and their comparison, in an experiment of the test's own."""
    experiment = EXPERIMENTS[request.function.__name__]
    directory = lab.root / request.node.name
    directory.mkdir(exist_ok=True)
    (directory / "train.py").write_text(TRAIN)
    opened = notebook([cell.format(experiment=experiment) for cell in (LOOP, COMPARE)])
    opened.dialogs = []
    opened.page.on("dialog", lambda dialog: (opened.dialogs.append(dialog.message), dialog.dismiss()))
    return opened


def let_go(lab, experiment):
    """Let the run that waits end, once it waits."""
    records = lab.home.glob(f"runs/{experiment}_*")
    [record] = [one for one in records if '"0.3"' in (one / "request.json").read_text()]
    log = record / "logs" / "std_log.txt"
    until(lambda: log.exists() and "ready" in log.read_text(), "its start")
    (record / "work" / "go").touch()


def rows(table):
    return [row.inner_text().split("\t") for row in table.locator("tbody tr").all()]


def wait_for_column(table, place, expected):
    """Wait until the rows have these texts in one column: a table is drawn after the kernel has finished."""
    until(lambda: [row[place].strip() for row in rows(table)] == expected, f"the rows {expected}")


def test_loop_and_compare(window, lab):
    """One table that follows its runs to their ends and opens to their views; and a table that sorts."""
    window.run_cell(0)
    page = window.page
    page.wait_for_selector(".runcfg-runs")
    head = page.locator(".runcfg-runs-head")
    ended = ("2 Completed", "1 Running", "1 Failed")
    until(lambda: all(said in head.inner_text() for said in ended), "three of four to end")
    assert page.locator(".runcfg").count() == 0  # no single view is left
    opener = page.locator(".runcfg-runs-open").nth(1)
    opener.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".runcfg-runs-detail .runcfg >> text=<b>ready</b>")
    assert opener.get_attribute("aria-expanded") == "true"
    page.locator(".runcfg-runs-open").nth(3).click()
    page.wait_for_selector(".runcfg-runs-detail >> text=ValueError: <i>too much</i>")
    for theme in ("Light", "Dark"):
        window.set_theme(f"JupyterLab {theme}")
        window.screenshot(f"loop-{theme.lower()}")
    window.set_theme("JupyterLab Light")
    let_go(lab, "sweep")
    page.wait_for_selector("text=4 runs: 3 Completed, 1 Failed")
    assert page.locator(".runcfg-runs-detail .runcfg:visible").count() == 2  # what was opened stays open
    compares(window)
    assert window.dialogs == []
    assert page.locator(".jp-OutputArea img[src=x]").count() == 0


def test_a_loop_needs_no_kernel(window, lab, request):
    """Reloaded without its kernel the table is there, goes on to the end of its runs, and opens."""
    window.run_cell(0)
    page = window.page
    until(lambda: "4 runs: " in page.inner_text(".runcfg-runs-head"), "the table of all")
    window.save()
    saved = lab.root / request.node.name / "0.ipynb"
    until(lambda: "application/vnd.runcfg.runs+json" in saved.read_text(), "the saved output")
    page.evaluate(SHUTDOWN)
    page.reload(wait_until="domcontentloaded")
    page.wait_for_selector(".runcfg-runs")
    assert "4 runs: " in page.inner_text(".runcfg-runs-head")
    look = "getComputedStyle(document.querySelector('.runcfg-runs')).borderTopWidth"
    assert page.evaluate(look) == "1px"  # no widget of the kernel has brought its styles
    let_go(lab, "alone")
    page.wait_for_selector("text=4 runs: 3 Completed, 1 Failed")
    page.locator(".runcfg-runs-open").nth(3).click()
    page.wait_for_selector(".runcfg-runs-detail .runcfg >> text=ValueError: <i>too much</i>")
    assert page.locator("text=Error displaying widget").count() == 0


def test_what_was_told_of_a_loop(window, lab, request):
    """Told of all runs it is one line; told of one it marks that row, which opens to a button for it."""
    (lab.root / request.node.name / "out").symlink_to("/etc/hostname")
    page = window.page
    notes = page.locator(".runcfg-runs-notes")
    window.run_cell(0)
    ended = ("2 Completed", "1 Running", "1 Failed")
    until(lambda: all(said in page.inner_text(".runcfg-runs-head") for said in ended), "three of four to end")
    window.run_cell(0)
    page.get_by_role("button", name="told/8").wait_for()
    assert notes.inner_text().splitlines() == [
        "not sent: out (link out of the directory, to '/etc/hostname')",
        "told/5: told/2 of the same cell still goes on: `%runcfg cancel told/2` ends it, "
        "`submit --replace` does so first",
    ]
    assert page.locator(".runcfg-runs-mark:visible").count() == 1
    page.get_by_role("button", name="told/5").click()
    page.get_by_role("button", name="Cancel told/2").click()
    page.get_by_text("The run of this cell before has ended.").wait_for()
    window.screenshot("loop-told")

    def has_ended():
        for work in lab.home.glob("runs/told_*/work"):
            (work / "go").touch()
        return "4 runs: 3 Completed, 1 Failed" in page.inner_text(".runcfg-runs-head")

    until(has_ended, "all to end")
    assert window.errors == []


def compares(window):
    window.run_cell(1)
    page = window.page
    output = page.locator(".jp-OutputArea").nth(1)
    table = output.locator("table")
    wait_for_column(table, 0, ["sweep/1", "sweep/3", "sweep/2", "sweep/4"])
    head = table.locator("th", has_text="--lr")
    for clicked in (
        ["sweep/1", "sweep/3", "sweep/2", "sweep/4"],
        ["sweep/4", "sweep/2", "sweep/3", "sweep/1"],
    ):
        head.click()
        wait_for_column(table, 0, clicked)
    assert head.get_attribute("aria-sort") == "descending"
    table.locator("th", has_text="status").focus()
    page.keyboard.press("Enter")
    wait_for_column(table, 1, ["Completed"] * 3 + ["Failed"])
    assert output.locator("img[src^='data:image/svg']").count() == 1
    for theme in ("Light", "Dark"):
        window.set_theme(f"JupyterLab {theme}")
        output.scroll_into_view_if_needed()
        window.screenshot(f"compare-{theme.lower()}")
    window.set_theme("JupyterLab Light")


def test_a_saved_comparison_needs_no_kernel(notebook, window, lab, request):
    """Opened again it stands as it was asked for, untrusted without a script; nbconvert's page sorts."""
    window.run_cell(0)
    let_go(lab, "saved")
    until(lambda: len(list(lab.home.glob("runs/saved_*/end.json"))) == 4, "all to end")
    window.run_cell(1)
    window.page.wait_for_selector("th >> text=--lr")
    window.save()
    saved = lab.root / request.node.name / "0.ipynb"
    until(lambda: "runs: " in saved.read_text() and "<th" in saved.read_text(), "the saved outputs")
    untrusted = lab.root / request.node.name / "untrusted.ipynb"
    untrusted.write_text(saved.read_text().replace("saved/", "other/"))  # what nobody here has run
    again = notebook(path=f"{request.node.name}/untrusted.ipynb")
    table = again.page.locator(".jp-OutputArea").nth(1).locator("table")
    wait_for_column(table, 0, ["other/1", "other/3", "other/2", "other/4"])
    before = rows(table)
    table.locator("th", has_text="--lr").click()
    assert rows(table) == before
    assert again.page.locator(".jp-OutputArea script").count() == 0
    again.screenshot("compare-untrusted")
    page = exported(saved)
    target = again.page.context.new_page()
    target.route("http*://**", lambda route: route.abort())  # it asks for MathJax and the like
    target.set_content(page)
    table = target.locator("table", has_text="--lr").last
    for order in (["0.03", "0.1", "0.3", "3"], ["3", "0.3", "0.1", "0.03"]):
        table.locator("th", has_text="--lr").click()
        wait_for_column(table, 3, order)


def exported(file):
    """The notebook as nbconvert writes it."""
    from nbconvert import HTMLExporter

    return HTMLExporter().from_filename(str(file))[0]
