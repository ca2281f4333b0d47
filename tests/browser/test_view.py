"""The live view in a real JupyterLab: what a person can do with it while a run goes on."""

import re

import pytest

from ..runtime.job import until
from .held import newest

pytestmark = pytest.mark.engine("browser")

LOAD = "%load_ext jupyter_runcfg"
EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>"
# holds until the test lets it go
CELL = r"""%%runcfg submit --experiment view
import os, time
from azureml.core import Run
run = Run.get_context()
evil = "EVIL"
run.tag("kind", evil)
for step in range(300):
    run.log("train/loss", 1 / (step + 1), step=step)
    run.log("val/loss", float("nan") if step == 9 else 1.5 / (step + 1), step=step)
    run.log(evil, step)
    print(f"\x1b[31mstep\x1b[0m {step} {evil}", flush=True)
print("wide " * 200)
for row in range(3):
    run.log_row("rows " + evil, label=evil, size=(row * 7) % 3)
run.log_confusion_matrix("matrix", {"class_labels": [evil, "dog"], "matrix": [[3, 1], [0, 4]]})
run.log("phase", evil)
os.makedirs("outputs/deep", exist_ok=True)
open("outputs/deep/" + evil.replace("/", "_") + ".txt", "w").write(evil)
open("outputs/rows.csv", "w").write("a,b\n1," + evil + "\n")
open("outputs/bytes.bin", "wb").write(bytes(range(256)) * 9000)
svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(3)" width="9" height="9">'
open("outputs/plot.svg", "w").write(svg + "<script>alert(4)</script></svg>")
run.log_image("image " + evil, path="outputs/plot.svg")
open("outputs/large.png", "wb").write(bytes(range(256)) * 25000)
run.log_image("a large one", path="outputs/large.png")
print("all is here", flush=True)
while not os.path.exists("go"):
    time.sleep(0.02)
""".replace("EVIL", EVIL)


@pytest.fixture
def dialogs():
    return []


@pytest.fixture
def window(notebook, dialogs):
    """A run that has said all it says, and goes on."""
    opened = notebook([LOAD, CELL, "%runcfg cancel"])
    opened.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    opened.run_cell(0)
    opened.run_cell(1)
    opened.page.wait_for_function(
        "() => document.querySelector('.runcfg')?.innerText.includes('all is here')"
    )
    yield opened
    opened.run_cell(2)


def tab(view, name):
    view.get_by_role("tab", name=re.compile(f"^{name}")).click()
    return view.get_by_role("tabpanel", name=re.compile(f"^{name}"))


def test_whatever_a_run_says_is_text(window, dialogs):
    """Payloads in lines, names, tags, cells, labels, files and images stand there as they are."""
    view = window.page.locator(".runcfg")
    assert view.locator(".runcfg-tag").inner_text() == f"kind={EVIL}"
    view.locator(".runcfg-metric", has_text=EVIL).wait_for()
    view.locator(".runcfg-line", has_text=f"step 299 {EVIL}").wait_for()
    media = tab(view, "Media")
    media.locator("img").wait_for()
    media.get_by_role("cell", name=EVIL).first.wait_for()
    media.locator(".runcfg-matrix").wait_for()
    bodies = media.locator(".runcfg-media-body", has_text=EVIL)
    until(lambda: bodies.count() == 3, "a table, a matrix and a text")
    window.screenshot("view-media")
    files = tab(view, "Files")
    for name in ("rows.csv", "plot.svg", EVIL.replace("/", "_")):
        files.get_by_role("button", name=f"Show {name}").or_(
            files.get_by_role("button", name=re.compile(rf"^Show .*{re.escape(name)}"))
        ).first.click()
    files.get_by_role("cell", name=EVIL).wait_for()
    files.locator("pre", has_text=EVIL).wait_for()
    files.locator("img").wait_for()
    window.screenshot("view-files")
    assert view.locator("script, img[src=x], [onerror], [onload]").count() == 0
    assert dialogs == []
    assert window.errors == []


def test_a_logged_table_is_sorted_by_keys(window):
    """The head that was pressed keeps the focus: pressed again it turns the order round."""
    view = window.page.locator(".runcfg")
    table = tab(view, "Media").get_by_role("table", name="rows")
    head = table.get_by_role("button", name="Sort by size")
    head.focus()
    sizes = table.locator("tbody td:nth-child(2)")
    for sort, order in (("ascending", ["0", "1", "2"]), ("descending", ["2", "1", "0"])):
        window.page.keyboard.press("Enter")
        table.locator(f"th[aria-sort={sort}]").wait_for()
        assert sizes.all_inner_texts() == order
        assert head.evaluate("head => head === document.activeElement")


def test_an_image_that_is_too_large_is_saved_in_place(window):
    """It says how large it is; the button below its name saves it whole."""
    media = tab(window.page.locator(".runcfg"), "Media")
    body = media.locator(".runcfg-media-body", has_text="An image of 6.4 MB is too large to show here.")
    with window.page.expect_download() as download:
        body.get_by_role("button", name="Download").click()
    with open(download.value.path(), "rb") as stream:
        assert stream.read() == bytes(range(256)) * 25000


def test_the_log_is_searched_wrapped_and_followed(window):
    """Ctrl+F within the view finds in all lines, also those that are not in the page; Esc lets go."""
    page, view = window.page, window.page.locator(".runcfg")
    log = view.get_by_role("log")
    line = log.get_by_text(f"step 7 {EVIL}", exact=True)
    assert line.count() == 0
    log.click()
    page.keyboard.press("Control+f")
    page.keyboard.type("step 7")
    found = view.locator(".runcfg-found-count")
    found.get_by_text("11", exact=True).wait_for()
    page.keyboard.press("Shift+Enter")
    found.get_by_text("11 of 11", exact=True).wait_for()
    page.keyboard.press("Enter")
    found.get_by_text("1 of 11", exact=True).wait_for()
    line.wait_for()
    line.locator("mark").first.wait_for()
    window.screenshot("view-search")
    view.get_by_role("button", name="Regular expression").click()
    view.get_by_label("Find in log").fill("(")
    found.get_by_text("Unterminated group").wait_for()
    view.get_by_label("Find in log").fill(r"^step \d9 ")
    found.get_by_text("9", exact=True).wait_for()
    view.get_by_label("Find in log").press("Escape")
    page.wait_for_function("() => !document.querySelector('.runcfg mark')")
    view.get_by_role("button", name="Follow the end of the log").first.click()
    view.get_by_role("button", name="Wrap long lines").click()
    last, wide = log.get_by_text("all is here"), log.locator(".runcfg-line", has_text="wide wide")
    last.wait_for()
    until(lambda: wide.bounding_box()["height"] > 18, "the long line to be wrapped")
    until(lambda: wide.bounding_box()["width"] <= log.bounding_box()["width"], "it to fit")
    until(lambda: bottom(wide) <= last.bounding_box()["y"] + 1, "the lines below it to make room")


def bottom(element):
    box = element.bounding_box()
    return box["y"] + box["height"]


def test_keys_for_the_log_are_not_the_notebook_s(window):
    """`d d` in a log would delete the cell; arrows walk the tabs."""
    page, view = window.page, window.page.locator(".runcfg")
    view.get_by_role("log").click()
    page.keyboard.press("d")
    page.keyboard.press("d")
    assert page.locator(".jp-CodeCell").count() == 3
    view.get_by_role("tab", name="Output").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.activeElement.textContent.startsWith('Media')")
    page.keyboard.press("End")
    facts = view.get_by_role("tabpanel", name="Sent")
    facts.get_by_text("Snapshot").wait_for()
    facts.get_by_text("Record").wait_for()
    window.screenshot("view-sent")


def test_charts_share_zoom_and_come_back(window):
    """train/loss and val/loss are one chart; a drag zooms, a double click shows all again."""
    page, view = window.page, window.page.locator(".runcfg")
    card = view.locator(".runcfg-card", has=page.locator(".runcfg-chart-title", has_text="loss"))
    legend = card.locator(".runcfg-legend")
    until(
        lambda: legend.inner_text().split() == ["loss", "train", "0.003333", "val", "0.005"],
        "the last values",
    )
    view.get_by_role("button", name="train/loss and val/loss in one chart").click()
    view.locator(".runcfg-metric", has_text=re.compile("^val/loss$")).wait_for()
    view.get_by_role("button", name="train/loss and val/loss in one chart").click()
    card.wait_for()
    card.scroll_into_view_if_needed()
    over = card.locator(".u-over").bounding_box()
    middle = over["y"] + over["height"] / 2
    page.mouse.move(over["x"] + 20, middle)
    page.mouse.down()
    page.mouse.move(over["x"] + 60, middle, steps=4)
    card.locator(".runcfg-tooltip").get_by_text("step").wait_for()
    before = card.locator("canvas").evaluate("canvas => canvas.toDataURL()")
    page.mouse.up()
    changed = "([canvas, before]) => canvas.toDataURL() !== before"
    canvas = card.locator("canvas").element_handle()
    page.wait_for_function(changed, arg=[canvas, before])
    window.screenshot("view-zoom")
    zoomed = canvas.evaluate("canvas => canvas.toDataURL()")
    page.mouse.dblclick(over["x"] + 40, middle)
    page.wait_for_function(changed, arg=[canvas, zoomed])


def test_other_ranks_and_downloads_come_through_the_kernel(window, lab):
    """A second log gets a tab of its own and is followed; a file comes whole, byte for byte."""
    page, view = window.page, window.page.locator(".runcfg")
    second = newest(lab) / "logs" / "std_log_1.txt"
    second.write_text("from the second\n")
    view.get_by_role("tab", name="rank 1").click()
    view.get_by_role("log").get_by_text("from the second").wait_for()
    with second.open("a") as stream:
        stream.write("and more\n")
    view.get_by_role("log").get_by_text("and more").wait_for()
    view.get_by_role("tab", name="rank 0").click()
    view.get_by_role("log").get_by_text("all is here").wait_for()
    tab(view, "Files")
    with page.expect_download() as download:
        view.get_by_role("button", name="Download outputs/bytes.bin").click()
    with open(download.value.path(), "rb") as stream:
        assert stream.read() == bytes(range(256)) * 9000
    assert download.value.suggested_filename == "bytes.bin"


def test_it_is_whole_in_a_narrow_window(window):
    """400 pixels: nothing sticks out of the view, in each tab."""
    page, view = window.page, window.page.locator(".runcfg")
    view.evaluate("node => { node.parentElement.style.width = '400px'; }")
    for name in ("Output", "Media", "Resources", "Files", "Sent"):
        tab(view, name)
        until(lambda: view.evaluate("node => node.scrollWidth === node.clientWidth"), f"{name} to fit")
    tab(view, "Output")
    page.wait_for_function("() => document.querySelector('.runcfg canvas').clientWidth < 400")
    view.evaluate("view => view.scrollIntoView()")
    window.screenshot("view-narrow")
