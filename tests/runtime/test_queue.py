"""Runs that wait for a slot: their order, their end while they wait, and who starts them."""

import os
import signal
import sys
from pathlib import Path

import pytest

from jupyter_runcfg.executors import EngineWord, JobSpec, Resources, machine
from jupyter_runcfg.executors.local import LocalExecutor
from jupyter_runcfg.history import read_summary
from jupyter_runcfg.run.settle import settle
from jupyter_runcfg.runtime import atomic, ending, slots
from jupyter_runcfg.runtime.paths import Home

from .job import HEX, log_of, record, until

UNTIL_TOLD = """
import os, sys, time
print("up", os.environ.get("CUDA_VISIBLE_DEVICES"), flush=True)
while not os.path.exists(sys.argv[1]): time.sleep(0.01)
"""


@pytest.fixture
def executor(tmp_path, monkeypatch):
    monkeypatch.setenv("RUNCFG_MAX_PARALLEL", "1")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,GPU-7f,5")
    return LocalExecutor(Home(str(tmp_path / "home")))


class Waiting:
    """Runs that go on until they are told to end."""

    def __init__(self, executor, tmp_path):
        self.executor, self.folder = executor, tmp_path
        self.records = []

    def submit(self, gpus=0):
        number = len(self.records)
        word = self.folder / f"end{number}"
        options = self.executor.accept(Resources(gpus=gpus), {})
        paths = record(
            self.executor.home.root,
            UNTIL_TOLD,
            run_id=f"exp_{number}_{HEX}",
            argv=[sys.executable, "main.py", str(word)],
            target={"name": "local", "executor": "local", "options": options},
        )
        spec = JobSpec(paths.run_id, paths.directory, 1, "", options)
        self.records.append(paths)
        self.executor.launch(self.executor.prepare([spec]))
        return spec

    def let_end(self, *numbers):
        for number in numbers:
            (self.folder / f"end{number}").touch()

    def are_up(self):
        return [number for number, paths in enumerate(self.records) if _is_up(paths)]

    def wait_for(self, *numbers):
        until(lambda: all(os.path.exists(self.records[number].end) for number in numbers))
        return [atomic.read_json(self.records[number].end)["status"] for number in numbers]


def _is_up(paths):
    return os.path.exists(paths.std_log) and log_of(paths).startswith(b"up")


@pytest.fixture
def waiting(executor, tmp_path):
    return Waiting(executor, tmp_path)


def test_one_at_a_time_in_order(waiting, executor):
    """With one slot, the first runs, the others are Queued with their reason, and follow as they came."""
    specs = [waiting.submit() for _ in range(3)]
    until(lambda: waiting.are_up() == [0])
    assert executor.poll(specs) == [
        EngineWord("Running"),
        EngineWord("Queued", "no free slot, 1 at a time"),
        EngineWord("Queued", "no free slot, 1 at a time, 1 before it"),
    ]
    summaries = [read_summary(paths) for paths in waiting.records]
    assert [(s.status, s.cause) for s in summaries][1:] == [("Queued", "no free slot")] * 2
    waiting.let_end(0)
    until(lambda: waiting.are_up() == [0, 1])
    waiting.let_end(1, 2)
    assert waiting.wait_for(0, 1, 2) == ["Completed"] * 3
    until(lambda: not _entries(executor))


def _entries(executor):
    return list(Path(executor.home.queue).glob("*/*/entries/*"))


def test_what_waits_is_private_and_gone_afterwards(waiting, executor):
    """An entry holds the environment of who submitted: nobody else may read it, and it goes at the start."""
    waiting.submit()
    waiting.submit()
    (entry,) = _entries(executor)
    assert entry.stat().st_mode & 0o777 == 0o600
    assert "PATH" in atomic.read_json(str(entry))["env"]
    waiting.let_end(0, 1)
    waiting.wait_for(0, 1)
    until(lambda: not _entries(executor))


def test_canceled_while_queued(waiting, executor):
    """It ends at once, without a start; the ones behind it move up."""
    waiting.submit()
    waiting.submit()
    waiting.submit()
    ending.ask_cancel(waiting.records[1])
    settle([waiting.records[1]])
    end = atomic.read_json(waiting.records[1].end)
    assert (end["status"], end["cause"]) == ("Canceled", "canceled while it was queued")
    waiting.let_end(0, 2)
    assert waiting.wait_for(0, 1, 2) == ["Completed", "Canceled", "Completed"]
    assert waiting.are_up() == [0, 2]


def test_canceled_by_the_marker_alone(waiting):
    """The queue itself ends what was canceled, though no reader lives to do it."""
    waiting.submit()
    waiting.submit()
    ending.ask_cancel(waiting.records[1])
    assert waiting.wait_for(1) == ["Canceled"]
    waiting.let_end(0)
    waiting.wait_for(0)


def test_a_queue_whose_server_was_killed(waiting, executor):
    """The next reader, or the next submit, has it served again."""
    waiting.submit()
    spec = waiting.submit()
    _kill_server(executor)
    assert executor.poll([spec])[0].status == "Queued"
    until(lambda: _server(executor), "another server")
    waiting.let_end(0, 1)
    assert waiting.wait_for(0, 1) == ["Completed"] * 2


def test_a_run_that_ends_has_its_queue_served(waiting, executor):
    """Though its server was killed and nobody looks: the run that frees the slot sees to it."""
    waiting.submit()
    waiting.submit()
    _kill_server(executor)
    waiting.let_end(0, 1)
    assert waiting.wait_for(0, 1) == ["Completed"] * 2


def _kill_server(executor):
    """The shell that starts it may be in its place for a moment."""
    os.kill(until(lambda: _server(executor), "the server"), signal.SIGKILL)
    until(lambda: _server(executor) is None, "its end")


def _server(executor):
    """The process that serves the queue of this home."""
    mark = f"--queue\0{executor.home.queue}".encode()
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = Path(f"/proc/{name}/cmdline").read_bytes()
        except OSError:
            continue
        if mark in words and b"/bin/sh" not in words:
            return int(name)
    return None


def test_a_slot_comes_free_however_its_run_ended(waiting, executor):
    """That of a killed runtime when its script has ended, by itself or by the reader that finds it."""
    waiting.submit()
    until(lambda: waiting.are_up() == [0])
    claim = atomic.read_json(waiting.records[0].attempt(1).claim)
    os.kill(claim["pid"], signal.SIGKILL)
    spec = waiting.submit()
    assert executor.poll([spec])[0].status == "Queued"  # the script that it left still needs the machine
    settle([waiting.records[0]])
    assert waiting.wait_for(0) == ["Failed"]
    until(lambda: 1 in waiting.are_up())
    waiting.let_end(1)
    assert waiting.wait_for(1) == ["Completed"]


def test_gpus_are_given_out(waiting, executor, monkeypatch):
    """Each run sees the GPUs that are its own; one that needs more than are free waits and says so."""
    monkeypatch.setenv("RUNCFG_MAX_PARALLEL", "4")
    waiting.submit(gpus=1)
    waiting.submit(gpus=1)
    spec = waiting.submit(gpus=2)
    until(lambda: waiting.are_up() == [0, 1])
    assert [log_of(paths) for paths in waiting.records[:2]] == [b"up 3\n", b"up GPU-7f\n"]
    assert executor.poll([spec]) == [EngineWord("Queued", "needs 2 of 3 GPUs, 1 free")]
    waiting.let_end(1)
    until(lambda: 2 in waiting.are_up())
    assert log_of(waiting.records[2]) == b"up GPU-7f,5\n"
    waiting.let_end(0, 2)
    waiting.wait_for(0, 1, 2)


@pytest.mark.parametrize(
    ("visible", "found"), [("0,1", ["0", "1"]), ("", []), ("-1", []), ("2,-1,3", ["2"]), (" 1 ", ["1"])]
)
def test_visible_gpus(visible, found):
    """CUDA_VISIBLE_DEVICES as CUDA reads it: nothing from the first -1 on."""
    assert slots.find_gpus(visible) == found


def test_a_job_that_outlives_its_process(waiting, executor, tmp_path):
    """Its slot is taken until its run has ended; another process looks after it, once the first is dead."""
    paths = record(executor.home.root, "", run_id=f"exp_9_{HEX}")
    spec = JobSpec(paths.run_id, paths.directory, 1, "", executor.accept(Resources(), {}))
    seen = tmp_path / "seen"
    words = ("/bin/sh", "-c", f"echo $$ >> {seen}; while [ ! -e {paths.end} ]; do sleep 0.05; done")
    machine.submit(executor.home, spec, words, outlives=True)
    for _ in range(3):
        waiting.submit()
    for one in waiting.records[1:]:  # it looks after each time that it has dropped what was canceled
        ending.ask_cancel(one)
        until(lambda one=one: os.path.exists(one.end))
    [first] = seen.read_text().split()
    os.kill(int(first), signal.SIGKILL)
    until(lambda: len(seen.read_text().split()) > 1)
    assert waiting.are_up() == []
    ending.write_status(paths, "Completed", "")
    until(lambda: waiting.are_up() == [0])
    waiting.let_end(0)
    assert waiting.wait_for(0) == ["Completed"]


def test_a_job_that_nobody_can_look_after(waiting, executor):
    """Its record went away, or is damaged: who waits for its slot is served all the same."""
    paths = record(executor.home.root, "", run_id=f"exp_9_{HEX}")
    spec = JobSpec(paths.run_id, paths.directory, 1, "", executor.accept(Resources(), {}))
    os.makedirs(paths.attempt(1).supervising)
    machine.submit(executor.home, spec, ("/bin/true",), outlives=True)
    for _ in range(3):
        waiting.submit()
    for one in waiting.records[1:]:  # it looks after each time that it has dropped what was canceled
        ending.ask_cancel(one)
        until(lambda one=one: os.path.exists(one.end))
    ending.write_status(paths, "Completed", "")
    until(lambda: waiting.are_up() == [0])
    waiting.let_end(0)
    assert waiting.wait_for(0) == ["Completed"]
