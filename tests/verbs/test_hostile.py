"""Records with any JSON in any place: every reader shows them as text, or as damaged."""

import json
import shutil
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_runcfg import list_runs
from jupyter_runcfg.cli import main
from jupyter_runcfg.notebook.table import RunTable
from jupyter_runcfg.runtime import atomic
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.view import summary as still

from ..project import project
from ..runtime.job import record

__all__ = ["project"]

ODD = [
    *(None, True, 0, -1, 5, 1 << 63, 10**400, -(10**400), 1.5, 1e400, -1e400, float("nan")),
    *(
        "",
        "text",
        "\ud800",
        "\x1b[2J",
        "a/b",
        "..",
        "\0",
        "x" * 5000,
        [],
        [1, "a", None],
        {},
        {"a": {"b": 1}},
    ),
]
VALUES = st.sampled_from(ODD) | st.recursive(
    st.sampled_from(ODD), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5
)
REQUEST = [
    *("run_id", "number", "experiment", "created", "name", "script", "target", "argv", "kind", "parent"),
    *("client", "tags", "properties", "snapshot", "sent", "notes", "configuration", "environment", "user"),
]
END = ("status", "cause", "exit_code", "t", "attempt", "error")
KINDS = ("metric", "status", "tag", "property", "name", "error", "sample", "child", "warning", "artifact")
EVENT = (
    *("kind", "name", "value", "values", "row", "step", "t", "seq", "status", "attempt", "type", "message"),
    *("artifact", "path", "size", "run_id", "cpu", "memory", "gpus"),
)
EVENTS = st.tuples(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(EVENT), VALUES, max_size=6))


def maps(names):
    return st.dictionaries(st.sampled_from(names), VALUES, max_size=4)


def written(home, request, end, events):
    """A good run and one with these in the place of what was right."""
    shutil.rmtree(home.runs, ignore_errors=True)
    record(home.root, run_id="good_5_00000001", experiment="good")
    paths = record(home.root, run_id="odd_6_00000002", experiment="odd")
    asked = json.loads(Path(paths.request).read_bytes())
    Path(paths.request).write_text(json.dumps({**asked, **request}))
    if end is not None:
        Path(paths.end).write_text(json.dumps({"status": "Failed", "t": 9.0, **end}))
    lines = [json.dumps({"kind": kind, "t": 2.0, "seq": place, **more}) for place, (kind, more) in events]
    Path(paths.event_file("rank-0-1")).write_text("".join(line + "\n" for line in lines))
    atomic.write_once(paths.event_file("rank-1-1"), b'{"kind": "metric", "name": "loss", "value": 1}\n')
    return paths


@given(
    request_=maps(REQUEST),
    end=st.none() | maps(END),
    events=st.lists(EVENTS, max_size=6).map(lambda found: [*enumerate(found)]),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_any_json_anywhere_is_shown(project, runcfg_home, capfd, request_, end, events):
    """`runs`, `show`, `metrics`, the notebook's views and `doctor` answer, and show the other run too."""
    home = Home(str(runcfg_home))
    home.create()
    paths = written(home, request_, end, events)
    assert main(["doctor", "--rebuild"]) in (0, 1)
    capfd.readouterr()
    for words in (
        [
            "runs",
            "--children",
            "--limit",
            "0",
            "--columns",
            "status,tags,metrics,created,started,ended,cause",
        ],
        ["runs", "--children", "--json"],
        ["show", paths.run_id],
        ["show", paths.run_id, "--json"],
        ["metrics", paths.run_id],
        ["metrics", paths.run_id, "--json"],
        ["metrics", paths.run_id, "loss"],
    ):
        assert main(words) == 0, words
        out = capfd.readouterr().out
        assert words[0] != "runs" or ("good/1" in out or '"good_5_00000001"' in out), words
    runs = list_runs(children=True)
    summaries = [run.summary() for run in runs]
    assert {run.run_id for run in runs} == {"good_5_00000001", paths.run_id}
    assert all(still.html(found, b"", {}) and still.text(found) for found in summaries)
    assert RunTable(summaries)._repr_html_()
    assert main(["runs", "remove", paths.run_id, "--yes"]) in (0, 1)
    assert capfd.readouterr().err.count("Traceback") == 0
