"""What a wheel holds: the front end and the server's configuration, each once, where Jupyter looks."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DATA = ".data/data/"
LABEXTENSION = "share/jupyter/labextensions/jupyter-runcfg/"


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    """The names in a wheel of this tree."""
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    [wheel] = target.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_installing_enables_the_extensions(names):
    """The labextension and the server's configuration lie where Jupyter looks for them."""
    shared = [name.partition(DATA)[2] for name in names if DATA in name]
    assert "etc/jupyter/jupyter_server_config.d/jupyter_runcfg.json" in shared
    built = ROOT / "jupyter_runcfg" / "_labextension"
    files = [path.relative_to(built).as_posix() for path in built.rglob("*") if path.is_file()]
    assert sorted(name for name in shared if name.startswith(LABEXTENSION)) == sorted(
        LABEXTENSION + name for name in [*files, "install.json"]
    )


def test_each_file_is_shipped_once(names):
    """The widget's bundle in the package, the labextension outside of it; no sources of either."""
    assert "jupyter_runcfg/notebook/static/widget.js" in names
    assert [name for name in names if "remoteEntry" in name and DATA not in name] == []
    assert [name for name in names if name.startswith("labextension/") or name.endswith(".ts")] == []
    assert len(names) == len(set(names))
