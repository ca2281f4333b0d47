"""A run from outside: read, waited for, canceled; and faults that each hit one process of it."""

import os
import pkgutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import jupyter_runcfg
from jupyter_runcfg import Run, RunConfiguration, get_run, list_runs, submit
from jupyter_runcfg.errors import ConfigError, RuncfgError, RunFailedError, RunNotFoundError
from jupyter_runcfg.executors import JobSpec, get_executor
from jupyter_runcfg.runtime import archive, atomic, process

from ..runtime.job import left_of, record, until

UP = "import time; print('up', flush=True); time.sleep(1000)"


@pytest.fixture
def start(project):
    """start(script) → its run, once it has printed `up`."""
    runs = []

    def submit_and_wait(script=UP, **settings):
        project.write("train.py", script)
        config = RunConfiguration(script="train.py", **settings)
        runs.append(submit(config))
        until(lambda: "up" in runs[-1].logs())
        return runs[-1]

    yield submit_and_wait
    for run in runs:
        process.end_all(run.id, 0)


def claim_of(run):
    return atomic.read_json(run.paths.attempt(1).claim)


def test_submit_is_the_function():
    """`jupyter_runcfg.submit` can be called whatever was imported before it: no package has its name."""
    modules = {module.name for module in pkgutil.iter_modules(jupyter_runcfg.__path__)}
    assert modules > {"submission", "verbs", "run"}
    assert modules.isdisjoint(jupyter_runcfg.__all__)


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("hello.py", '`submit(RunConfiguration(script="hello.py"))`, or a ScriptRunConfig'),
        (Path("hello.py"), '`submit(RunConfiguration(script="hello.py"))`, or a ScriptRunConfig'),
        (3, '`submit(RunConfiguration(script="train.py"))`, or a ScriptRunConfig'),
        (
            [RunConfiguration(script="a.py")],
            '`submit(RunConfiguration(script="train.py"))`, or a ScriptRunConfig',
        ),
    ],
)
def test_what_is_no_configuration(given, hint, project, runcfg_home):
    """It is refused with what was given and what is right, and nothing is written."""
    with pytest.raises(ConfigError) as caught:
        submit(given)
    assert (caught.value.message, caught.value.hint) == (
        f"a {type(given).__name__} cannot be submitted",
        hint,
    )
    assert not os.path.exists(runcfg_home)


def test_reading(start):
    """What v1's calls give, while it runs and when it has ended."""
    run = start(
        """
        import time
        from azureml.core import Run
        run = Run.get_context()
        run.log("loss", 2); run.log("loss", 1); run.tag("t", "v"); run.add_properties({"p": 1})
        open("outputs/early", "w").write("e")
        print("up", flush=True)
        while True:
            try: open("outputs/go"); break
            except OSError: time.sleep(0.01)
        print("ż")
        """
    )
    until(lambda: run.status == "Running")  # the runtime notes it beside the script's first lines
    assert (run.number, run.experiment.name, run.label) == (1, "project", "project/1")
    assert run.get_file_names()[:1] == ["outputs/early"]
    assert Path(run.download_file("outputs/early", "copy")).read_text() == "e"
    Path(run.paths.work, "outputs", "go").touch()
    details = run.wait_for_completion()
    assert {key: details[key] for key in ("runId", "target", "status", "error", "properties", "tags")} == {
        "runId": run.id,
        "target": "local",
        "status": "Completed",
        "error": None,
        "properties": {"p": "1"},
        "tags": {"t": "v"},
    }
    assert (run.get_metrics(), run.logs()) == ({"loss": [2, 1]}, "up\nż\n")
    names = ["logs/runtime.log", "logs/std_log.txt", "outputs/early", "outputs/go"]
    assert sorted(run.get_file_names()) == names
    assert Path(run.download_file("outputs/early", "folder/copy")).read_text() == "e"
    with pytest.raises(RuncfgError, match=r"has no file 'outputs/\.\./end\.json'"):
        run.download_file("outputs/../end.json")
    assert run == Run(None, run.id) == get_run(run.id)


def test_no_such_run():
    """An id without a record is an error of ours."""
    with pytest.raises(RunNotFoundError):
        Run(None, "exp_1_00000000")


def test_a_failed_run_raises_where_it_is_waited_for(project):
    """With type, message and line; wait() itself and raise_on_error=False do not."""
    project.write("train.py", "x = {}\nx['bmi']\n")
    run = submit(RunConfiguration(script="train.py"))
    assert run.wait(30).status == "Failed"
    assert run.wait_for_completion(raise_on_error=False)["error"]["where"] == "train.py:2"
    with pytest.raises(RunFailedError) as caught:
        run.wait_for_completion()
    assert (caught.value.message, caught.value.status) == (
        "run project/1 failed: KeyError: 'bmi' at train.py:2",
        "Failed",
    )


def test_show_output(project, capsys):
    """The log as it is printed, whole characters, also where reading cuts them."""
    project.write(
        "train.py", "import sys; sys.stdout.write('ż' * 700_001); sys.stdout.write('x' + 'ż' * 700_000)"
    )
    submit(RunConfiguration(script="train.py")).wait_for_completion(show_output=True)
    assert capsys.readouterr().out == "ż" * 700_001 + "x" + "ż" * 700_000


def test_waiting_has_a_limit(start):
    """The wait ends, the run goes on."""
    run = start()
    with pytest.raises(TimeoutError, match="it goes on"):
        run.wait(0.1)
    until(lambda: run.status == "Running")
    run.cancel()
    assert run.wait(30).status == "Canceled"


def test_cancel(start):
    """Asked twice and again after the end: one end, no process left."""
    run = start()
    run.cancel()
    run.cancel()
    assert run.summary().status in ("CancelRequested", "Canceled")
    assert run.wait(30).status == "Canceled"
    end = Path(run.paths.end).read_bytes()
    run.cancel()
    assert Path(run.paths.end).read_bytes() == end
    assert left_of(run.paths) == []
    with pytest.raises(RunFailedError):
        run.raise_if_failed()


def test_cancel_of_a_completed_run(project):
    """Nothing happens: it stays Completed, and no marker is left."""
    project.write("train.py", "")
    run = submit(RunConfiguration(script="train.py"))
    run.wait(30)
    run.cancel()
    assert (run.status, os.path.exists(run.paths.cancel)) == ("Completed", False)


def test_a_killed_runtime(start):
    """The next reader ends the orphaned script, and writes the one end: Failed, with the cause."""
    run = start()
    os.kill(claim_of(run)["pid"], signal.SIGKILL)
    until(lambda: run.status == "Failed", "the reader's word")
    summary = run.summary()
    assert (summary.cause, summary.error["type"], summary.exit_code) == (
        "the runtime of this run was killed",
        "JobLost",
        None,
    )
    assert left_of(run.paths) == []
    assert not os.path.exists(run.paths.attempt(1).reserve)
    end = Path(run.paths.end).read_bytes()
    assert [r.status for r in list_runs()] == ["Failed"]
    assert Path(run.paths.end).read_bytes() == end


def test_a_killed_runtime_that_was_to_be_canceled(start):
    """Who asked for the end gets Canceled."""
    run = start(
        "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(1000)"
    )
    os.kill(claim_of(run)["pid"], signal.SIGSTOP)
    run.cancel()
    os.kill(claim_of(run)["pid"], signal.SIGKILL)
    process.end_all(run.id, 0)
    until(lambda: run.status == "Canceled")


def test_a_runtime_that_is_asked_to_end(start):
    """SIGTERM ends the attempt; here nothing starts another, so the run is lost with that cause."""
    run = start()
    os.kill(claim_of(run)["pid"], signal.SIGTERM)
    until(lambda: run.status == "Failed")
    assert run.summary().cause == "the job was ended by SIGTERM"


def test_many_readers_of_a_lost_run(start):
    """Eight processes that find it at once agree on one end."""
    run = start()
    os.kill(claim_of(run)["pid"], signal.SIGKILL)
    code = "import sys, jupyter_runcfg as j; print(j.get_run(sys.argv[1]).wait(30).cause)"
    readers = [
        subprocess.Popen([sys.executable, "-c", code, run.id], stdout=subprocess.PIPE, text=True)
        for _ in range(8)
    ]
    assert {reader.communicate()[0] for reader in readers} == {"the runtime of this run was killed\n"}
    assert left_of(run.paths) == []


def test_the_submitting_process_is_killed(project):
    """kill -9 right after submit: the run goes on, and another process sees its end."""
    project.write("train.py", "import time; print('up', flush=True); time.sleep(0.5); print('done')")
    code = """
import os
from jupyter_runcfg import RunConfiguration, submit
submit(RunConfiguration(script="train.py"))
os.kill(os.getpid(), 9)
"""
    assert subprocess.run([sys.executable, "-c", code]).returncode == -9
    (run,) = list_runs()
    assert run.wait(30).status == "Completed"
    assert run.logs() == "up\ndone\n"


@pytest.mark.parametrize("asked", [False, True])
def test_a_crash_between_the_request_and_the_launch(asked, project):
    """The next reader ends the run, and a job that comes late does nothing."""
    project.write("train.py", "print('ran')")
    code = """
import os
from jupyter_runcfg import RunConfiguration, submit
from jupyter_runcfg.executors.local import LocalExecutor
LocalExecutor.launch = lambda *a: os.kill(os.getpid(), 9)
submit(RunConfiguration(script="train.py"))
"""
    assert subprocess.run([sys.executable, "-c", code]).returncode == -9
    if asked:
        (directory,) = os.listdir(os.environ["RUNCFG_HOME"] + "/runs")
        Path(os.environ["RUNCFG_HOME"], "runs", directory, "cancel").touch()
    (run,) = list_runs()
    status = "Canceled" if asked else "Failed"
    assert (run.status, run.summary().cause) == (status, "its submission was interrupted before the launch")
    pyz = archive.install(run.paths.home.runtime)
    assert subprocess.run([sys.executable, "-I", "-S", pyz, run.paths.directory]).returncode == 0
    assert (run.status, run.logs()) == (status, "")


def test_a_crash_between_the_launch_and_its_note(project):
    """The job runs; its claim says so to the next reader, who leaves it alone."""
    project.write("train.py", UP)
    code = """
import os, time
from jupyter_runcfg import RunConfiguration, submit
from jupyter_runcfg.runtime import atomic
real = atomic.write_once
def write_once(path, data, mode=0o600):
    if path.endswith("job.json"):
        while not os.path.exists(os.path.dirname(path) + "/claim"): time.sleep(0.01)
        os.kill(os.getpid(), 9)
    return real(path, data, mode)
atomic.write_once = write_once
submit(RunConfiguration(script="train.py"))
"""
    assert subprocess.run([sys.executable, "-c", code]).returncode == -9
    (run,) = list_runs()
    until(lambda: run.status == "Running")
    assert not os.path.exists(run.paths.attempt(1).job)
    run.cancel()
    assert run.wait(30).status == "Canceled"


def test_a_run_within_a_run(start):
    """Submitted from a job, it is a run of its own: the end of the outer one does not touch it."""
    outer = start(
        """
        import time
        open("inner.py", "w").write("import time; print('up', flush=True); time.sleep(1000)")
        from jupyter_runcfg import RunConfiguration, submit
        inner = submit(RunConfiguration(script="inner.py"))
        print(inner.id, "up", flush=True)
        time.sleep(1000)
        """
    )
    inner = get_run(outer.logs().split()[0])
    until(lambda: "up" in inner.logs())
    outer.cancel()
    assert outer.wait(30).status == "Canceled"
    assert left_of(outer.paths) == []
    until(lambda: inner.status == "Running")
    assert len(left_of(inner.paths)) == 1
    inner.cancel()
    assert inner.wait(30).status == "Canceled"


def test_a_script_that_is_alone_in_its_interpreter(project):
    """A missing interpreter of the runtime: the reader says what the shell said."""
    paths = record(os.environ["RUNCFG_HOME"], client=process.identity(os.getpid()))
    run = Run(None, paths.run_id)
    assert run.status == "NotStarted"
    executor = get_executor("local", paths.home)
    executor.launch(executor.prepare([JobSpec(paths.run_id, paths.directory, 1, "/no/python")]))
    until(lambda: run.status == "Failed")
    assert run.summary().cause.startswith("the runtime did not start: ")


def test_another_machines_run_is_not_judged(project):
    """In a shared home, a run whose machine is another stays as it is."""
    paths = record(os.environ["RUNCFG_HOME"])
    paths.attempt(1).create()
    other = {**process.identity(1), "host": "other", "boot_id": "theirs"}
    atomic.write_once(paths.attempt(1).claim, atomic.encode(other))
    assert [run.id for run in list_runs()] == [paths.run_id]
    assert not os.path.exists(paths.end)


def test_an_executor_we_do_not_have(project):
    """A record of another installation is listed and left alone."""
    paths = record(os.environ["RUNCFG_HOME"], target={"name": "x", "executor": "quantum"})
    assert [(run.id, run.status) for run in list_runs()] == [(paths.run_id, "NotStarted")]


def test_a_bare_number_counts_in_the_experiment_of_the_directory(project):
    """As in the shell; the error says which experiment that is."""
    project.write("train.py", "print(1)")
    runs = [submit(RunConfiguration("train.py")) for _ in range(2)]
    other = submit(RunConfiguration("train.py"), experiment="other")
    for run in (*runs, other):
        run.wait(60)
    assert [get_run(1), get_run("2"), get_run("last"), get_run("last~1")] == [*runs, *runs[::-1]]
    assert get_run("last", "other") == other
    with pytest.raises(RunNotFoundError, match="no run 'project/7'"):
        get_run(7)
