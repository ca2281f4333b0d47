"""From a configuration to a run that is launched, and what is on the disk then."""

import json
import multiprocessing
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_runcfg import RunConfiguration, ScriptRunConfig, get_run, list_runs, submit
from jupyter_runcfg.errors import ConfigError, TargetError
from jupyter_runcfg.executors.local import LocalExecutor
from jupyter_runcfg.runtime import atomic, starting
from jupyter_runcfg.settings import machine_id
from jupyter_runcfg.submission import Cell, Submission, preview
from jupyter_runcfg.submission import submit as submit_words

from ..runtime.job import events_of, left_of, until
from .listing import names_below

UP = "import time; print('up', flush=True); time.sleep(1000)"


def test_a_whole_run(project, runcfg_home):
    """Request, attempt, events, log, outputs: the layout of a record, and what is in it."""
    project.write(
        "train.py",
        """
        import os, sys
        from azureml.core import Run
        Run.get_context().log("loss", 0.5)
        open("outputs/model", "w").write("m")
        print(os.getcwd(), sys.argv[1:], os.environ["COLOUR"])
        """,
    )
    config = RunConfiguration(script="train.py", arguments=["--alpha", "0.03"])
    config.environment_variables = {"COLOUR": "red"}
    config.max_run_duration_seconds = 60
    run = submit(config, experiment="diabetes", tags={"a": 1, "b": None}, name="first")
    summary = run.wait(30)
    root = runcfg_home / "runs" / run.id
    assert (summary.status, summary.label, summary.exit_code, summary.metrics) == (
        "Completed",
        "diabetes/1",
        0,
        {"loss": 0.5},
    )
    assert run.logs() == f"{root}/work ['--alpha', '0.03'] red\n"
    assert [name for name in names_below(root) if not name.startswith("events/rank-0-")] == [
        "attempts/1/claim",
        "attempts/1/end.json",
        "attempts/1/job.json",
        "end.json",
        "events/node-0.jsonl",
        "logs/runtime.log",
        "logs/std_log.index",
        "logs/std_log.txt",
        "outputs/model",
        "request.json",
    ]
    request = json.loads((root / "request.json").read_text())
    assert {
        key: request[key] for key in ("run_id", "number", "experiment", "name", "script", "argv", "tags")
    } == {
        "run_id": run.id,
        "number": 1,
        "experiment": "diabetes",
        "name": "first",
        "script": "train.py --alpha 0.03",
        "argv": [sys.executable, "train.py", "--alpha", "0.03"],
        "tags": {"a": "1", "b": ""},
    }
    assert request["target"] == {
        "name": "local",
        "executor": "local",
        "options": {"slots": 32, "gpus": 0, "gpu_names": [], "depth": 0, "machine": machine_id()},
    }
    variables = {"EXAMPLE_ENV_VAR": "EXAMPLE_VALUE", "COLOUR": "red"}  # the first is v1's default
    assert (request["environment_variables"], request["time_limit_s"]) == (variables, 60)
    assert RunConfiguration.from_text(json.dumps(request["configuration"])) == config
    assert request["sent"].startswith(
        "diabetes/1 · train.py --alpha 0.03 · local, this interpreter · snapshot "
    )
    job, claim, end = (
        json.loads((root / "attempts" / "1" / name).read_text()) for name in ("job.json", "claim", "end.json")
    )
    assert job["process"] == claim
    assert job["job_id"] == str(claim["pid"])
    assert end == json.loads((root / "end.json").read_text())
    assert [e["status"] for e in events_of(run.paths, "status")] == ["Preparing", "Running", "Finalizing"]
    assert os.listdir(project.directory) == ["train.py"]
    assert list_runs() == [run] == [get_run("diabetes/1")]


def test_the_home_is_private(project, runcfg_home):
    """Directories 0700, files 0600 or less, whatever the umask."""
    project.write("train.py", "print('x')")
    before = os.umask(0)
    try:
        run = submit(RunConfiguration(script="train.py"))
        run.wait(30)
        list_runs()
    finally:
        os.umask(before)
    loose = [
        (str(path.relative_to(runcfg_home)), oct(path.stat().st_mode))
        for path in (runcfg_home, *runcfg_home.rglob("*"))
        if stat.S_IMODE(path.lstat().st_mode) & 0o77 and path.name != "outputs"
    ]
    assert loose == []


def test_a_run_never_touches_the_working_directory(project):
    """It runs in a checkout of what was there at submit; what it changes there stays there."""
    project.write(
        "train.py", "open('data.txt', 'w').write('new'); open('made.txt', 'w'); print(open('lib.py').read())"
    )
    project.write("data.txt", "old")
    lib = project.write("lib.py", "before")
    run = submit(RunConfiguration(script="train.py"))
    lib.write_text("after")
    assert run.wait(30).status == "Completed"
    assert run.logs() == "before\n"
    assert sorted(os.listdir(project.directory)) == ["data.txt", "lib.py", "train.py"]
    assert (project.directory / "data.txt").read_text() == "old"


@pytest.mark.parametrize(
    ("command", "log"),
    [("echo $((1 + 2)) | cat", "3\n"), (["printf", "%s", "a $b"], "a $b")],
)
def test_commands(command, log, project):
    """A string runs in a shell, a list without one."""
    run = submit(RunConfiguration(command=command))
    assert run.wait(30).status == "Completed"
    assert run.logs() == log


def test_cells(project, runcfg_home):
    """A cell is the script, under a name that no file of the directory has."""
    project.write("cell.py", "print('a file')")
    for cell, log in ((Cell("print('a cell')\n"), "a cell\n"), (Cell("echo $0", "bash"), "cell.sh\n")):
        run = get_run(submit_words(Submission(RunConfiguration(), cell=cell)).run_id)
        assert run.wait(30).status == "Completed"
        assert run.logs() == log
    assert os.listdir(project.directory) == ["cell.py"]


def test_a_script_of_r(project, tmp_path, monkeypatch):
    """`framework: R`, or the script's name, has it run by Rscript; where that is missing, the run says so."""
    project.write("train.R", "")
    config = RunConfiguration(script="train.R", arguments=["--alpha", "1"])
    run = submit(config)
    assert run.wait(30).status == "Failed"
    assert run.get_details()["error"]["message"] == "there is no program 'Rscript' to run the script"
    program = tmp_path / "bin" / "Rscript"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    for name in ("train.R", "train"):
        project.write(name, "")
        config.script, config.framework = name, "R"
        run = submit(config)
        assert run.wait(30).status == "Completed", run.logs()
        assert run.logs() == f"{name} --alpha 1\n"


FAULTS = {
    "nothing to run": (RunConfiguration(), "nothing to run: no script, no command, no cell body"),
    "no such script": (RunConfiguration(script="trian.py"), "no script 'trian.py' in {project}"),
    "outside": (
        RunConfiguration(script="../other.py"),
        "the script '{parent}/other.py' is outside of the source",
    ),
    "ignored": (
        RunConfiguration(script="scratch.py"),
        "'scratch.py' is not in the snapshot: .amlignore:1 scratch.py",
    ),
    "directory": (RunConfiguration(script="folder"), "no script 'folder'"),
    "the file shown in Workbench": (
        RunConfiguration(script="$file"),
        "the configuration leaves its script open: '$file' was the one shown in Workbench",
    ),
}


@pytest.mark.parametrize("what", FAULTS)
def test_bad_input_leaves_nothing(what, project, runcfg_home):
    """One error with a hint, before any record is written."""
    config, message = FAULTS[what]
    project.write("train.py", "")
    project.write("scratch.py", "")
    project.write("folder/x.py", "")
    project.write(".amlignore", "scratch.py\n")
    project.write("../other.py", "")
    with pytest.raises(ConfigError) as caught:
        submit(config)
    expected = message.format(project=project.directory, parent=project.directory.parent)
    assert expected in str(caught.value)
    assert caught.value.hint
    assert names_below(runcfg_home) == []


def test_all_faults_at_once(project, runcfg_home):
    """An unknown target, a missing interpreter and a missing script are one error."""
    project.write("train.py", "")
    config = RunConfiguration(script="trian.py")
    config.target = "locla"
    config.environment.python.interpreter_path = "/no/such/python"
    with pytest.raises(ConfigError) as caught:
        submit(config)
    assert [fault.message for fault in caught.value.faults] == [
        "no compute target named 'locla'",
        "there is no interpreter '/no/such/python' on this machine",
        f"no script 'trian.py' in {project.directory}",
    ]
    assert [fault.hint.partition("?")[0] for fault in caught.value.faults] == [
        "did you mean 'local'",
        f"leave it out to run in this one, {sys.executable}",
        "did you mean 'train.py'",
    ]
    assert not runcfg_home.exists()


def test_a_cell_with_a_syntax_error(project, runcfg_home):
    """It is found before anything is submitted, with its line."""
    with pytest.raises(ConfigError) as caught:
        submit_words(Submission(RunConfiguration(), cell=Cell("x = 1\ny = (\n")))
    assert caught.value.where == "cell:2"
    assert not runcfg_home.exists()


def test_a_directory_that_is_not_there(project, runcfg_home):
    """A named source directory that is missing, or goes away, is an error of ours."""
    with pytest.raises(ConfigError, match="is not there"):
        submit(ScriptRunConfig(source_directory=str(project.directory / "no"), script="train.py"))
    assert names_below(runcfg_home) == []


def test_preview_writes_nothing(project, runcfg_home):
    """The request and the command as they would be, and no home."""
    project.write("train.py", "print(1)")
    config = RunConfiguration(script="train.py")
    request, text = preview(Submission(config))
    assert not runcfg_home.exists()
    run = submit(config)
    run.wait(30)
    sent = json.loads(Path(run.paths.request).read_text())
    same = ("argv", "configuration", "experiment", "script", "snapshot", "target", "source_directory")
    assert {key: request[key] for key in same} == {key: sent[key] for key in same}
    assert text.replace(request["run_id"], run.id) == atomic.read_json(run.paths.attempt(1).job)["command"]


def test_an_engine_that_does_not_take_the_job(project, runcfg_home, monkeypatch):
    """A TargetError; the record is kept, Failed with that cause."""
    project.write("train.py", "")

    def refuse(*args):
        raise TargetError("the machine has no processes left")

    monkeypatch.setattr(starting, "spawn", refuse)
    with pytest.raises(TargetError):
        submit(RunConfiguration(script="train.py"))
    (run,) = list_runs()
    assert (run.status, run.summary().cause) == ("Failed", "the machine has no processes left")


@pytest.mark.parametrize("when", ["before the launch", "after the launch"])
def test_ctrl_c_while_submitting(when, project, monkeypatch):
    """The record is Canceled and no job is left, also when the engine has it already."""
    project.write("train.py", UP)
    real = LocalExecutor._submit

    def interrupted(self, request):
        if when == "after the launch":
            real(self, request)
            until(lambda: os.path.exists(self.home.run(request.spec.run_id).attempt(1).claim))
        raise KeyboardInterrupt

    monkeypatch.setattr(LocalExecutor, "_submit", interrupted)
    with pytest.raises(KeyboardInterrupt):
        submit(RunConfiguration(script="train.py"))
    (run,) = list_runs()
    assert run.wait(30).status == "Canceled"
    until(lambda: left_of(run.paths) == [])


def test_a_late_start_after_an_interrupted_launch(project, monkeypatch):
    """The job that starts after its run was given up does nothing."""
    project.write("train.py", "open('/proc/self/cwd/ran', 'w')")
    requests = []

    def interrupted(self, request):
        requests.append(request)
        raise KeyboardInterrupt

    monkeypatch.setattr(LocalExecutor, "_submit", interrupted)
    with pytest.raises(KeyboardInterrupt):
        submit(RunConfiguration(script="train.py"))
    assert subprocess.run(requests[0].argv).returncode == 0
    (run,) = list_runs()
    assert (run.status, os.path.exists(run.paths.work)) == ("Canceled", False)


def _submit_some(count, answers):
    for _ in range(count):
        run = submit(RunConfiguration(script="train.py"), experiment="crowd")
        answers.put((run.id, run.summary().number))


def test_twenty_from_four_processes(project):
    """Numbers 1 to 20, each once, and all complete."""
    project.write("train.py", "from azureml.core import Run; Run.get_context().log('x', 1)")
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    processes = [context.Process(target=_submit_some, args=(5, answers)) for _ in range(4)]
    for one in processes:
        one.start()
    submitted = dict(answers.get(timeout=120) for _ in range(20))
    for one in processes:
        one.join()
    assert sorted(submitted.values()) == list(range(1, 21))
    summaries = [get_run(run_id).wait(60) for run_id in submitted]
    assert [(s.status, s.metrics) for s in summaries] == [("Completed", {"x": 1.0})] * 20
    assert [r.summary().number for r in list_runs("crowd")] == list(range(20, 0, -1))
