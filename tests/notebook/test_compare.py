"""`%runcfg compare`: what its answer is, and what it looks like without a kernel."""

import base64
import re
from html.parser import HTMLParser

import pytest

from jupyter_runcfg.notebook.compare import MOST_LINES, CompareView
from jupyter_runcfg.runtime import ending
from jupyter_runcfg.verbs.compare import read

from ..project import project
from ..verbs.made import made
from .test_magics import notebook

__all__ = ["notebook", "project"]
ODD = '<script>alert("x")</script>'


def view(*runs, **more):
    return CompareView(read([run.summary() for run in runs], **more))


class Cells(HTMLParser):
    """The texts of a page's table, row by row."""

    def __init__(self, page):
        super().__init__()
        self.rows = []
        self.is_cell = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        self.is_cell = tag in ("td", "th") or (self.is_cell and tag in ("b", "span"))
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        self.is_cell = self.is_cell and tag not in ("td", "th")

    def handle_data(self, data):
        if self.is_cell:
            self.rows[-1][-1] += data


def charts(page):
    """The pictures of a page, as SVG."""
    return [base64.b64decode(found).decode() for found in re.findall(r"svg\+xml;base64,([^\"]+)", page)]


def test_the_answer_is_a_value(project, notebook, runcfg_home):
    """`_` has the numbers; a notebook shows a table, a terminal aligned lines."""
    project.write(
        "train.py",
        "import sys; from azureml.core import Run; Run.get_context().log('r2', float(sys.argv[2]))",
    )
    for lr in ("0.5", "0.25"):
        notebook(f"%runcfg submit train.py --wait -- --lr {lr}")
    found, _printed = notebook("%runcfg compare 1 2 --sort r2")
    assert [row["metrics"] for row in found.to_dict()["runs"]] == [{"r2": 0.25}, {"r2": 0.5}]
    assert [row[:2] + row[3:] for row in Cells(found._repr_html_()).rows] == [
        ["run", "status", "--lr", "r2 ▲"],
        ["\u2002project/2"[1:], "Completed", "0.25", "0.25"],
        ["project/1", "Completed", "0.5", "0.5"],
    ]
    assert repr(found).splitlines()[1].split()[0] == "project/2"


def test_lines_of_several_runs_in_one_chart(runcfg_home):
    """One chart a shared metric, a line a run in a colour of its own; the legend says what was changed."""
    runs = [
        made(runcfg_home, ["--lr", lr], {"loss": [3, 2, lr], "own" + str(lr): [1, 2]}) for lr in (1, 2, 3)
    ]
    page = view(*runs)._repr_html_()
    [chart] = charts(page)
    strokes = re.findall(r'd="[^"]+" stroke="(#\w+)"/>', chart)
    assert len(set(strokes)) == len(strokes) == 3
    for run, colour, lr in zip(runs, strokes, (1, 2, 3), strict=True):
        assert re.search(rf"{colour};vertical-align:middle\"></span> {run.label} · lr {lr}<", page)


def test_twenty_lines_are_told_apart(runcfg_home):
    """No two of the lines that are drawn share colour and dashes; more runs than that are said."""
    runs = [made(runcfg_home, ["--lr", n], {"loss": [3, 2, n]}) for n in range(MOST_LINES + 2)]
    page = view(*runs)._repr_html_()
    [chart] = charts(page)
    lines = re.findall(r'd="[^"]+l[^"]+" (stroke="[^>]+)/>', chart)
    assert len(set(lines)) == len(lines) == MOST_LINES
    assert "lines of the first 20 runs" in page


def test_a_legend_of_runs_that_lack_an_argument(runcfg_home):
    """What a run has not is not said of it; what looks like a secret is left out, as in the table."""
    secret = "ghp_" + "aB3dE5gH7jK9mN1pQ3sT5vX7zA9cE1gH3jK5"
    runs = [made(runcfg_home, arguments, {"loss": [3, 2]}) for arguments in ([], ["--key", secret])]
    page = view(*runs)._repr_html_()
    assert re.search(rf"</span> {runs[0].label}</span>", page)
    assert re.search(rf"</span> {runs[1].label} · key \[left out: ", page)
    assert secret not in page


def test_names_are_text(runcfg_home):
    """Markup in metric names, tags and arguments is shown as it is; the only script is ours."""
    runs = [made(runcfg_home, ["--x", ODD + lr], {ODD: [1, 2]}, tags={ODD: lr}) for lr in "ab"]
    page = view(*runs)._repr_html_()
    assert page.count("<script") == 1
    assert ODD not in page
    assert Cells(page).rows[1][3] == ODD + "a"


def test_a_big_comparison_stays_small(runcfg_home):
    """20 runs of 20 metrics of 500 points, of which a line has room for 16: under 100 KB."""
    values = {f"metric number {n}": [(n + 1) * 1.000123 ** (k % 97) for k in range(500)] for n in range(20)}
    runs = [made(runcfg_home, ["--lr", n * 0.123, "--seed", n], values) for n in range(20)]
    page = view(*runs)._repr_html_()
    assert len(page.encode()) < 100_000
    assert len(charts(page)) == 12
    assert "charts of 12 of 20 metrics" in page


@pytest.mark.parametrize(
    ("metrics", "said"),
    [({}, "no metrics"), ({"loss": [float("nan"), float("inf")]}, "NaN"), ({"big": [10**400]}, "1e400")],
)
def test_odd_values(runcfg_home, metrics, said):
    """Runs without metrics, with NaN, infinity and numbers beyond floats can be compared."""
    runs = [made(runcfg_home, ["--lr", lr], metrics) for lr in "ab"]
    found = view(*runs)
    assert repr(found)
    assert "<table>" in found._repr_html_()
    assert said in repr(found) or "∞" in repr(found)


def test_displayed_again_it_is_read_again(runcfg_home):
    """While a run goes on; the first display is of the moment when it was asked for."""
    run = made(runcfg_home, [], {"loss": [3]}, status=None, machine="elsewhere")
    found = view(run)
    assert Cells(found._repr_html_()).rows[1][1] == "Running"
    ending.write_status(run.paths, "Completed", "")
    assert Cells(found._repr_html_()).rows[1][1] == "Completed"
    assert found.comparison.is_final
