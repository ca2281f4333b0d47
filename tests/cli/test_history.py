"""The shell's verbs over records, as their users type them."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_runcfg import get_run, list_runs
from jupyter_runcfg.runtime.paths import Home

from ..project import project
from ..runtime.job import record
from .test_verb import shell

__all__ = ["project", "shell"]

SCRIPT = """
import sys
from azureml.core import Run
run, lr = Run.get_context(), float(sys.argv[1])
for i in range(3): run.log("loss", lr / (i + 1))
run.log("accuracy", 1 - lr)
"""


@pytest.fixture
def three(project, shell):
    """Runs 1, 2, 3 with learning rates 0.1, 0.2, 0.5."""
    project.write("train.py", SCRIPT)
    for lr in ("0.1", "0.2", "0.5"):
        assert shell("submit", "train.py", "--tag", f"lr={lr}", "--", lr)[0] == 0
    return project


def names(out):
    """The runs of a printed table, in order."""
    return re.findall(r"^(project/\d+)", out, re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "runs"),
    [
        ([], [3, 2, 1]),
        (["--sort", "-accuracy"], [1, 2, 3]),
        (["--sort", "loss", "--limit", "2"], [1, 2]),
        (["--where", "accuracy > 0.7 and lr < 0.2"], [1]),
        (["--tag", "lr=0.2"], [2]),
        (["--tag", "lr"], [3, 2, 1]),
        (["--tag", "x"], []),
        (["--status", "failed"], []),
        (["--status", "failed", "--status", "Completed", "--text", "TRAIN.PY 0.5"], [3]),
        (["--target", "local", "--since", "1d", "--experiment", "project"], [3, 2, 1]),
        (["--since", "2100-01-01"], []),
        (["--active"], []),
        (["--limit", "0"], [3, 2, 1]),
    ],
)
def test_runs(words, runs, three, shell):
    """Filters and orders, as a table and as JSON."""
    expected = [f"project/{number}" for number in runs]
    status, out, _err = shell("runs", *words)
    assert (status, names(out)) == (0, expected)
    assert [row["run"] for row in json.loads(shell("runs", *words, "--json")[1])] == expected


def test_columns(three, shell):
    """Those that were asked for; without, what the runs were chosen and sorted by."""
    out = shell("runs", "--columns", "run, loss,tags.lr,status", "--limit", "1")[1]
    assert [line.split() for line in out.splitlines()] == [
        ["run", "loss", "tags.lr", "status"],
        ["project/3", "0.1667", "0.5", "Completed"],
    ]
    assert shell("runs", "--columns", "loss", "--limit", "1")[1].split() == [
        "run",
        "loss",
        "project/3",
        "0.1667",
    ]
    head = shell("runs", "--where", "lr < 1", "--sort", "-accuracy")[1].splitlines()[0].split()
    assert head == ["run", "status", "started", "took", "target", "what", "lr", "accuracy"]


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["runs", "--where", "acuracy > 1"], "no column is named 'acuracy'", "did you mean 'accuracy'?"),
        (["runs", "--where", "accuracy >"], "a value is missing, at its end", "for example"),
        (["runs", "--where", "'val acc' > 1"], "a name stands in backquotes", "--where '`val acc` > 0.5'"),
        (["runs", "--where", "val acc > 1"], "after 'val', one of", "in backquotes: `val acc`"),
        (["runs", "--sort", "los"], "no column is named 'los'", "did you mean 'loss'?"),
        (["runs", "--columns", "run,los"], "no column, metric or tag 'los'", "did you mean 'loss'?"),
        (["runs", "--status", "faild"], "no status 'faild'", "did you mean 'Failed'?"),
        (["runs", "--since", "soon"], "'soon' is no time", "2d"),
        (["runs", "--limit", "-1"], "'-1' is no number of runs", "0 shows all"),
        (["runs", "remvoe", "1"], "no run 'remvoe'", "did you mean 'runs remove'?"),
        (["runs", "remove"], "which runs?", "--older 30d"),
        (["runs", "remove", "1", "--older", "1d"], "both runs and filters", "name the runs"),
        (["runs", "remove", "1"], "nobody is here to agree", "--yes"),
        (["runs", "remove", "1", "--json"], "nobody is here to agree", "--yes"),
        (["metrics", "1", "los"], "has no metric 'los'", "did you mean 'loss'?"),
        (["metrics", "1", "loss", "x"], "one word too many: 'x'", "metrics RUN NAME"),
        (["rerun", "1", "2"], "one run at a time, not 2", "`--`"),
        (["rerun", "1", "--set", "nodecont=2"], "no setting named 'nodecont'", "did you mean 'nodeCount'?"),
        (["rerun", "9"], "no run 'project/9'", "`runs` lists all"),
        (["runs", "export", "9"], "no run 'project/9'", "`runs` lists all"),
        (["runs", "import", "train.py"], "is no export", "export it again"),
    ],
)
def test_what_is_wrong_is_told_and_changes_nothing(words, message, hint, three, shell, monkeypatch):
    """One error with what to do next, a status that is not 0, and the runs are as they were."""
    monkeypatch.setattr("sys.stdin", open(os.devnull))  # noqa: SIM115
    status, out, err = shell(*words)
    sys.stdin.close()
    assert (status > 0, out) == (True, "")
    assert message in err
    assert hint in err
    assert "Traceback" not in err
    assert [run.label for run in list_runs()] == ["project/3", "project/2", "project/1"]


def test_archive_restore_and_remove(three, shell):
    """By name and by filter; each says what it did."""
    assert shell("runs", "archive", "1", "2")[:2] == (
        0,
        "archived: project/1 project/2; `runs --archived` shows them\n",
    )
    assert names(shell("runs")[1]) == ["project/3"]
    assert names(shell("runs", "--archived")[1]) == ["project/3", "project/2", "project/1"]
    assert shell("runs", "restore", "1")[:2] == (0, "in the lists again: project/1\n")
    status, out, _err = shell("runs", "remove", "--where", "accuracy > 0.6", "--yes", "--json")
    answer = json.loads(out)
    assert (status, [row["run"] for row in answer["removed"]], answer["active"]) == (0, ["project/1"], 0)
    assert shell("runs", "remove", "2", "--yes")[:2] == (0, "removed 1 run: project/2\n")
    assert shell("runs", "remove", "--older", "1d", "--yes")[:2] == (0, "removed 0 runs\n")
    assert names(shell("runs", "--archived")[1]) == ["project/3"]


def test_active_runs_stay(three, shell):
    """A filter passes them over, and says so; by name it is an error."""
    three.write("long.py", "import time; time.sleep(600)")
    assert shell("submit", "long.py", "--detach")[0] == 0
    assert "an active run is not removed: project/4" in shell("runs", "remove", "4", "--yes")[2]
    said = shell("runs", "remove", "--experiment", "project", "--yes")[1]
    assert said == "removed 3 runs: project/3 project/2 project/1; 1 active stayed\n"
    assert shell("cancel", "4")[0] == 0
    get_run("project/4").wait(60)


@pytest.mark.parametrize(
    ("said", "left"),
    [(b"y\n", []), (b"n\n", ["project/1"]), (b"\n", ["project/1"]), (b"\x04", ["project/1"])],
)
def test_a_terminal_is_asked(said, left, project, shell):
    """It shows what would go, and only `y` removes it."""
    project.write("a.py", "print(1)")
    assert shell("submit", "a.py")[0] == 0
    person, terminal = pty.openpty()
    os.write(person, said)
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from jupyter_runcfg.cli import main; sys.exit(main())",
            "runs",
            "remove",
            "1",
        ],
        stdin=terminal,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    os.close(person)
    os.close(terminal)
    assert "remove 1 run, with logs, outputs and metrics, for good:\n  project/1  Completed" in done.stdout
    assert (done.returncode, [run.label for run in list_runs()]) == (bool(left), left)


def test_a_table_fits_the_terminal(three, shell, monkeypatch):
    """However narrow, one line a run: long words are cut, run and status are not."""
    three.write("a_script_with_a_very_long_name_that_no_terminal_holds.py", "print(1)")
    assert shell("submit", "a_script_with_a_very_long_name_that_no_terminal_holds.py")[0] == 0
    person, terminal = pty.openpty()
    code = "import sys; from jupyter_runcfg.cli import main; sys.exit(main())"
    for width in (80, 100, 200):
        subprocess.run(
            [sys.executable, "-c", code, "runs"],
            stdout=terminal,
            check=True,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(sys.path),
                "COLUMNS": str(width),
                "NO_COLOR": "1",
            },
        )
        os.write(terminal, b"\0")  # what was written to a terminal comes in pieces
        text = ""
        while not text.endswith("\0"):
            text += os.read(person, 100_000).decode()
        text = text.rstrip("\0")
        lines = re.sub(r"\x1b\[[0-9;]*m", "", text).replace("\r", "").splitlines()
        assert [line.split()[:2] for line in lines[1:]] == [
            [f"project/{n}", "Completed"] for n in (4, 3, 2, 1)
        ]
        assert max(map(len, lines)) <= width
        assert ("very_long_name_that_no_terminal_holds.py" in text) == (width == 200)
    os.close(person)
    os.close(terminal)


def test_metrics(three, shell):
    """Last values and counts; the values of one; JSON."""
    lines = [line.split() for line in shell("metrics", "1")[1].splitlines()]
    assert lines == [
        ["metric", "values", "last", "step", "least", "greatest"],
        ["loss", "3", "0.03333", "0.03333", "0.1"],
        ["accuracy", "1", "0.9", "0.9", "0.9"],
    ]
    assert [line.split() for line in shell("metrics", "1", "loss")[1].splitlines()] == [
        ["step", "value"],
        ["0", "0.1"],
        ["1", "0.05"],
        ["2", "0.03333"],
    ]
    whole = json.loads(shell("metrics", "--json")[1])
    assert (whole["run"], whole["metrics"]["loss"]["count"]) == ("project/3", 3)
    values = json.loads(shell("metrics", "2", "loss", "--json")[1])["values"]
    assert [(value["step"], value["value"]) for value in values] == [(0.0, 0.2), (1.0, 0.1), (2.0, 0.2 / 3)]


def test_rerun(three, shell):
    """It follows as submit does; with a change, from a directory that has gone."""
    three.write("train.py", "raise SystemExit(1)")
    status, _out, err = shell("rerun", "1", "--tag", "again=yes", "--", "0.25")
    assert status == 0
    assert "project/4 · train.py 0.25 · local · snapshot of project/1" in err
    assert (get_run("project/4").get_metrics()["accuracy"], get_run("project/4").tags["again"]) == (
        0.75,
        "yes",
    )
    status, out, _err = shell("rerun", "1", "--detach", "--json")
    assert (status, json.loads(out)["run"]) == (0, "project/5")
    assert get_run("project/5").wait(60).status == "Completed"


def test_export_and_import(three, shell, tmp_path, monkeypatch):
    """There, back, and a second time; the status is 1 when all of it was here."""
    file = tmp_path / "two.tar.gz"
    status, out, _err = shell("runs", "export", "1", "2", "--to", file)
    assert (status, out.startswith("project/1 project/2: ")) == (0, True)
    assert "`--force` replaces it" in shell("runs", "export", "1", "--to", file)[2]
    monkeypatch.setenv("RUNCFG_HOME", str(tmp_path / "other"))
    assert shell("runs", "import", file)[:2] == (0, "project/1 is here now\nproject/2 is here now\n")
    status, out, _err = shell("runs", "import", file)
    assert (status, out.count("is here already")) == (1, 2)


def test_doctor(three, shell, runcfg_home):
    """All well: status 0. Others may look in: told with what to do, status 1."""
    status, out, _err = shell("doctor")
    assert status == 0, out
    assert all(line.startswith("ok ") for line in out.splitlines())
    assert "dropped 0 files" in shell("doctor", "--gc")[1]
    assert "rebuilt from 3 runs" in shell("doctor", "--rebuild")[1]
    os.chmod(runcfg_home, 0o755)
    status, out, _err = shell("doctor", "--json")
    bad = [check for check in json.loads(out)["checks"] if not check["is_well"]]
    assert (status, [check["name"] for check in bad]) == (1, ["home"])
    assert bad[0]["hint"] == f"`chmod 700 {Home(str(runcfg_home)).root}`"


def test_what_is_said_where_no_run_is(project, shell):
    """No run yet, or none that the filters choose: two answers."""
    assert shell("runs")[1].startswith("no runs here: ")
    project.write("a.py", "print(1)")
    assert shell("submit", "a.py")[0] == 0
    for words in (["--tag", "x"], ["--status", "failed"], ["--active"], ["--parent", "1"], ["--text", "zzz"]):
        assert shell("runs", *words)[1].startswith("no run matches: "), words


@pytest.mark.parametrize(
    "code", ["x = 1\nassert x == 2", "x = 1\nraise MemoryError", "x = 1\nraise KeyError()"]
)
def test_an_exception_without_a_text_has_its_type_and_line(code, project, shell):
    """Where there is no message, the line of the error says the rest."""
    project.write("train.py", code)
    _status, _out, err = shell("submit", "train.py")
    name = "AssertionError" if "assert" in code else code.split()[4].strip("()")
    assert re.search(rf"^error: {name}.* at train.py:2$", err, re.MULTILINE), err


def test_rows_and_numbers_beyond_floats(project, shell):
    """A metric of rows is a table with its columns; an integer of 400 digits is shown as it is."""
    project.write(
        "a.py",
        """
        from azureml.core import Run
        run = Run.get_context()
        run.log_row("rows", x=1, kind="a")
        run.log_row("rows", x=2, y=0.5)
        run.log("big", 10**400)
        run.log("small", -(10**400))
        """,
    )
    assert shell("submit", "a.py")[0] == 0
    lines = [line.split() for line in shell("metrics")[1].splitlines()]
    assert lines[2:] == [
        ["big", "1", "1e400", "1e400", "1e400"],
        ["small", "1", "−1e400", "−1e400", "−1e400"],
    ]
    rows = [re.split(r"  +", line.strip()) for line in shell("metrics", "last", "rows")[1].splitlines()]
    assert rows == [["x", "kind", "y"], ["1", "a"], ["2", "0.5"]]
    answer = json.loads(shell("metrics", "last", "rows", "--json")[1])
    assert answer["rows"] == [{"x": 1, "kind": "a"}, {"x": 2, "y": 0.5}]
    assert json.loads(shell("metrics", "--json")[1])["metrics"]["big"]["last"] == 10**400


def test_many_metrics_are_plain_lines(runcfg_home, shell):
    """Thousands of names and a table of rich's would take minutes: aligned texts, and how to see one."""
    paths = record(runcfg_home)
    events = "".join(f'{{"kind": "metric", "name": "m{n}", "value": {n}}}\n' for n in range(20_000))
    Path(paths.event_file("rank-0-1")).write_text(events)
    status, out, err = shell("metrics", paths.run_id)
    lines = out.splitlines()
    assert (status, len(lines), len({len(line) for line in lines})) == (0, 20_001, 1)
    assert lines[12346].split() == ["m12345", "1", "12,345", "12,345", "12,345"]
    assert err == "20,000 metrics: `metrics exp/1 NAME` shows one, `--json` is for programs\n"
    hint = shell("metrics", paths.run_id, "zzzzzz")[2]
    assert len(hint) < 500


@pytest.mark.parametrize("words", [["runs", "remove", "-h"], ["-h"], ["--version"], ["metrics"], ["doctor"]])
def test_a_reader_that_has_gone_is_no_error(words, three):
    """`… | head -0`: nothing on stderr, whatever the verb."""
    code = "import sys; from jupyter_runcfg.cli import main; sys.exit(main())"
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


def test_where_the_file_of_an_export_is(three, shell):
    """In a directory that would be sent it says so, with the line that keeps it out; elsewhere not."""
    out = shell("runs", "export", "1")[1]
    assert "note: it is in the source directory, and the next submit would send it" in out
    assert ".gitignore" not in out  # there is none, and a new one would take the place of the default list
    three.write(".amlignore", "x\n")
    out = shell("runs", "export", "1", "--force")[1]
    name = re.search(r"a line `(.*)` in .*\.amlignore leaves it out", out).group(1)
    three.write(".amlignore", f"x\n{name}\n")
    assert "note" not in shell("runs", "export", "1", "--force")[1]
    assert "note" not in shell("runs", "export", "1", "--to", three.directory.parent / "x.tar.gz")[1]
