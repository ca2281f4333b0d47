"""The local executor: what it says of jobs in each stage of their life, and after each kind of death."""

import os
import signal
import subprocess
import sys

import pytest

from jupyter_runcfg.executors import EngineWord, Job, JobSpec
from jupyter_runcfg.executors.local import LocalExecutor
from jupyter_runcfg.runtime import archive, atomic, process
from jupyter_runcfg.runtime.paths import Home

from ..runtime.job import HEX, RUN_ID, left_of, log_of, record, until

UP = "import time; print('up', flush=True); time.sleep(1000)"


@pytest.fixture
def executor(tmp_path):
    return LocalExecutor(Home(str(tmp_path)))


def spec_of(paths, attempt=1, python=""):
    return JobSpec(paths.run_id, paths.directory, attempt, python)


def launch(executor, *specs):
    return executor.launch(executor.prepare(specs))


def is_up(paths):
    return os.path.exists(paths.std_log) and log_of(paths) != b""


def test_prepare_is_pure(executor, tmp_path):
    """The command as text for people; nothing is written."""
    paths = executor.home.run(RUN_ID)
    (prepared,) = executor.prepare([spec_of(paths)])
    pyz = f"{tmp_path}/runtime/{archive.file_name()}"
    assert prepared.argv == (sys.executable, "-I", "-S", pyz, paths.directory, "1")
    assert prepared.text == " ".join(prepared.argv)
    assert os.listdir(tmp_path) == []


def test_a_list_of_jobs(executor, tmp_path):
    """Three at once: launched, found, each word in the order that was asked for, all ended by a cancel."""
    records = [record(tmp_path, UP, run_id=f"exp_{n}_{HEX}", kill_grace_s=0.1) for n in range(3)]
    specs = [spec_of(paths) for paths in records]
    assert executor.poll(specs) == [EngineWord("NotStarted")] * 3
    assert executor.find([spec.run_id for spec in specs]) == {}
    jobs = launch(executor, *specs)
    assert [job.run_id for job in jobs] == [spec.run_id for spec in specs]
    until(lambda: all(is_up(paths) for paths in records))
    assert executor.poll(specs) == [EngineWord("Running")] * 3
    assert executor.find([spec.run_id for spec in specs]) == {
        job.run_id: Job(job.run_id, job.job_id) for job in jobs
    }
    executor.cancel(specs)
    executor.cancel(specs)
    assert [left_of(paths) for paths in records] == [[], [], []]
    until(lambda: all(os.path.exists(paths.end) for paths in records))
    assert executor.poll(specs) == [EngineWord("Gone", "killed by SIGTERM")] * 3


def test_a_job_is_nobodys_child(executor, tmp_path):
    """It leads a session of its own, has no terminal, no file of ours open, and none of our job variables."""
    paths = record(tmp_path, UP)
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)
    (job,) = launch(executor, spec_of(paths))
    until(lambda: is_up(paths))
    pid = int(job.job_id)
    assert os.getsid(pid) == pid
    assert process.identity(pid) == atomic.read_json(paths.attempt(1).claim)
    links = {os.readlink(f"/proc/{pid}/fd/{fd}") for fd in range(3)}
    assert links == {"/dev/null", paths.runtime_log}
    pipe = os.readlink(f"/proc/self/fd/{writer}")
    assert pipe not in {os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")}
    assert os.readlink(f"/proc/{pid}/cwd") == "/"
    os.close(reader)
    os.close(writer)
    executor.cancel([spec_of(paths)])
    until(lambda: os.path.exists(paths.end))


def test_the_variables_of_the_kernel(executor, tmp_path, monkeypatch):
    """A job does not inherit the run it was submitted from, nor a kernel's drawing backend."""
    monkeypatch.setenv("RUNCFG_RUN_ID", "outer_1_00000000")
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    monkeypatch.setenv("COLOUR", "red")
    script = (
        "import os; print(os.environ['RUNCFG_RUN_ID'], os.environ.get('MPLBACKEND'), os.environ['COLOUR'])"
    )
    paths = record(tmp_path, script)
    launch(executor, spec_of(paths))
    until(lambda: os.path.exists(paths.end))
    assert log_of(paths) == f"{RUN_ID} None red\n".encode()


def test_the_signals_of_a_script(executor, tmp_path):
    """The shell that puts a job into the background ignores SIGINT and SIGQUIT; its script does not."""
    script = "import signal; print([s for s in range(1, 32) if signal.getsignal(s) == signal.SIG_IGN])"
    paths = record(tmp_path, script)
    launch(executor, spec_of(paths))
    until(lambda: os.path.exists(paths.end))
    assert log_of(paths) == b"[13, 25]\n"  # those that Python itself ignores


def test_a_missing_interpreter(executor, tmp_path):
    """The runtime cannot start: gone, with what the shell said."""
    paths = record(tmp_path)
    spec = spec_of(paths, python="/no/such/python")
    launch(executor, spec)
    word = until(lambda: next((w for w in executor.poll([spec]) if w.status != "Starting"), None))
    assert word.status == "Gone"
    assert word.reason.startswith("the runtime did not start: ")
    assert "/no/such/python" in word.reason


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (signal.SIGKILL, "the runtime of this run was killed"),
        (signal.SIGTERM, "the job was ended by SIGTERM"),
    ],
)
def test_a_runtime_that_is_ended(number, reason, executor, tmp_path):
    """Gone, with the reason; and its script is ended by the cancel that follows."""
    paths = record(tmp_path, UP, kill_grace_s=0.1)
    spec = spec_of(paths)
    (job,) = launch(executor, spec)
    until(lambda: is_up(paths))
    os.kill(int(job.job_id), number)
    until(lambda: process.start_time(int(job.job_id)) == "")
    (word,) = executor.poll([spec])
    assert (word.status, word.reason) == ("Gone", reason)
    executor.cancel([spec])
    assert left_of(paths) == []


def _dead():
    """The identity of a process that has ended."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    who = process.identity(child.pid)
    child.communicate()
    return who


def test_words_for_each_trace(executor, tmp_path):
    """From what is on the disk alone: another machine's job, one of before a reboot, a launch given up."""
    dead = _dead()
    words = {}
    for number, (name, claim, note) in enumerate(
        [
            ("killed", dead, None),
            ("rebooted", {**dead, "boot_id": "before"}, None),
            ("elsewhere", {**dead, "host": "other", "boot_id": "theirs"}, None),
            ("renamed", {**dead, "host": "other"}, None),
            ("starting elsewhere", None, {"process": {**dead, "host": "other", "namespace": "theirs"}}),
            ("given up", {**process.identity(os.getpid()), "ended_by": "reader"}, None),
            ("not started", None, {"process": dead}),
        ]
    ):
        paths = record(tmp_path, run_id=f"exp_{number}_{HEX}")
        paths.attempt(1).create()
        if claim:
            atomic.write_once(paths.attempt(1).claim, atomic.encode(claim))
        if note:
            atomic.write_once(paths.attempt(1).job, atomic.encode(note))
        (word,) = executor.poll([spec_of(paths)])
        words[name] = (word.status, word.reason)
    assert words == {
        "killed": ("Gone", "the runtime of this run was killed"),
        "renamed": ("Gone", "the runtime of this run was killed"),
        "rebooted": ("Gone", "the machine was restarted while the run was active"),
        "elsewhere": ("NotResponding", "it was started on other, which cannot be asked here"),
        "starting elsewhere": ("NotResponding", "it was started on other, which cannot be asked here"),
        "given up": ("Gone", "the job did not start"),
        "not started": ("Gone", "the runtime did not start: it left no message"),
    }


def test_an_unreadable_claim_is_no_endless_question(executor, tmp_path):
    """A claim that is garbage is not asked about for ever."""
    paths = record(tmp_path)
    paths.attempt(1).create()
    atomic.write_once(paths.attempt(1).claim, b"garbage")
    assert executor.poll([spec_of(paths)]) == [EngineWord("NotStarted")]
    atomic.write_once(paths.attempt(1).job, atomic.encode({"process": _dead()}))
    assert executor.poll([spec_of(paths)])[0].status == "Gone"
