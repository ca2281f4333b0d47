"""Which Python of this machine an environment is built upon."""

import os
import platform
import subprocess
import sys

import pytest

from jupyter_runcfg.environments import conda
from jupyter_runcfg.environments.interpreter import choose, of_program, this
from jupyter_runcfg.errors import ConfigError

MINE = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def pythons(tmp_path, monkeypatch):
    """A machine with pyenv's 3.7.1, 3.8.5 and 3.8.18, uv's 3.14.0, 3.10 on the PATH beside a shim."""

    def put(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
        return os.path.realpath(path)

    there = {
        v: put(tmp_path / "pyenv" / "versions" / v / "bin" / "python3") for v in ("3.7.1", "3.8.5", "3.8.18")
    }
    there["3.14.0"] = put(tmp_path / "uv" / "cpython-3.14.0-linux-x86_64-gnu" / "bin" / "python3")
    there["3.10"] = put(tmp_path / "bin" / "python3.10")
    put(tmp_path / "shims" / "python3.9")
    put(tmp_path / "venv" / "bin" / "python3.9")
    (tmp_path / "venv" / "pyvenv.cfg").write_text("")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv(
        "PATH", os.pathsep.join(str(tmp_path / one) for one in ("shims", "venv/bin", "bin", "none"))
    )
    return there


def test_this_one():
    """The interpreter below ours, never a virtual environment, where nothing else is asked for."""
    assert choose("") == (MINE, this())
    assert this().version == platform.python_version()
    assert not os.path.exists(os.path.join(os.path.dirname(os.path.dirname(this().path)), "pyvenv.cfg"))
    for same in (MINE, f"{MINE}.*", f">={MINE},<4", platform.python_version(), "3", ">=3.6"):
        assert choose(same)[1] == this()


def test_others(pythons):
    """The exact version, else the newest of that minor; the definition says what was asked for."""
    assert (choose("3.8")[0], choose("3.8")[1].path) == ("3.8", pythons["3.8.18"])
    assert (choose("3.8.5")[0], choose("3.8.5")[1].path) == ("3.8.5", pythons["3.8.5"])
    assert (choose("3.8.13")[0], choose("3.8.13")[1].path) == ("3.8.13", pythons["3.8.18"])
    assert choose("3.10")[1].path == pythons["3.10"]
    assert choose(">=3.7,<3.8") == ("3.7", choose("3.7")[1])
    assert choose("~=3.14.0")[1].path == pythons["3.14.0"]


@pytest.mark.parametrize("wanted", ["3.9", "3.99", "2.7", ">=4", "<3"])
def test_none(pythons, wanted):
    """Shims and virtual environments are no answer; those that are here are named in order."""
    with pytest.raises(ConfigError) as caught:
        choose(wanted, "conda.yml:3")
    versions = sorted({"3.7", "3.8", "3.10", "3.14", MINE}, key=lambda text: int(text.partition(".")[2]))
    assert caught.value.message == f"there is no Python {wanted} on this machine, only {', '.join(versions)}"
    assert caught.value.where == "conda.yml:3"


def test_no_version():
    """A word that is none is refused."""
    with pytest.raises(ConfigError, match="'three' is no version of Python"):
        choose("three")


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("=3.8.13", "3.8.13"),
        ("==3.8", "3.8"),
        ("=3.8=h12_0", "3.8"),
        ("=3.8.*", "3.8"),
        (" 3.8", "3.8"),
        ("", ""),
        (">=3.8, <3.12", ">=3.8,<3.12"),
        (" >= 3.8", ">=3.8"),
        ("!=3.9", "!=3.9"),
    ],
)
def test_condas_versions(text, version):
    """As pip has them."""
    assert conda.version_of(text) == version


def test_what_pip_can_have_of_conda():
    """The Python, build tools under the same name, and nothing for the installers."""
    where = {"python=3.8": "a:1", "setuptools=58": "a:2", "wheel>=0.3": "a:3", "pip=21": "a:4"}
    python, packages = conda.split(list(where), where.__getitem__)
    assert (python.text, python.where) == ("3.8", "a:1")
    assert [(one.text, one.where) for one in packages] == [("setuptools==58.*", "a:2"), ("wheel>=0.3", "a:3")]


def test_the_one_of_a_target(tmp_path):
    """By path or name; a virtual environment's is the one below it, and what is none is said."""
    assert of_program(sys.executable) == this()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    assert of_program(str(tmp_path / "venv" / "bin" / "python")) == this()
    for name in (str(tmp_path / "none"), "cat", "no-such-python"):
        with pytest.raises(ConfigError, match=f"'{name}', the target's python, is none that runs"):
            of_program(name)
