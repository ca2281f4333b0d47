"""`%runcfg form` in a real JupyterLab: typed, saved, submitted, changed from Python, opened again."""

import pytest

from ..runtime.job import until

pytestmark = pytest.mark.engine("browser")

TRAIN = "import sys, time\nprint('lr', sys.argv[1], flush=True)\ntime.sleep(1)\nprint('done')\n"
CELLS = [
    "%load_ext jupyter_runcfg\n%runcfg form",
    "rc = %runcfg config\nprint(rc.node_count, rc.script, rc.arguments, rc.environment_variables)",
    "rc.node_count = 3\n%runcfg set maxRunDurationSeconds=600",
]
FORM = ".runcfg-form"


@pytest.fixture
def project(lab, request):
    place = lab.root / request.node.name
    place.mkdir(exist_ok=True)
    (place / "train.py").write_text(TRAIN)
    return place


def note_of(form, label):
    """What stands beside the field of this label."""
    field = form.locator(".runcfg-grid > *", has=form.page.get_by_label(label, exact=True)).first
    return field.locator("xpath=following-sibling::*[1]")


def open_form(notebook, cells=CELLS):
    window = notebook(cells)
    window.run_cell(0)
    form = window.page.locator(FORM).first
    form.get_by_label("Script").wait_for()
    return window, form


def run_cell(window, index, expected):
    """Run a cell and wait until its output is `expected`: it is drawn after the kernel has finished."""
    window.run_cell(index)
    output = window.page.locator(".jp-CodeCell").nth(index).locator(".jp-OutputArea-output").last
    until(lambda: output.inner_text().strip() == expected, f"the output {expected!r}")


def test_form_to_run(notebook, project):
    """What is typed is in the very object; a wrong value stays, marked; the buttons do as the verbs do."""
    window, form = open_form(notebook)
    page = window.page
    form.get_by_label("Script").fill("train.py")
    form.get_by_label("Arguments").fill("0.03 'two words'")
    count = form.get_by_label("Node count")
    count.fill("abc")
    fault = note_of(form, "Node count").get_by_role("alert")
    fault.wait_for()
    assert fault.inner_text() == "'abc' is not a whole number of nodes"
    run_cell(window, 1, "1 train.py ['0.03', 'two words'] {}")
    form.get_by_role("button", name="Submit").click()
    form.locator(".runcfg-box").wait_for()
    assert count.input_value() == "abc"
    window.screenshot("form-fault-light")
    count.fill("")
    fault.wait_for(state="detached")
    form.get_by_role("button", name="Environment").click()
    form.get_by_role("button", name="Add").first.click()
    page.wait_for_function("() => document.activeElement.placeholder === 'NAME'")
    page.keyboard.type("THREADS")
    page.keyboard.press("Tab")
    page.keyboard.type("8")
    form.get_by_role("button", name="Preview").click()
    form.locator(".runcfg-yaml").wait_for()
    assert "+script: train.py" in form.locator(".runcfg-yaml").inner_text()
    assert "files, " in form.locator(".runcfg-answer").inner_text()
    window.screenshot("form-preview-light")
    form.get_by_role("button", name="Save").click()
    form.get_by_text("the configuration has no name yet").wait_for()
    form.get_by_label("Name", exact=True).first.fill("small")
    form.get_by_role("button", name="Save").click()
    form.get_by_text("small.runconfig").first.wait_for()
    file = project / ".azureml" / "small.runconfig"
    until(file.exists, "the saved file")
    saved = file.read_text()
    assert "script: train.py" in saved
    assert "THREADS: '8'" in saved
    form.get_by_role("button", name="Submit").click()
    form.get_by_text("Completed").first.wait_for()
    form.get_by_text("lr 0.03").first.wait_for()
    window.screenshot("form-submitted-light")
    window.set_theme("JupyterLab Dark")
    window.screenshot("form-submitted-dark")
    window.set_theme("JupyterLab Light")


def test_python_and_set_reach_the_form(notebook, project):
    """After a cell the form has the values that Python and `%runcfg set` gave the object."""
    window, form = open_form(notebook)
    run_cell(window, 1, "1 None [] {}")
    window.run_cell(2)
    form.locator("input").nth(0).wait_for()
    page = window.page
    page.wait_for_function(
        "() => [...document.querySelectorAll('.runcfg-form input')].some(i => i.value === '600')"
    )
    until(lambda: form.get_by_label("Node count").input_value() == "3", "3 nodes in the form")


def test_a_saved_form_is_a_picture(notebook, project):
    """Opened again with a new kernel, the notebook shows what differs from the defaults, and no error."""
    window, form = open_form(notebook)
    assert not window.page.get_by_text("it needs its kernel").is_visible()
    form.get_by_label("Script").fill("train.py")
    window.page.wait_for_function(
        "() => document.querySelector('.jp-OutputArea').textContent.includes('script')"
    )
    run_cell(window, 1, "1 train.py [] {}")
    window.save()
    window.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    window.page.reload()
    window.wait_until_idle()
    told = window.page.get_by_text("form of a configuration without a name: it needs its kernel")
    told.wait_for()
    window.page.wait_for_timeout(500)
    assert window.page.get_by_text("Error displaying widget").is_visible() is False
    assert "train.py" in window.page.locator(".jp-OutputArea").first.inner_text()
    window.screenshot("form-opened-again")


def test_a_narrow_window(notebook, project):
    """In 480 pixels labels, fields and help stand below each other; nothing sticks out."""
    window, form = open_form(notebook)
    window.page.set_viewport_size({"width": 620, "height": 1000})
    form.scroll_into_view_if_needed()
    window.screenshot("form-narrow")
    until(lambda: form.evaluate("node => node.scrollWidth <= node.clientWidth + 1"), "all to fit")
