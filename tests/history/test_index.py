"""The index: disposable, always that of the records."""

import multiprocessing
import os
import shutil
import sqlite3

import pytest

from jupyter_runcfg.history import Index
from jupyter_runcfg.runtime import atomic
from jupyter_runcfg.runtime.paths import Home

from ..runtime.job import record


def listed(home, **words):
    with Index(home, "m") as index:
        index.refresh()
        return [summary.run_id for summary in index.select(**words)]


def end(paths, status="Completed"):
    atomic.write_once(paths.end, atomic.encode({"status": status, "cause": "", "exit_code": 0, "t": 1.0}))


@pytest.fixture
def home(tmp_path):
    """Six runs, the newest with the highest number; the even ones have ended."""
    for number in range(1, 7):
        paths = record(tmp_path, run_id=f"exp_{number}_0a1b2c3{number}", created=float(number), number=number)
        if not number % 2:
            end(paths)
    return Home(str(tmp_path))


ALL = [f"exp_{number}_0a1b2c3{number}" for number in range(6, 0, -1)]


def test_select(home):
    """Newest first; of an experiment, active ones, a few."""
    assert listed(home) == ALL
    assert listed(home, active=True) == ALL[1::2]
    assert listed(home, limit=2) == ALL[:2]
    assert listed(home, experiment="exp", active=True, limit=1) == ALL[1:2]
    assert listed(home, experiment="other") == []


def test_a_clock_set_back(home, tmp_path):
    """The newest of an experiment is the one with the highest number, whatever its time."""
    record(tmp_path, run_id="exp_0_0a1b2c37", created=0.5, number=7)
    assert listed(home, experiment="exp", limit=1) == ["exp_0_0a1b2c37"]


def _damage_header(path):
    with open(path, "r+b") as stream:
        stream.write(b"not a database at all, sorry")


def _damage_pages(path):
    with open(path, "r+b") as stream:
        stream.seek(100)
        stream.write(b"\xff" * (os.path.getsize(path) - 100))


def _truncate(path):
    os.truncate(path, 700)


def _delete(path):
    os.unlink(path)


def _other_version(path):
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.execute("DROP TABLE runs")
    db.commit()
    db.close()


def _directory(path):
    os.unlink(path)
    os.mkdir(path)


@pytest.mark.parametrize(
    "harm", [_damage_header, _damage_pages, _truncate, _delete, _other_version, _directory]
)
def test_it_comes_back(harm, home):
    """Damaged, cut short, deleted, of another version, not even a file: the next look has all runs."""
    assert listed(home) == ALL
    harm(os.path.join(home.index, "m.db"))
    assert listed(home) == ALL
    assert listed(home) == ALL


def test_removed_records_are_forgotten(home):
    """What is gone from the disk is gone from the list."""
    assert listed(home) == ALL
    shutil.rmtree(home.run(ALL[2]).directory)
    assert listed(home) == ALL[:2] + ALL[3:]


def test_what_is_no_record_is_not_listed(home):
    """A directory without a request, with half a one, a stray file: the others are listed."""
    os.mkdir(os.path.join(home.runs, "half_1_00000000"))
    os.makedirs(os.path.join(home.runs, "odd_1_00000000"))
    with open(os.path.join(home.runs, "odd_1_00000000", "request.json"), "w") as stream:
        stream.write("{}")
    with open(os.path.join(home.runs, "stray"), "w"):
        pass
    assert listed(home) == ALL


def test_names_that_are_no_utf8(home, tmp_path):
    """Bytes of any kind in a name or a cause do not stop the list."""
    record(tmp_path, run_id="exp_9_0a1b2c39", created=9.0, number=9, name="caf\udce9")
    with Index(home, "m") as index:
        index.refresh()
        assert index.select(limit=1)[0].name == "caf\\udce9"


def test_an_old_look_does_not_undo_an_end(home):
    """What another process read before the end of a run does not take its place afterwards."""
    with Index(home, "m") as one, Index(home, "m") as two:
        one.refresh()
        before = one.select(experiment="exp", limit=2)[1]
        end(home.run(before.run_id), "Failed")
        two.refresh()
        one._write([before])
        assert two.select(experiment="exp", limit=2)[1].status == "Failed"


def test_a_run_added_while_we_look_stays(home, monkeypatch, tmp_path):
    """A run that another process lists while ours reads the directory is not taken for removed."""
    real = os.listdir

    def slow(path):
        names = real(path)
        if str(path) == home.runs:
            monkeypatch.undo()
            record(tmp_path, run_id="exp_8_0a1b2c38", created=8.0, number=8)
            assert listed(home)[0] == "exp_8_0a1b2c38"
        return names

    with Index(home, "m") as index:
        monkeypatch.setattr(os, "listdir", slow)
        index.refresh()
        assert index.select(limit=1)[0].run_id == "exp_8_0a1b2c38"


def _look(root, times, gate, answers):
    gate.wait()
    answers.put([listed(Home(root)) for _ in range(times)])


@pytest.mark.parametrize("damaged", [False, True])
def test_four_processes_at_once(damaged, home):
    """All of them see all runs at every look, also when they find the index damaged."""
    if damaged:
        listed(home)
        _damage_header(os.path.join(home.index, "m.db"))
    context = multiprocessing.get_context("fork")
    gate, answers = context.Barrier(4), context.Queue()
    processes = [context.Process(target=_look, args=(home.root, 25, gate, answers)) for _ in range(4)]
    for process in processes:
        process.start()
    seen = [answers.get(timeout=30) for _ in processes]
    for process in processes:
        process.join()
    assert seen == [[ALL] * 25] * 4
