"""`submit` to a home that cannot be written: nothing half done is left."""

import os
import subprocess

import pytest

from jupyter_runcfg import RunConfiguration, get_run, list_runs, submit
from jupyter_runcfg.errors import HomeError
from jupyter_runcfg.runtime import archive, atomic, process
from jupyter_runcfg.runtime.paths import Home

from ..runtime.job import until
from .listing import names_below


@pytest.mark.parametrize("blocked", ["", "runs", "objects", "experiments", "runtime"])
def test_a_home_that_cannot_be_written(blocked, project, runcfg_home):
    """A file where a directory has to be: a HomeError with a hint, and no record."""
    project.write("train.py", "")
    path = runcfg_home / blocked
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text("in the way")
    with pytest.raises(HomeError) as caught:
        submit(RunConfiguration(script="train.py"))
    assert "RUNCFG_HOME" in caught.value.hint
    assert list(runcfg_home.parent.rglob("request.json")) == []
    with pytest.raises(HomeError):
        list_runs()


@pytest.mark.engine("tmpfs")
def test_a_home_on_a_read_only_disk(project, tmpfs, monkeypatch):
    """Submitting is a HomeError; the runs that are there can still be listed and read."""
    project.write("train.py", "print('x')")
    disk = tmpfs("8m")
    monkeypatch.setenv("RUNCFG_HOME", str(disk / "home"))
    run = submit(RunConfiguration(script="train.py"))
    run.wait(30)
    remount = ["mount", "-o", "remount,ro", str(disk)]
    until(lambda: subprocess.run(remount, capture_output=True, check=False).returncode == 0, "a disk at rest")
    with pytest.raises(HomeError):
        submit(RunConfiguration(script="train.py"))
    assert [r.id for r in list_runs()] == [run.id]
    assert (get_run("last").status, run.logs()) == ("Completed", "x\n")


@pytest.mark.engine("tmpfs")
@pytest.mark.parametrize("installed", [False, True])
@pytest.mark.parametrize(
    "room_kb", [0, 4, 8, 12, 16, 24, 32, 48, 64, 80, 84, 88, 92, 96, 100, 104, 108, 112, 2400]
)
def test_a_full_disk(room_kb, installed, project, tmpfs, monkeypatch):
    """However little room there is: a HomeError and no record, or a run that has one terminal status."""
    project.write("train.py", "print('x' * 1000)")
    disk = tmpfs("6m")
    home = disk / "home"
    monkeypatch.setenv("RUNCFG_HOME", str(home))
    Home(str(home)).create()
    if installed:
        archive.install(str(home / "runtime"))
    filler = disk / "filler"
    with pytest.raises(OSError), filler.open("wb", buffering=0) as stream:
        while True:
            stream.write(b"x" * 4096)
    os.truncate(filler, filler.stat().st_size - room_kb * 1024)
    try:
        run = submit(RunConfiguration(script="train.py"))
    except HomeError as error:
        assert "no space is left" in error.message
        assert [name for name in names_below(home) if os.path.getsize(home / name)] == []
        assert list_runs() == []
        assert room_kb < 2400
    else:
        until(lambda: run.status in ("Completed", "Failed"), "a terminal status")
        assert [r.id for r in list_runs()] == [run.id]
        claim = atomic.read_json(run.paths.attempt(1).claim) or {}
        until(lambda: not process.is_alive(claim), "the end of its runtime")
        assert not list(home.rglob("reserve"))
        assert room_kb > 64
    assert not list(home.rglob("*.tmp"))
