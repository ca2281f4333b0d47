"""A run repeated from its record."""

import json
import os
import shutil
from pathlib import Path

import pytest

from jupyter_runcfg import RunConfiguration, get_run, list_runs, submit
from jupyter_runcfg.errors import ConfigError, RuncfgError, SnapshotError
from jupyter_runcfg.run.submitting import submit_words
from jupyter_runcfg.runtime import atomic
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.submission import Cell, Submission

from ..runtime.job import record

SCRIPT = """
import os, sys
print(sys.argv[1:], os.environ.get("A"), open("data.txt").read())
"""
SAME = ("argv", "snapshot", "environment", "environment_variables", "time_limit_s", "configuration", "target")


@pytest.fixture
def old(project):
    """A run whose directory has changed since."""
    project.write("train.py", SCRIPT)
    project.write("data.txt", "of then")
    config = RunConfiguration("train.py", ["--lr", "0.1"])
    config.environment_variables = {"A": "x"}
    config.max_run_duration_seconds = 60
    run = submit(config, experiment="exp", tags={"k": "v"}, name="first")
    assert run.wait(60).status == "Completed"
    project.write("data.txt", "of now")
    project.write("train.py", "raise SystemExit('changed')")
    return run


def test_exactly(old, project):
    """The same in all that decides what runs, also without the source directory; it says of what."""
    shutil.rmtree(project.directory)
    new = old.rerun()
    assert new.wait(60).status == "Completed"
    assert new.logs() == old.logs() == "['--lr', '0.1'] x of then\n"
    assert {key: new.request[key] for key in SAME} == {key: old.request[key] for key in SAME}
    assert (new.label, new.request["rerun_of"], new.name, new.tags) == (
        "exp/2",
        old.run_id,
        "first",
        {"k": "v"},
    )
    assert new.run_id != old.run_id


def test_with_a_change(old):
    """Settings, arguments, tags and name; what was not named stays."""
    new = old.rerun(
        {"environmentVariables.A": "y", "maxRunDurationSeconds": 30},
        arguments=["--lr", 1],
        tags={"a": 1},
        name="n",
    )
    assert new.wait(60).status == "Completed"
    assert new.logs() == "['--lr', '1'] y of then\n"
    assert (new.name, new.tags, new.request["time_limit_s"]) == ("n", {"k": "v", "a": "1"}, 30)
    assert new.request["configuration"]["environmentVariables"] == {"A": "y"}
    assert new.request["script"] == "train.py --lr 1"
    same = ("snapshot", "environment", "target")
    assert {key: new.request[key] for key in same} == {key: old.request[key] for key in same}


def test_a_rerun_of_a_rerun(old):
    """Is one of the first of them, with both changes."""
    new = old.rerun({"environmentVariables.A": "y"}).rerun(arguments=["z"])
    assert new.wait(60).status == "Completed"
    assert new.logs() == "['z'] y of then\n"


def test_a_cell(project):
    """Its code is in the snapshot; its arguments can change."""
    run = submit_words(
        Submission(RunConfiguration(), cell=Cell("import sys; print(sys.argv[1:])"), experiment="exp")
    )
    assert run.wait(60).status == "Completed"
    plain, changed = run.rerun(), run.rerun(arguments=["a b"])
    assert [r.wait(60).status for r in (plain, changed)] == ["Completed"] * 2
    assert (plain.logs(), changed.logs()) == ("[]\n", "['a b']\n")
    assert plain.request["script"] == run.request["script"]


def test_a_command(project):
    """A command stays what it was, and may become another."""
    config = RunConfiguration()
    config.command = "echo one"
    run = submit(config, experiment="exp")
    changed = run.rerun({"command": "echo two"})
    assert [r.wait(60).status for r in (run, changed)] == ["Completed"] * 2
    assert changed.logs() == "two\n"


@pytest.mark.parametrize(
    ("change", "message", "hint"),
    [
        ({"settings": {"nodecont": 2}}, "no setting named 'nodecont'", "did you mean 'nodeCount'?"),
        (
            {"settings": {"script": "trian.py"}},
            "no script 'trian.py' in the snapshot",
            "did you mean 'train.py'?",
        ),
        ({"settings": {"target": "slrum"}}, "no compute target named 'slrum'", "local"),
    ],
)
def test_a_wrong_change_makes_no_run(change, message, hint, old):
    """The error is that of submit, and no record is left."""
    with pytest.raises(ConfigError) as caught:
        old.rerun(**change)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert list_runs() == [old]
    assert os.listdir(Home(str(old.paths.home.root)).runs) == [old.run_id]


def _damage(path):
    path.chmod(0o600)
    path.write_bytes(b"x" * path.stat().st_size)
    path.chmod(0o400)


@pytest.mark.parametrize(
    "harm", [Path.unlink, _damage, lambda path: os.truncate(path, 1) if not path.chmod(0o600) else 0]
)
def test_missing_and_damaged_objects_are_named(harm, old):
    """The file is named before anything is launched; nothing is left."""
    [digest] = [e.digest for e in _entries(old) if e.path == "data.txt"]
    harm(Path(old.paths.home.objects, digest[:2], digest[2:]))
    with pytest.raises(SnapshotError) as caught:
        old.rerun()
    assert (caught.value.where, caught.value.message) == (
        "data.txt",
        "run exp/1 cannot be repeated: stored files are missing or damaged",
    )
    assert list_runs() == [old]


def _entries(run):
    from jupyter_runcfg.runtime.checkout import read_manifest

    return read_manifest(run.paths.home, run.request["snapshot"])


def test_a_snapshot_that_is_gone(old):
    """Without the list of its files there is nothing to repeat."""
    os.unlink(old.paths.home.manifest(old.request["snapshot"]))
    with pytest.raises(SnapshotError, match="not in the home any more"):
        old.rerun()


def test_an_interactive_run_is_refused(runcfg_home):
    """Its code was never submitted: said with what to do."""
    paths = record(runcfg_home, kind="interactive")
    atomic.write_once(paths.end, atomic.encode({"status": "Completed", "cause": "", "t": 1.0}))
    with pytest.raises(RuncfgError, match="its code was not submitted") as caught:
        get_run(paths.run_id).rerun()
    assert "submit" in caught.value.hint


def test_the_request_is_json_like_any_other(old):
    """Nothing of the old run is left in it that is not true of the new one."""
    new = old.rerun()
    request = json.loads(Path(new.paths.request).read_text())
    assert (request["run_id"], request["number"], request["sent"].split(" · ")[0]) == (new.run_id, 2, "exp/2")
    assert request["created"] > old.request["created"]
    new.wait(60)
