"""Packages for a target that names its own Python: they are built upon that one."""

import json
import sys

import pytest

from jupyter_runcfg import CondaDependencies, RunConfiguration, submit
from jupyter_runcfg.submission.environment import define_for

from ..engines.engine import interpreter
from ..environments.wheelhouse import wheelhouse

__all__ = ["wheelhouse"]


def config_of(*pip, python=""):
    made = RunConfiguration(script="train.py", target="old")
    tree = {"dependencies": [*([f"python={python}"] if python else []), {"pip": list(pip)}]}
    made.environment.python.conda_dependencies = CondaDependencies(_underlying_structure=tree)
    return made


@pytest.mark.engine("python3.9")
def test_built_upon_it(project, wheelhouse, runcfg_home):
    """Where no version is asked for, or v1's default; one that is asked for wins."""
    runcfg_home.mkdir()
    old = interpreter("3.9")
    (runcfg_home / "targets.yaml").write_text(json.dumps({"old": {"executor": "local", "python": old}}))
    project.write("train.py", "import alpha, sys; print(alpha.VERSION, sys.version_info[:2])")
    for python in ("", "3.8.13"):
        run = submit(config_of(*wheelhouse.options, "alpha", python=python))
        assert run.wait(60).status == "Completed", run.logs()
        assert run.logs().splitlines()[-1] == "2.0 (3, 9)"
    mine = "{}.{}".format(*sys.version_info)
    definition, base = define_for(config_of("alpha", python=mine), project.directory, old)
    assert (definition.python, base.minor) == (mine, mine)
