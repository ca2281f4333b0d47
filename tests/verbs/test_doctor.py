"""`doctor`: what is broken is found, with what to do."""

import argparse
import os
import shutil
import sys
from pathlib import Path

import pytest

from jupyter_runcfg import RunConfiguration, settings, submit
from jupyter_runcfg.history import Index, read_summary
from jupyter_runcfg.runtime import atomic, process
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.verbs.doctor import doctor

from ..project import project
from ..runtime.job import record

__all__ = ["project"]


@pytest.fixture
def home(project):
    """One run that has completed."""
    project.write("train.py", "print(1)")
    run = submit(RunConfiguration("train.py"), experiment="exp")
    assert run.wait(60).status == "Completed"
    return run.paths.home


def bad(**options):
    """What is not well, by name."""
    words = argparse.Namespace(**{"rebuild": False, "gc": False, **options})
    return {line.name: (line.said, line.hint) for line in doctor(words) if not line.is_well}


def said(name, **options):
    words = argparse.Namespace(**{"rebuild": False, "gc": False, **options})
    return [line.said for line in doctor(words) if line.name == name]


def test_all_is_well(home):
    """Of a run that completed there is nothing to say."""
    assert bad() == {}


@pytest.mark.parametrize("harm", ["damage", "remove"])
def test_stored_files(harm, home):
    """One with other bytes, one that is gone: the file that it was is named."""
    [folder] = [name for name in os.listdir(home.objects) if len(name) == 2]
    [path] = Path(home.objects, folder).iterdir()
    path.chmod(0o600)
    path.write_bytes(b"print(2)\n") if harm == "damage" else path.unlink()
    assert bad() == {
        "objects": (
            "1 stored files are missing or damaged: train.py",
            "submit again from the directory that still has these files",
        )
    }


def test_a_run_whose_process_is_gone(home):
    """Also one of before a reboot: it is ended, and named."""
    paths = record(home.root, number=2, client=process.identity(os.getpid()))
    paths.attempt(1).create()
    claim = {**process.identity(os.getpid()), "boot_id": "of-before"}
    atomic.write_once(paths.attempt(1).claim, atomic.encode(claim))
    assert said("runs") == ["0 active; 1 had lost their job and are ended now: exp/2"]
    summary = read_summary(paths)
    assert (summary.status, "restarted" in summary.cause) == ("Failed", True)


def test_a_run_of_another_machine(home):
    """It cannot be asked from here: told, and left alone."""
    paths = record(home.root, number=2, client=process.identity(os.getpid()))
    paths.attempt(1).create()
    claim = {**process.identity(os.getpid()), "boot_id": "x", "namespace": "y", "host": "elsewhere"}
    atomic.write_once(paths.attempt(1).claim, atomic.encode(claim))
    assert bad()["runs"][0] == "cannot be asked from here: exp/2"
    assert not os.path.exists(paths.end)


def test_a_process_that_took_the_number_of_another(home):
    """The pid lives, its start time is not that of the job: the job is gone."""
    paths = record(home.root, number=2, client=process.identity(os.getpid()))
    paths.attempt(1).create()
    claim = {**process.identity(os.getpid()), "start_time": "1"}
    atomic.write_once(paths.attempt(1).claim, atomic.encode(claim))
    assert said("runs") == ["0 active; 1 had lost their job and are ended now: exp/2"]


def test_records_without_a_request(home):
    """What a killed submission leaves is named; --gc removes what is old, and only that."""
    for name in ("exp_1_00000000", "exp_1_00000001"):
        home.run(name).create()
    for folder, _, _ in os.walk(home.run("exp_1_00000000").directory):
        os.utime(folder, (1, 1))
    assert bad()["records"][0] == "2 leftovers of killed submits: exp_1_00000000, exp_1_00000001"
    said = "1 leftovers of killed submits: exp_1_00000001; 1 leftovers of killed submits removed"
    assert bad(gc=True)["records"][0] == said
    assert [name for name in os.listdir(home.runs) if "_1_" in name] == ["exp_1_00000001"]


@pytest.mark.parametrize(
    ("file", "text", "fault"),
    [
        ("request.json", '{"run_id', "ID: request.json cannot be read"),
        ("request.json", "{}", "ID: request.json has no experiment or no number"),
        ("end.json", "", "exp/1: end.json cannot be read"),
        ("end.json", '{"status": ["x"]}', "exp/1: end.json cannot be read"),
        ("events/x.jsonl", "{\n[]\n{}\n\n", "exp/1: events/x.jsonl has 3 lines that are no events"),
    ],
)
def test_damaged_records(file, text, fault, home):
    """Each file is named, the rest is well, and the index takes the run in, once and for all."""
    [name] = os.listdir(home.runs)
    Path(home.run(name).directory, file).write_text(text)
    assert said("index", rebuild=True) == ["rebuilt from 1 runs"]
    for _ in range(2):
        assert {name: words[0] for name, words in bad().items()} == {
            "files": f"1 damaged: {fault.replace('ID', name)}"
        }


def test_what_is_odd_in_the_home_does_not_stay_odd(home):
    """Ids with strange times, a request that is a directory: rebuilding is not said at each look."""
    for name in ("odd_0_00000000", "odd_99999999999999999999_0000beef", "odd", "odd_²_00000000"):
        home.run(name).create()
        Path(home.run(name).request).write_text("{}")
    said("index")
    assert said("index")[0].endswith(", 5 runs")


def test_an_index_that_does_not_fit(home):
    """Rows too many are mended at once; a damaged file with --rebuild, or at its next look."""
    with Index(home, settings.machine_id()) as index:
        index.refresh()
        path = index.path
        index._db.execute("INSERT INTO runs (run_id, status) VALUES ('ghost_1_00000000', 'Completed')")
    assert said("index") == ["1 rows were not those of the records: rebuilt"]
    with open(path, "r+b") as stream:
        stream.write(b"no database at all")
    assert said("index", rebuild=True) == ["rebuilt from 1 runs"]


def test_gc_says_what_it_freed(home, monkeypatch):
    """What no record needs any more goes."""
    shutil.rmtree(home.runs)
    monkeypatch.setattr(sys.modules["jupyter_runcfg.snapshot.gc"], "GRACE_S", -1.0)
    (line,) = said("gc", gc=True)
    assert line.startswith("dropped ")
    assert not line.startswith("dropped 0 files")


def test_a_home_that_cannot_be_made(project, monkeypatch):
    """The rest is not looked at."""
    (project.directory / "file").write_text("")
    monkeypatch.setenv("RUNCFG_HOME", str(project.directory / "file" / "home"))
    assert list(bad()) == ["home"]


def test_left_over_removals_are_cleared(home):
    """What a kill left of a record that was being removed."""
    os.makedirs(os.path.join(Home(home.root).root, ".removed-1", "logs"))
    assert said("home") == [f"{home.root}; cleared 1 broken-off removals"]
    assert said("home") == [home.root]
