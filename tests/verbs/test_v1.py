"""SDK v1's names in every Python of an environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_runcfg.cli import main
from jupyter_runcfg.errors import UserErrorException
from jupyter_runcfg.verbs import v1

ROOT = Path(__file__).parents[2]


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """A directory of packages that a Python reads as it does its own."""
    place = tmp_path / "site"
    monkeypatch.setattr(v1, "_places", lambda: [place])
    return place


def python(packages, code):
    """Run code where `packages` is a directory of packages, .pth files and all."""
    start = f"import site, sys; site.addsitedir({str(packages)!r}); "
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", start + code], env=env, capture_output=True, text=True)
    return done.stdout + done.stderr.strip().split("\n")[-1]


def test_enabled_and_disabled(packages):
    """`from azureml.core import …` works in plain Python while the file is there."""
    code = "from azureml.core import Experiment, ScriptRunConfig; print(ScriptRunConfig.__module__)"
    assert "No module named 'azureml'" in python(packages, code)
    path = v1.enable()
    assert (v1.enable(), v1.enabled()) == (path, [path])
    assert python(packages, code) == "jupyter_runcfg.config.script_run_config\n"
    assert v1.disable() == [path]
    assert (v1.disable(), v1.enabled()) == ([], [])
    assert "No module named 'azureml'" in python(packages, code)


def test_nothing_of_ours_is_imported_for_others(packages):
    """A Python that imports no azureml does not pay for it; a name that there is not fails as ever."""
    v1.enable()
    code = "import json, sys; print([n for n in sys.modules if 'runcfg' in n])"
    assert python(packages, code) == "[]\n"
    assert "No module named 'azureml_other'" in python(packages, "import azureml_other")


def test_a_genuine_azureml_wins(packages):
    """What is installed is what is imported."""
    (packages / "azureml").mkdir(parents=True)
    (packages / "azureml" / "__init__.py").write_text("genuine = True\n")
    v1.enable()
    assert python(packages, "import azureml; print(azureml.genuine)") == "True\n"


def test_packages_that_cannot_be_written(tmp_path, monkeypatch):
    """An error that says what to do instead."""
    (tmp_path / "site").write_text("in the way")
    monkeypatch.setattr(v1, "_places", lambda: [tmp_path / "site"])
    with pytest.raises(UserErrorException, match="cannot be written") as caught:
        v1.enable()
    assert "load_ext" in caught.value.hint


def test_by_the_shell(packages, capsys):
    """`v1 enable`, `v1`, `v1 disable` say what holds now."""
    for words, said in (
        (["v1"], "not enabled"),
        (["v1", "enable"], "enabled: "),
        (["v1", "status"], "enabled: "),
        (["v1", "disable"], "not enabled"),
    ):
        assert main(words) == 0
        assert capsys.readouterr().out.startswith(said)
