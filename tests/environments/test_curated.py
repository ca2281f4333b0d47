"""The names that SDK v1 curated: definitions of ours, dated, that say what they changed."""

import re

import pytest

from jupyter_runcfg import Environment, RunConfiguration, Workspace
from jupyter_runcfg.environments.curated import find_curated, find_nearest, list_curated
from jupyter_runcfg.environments.definition import Asked, define
from jupyter_runcfg.environments.interpreter import choose
from jupyter_runcfg.errors import ConfigError
from jupyter_runcfg.run.environment import with_registered
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.submission.environment import asks_for_packages, define_for, plan_environment

from ..project import project

__all__ = ["project"]


def test_all_can_be_defined():
    """Each has a date, says what it stands for and what is changed, and pip can read its packages."""
    for name, one in list_curated().items():
        assert name.startswith("AzureML-")
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", one.since)
        assert one.stands_for
        assert one.changed
        definition = define("3.11", [Asked(package) for package in one.packages])
        assert definition.packages == tuple(sorted(definition.packages))
        assert len(definition.packages) == len(one.packages)
        assert choose(one.python)[0]


@pytest.mark.parametrize(
    "name",
    [
        "AzureML-Minimal",
        "AzureML-Tutorial",
        "AzureML-PyTorch-1.6-CPU",
        "AzureML-Scikit-learn-0.20.3",
        "AzureML-TensorFlow-2.2-GPU",
        "AzureML-Dask-CPU",
        "AzureML-AutoML",
        "AzureML-sklearn-1.0-ubuntu20.04-py38-cpu",
    ],
)
def test_v1s_names(name, project):
    """A configuration that only names one has its packages, in a Python that is here, and a note."""
    config = with_registered(RunConfiguration.from_text(f"script: train.py\nenvironment: {{name: {name}}}\n"))
    assert asks_for_packages(config)
    definition, _ = define_for(config, project.directory)
    one = find_curated(name)
    assert definition == define(definition.python, [Asked(package) for package in one.packages])
    planned = plan_environment(config, project.directory, Home(str(project.directory / "home")))
    assert planned.notes == (one.note,)


def test_as_v1_gets_it():
    """`Environment.get` and `list` have them; a clone is one's own, and a registered one of the name wins."""
    workspace = Workspace.from_config()
    made = Environment.get(workspace, "AzureML-Tutorial")
    assert not made.is_reference
    assert "pandas>=2.2,<3" in made.python.conda_dependencies.pip_packages
    assert set(list_curated()) <= set(Environment.list(workspace))
    mine = made.clone("mine")
    mine.python.conda_dependencies.add_pip_package("tqdm==4.66.1")
    assert "tqdm==4.66.1" not in made.python.conda_dependencies.pip_packages
    own = Environment("AzureML-Tutorial")
    own.register(workspace)
    assert Environment.get(workspace, "AzureML-Tutorial") != made


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("AzureML-sklearn-1.5-ubuntu22.04-py310-cpu", "AzureML-sklearn-1.0-ubuntu20.04-py38-cpu"),
        ("AzureML-acpt-pytorch-2.2-cuda12.1", "AzureML-ACPT-pytorch-1.12-py38-cuda11.6-gpu"),
        ("AzureML-tensorflow-2.16-cuda12", "AzureML-TensorFlow-2.1-GPU"),
        ("AzureML-PyTorch-1.6-CPUs", "AzureML-PyTorch-1.6-CPU"),
        ("AzureML-Minimol", "AzureML-Minimal"),
        ("AzureML-triton-21.02-py38-inference", None),
    ],
)
def test_one_that_is_not_here(name, near):
    """One that Azure curated later, or that nobody did, says which is nearest: of the same framework."""
    found = find_nearest(name)
    assert (found and found.name) == near
    file = "conf/train.runconfig"
    with pytest.raises(ConfigError) as caught:
        with_registered(
            RunConfiguration.from_text(f"script: a.py\nenvironment: {{name: {name}}}\n", file=file)
        )
    (fault,) = caught.value.faults
    assert (fault.message, fault.where) == (
        f"no environment '{name}' is defined here among those that SDK v1 and Azure curated",
        f"environment.name, {file}:2",
    )
    first = f"the nearest here is '{near}', for {found.stands_for}; or " if near else ""
    assert fault.hint == (
        f"{first}name a file of your packages, `--env environment.yml`; `env list --curated` shows all"
    )


def test_one_that_ended():
    """A name that nothing of today can stand for says why."""
    with pytest.raises(ConfigError, match=r"nothing stands for .AzureML-Chainer-5\.1\.0-GPU.: Chainer ended"):
        Environment.get(Workspace.from_config(), "AzureML-Chainer-5.1.0-GPU")
