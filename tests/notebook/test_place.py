"""`%runcfg experiment`, `targets` and `data`."""

import pytest

from jupyter_runcfg.errors import ConfigError, RuncfgError, TargetError

from ..project import project
from .test_magics import notebook

__all__ = ["notebook", "project"]


def test_the_experiment_stays(project, notebook):
    """Runs of this kernel belong to it, numbers count in it, --experiment wins; where we stand says it."""
    project.write("train.py", "")
    assert "experiment study" in notebook("%runcfg experiment study")[1]
    assert "· experiment study ·" in notebook("%runcfg")[1]
    assert notebook("%runcfg submit train.py --wait")[0].label == "study/1"
    assert notebook("%runcfg submit train.py --wait --experiment other")[0].label == "other/1"
    assert notebook("%runcfg show study/1")[0].label == "study/1"
    listed, printed = notebook("%runcfg experiment")
    assert printed.startswith("experiment of this kernel: study\n")
    assert [row[0] for row in listed.rows] == ["other", "study"]
    assert "<td" in listed._repr_html_()
    with pytest.raises(ConfigError, match="no name for an experiment"):
        notebook("%runcfg experiment a/b")


def test_targets(project, notebook):
    """Added, listed and checked as in the shell; what is not well fails the cell."""
    assert "added bad in" in notebook("%runcfg targets add bad local python=/nothing/here")[1]
    listed, _printed = notebook("%runcfg targets")
    assert [row[:2] for row in listed.rows] == [("local", "local"), ("bad", "local")]
    assert notebook("%runcfg targets check local")[1].startswith("ok   local")
    with pytest.raises(RuncfgError, match="1 thing is not well"):
        notebook("%runcfg targets check bad")
    assert "removed bad" in notebook("%runcfg targets remove bad")[1]
    with pytest.raises(TargetError, match="no executor 'slurm' in this version"):
        notebook("%runcfg targets add cluster slurm host=login1 partition=gpu")


def test_data(project, notebook):
    """A datastore's name for a directory that exists."""
    assert notebook(f"%runcfg data add blob path={project.directory}")[1].startswith("blob is ")
    assert "blob" in [row[0] for row in notebook("%runcfg data")[0].rows]
    assert "is forgotten" in notebook("%runcfg data remove blob")[1]


def test_several_runs_are_shown_once_each(project, notebook):
    """`show 1 2` gives both; in a terminal each is a few lines."""
    project.write("train.py", "")
    for _ in range(2):
        notebook("%runcfg submit train.py --wait")
    runs, printed = notebook("%runcfg show 1 2")
    assert [run.label for run in runs] == ["project/1", "project/2"]
    assert printed.count("Completed") == 2
