"""The index: disposable, always that of the records."""

import multiprocessing
import os
import shutil
import sqlite3

import pytest

from jupyter_runcfg.history import Index, Query
from jupyter_runcfg.runtime import atomic, changes
from jupyter_runcfg.runtime.events import EventWriter
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.runtime.tracking.tracker import Tracker

from ..runtime.job import record


def listed(home, **words):
    with Index(home, "m") as index:
        index.refresh()
        return [summary.run_id for summary in index.select(Query(**words))]


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
    """A directory without a request, a stray file: the others are listed."""
    os.mkdir(os.path.join(home.runs, "half_1_00000000"))
    with open(os.path.join(home.runs, "stray"), "w"):
        pass
    assert listed(home) == ALL


def test_names_that_are_no_utf8(home, tmp_path):
    """Bytes of any kind in a name or a cause do not stop the list."""
    record(tmp_path, run_id="exp_9_0a1b2c39", created=9.0, number=9, name="caf\udce9")
    with Index(home, "m") as index:
        index.refresh()
        assert index.select(Query(limit=1))[0].name == "caf\udce9"


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
        assert index.select(Query(limit=1))[0].run_id == "exp_8_0a1b2c38"


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
    seen = [answers.get(timeout=120) for _ in processes]
    for process in processes:
        process.join()
    assert seen == [[ALL] * 25] * 4


def tagged(home, run_id):
    with Index(home, "m") as index:
        index.refresh()
        return next(s.tags for s in index.select() if s.run_id == run_id)


def settled(home):
    """Time moves on a little: what was changed just now is looked at once more, whatever is noted."""
    moment = os.stat(home.runs).st_mtime_ns
    os.utime(home.runs, ns=(moment - 10**9, moment - 10**9))
    with Index(home, "m") as index:
        index.refresh()


def test_what_was_noted_needs_no_look_at_all_names(home, monkeypatch, tmp_path):
    """A run made by us is found without reading the names of all others; so is its removal."""
    settled(home)
    paths = record(tmp_path, run_id="exp_7_0a1b2c37", created=7.0, number=7)
    real = os.listdir
    monkeypatch.setattr(
        os, "listdir", lambda path: real(path) if path != home.runs else pytest.fail("listed")
    )
    assert listed(home, limit=1) == ["exp_7_0a1b2c37"]
    before = changes.moment(home.runs)
    shutil.rmtree(paths.directory)
    changes.note(paths.directory, before)
    assert listed(home) == ALL


def test_what_was_not_noted_is_found_all_the_same(home, tmp_path):
    """A record copied in by hand, one removed by hand, both at once, and with a noted one in between."""
    settled(home)
    other = Home(str(tmp_path / "other"))
    copied = record(other.root, run_id="exp_8_0a1b2c38", created=8.0, number=8)
    shutil.copytree(copied.directory, home.run("exp_8_0a1b2c38").directory)
    record(tmp_path, run_id="exp_9_0a1b2c39", created=9.0, number=9)
    shutil.rmtree(home.run(ALL[0]).directory)
    assert listed(home) == ["exp_9_0a1b2c39", "exp_8_0a1b2c38", *ALL[1:]]


@pytest.mark.parametrize(
    "line", [b"", b"\n", b"x", b"\xff\xfe 1 2\n", b"../../etc 1 2\n", b"a b c d\n", b"\0 1 1\n"]
)
def test_notes_may_hold_anything(line, home):
    """A torn, empty or strange note is no run and no reason to miss one."""
    settled(home)
    with open(os.path.join(home.index, "other-host.changes"), "ab") as stream:
        stream.write(line)
    assert listed(home) == ALL
    paths = record(home.root, run_id="exp_7_0a1b2c37", created=7.0, number=7)
    assert listed(home) == [paths.run_id, *ALL]


def test_what_is_said_after_the_end_is_seen(home):
    """A tag set on a run that has ended, and its archiving."""
    ended = home.run(ALL[0])
    assert tagged(home, ended.run_id) == {}
    Tracker(ended.events, "client").tag("best", "yes")
    assert tagged(home, ended.run_id) == {"best": "yes"}
    atomic.write_once(ended.archived, b"")
    changes.note(ended.directory)
    assert listed(home) == ALL[1:]
    assert listed(home, archived=True) == ALL


def test_an_active_run_is_read_on_from_where_it_was(home):
    """Each look takes in what is new: metrics of before are kept, a long file is not read twice."""
    active = home.run(ALL[1])
    writer = EventWriter.create(active.events, "rank-0-1")
    for number in range(5):
        writer.append_metric('"loss"', str(number), "null")
        writer.append("tag", name=f"t{number}", value="x")
        with Index(home, "m") as index:
            index.refresh()
            [seen] = index.select(Query(active=True, limit=1))
            assert (seen.metrics, list(seen.tags)) == ({"loss": number}, [f"t{n}" for n in range(number + 1)])
    [file] = [name for name in os.listdir(active.events) if name.startswith("rank-0-1")]
    with open(
        active.event_file(file.removesuffix(".jsonl")), "r+b"
    ) as stream:  # what was read is not read again
        stream.write(b"#" * 40)
    writer.append_metric('"acc"', "1", "null")
    writer.close()
    with Index(home, "m") as index:
        index.refresh()
        assert index.select(Query(active=True, limit=1))[0].metrics == {"loss": 4, "acc": 1}


def test_a_record_without_its_request_is_waited_for(home):
    """It is no run until the request is there, and none when the directory goes away again."""
    late, never = home.run("exp_7_0a1b2c37"), home.run("exp_8_0a1b2c38")
    late.create()
    never.create()
    assert listed(home) == ALL
    settled(home)
    request = {"run_id": late.run_id, "number": 7, "experiment": "exp", "created": 7.0}
    atomic.write_once(late.request, atomic.encode(request))
    shutil.rmtree(never.directory)
    assert listed(home) == [late.run_id, *ALL]


def test_two_machines_share_a_home(home):
    """Each has its own index, and both see everything."""
    with Index(home, "one") as one, Index(home, "two") as two:
        for index in (one, two):
            index.refresh()
        record(home.root, run_id="exp_7_0a1b2c37", created=7.0, number=7)
        end(home.run(ALL[1]))
        for index in (one, two):
            index.refresh()
            assert [s.run_id for s in index.select()] == ["exp_7_0a1b2c37", *ALL]
            assert [s.run_id for s in index.select(Query(active=True))] == ["exp_7_0a1b2c37", *ALL[3::2]]


def test_rebuild_brings_back_what_was_changed_in_the_index(home):
    """Rows that are wrong, missing or of no run: afterwards they are those of the records."""
    with Index(home, "m") as index:
        index.refresh()
        index._db.execute("UPDATE details SET summary = replace(summary, 'exp', 'other')")
        index._db.execute("DELETE FROM runs WHERE number = 6")
        assert index.strays() == 1
        assert index.rebuild() == 6
        assert (index.strays(), index.damage()) == (0, "")
        assert [(s.run_id, s.experiment) for s in index.select()] == [(name, "exp") for name in ALL]


def test_on_a_network_file_system_there_is_no_shared_memory(home, monkeypatch):
    """The journal is one that needs no memory that machines cannot share."""
    monkeypatch.setattr("jupyter_runcfg.history.schema._is_network", lambda path: True)
    assert listed(home) == ALL
    with Index(home, "m") as index:
        assert index._db.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_home_that_may_only_be_read(home, monkeypatch):
    """Without a file for it, the index is made in memory, and says so."""

    def refuse(path):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("jupyter_runcfg.history.schema._connect_or_replace", refuse)
    assert listed(home) == ALL
    with Index(home, "m") as index:
        assert "cannot be written" in index.damage()
