"""Several submits of one cell: one table, live, then still."""

import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from jupyter_runcfg import settings
from jupyter_runcfg.notebook import live
from jupyter_runcfg.notebook.loop import MOST_DETAIL, CellViews, LoopTable, html, text
from jupyter_runcfg.runtime import ending
from jupyter_runcfg.verbs.loop import Loop
from jupyter_runcfg.view.loop import MOST_ROWS, RUNS_MIME
from jupyter_runcfg.view.told import NOTHING, Told

from ..project import project
from ..runtime.job import until
from ..verbs.made import made
from .test_magics import notebook

__all__ = ["notebook", "project"]
TABLE = {live.WIDGET_MIME, RUNS_MIME, "text/html", "text/plain"}


@pytest.fixture
def outputs():
    """What is displayed: one dictionary an output, in order."""
    shell = InteractiveShell.instance()
    shell.display_pub = CapturingDisplayPublisher(parent=shell)
    yield shell.display_pub.outputs
    InteractiveShell.clear_instance()


def looped(*runs):
    loop = Loop()
    for run in runs:
        loop.add(run)
    return loop


def print_log(run, lines):
    with open(run.paths.std_log, "w", encoding="utf-8") as stream:
        stream.write(lines)


def test_from_the_second_run_on_it_is_a_table(runcfg_home, outputs):
    """It takes the place of the first run's view; a third is one more row; the next execution begins anew."""
    runs = [made(runcfg_home, ["--lr", n], {"loss": [n]}) for n in range(4)]
    views = CellViews()
    views.draw(runs[0], NOTHING, 1)
    first = outputs[0]["transient"]["display_id"]
    assert live.WIDGET_MIME not in outputs[0]["data"]
    views.draw(runs[1], NOTHING, 1)
    assert (set(outputs[1]["data"]), outputs[1]["transient"], outputs[1]["update"]) == (
        TABLE,
        {"display_id": first},
        True,
    )
    views.draw(runs[2], NOTHING, 1)
    until(lambda: "3 runs" in outputs[-1]["data"]["text/plain"], "the still table of three runs")
    assert {output["transient"]["display_id"] for output in outputs} == {first}
    views.draw(runs[3], NOTHING, 2)
    begun = [output["transient"]["display_id"] for output in outputs if not output["update"]]
    assert (len(begun), begun[0]) == (2, first)


def test_a_served_page_hears_of_each_run(runcfg_home, outputs, monkeypatch):
    """Where the server shows the table, the output names the runs that came after the second as well."""
    runs = [made(runcfg_home, ["--lr", n], status=None, machine="elsewhere") for n in range(4)]
    for served in (True, False):
        monkeypatch.setenv(settings.SERVER_HOME, str(runcfg_home) if served else "elsewhere")
        outputs.clear()
        views = CellViews()
        for run in runs:
            views.draw(run, NOTHING, served)
        live.show_ended()  # as after each cell
        named = [output["data"][RUNS_MIME]["run_ids"] for output in outputs if RUNS_MIME in output["data"]]
        assert named[0] == [run.run_id for run in runs[:2]]
        assert (named[-1] == [run.run_id for run in runs]) is served
    for run in runs:
        ending.write_status(run.paths, "Completed", "")


def test_of_a_very_long_loop_the_first_are_named(runcfg_home, outputs):
    """The output stays small, and says how many there are."""
    runs = [made(runcfg_home, ["--lr", n]) for n in range(MOST_ROWS + 1)]
    picture = LoopTable([(run, NOTHING) for run in runs], "x")._picture()
    assert picture[RUNS_MIME] == {"version": 1, "run_ids": [run.run_id for run in runs[:MOST_ROWS]]}
    assert "501 runs: 501 Completed; the first 500 are shown" in picture["text/plain"]


def test_what_was_told_at_submitting_stays(runcfg_home, outputs):
    """Told of all it is one line; else it names its runs, is in their opened rows, and of many not a wall."""
    runs = [made(runcfg_home, ["--lr", n]) for n in range(5)]
    own = [f"attached to exp/{n + 7}" for n in range(4)]
    views = CellViews()
    views.draw(runs[0], Told(("not sent: out", own[0]), ("exp_1_earlier",)), 1)
    for run, note in zip(runs[1:4], own[1:], strict=True):
        views.draw(run, Told(("not sent: out", note)), 1)
    views.draw(runs[4], Told(("not sent: out",)), 1)
    until(lambda: "5 runs" in outputs[-1]["data"]["text/plain"], "the still table of five runs")
    table, data = views._table, outputs[-1]["data"]
    notes = [{"text": "not sent: out", "run_ids": []}]
    notes += [{"text": note, "run_ids": [run.run_id]} for run, note in zip(runs, own, strict=False)]
    assert data[RUNS_MIME]["notes"] == table.table["notes"] == notes
    assert data[RUNS_MIME]["earlier"] == {runs[0].run_id: ["exp_1_earlier"]}
    lines = ["not sent: out", f"exp/1: {own[0]}", f"exp/2: {own[1]}"]
    lines.append("and 2 more notes: an opened row has its own")
    assert data["text/plain"].splitlines()[1:5] == lines
    assert [data["text/html"].count(line) for line in lines] == [1] * 4
    table._on_view(table, {"kind": "open", "run_id": runs[3].run_id}, [])
    assert f"not sent: out · {own[3]}" in table.opened[runs[3].run_id]["html"]


def test_the_first_runs_view_draws_there_no_more(runcfg_home, outputs):
    """Its end does not put its own picture over the table."""
    runs = [made(runcfg_home, ["--lr", n], status=None, machine="elsewhere") for n in range(2)]
    views = CellViews()
    for run in runs:
        views.draw(run, NOTHING, 1)
    place = outputs[0]["transient"]["display_id"]
    for run in runs:
        ending.write_status(run.paths, "Completed", "")

    def is_still():
        last = [output["data"] for output in outputs if output["transient"]["display_id"] == place][-1]
        return "2 runs: 2 Completed" in last["text/plain"] and live.WIDGET_MIME not in last

    until(is_still, "the still table")


def test_an_opened_row(runcfg_home, outputs):
    """A run that goes on opens to its live view, one that has ended to its picture; others do nothing."""
    going = made(runcfg_home, status=None, machine="elsewhere")
    ended = made(runcfg_home, metrics={"<b>": [1, 2]})
    table = LoopTable([(going, NOTHING), (ended, NOTHING)], "x")
    for run_id in (going.run_id, ended.run_id, "../x", None):
        table._on_view(table, {"kind": "open", "run_id": run_id}, [])
    assert set(table.opened) == {going.run_id, ended.run_id}
    assert set(table.opened[going.run_id]) == {"model_id"}
    assert "Completed" in table.opened[ended.run_id]["html"]
    assert "<b>" not in table.opened[ended.run_id]["html"].replace("<b>Log</b>", "")
    ending.write_status(going.paths, "Completed", "")


def test_the_still_table(runcfg_home):
    """A row each, what failed on top of the folded ends of logs; text is text."""
    odd = "<img src=x onerror=alert(1)>"
    good = made(runcfg_home, ["--name", odd], {odd: [1]})
    bad = made(runcfg_home, ["--name", "b"], status=None)
    ending.write_status(bad.paths, "Failed", "exit code 1", error={"type": "E", "message": odd, "hint": "h"})
    print_log(good, "\x1b[31m" + odd + "\nlast of good\n")
    print_log(bad, "last of bad\n")
    loop = looped(good, bad)
    page = html(loop, {})
    assert odd not in page
    assert "\x1b" not in page
    assert page.index("last of bad") < page.index("last of good")
    assert "2 runs: 1 Completed, 1 Failed" in text(loop, {})
    assert f"Failed: E: {odd}" in text(loop, {})


def test_a_long_loop_stays_small(runcfg_home):
    """200 runs with long logs: the page stays under 150 KB."""
    runs = [made(runcfg_home, ["--lr", n], {"loss": [n]}) for n in range(200)]
    for run in runs:
        print_log(run, ("x" * 500 + "\n") * 50)
    page = html(looped(*runs), {})
    assert page.count("<tr>") == 201
    assert MOST_DETAIL < len(page) < 150_000


def test_a_note_on_how_the_words_were_read_is_printed_once(project, notebook):
    """Of the runs of a loop too; the next execution says it again."""
    project.write("train.py", "print(1)")
    project.write(".azureml/old.runconfig", "script: train.py\ncredentialPassthrough: true\n")
    loop = "for n in range(3):\n    %runcfg submit old\n"
    note = "credentialPassthrough is kept, but not acted on"
    assert [notebook(loop)[1].count(note) for _ in range(2)] == [1, 1]
    notebook("%runcfg wait 1 2 3 4 5 6")
