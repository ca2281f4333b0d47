"""Conda environments that are there: found as conda finds them, and one clear error where they are not."""

import pytest

from jupyter_runcfg.environments import conda_existing
from jupyter_runcfg.errors import ConfigError

KEY = "environment.python.baseCondaEnvironment"


def made(prefix, *, python=True):
    (prefix / "conda-meta").mkdir(parents=True)
    (prefix / "bin").mkdir()
    if python:
        (prefix / "bin" / "python").symlink_to("/bin/true")
    return prefix


@pytest.fixture
def person(tmp_path, monkeypatch):
    """A home without conda, and no variables of conda's."""
    for name in (
        "MAMBA_ROOT_PREFIX",
        "CONDA_ROOT",
        "CONDA_EXE",
        "MAMBA_EXE",
        "CONDA_ENVS_DIRS",
        "CONDA_ENVS_PATH",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_where_they_are_found(person, monkeypatch):
    """Below conda's root, in the directories of variables, in conda's own list, and by path."""
    root = made(person / "miniforge3")
    here = made(root / "envs" / "here")
    extra = made(person / "extra" / "lab")
    listed = made(person / "elsewhere" / "listed")
    (person / ".conda").mkdir()
    (person / ".conda" / "environments.txt").write_text(f"{listed}\n/gone/away\n\n")
    monkeypatch.setenv("CONDA_ENVS_DIRS", str(person / "extra"))
    known = conda_existing.environments()
    assert {name: known[name] for name in ("base", "here", "lab", "listed")} == {
        "base": root,
        "here": here,
        "lab": extra,
        "listed": listed,
    }
    assert "away" not in known
    assert conda_existing.find("lab", person, KEY) == extra
    assert conda_existing.find("./extra/lab", person, KEY) == person / "extra" / "lab"
    assert conda_existing.find("~/miniforge3", person, KEY) == root


def test_what_is_not_there(person):
    """An unknown name with the nearest, a path that is none, one without a Python."""
    made(person / "miniforge3")
    made(person / "miniforge3" / "envs" / "training")
    made(person / "bare", python=False)
    (person / "plain").mkdir()
    for named, message, hint in (
        ("trainin", "no conda environment 'trainin'", "training"),
        ("./plain", f"no conda environment is at {person}/plain", "conda env list"),
        ("./bare", f"the conda environment {person}/bare has no Python", "install one there"),
    ):
        with pytest.raises(ConfigError) as caught:
            conda_existing.find(named, person, KEY)
        assert (caught.value.message, caught.value.faults[0].key) == (message, KEY)
        assert hint in caught.value.faults[0].hint
