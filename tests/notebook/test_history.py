"""`%runcfg` over records, in a real IPython."""

import pytest

from jupyter_runcfg import RunConfiguration, list_runs, submit
from jupyter_runcfg.errors import ConfigError, RuncfgError, RunNotFoundError
from jupyter_runcfg.history import RunSummary
from jupyter_runcfg.notebook.table import RunTable

from ..project import project
from .test_magics import notebook

__all__ = ["notebook", "project"]

SCRIPT = """
import sys
from azureml.core import Run
for i in range(3): Run.get_context().log("loss", float(sys.argv[1]) / (i + 1))
"""


@pytest.fixture
def two(project, notebook):
    project.write("train.py", SCRIPT)
    for lr in ("0.1", "0.2"):
        notebook(f"%runcfg submit train.py --wait -- {lr}")
    return notebook


def test_runs(two):
    """A list of summaries that shows itself as a table; filters and order as in the shell."""
    assert [s.label for s in two("%runcfg runs")[0]] == ["project/2", "project/1"]
    found, _printed = two("limit = 0.05\n%runcfg runs --where 'loss < {limit}' --sort -loss")
    assert ([s.label for s in found], found.columns[-1]) == (["project/1"], "loss")
    found, printed = two("%runcfg runs --limit 1")
    assert (len(found), "`--limit N` shows more" in printed) == (1, True)
    assert "<td" in found._repr_html_()
    assert repr(found).splitlines()[1].split()[:2] == ["project/2", "Completed"]


def test_a_cell_cannot_ask(two):
    """Without --yes it says what would be removed, and removes nothing."""
    with pytest.raises(ConfigError) as caught:
        two("%runcfg runs remove 1 2")
    assert "remove 2 runs" in caught.value.message
    assert "project/1  Completed" in caught.value.message
    assert len(list_runs()) == 2
    assert two("%runcfg runs remove 1 --yes")[1] == "removed 1 run: project/1\n"
    assert [run.label for run in list_runs()] == ["project/2"]


def test_archive_export_import(two, tmp_path):
    """The same words as in the shell."""
    assert "archived: project/1" in two("%runcfg runs archive 1")[1]
    assert len(two("%runcfg runs")[0]) == 1
    assert "in the lists again: project/1" in two("%runcfg runs restore 1")[1]
    assert "project/1: " in two(f"%runcfg runs export 1 --to {tmp_path}/x.tar.gz")[1]
    assert "project/1 is here already" in two(f"%runcfg runs import {tmp_path}/x.tar.gz")[1]


def test_last_and_the_one_before_it_are_of_one_order(two):
    """`last` is this kernel's newest, archived or not; `last~1` is the one before it, whatever came since."""
    other = submit(RunConfiguration("train.py", arguments=["0.3"]), experiment="project")
    other.wait(60)
    two("%runcfg runs archive last")
    assert [two(f"%runcfg show last{back}")[0].label for back in ("", "~1")] == ["project/2", "project/1"]
    with pytest.raises(RunNotFoundError, match="`last` is project/2, and 1 are before it"):
        two("%runcfg show last~2")
    assert two("%runcfg runs remove last --yes")[1] == "removed 1 run: project/2\n"
    assert two("%runcfg show last")[0] == other


def test_metrics(two):
    """A table of all, the values of one, and the numbers themselves."""
    answer, _printed = two("%runcfg metrics 1")
    assert [(m.name, m.count, m.last) for m in answer.metrics] == [("loss", 3, 0.1 / 3)]
    assert "loss" in answer._repr_html_()
    one, _printed = two("%runcfg metrics 1 loss")
    assert [point.value for point in one.points] == [0.1, 0.05, 0.1 / 3]
    assert repr(one).splitlines()[0].split() == ["step", "value"]


def test_rerun(two, project):
    """The view of a submit, and the new run as the answer; --as binds it."""
    project.write("train.py", "raise SystemExit(1)")
    run, printed = two("%runcfg rerun 1 --wait --as again")
    assert (run.label, run.status, two("again")[0]) == ("project/3", "Completed", run)
    assert "project/3 · train.py 0.1 · local · snapshot of project/1" in printed
    assert two("%runcfg show last")[0] == run


def test_doctor(two, runcfg_home):
    """All well is printed; what is not fails the cell."""
    assert two("%runcfg doctor")[1].startswith("ok   python")
    runcfg_home.chmod(0o755)
    with pytest.raises(RuncfgError, match="1 thing is not well"):
        two("%runcfg doctor")
    runcfg_home.chmod(0o700)


def test_tables_hold_any_text():
    """Names are text, never HTML, and never act on a terminal."""
    summary = RunSummary(
        "e_1_00000000", "<e>", 1, '<script>"x"</script>', "Failed", "<b>", "l&t", "s", 1.0,
        tags={"<k>": "\x1b[31m"}, metrics={"<m>": 1.0},
    )  # fmt: skip
    table = RunTable([summary], ("run", "what", "cause", "target", "metrics", "tags", "<m>", "<k>"))
    page = table._repr_html_()
    assert "<script>" not in page
    assert "<b>" not in page
    assert "<m>" not in page
    assert "\x1b" not in page + repr(table)
    assert "&lt;script&gt;&quot;x&quot;&lt;/script&gt;" in page


def test_long_words_are_cut_in_tables():
    """A tag of a thousand characters leaves the table readable; HTML has it where the mouse asks."""
    summary = RunSummary("e_1_00000000", "e", 1, None, "Completed", "", "l", "s", 1.0, tags={"t": "x" * 1000})
    table = RunTable([summary], ("run", "t"))
    assert repr(table).splitlines()[1] == f"e/1  {'x' * 79}…"
    assert f'title="{"x" * 1000}"' in table._repr_html_()
    assert "text-overflow" in table._repr_html_()
