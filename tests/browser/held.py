"""A run that stops in the middle until the test lets it go on, and what a window shows of it."""

LOAD = "%load_ext jupyter_runcfg"
CELL = """%%runcfg submit --experiment diabetes
import os, time
from azureml.core import Run
run = Run.get_context()
for step in range(40):
    run.log("loss", 1 / (step + 1), step=step)
    print(f"\\x1b[32mstep\\x1b[0m {step}", flush=True)
    while step == 19 and not os.path.exists("go"):
        time.sleep(0.01)
print("the last line")
"""
LIVE = ".jp-RunCfg-output .runcfg"
START = """index => {
  const app = window.jupyterapp;
  app.shell.currentWidget.content.activeCellIndex = index;
  void app.commands.execute('notebook:run-cell');
}"""
KERNEL = "window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel"


def submit(window):
    """Run the first two cells; the view shows the middle of the run then."""
    window.run_cell(0)
    window.run_cell(1)
    wait_for(window, "step 19")


def wait_for(window, text):
    """Wait until the live view has `text`."""
    window.page.wait_for_function(
        f"text => document.querySelector('{LIVE}')?.innerText.includes(text)", arg=text
    )


def wait_for_end(window, status="Completed"):
    """Wait until the live view says how the run has ended."""
    window.page.locator(f"{LIVE} .runcfg-status").get_by_text(status).first.wait_for()


def start_cell(window, index):
    """Run a cell and do not wait: the kernel is busy then."""
    window.page.evaluate(START, index)
    window.page.wait_for_function(f"() => {KERNEL}.status === 'busy'")


def newest(lab):
    """The record of the newest run."""
    requests = (lab.home / "runs").glob("*/request.json")
    return max(requests, key=lambda path: path.stat().st_mtime_ns).parent


def let_go(lab):
    """Let the newest run go on."""
    (newest(lab) / "work" / "go").touch()


def save_picture(window):
    """Save the notebook as soon as the kernel has put the picture of the end into it."""
    model = "window.jupyterapp.shell.currentWidget.context.model"
    window.page.wait_for_function(f"() => JSON.stringify({model}.toJSON()).includes('Completed')")
    window.save()
