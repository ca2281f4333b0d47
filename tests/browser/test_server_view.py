"""The view that the server feeds: live under the cell, whatever the kernel does."""

import json

import pytest

from .held import (
    CELL,
    KERNEL,
    LIVE,
    LOAD,
    let_go,
    newest,
    save_picture,
    start_cell,
    submit,
    wait_for,
    wait_for_end,
)

pytestmark = pytest.mark.engine("browser")

SLEEP = "import time; time.sleep(600)"
PATIENCE_MS = 700  # as in labextension/src/plugin/liveRenderer.ts
# what an output shows, each change of it with its time (ms) and height
WATCH = """() => {
  window.shown = [];
  const look = () => {
    const output = document.querySelector('.jp-RunCfg-output');
    if (output) {
      const still = output.querySelector('.jp-RenderedHTMLCommon') ? 'still' : 'room';
      const what = output.querySelector('.runcfg') ? 'live' : still;
      const { time, what: last } = window.shown.at(-1) ?? { time: performance.now() };
      if (what !== last) {
        window.shown.push({ what, time: performance.now(), height: output.offsetHeight });
      }
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
}"""
# what the server says of runs is heard when the page is let go
HOLD = """
  const gate = new Promise(resolve => { window.letGo = resolve; });
  window.WebSocket = class extends WebSocket {
    set onmessage(hear) {
      super.onmessage = this.url.includes('/runcfg/') ? event => gate.then(() => hear(event)) : hear;
    }
  }
"""
COUNT_COMM = """() => {
  window.commMessages = 0;
  const panel = window.jupyterapp.shell.currentWidget;
  panel.context.sessionContext.iopubMessage.connect((_, message) => {
    window.commMessages += message.header.msg_type === 'comm_msg' ? 1 : 0;
  });
}"""


def test_a_run_is_shown_by_the_server(notebook, lab):
    """Lines and chart by one socket, in light and dark; the kernel sends none of them a second time."""
    window = notebook([LOAD, CELL])
    sockets = []
    window.page.on("websocket", lambda socket: sockets.append(socket.url))
    window.page.evaluate(COUNT_COMM)
    submit(window)
    [stream] = [url for url in sockets if "/runcfg/" in url]  # a kernel may have its own once more
    assert stream.endswith(f"/runcfg/runs/{newest(lab).name}/stream")
    window.page.locator(f"{LIVE} canvas").first.wait_for()
    window.screenshot("server-view-running-light")
    window.set_theme("JupyterLab Dark")
    window.page.wait_for_selector("body[data-jp-theme-light=false]", state="attached")
    window.screenshot("server-view-running-dark")
    window.set_theme("JupyterLab Light")
    let_go(lab)
    wait_for(window, "the last line")
    wait_for_end(window)
    assert window.page.evaluate("() => window.commMessages") == 0
    assert window.errors == []


def test_the_still_picture_is_for_those_that_wait(notebook, lab):
    """A live view that is there soon comes without a picture before it, which would flash."""
    window = notebook([LOAD, CELL])
    window.page.evaluate(WATCH)
    submit(window)
    first, *others = window.page.evaluate("() => window.shown")
    assert (first["what"], others[-1]["what"]) == ("room", "live")
    early = [one for one in others if one["time"] - first["time"] < PATIENCE_MS - 50]
    assert [one["what"] for one in early] in ([], ["live"])
    let_go(lab)
    wait_for_end(window)


def test_a_server_that_is_slow_to_answer(notebook, lab):
    """Of a saved notebook the picture is shown meanwhile; the live view takes its place and height."""
    window = notebook([LOAD, CELL])
    submit(window)
    let_go(lab)
    wait_for_end(window)
    save_picture(window)
    window.page.add_init_script(f"{HOLD}; ({WATCH})()")
    window.page.reload(wait_until="domcontentloaded")
    window.page.locator(".jp-RunCfg-output .jp-RenderedHTMLCommon").get_by_text("the last line").wait_for()
    height = window.page.locator(".jp-RunCfg-output").evaluate("output => output.offsetHeight")
    window.page.evaluate("() => window.letGo()")
    wait_for(window, "the last line")
    shown = window.page.evaluate("() => window.shown")
    assert [one["what"] for one in shown] == ["room", "still", "live"]
    assert shown[-1]["height"] >= height
    assert window.errors == []


def test_cancel_with_a_busy_kernel(notebook, lab):
    """The button ends the run while a cell keeps the kernel busy, and the view shows it."""
    window = notebook([LOAD, CELL, SLEEP])
    submit(window)
    start_cell(window, 2)
    window.page.locator(LIVE).get_by_role("button", name="Cancel").click()
    wait_for_end(window, "Canceled")
    assert json.loads((newest(lab) / "end.json").read_text())["status"] == "Canceled"
    assert window.page.evaluate(f"() => {KERNEL}.status") == "busy"
    window.screenshot("server-view-canceled-busy-kernel")
    window.page.evaluate(f"() => {KERNEL}.interrupt()")


def test_the_saved_notebook_has_the_picture(notebook, lab):
    """The file says how the run has ended, for those who have no server, in less than 100 KB."""
    window = notebook([LOAD, CELL], path="saved.ipynb")
    submit(window)
    let_go(lab)
    wait_for_end(window)
    save_picture(window)
    saved = (lab.root / "saved.ipynb").read_text()
    assert len(saved) < 100_000
    [output] = json.loads(saved)["cells"][1]["outputs"]
    assert output["data"]["application/vnd.runcfg.run+json"] == {"version": 1, "run_id": newest(lab).name}
    assert "Completed" in "".join(output["data"]["text/html"])
    assert "application/vnd.jupyter.widget-view+json" not in output["data"]


def test_a_run_again_is_shown_below(notebook, lab):
    """Rerun begins the same run once more and shows it live below the first; each keeps its own buttons."""
    window = notebook([LOAD, CELL])
    submit(window)
    let_go(lab)
    wait_for_end(window)
    first = newest(lab)
    window.page.locator(LIVE).get_by_role("button", name="Repeat").click()
    again = window.page.locator(LIVE).nth(1)
    again.get_by_text("step 19", exact=True).wait_for()
    window.screenshot("server-view-rerun-below")
    assert newest(lab) != first
    let_go(lab)
    again.locator(".runcfg-status").get_by_text("Completed").wait_for()
    window.page.locator(LIVE).first.get_by_text("Submitted again as").wait_for()
    assert window.errors == []


def test_what_was_said_at_submitting_stays(notebook, lab):
    """The same cell again while its first run goes on: the view says so, also after a reload, and ends it."""
    window = notebook([LOAD, CELL])
    submit(window)
    first = newest(lab)
    window.run_cell(1)
    said = f"{label(first)} of the same cell still goes on"
    wait_for(window, said)
    window.save()
    window.page.reload(wait_until="domcontentloaded")
    wait_for(window, said)
    window.screenshot("server-view-same-cell")
    window.page.get_by_role("button", name=f"Cancel {label(first)}").click()
    wait_for(window, "The run of this cell before has ended.")
    assert json.loads((first / "end.json").read_text())["status"] == "Canceled"
    let_go(lab)
    wait_for_end(window)
    window.page.reload(wait_until="domcontentloaded")
    wait_for_end(window)
    assert window.page.get_by_role("button", name=f"Cancel {label(first)}").count() == 0


def label(record):
    request = json.loads((record / "request.json").read_text())
    return f"{request['experiment']}/{request['number']}"


def test_the_line_that_failed_is_found_in_the_cell(notebook):
    """A click on the place of an error goes to that line of the cell; of a changed cell it says so."""
    failing = "%%runcfg submit\nimport os\n\nprint(os.environ['NOT_THERE'])"
    window = notebook([LOAD, failing])
    window.run_cell(0)
    window.run_cell(1)
    wait_for_end(window, "Failed")
    window.page.locator(f"{LIVE} .runcfg-where").click()
    cursor = "window.jupyterapp.shell.currentWidget.content.activeCell.editor.getCursorPosition().line"
    window.page.wait_for_function(f"() => {cursor} === 3")
    source = "window.jupyterapp.shell.currentWidget.content.widgets[1].model.sharedModel"
    window.page.evaluate(f"() => {source}.setSource('%%runcfg submit')")
    window.page.locator(f"{LIVE} .runcfg-where").click()
    wait_for(window, "line 3 of the cell that was submitted")
    assert window.errors == []
