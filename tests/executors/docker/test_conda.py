"""Packages of conda's in a container: installed once on this machine, seen through the mount."""

from pathlib import Path

import pytest

from jupyter_runcfg.run import Run
from jupyter_runcfg.run.rerun import Change
from jupyter_runcfg.runtime import atomic
from jupyter_runcfg.runtime.environment.conda import packages_of
from jupyter_runcfg.submission.rerun import rerun

from ...engines.channel import PYTHON, Channel
from .run import ended

pytestmark = pytest.mark.engine("docker")

SCRIPT = """\
import os, sys
import alpha
is_active = sys.prefix == os.environ["CONDA_PREFIX"]
print("alpha", alpha.VERSION, is_active, os.environ["TOOL_HOME"], os.path.exists("/.dockerenv"))
"""


@pytest.fixture
def channel(tmp_path, monkeypatch):
    """alpha, and what finds the library of a whole Python where no other one is."""
    monkeypatch.delenv("CONDARC", raising=False)
    made = Channel(tmp_path / "channel")
    made.add_module("alpha", "1.0")
    script = 'export TOOL_HOME="$CONDA_PREFIX/share"\nexport LD_LIBRARY_PATH="$CONDA_PREFIX/lib"\n'
    made.add("tool", "1.0", files={"etc/conda/activate.d/tool.sh": script})
    return made


def test_a_run_in_a_container(runs, channel):
    """Built before the container starts, activated in it, with its lock; the second run finds it there."""
    channel.add_whole_python()
    packages = {"channels": [channel.url], "dependencies": ["alpha", "tool"]}
    settings = {"environment.python.condaDependencies": packages}
    for state in ("built first", "built already"):
        run = runs.start(SCRIPT, settings=settings)
        assert ended(run) == ("Completed", 0, "")
        prefix = Path(run.request["environment"]["python"]).parents[1]
        assert run.logs().splitlines()[-1] == f"alpha 1.0 True {prefix}/share True"
        assert run.sent.count(state) == 1
        lock = atomic.read_json(run.paths.attempt(1).lock)
        found = {"alpha": "1.0", "python": PYTHON, "tool": "1.0"}
        assert (lock["packages"], packages_of(lock["lock"])) == (found, found)
    again = Run(None, rerun(run.paths, Change()).run_id)
    assert (ended(again), again.logs()) == (("Completed", 0, ""), run.logs())


def test_what_cannot_be_solved(runs, channel):
    """The run fails in the solver's words, and no container is started."""
    packages = {"channels": [channel.url], "dependencies": ["alfa"]}
    run = runs.start(SCRIPT, settings={"environment.python.condaDependencies": packages})
    assert ended(run)[0] == "Failed"
    error = atomic.read_json(run.paths.end)["error"]
    assert (error["type"], error["message"]) == ("UnknownPackage", "no channel has 'alfa'")
    assert "did you mean 'alpha'?" in error["hint"]
