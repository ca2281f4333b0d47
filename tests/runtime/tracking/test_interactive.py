"""Runs that a process records itself, in processes of their own that end in each way there is."""

import os
import subprocess
import sys

import pytest

from jupyter_runcfg.runtime import atomic
from jupyter_runcfg.runtime.events import event_files
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.runtime.tracking import interactive
from jupyter_runcfg.runtime.v1.context import Run

from ..job import events_of, record, run, start, until

BEGIN = """
import os, signal, sys
from jupyter_runcfg.runtime.tracking import interactive
from jupyter_runcfg.runtime.v1.context import Run
from jupyter_runcfg.runtime.v1.experiment import Experiment
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.runtime.v1.workspace import Workspace
run = Experiment(Workspace.of(Home(sys.argv[1])), "exp").start_logging()
print(run.id, run.get_status(), flush=True)
run.log("m", 1)
"""


@pytest.fixture
def ended(tmp_path):
    """ended(code) → the run of a process that begins one and then runs that code, and its process."""

    def end(code):
        done = subprocess.run(
            [sys.executable, "-c", BEGIN + code, str(tmp_path)], capture_output=True, text=True, check=False
        )
        run_id, status = done.stdout.splitlines()[0].split()
        assert status == "Running", done.stderr
        return Run.of(Home(str(tmp_path)).run(run_id)), done

    return end


@pytest.mark.parametrize(
    ("code", "status", "cause"),
    [
        ("", "Completed", ""),
        ("run.complete()", "Completed", ""),
        ("run.complete(); run.fail('later'); run.cancel()", "Completed", ""),
        ("run.fail('bad data', 'E7')", "Failed", "bad data"),
        ("run.cancel()", "Canceled", "canceled"),
        ("1 / 0", "Failed", "ZeroDivisionError: division by zero"),
        ("raise KeyboardInterrupt", "Canceled", "interrupted"),
        ("with run: pass", "Completed", ""),
        ("with run: 1 / 0", "Failed", "division by zero"),
        ("with run: raise KeyboardInterrupt", "Canceled", "interrupted"),
        ("sys.exit(0)", "Completed", ""),
        ("os._exit(0)", "Failed", interactive.LOST),
        ("os.kill(os.getpid(), signal.SIGKILL)", "Failed", interactive.LOST),
        ("os.fork() or sys.exit(); os.wait(); run.log('m', 2)", "Completed", ""),
    ],
)
def test_how_it_ends(code, status, cause, ended):
    """Each end of its process, in order or not, is one terminal status with its cause."""
    run_, _ = ended(code)
    assert run_.get_detailed_status() == {"status": status, "details": cause}
    assert run_.is_ended
    assert run_.get_metrics()["m"] in (1, [1, 2])
    assert (run_.type, run_.number, run_.parent) == ("interactive", 1, None)


def test_a_forked_child_does_not_end_it(ended):
    """A child that exits first leaves its parent's run Running."""
    run_, done = ended("pid = os.fork()\nif not pid: sys.exit()\nos.wait(); print(run.get_status())")
    assert done.stdout.splitlines()[1] == "Running"
    assert run_.get_status() == "Completed"


def test_an_excepthook_of_the_person_stays(ended):
    """Noting what ended the process does not take away how it is shown."""
    _, done = ended("1 / 0")
    assert "ZeroDivisionError" in done.stderr
    assert done.returncode == 1


def test_the_end_of_a_killed_process_is_when_it_was_last_heard_of(ended):
    """Not when somebody looked."""
    run_, _ = ended("os._exit(0)")
    os.utime(event_files(run_.paths.events)[0], (5, 5))
    assert run_.get_details()["endTimeUtc"] == "1970-01-01T00:00:05+00:00"
    assert run_.get_details()["error"]["type"] == "ProcessEnded"


def test_a_run_of_another_machine_is_not_judged(tmp_path):
    """Its process cannot be seen from here."""
    paths, _ = interactive.start(Home(str(tmp_path)), "exp")
    request = atomic.read_json(paths.request)
    elsewhere = {"pid": 1, "boot_id": "x", "namespace": "y", "host": "elsewhere", "start_time": "1"}
    interactive.settle(paths, {**request, "client": elsewhere})
    assert not os.path.exists(paths.end)
    Run.of(paths).complete()


def test_outputs_are_kept_when_it_completes(tmp_path):
    """The directory that was named; its files are in the record, as are others that were uploaded."""
    home, source = Home(str(tmp_path / "home")), tmp_path / "out"
    source.mkdir()
    (source / "model").write_text("m")
    parent = Run.of(interactive.start(home, "exp")[0])
    child = parent.child_run("c", outputs=source)
    child.upload_file("logs/own.txt", source / "model")
    child.upload_file("bare", source / "model")
    child.complete()
    assert child.get_file_names() == ["outputs/model", "logs/own.txt", "bare"]
    assert sorted(e["path"] for e in events_of(child.paths, "artifact")) == [
        "bare",
        "logs/own.txt",
        "outputs/model",
    ]
    parent.complete()


def test_outputs_of_a_with(tmp_path, monkeypatch):
    """As v1 has it: what changes in ./outputs meanwhile is the run's; what was there before is not."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "outputs").mkdir()
    for name in ("old", "same", "again"):
        (tmp_path / "outputs" / name).write_text("x")
    run_ = Run.of(interactive.start(Home(str(tmp_path / "home")), "exp")[0])
    with run_:
        (tmp_path / "outputs" / "again").write_text("longer")
        (tmp_path / "outputs" / "new").write_text("x")
        with run_.child_run() as child:
            (tmp_path / "outputs" / "of a child").write_text("x")
    assert run_.get_file_names() == ["outputs/again", "outputs/new", "outputs/of a child"]
    assert child.get_file_names() == []


CHILDREN = """
import os, signal
from azureml.core import Run
run = Run.get_context()
for number in range(3):
    child = run.child_run(name="fold-%d" % number)
    child.log("m", number)
    if number == 0: child.complete()
{end}
"""


@pytest.mark.parametrize(
    ("end", "status", "statuses"),
    [
        ("", "Completed", ["Completed", "Completed", "Completed"]),
        ("raise SystemExit(3)", "Failed", ["Completed", "Completed", "Completed"]),
        ("1 / 0", "Failed", ["Failed", "Failed", "Completed"]),
        ("os.kill(os.getpid(), signal.SIGKILL)", "Failed", ["Failed", "Failed", "Completed"]),
    ],
)
def test_children_of_a_job(end, status, statuses, tmp_path):
    """Children record apart and end with their job at the latest; newest first."""
    paths = record(tmp_path, CHILDREN.format(end=end))
    assert run(paths)[1]["status"] == status
    children = list(Run.of(paths).get_children())
    assert [child.get_status() for child in children] == statuses
    assert [child.name for child in children] == ["fold-2", "fold-1", "fold-0"]
    assert [child.get_metrics() for child in children] == [{"m": 2}, {"m": 1}, {"m": 0}]
    assert {child.parent.id for child in children} == {paths.run_id}
    assert [child.number for child in children] == [3, 2, 1]
    assert [e["run_id"] for e in events_of(paths, "child")] == [c.id for c in reversed(children)]


def test_children_of_a_canceled_job(tmp_path):
    """They are Canceled too."""
    paths = record(tmp_path, CHILDREN.format(end="open('outputs/up', 'w'); signal.pause()"))
    runtime = start(paths)
    until(lambda: os.path.exists(os.path.join(paths.work, "outputs", "up")))
    Run.of(paths).cancel()
    assert runtime.wait(30) == 0
    assert [child.get_status() for child in Run.of(paths).get_children()] == [
        "Canceled",
        "Canceled",
        "Completed",
    ]


def test_an_id_that_is_taken(tmp_path):
    """A run id of one's own must be free and a name; the record that has it stays as it is."""
    parent = Run.of(interactive.start(Home(str(tmp_path)), "exp")[0])
    child = parent.child_run(run_id="mine")
    before = atomic.read_json(child.paths.request)
    for run_id, words in (("mine", "already"), ("../x", "no id"), ("", "no id"), ("a" * 300, "no id")):
        with pytest.raises(Exception, match=words):
            parent.child_run(run_id=run_id)
    assert atomic.read_json(child.paths.request) == before
    assert sorted(os.listdir(Home(str(tmp_path)).runs)) == sorted([parent.id, "mine"])
    child.complete()
    parent.complete()
