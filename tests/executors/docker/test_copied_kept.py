"""Runs that come from another machine's home, without an engine."""

import contextlib
import http
import io
import json
import os
import shutil
import tarfile
from pathlib import Path

import pytest

from jupyter_runcfg.executors.docker.copied_kept import bring, bring_child
from jupyter_runcfg.executors.docker.engine import EngineError
from jupyter_runcfg.runtime import atomic
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.runtime.tracking import interactive
from jupyter_runcfg.runtime.v1.registry import Shelf

from ...runtime.job import record


class There:
    """A job's home on another machine, which has the same path there."""

    def __init__(self, directory, paths):
        self._root = paths.home.root
        self.home = Home(str(directory))
        self.home.create()
        shutil.copytree(paths.directory, self.home.run(paths.run_id).directory)

    def start(self, parent, run_id="exp_7_0000aaaa"):
        return interactive.start(self.home, "exp", run_id, watched=False, parent=parent)

    @contextlib.contextmanager
    def fetch(self, path):
        """The tar of what is at that path there."""
        place = Path(self.home.root, os.path.relpath(path, self._root))
        if not place.exists():
            raise EngineError(http.HTTPStatus.NOT_FOUND, "no such file")
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as tar:
            tar.add(place, place.name)
        out.seek(0)
        yield out


@pytest.fixture
def paths(tmp_path):
    return record(tmp_path / "here")


@pytest.fixture
def there(tmp_path, paths):
    return There(tmp_path / "there", paths)


def events(paths):
    return [
        json.loads(line)
        for file in Path(paths.events).glob("*.jsonl")
        for line in file.read_text().splitlines()
    ]


def test_a_run_that_grows(there, paths):
    """Each look brings what is new, the last one the rest; a look more changes nothing."""
    theirs, tracker = there.start(paths.run_id)
    ours = paths.home.run(theirs.run_id)
    for number in range(3):
        tracker.append("metric", name="a", value=number)
        assert not bring_child(paths, theirs.run_id, there.fetch)
        assert events(ours) == events(theirs)
    Path(theirs.artifacts).mkdir()
    Path(theirs.artifacts, "m").write_text("model")
    tracker.append("metric", name="a", value=3)
    interactive.end(theirs, "Completed")
    for _ in range(2):
        assert bring_child(paths, theirs.run_id, there.fetch)
        assert (events(ours), Path(ours.artifacts, "m").read_text()) == (events(theirs), "model")
        assert atomic.read_json(ours.end) == atomic.read_json(theirs.end)


@pytest.mark.parametrize("children", [None, ["exp_7_0000aaaa"]])
def test_one_that_is_not_there_to_its_end(there, paths, children):
    """Its job has ended without a word of it: what it had logged is here, and it has failed."""
    theirs, tracker = there.start(paths.run_id)
    ours = paths.home.run(theirs.run_id)
    bring_child(paths, theirs.run_id, there.fetch)
    tracker.append("metric", name="a", value=1)
    Path(theirs.logs, "later").mkdir(parents=True)
    Path(theirs.logs, "later", "x.txt").write_text("x")
    bring(paths, children, there.fetch)
    assert Path(ours.logs, "later", "x.txt").read_text() == "x"
    assert events(ours)[: len(events(theirs))] == events(theirs)
    assert atomic.read_json(ours.end)["cause"] == interactive.LOST


def test_a_run_of_somebody_else(there, paths):
    """A job that names a run which is here and none of its own changes nothing of it."""
    mine, _ = interactive.start(paths.home, "exp", "exp_7_0000aaaa", watched=False)
    theirs, tracker = there.start(paths.run_id)
    tracker.append("metric", name="a", value=1)
    before = events(mine)
    bring_child(paths, mine.run_id, there.fetch)
    interactive.end(theirs, "Failed")
    bring_child(paths, mine.run_id, there.fetch)
    bring(paths, [mine.run_id], there.fetch)
    bring(paths, None, there.fetch)
    assert (events(mine), os.path.exists(mine.end)) == (before, False)


def test_one_that_its_script_has_removed(there, paths):
    """It is not there any more: the others come, and what was registered."""
    theirs, _ = there.start(paths.run_id)
    interactive.end(theirs, "Completed")
    Shelf(there.home, "models").add("ridge", {}, lambda place: None)
    bring(paths, ["exp_7_0000bbbb", theirs.run_id], there.fetch)
    assert os.path.exists(paths.home.run(theirs.run_id).end)
    assert Shelf(paths.home, "models").names() == ["ridge"]
