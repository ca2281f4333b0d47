"""The runtime as one file."""

import hashlib
import importlib.util
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

from jupyter_runcfg.runtime import archive


def test_the_same_bytes_twice(tmp_path):
    """Two installations, even of two processes, are byte for byte the same file."""
    one, two = tmp_path / "one", tmp_path / "two"
    for place in (one, two):
        place.mkdir()
    first = Path(archive.install(str(one)))
    code = f"from jupyter_runcfg.runtime import archive; print(archive.install({str(two)!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    second = Path(done.stdout.strip())
    assert (first.name, first.read_bytes()) == (second.name, second.read_bytes())
    assert stat.S_IMODE(first.stat().st_mode) == 0o600


def test_it_is_written_once(tmp_path):
    """A second installation leaves the file as it is, and nothing beside it."""
    path = archive.install(str(tmp_path))
    before = os.stat(path)
    assert archive.install(str(tmp_path)) == path
    assert os.stat(path) == before
    assert os.listdir(tmp_path) == [os.path.basename(path)]


def test_the_name_is_of_what_is_in_it(tmp_path):
    """Its digest is of the sources and the bytecode's version; another source gives another name."""
    path = archive.install(str(tmp_path))
    with zipfile.ZipFile(path) as pyz:
        assert pyz.testzip() is None
        sources = {name: pyz.read(name) for name in pyz.namelist() if name.endswith(".py")}
    assert {"__main__.py", "sitecustomize.py", "_runcfg/errors.py", "_runcfg/runtime/job.py"} <= set(sources)
    digest = hashlib.sha256(importlib.util.MAGIC_NUMBER)
    for name in sorted(sources):
        digest.update(b"%s %d\n" % (name.encode(), len(sources[name])) + sources[name])
    assert os.path.basename(path) == f"runtime-{digest.hexdigest()[:16]}.pyz"
    changed = {**sources, "__main__.py": b"# \n"}
    assert archive.name_of(changed) != archive.name_of(sources) == os.path.basename(path)


def test_it_needs_the_standard_library_only(tmp_path):
    """It starts with python -I -S, from any directory, and imports nothing that is installed."""
    path = archive.install(str(tmp_path))
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import _runcfg.runtime.job as j;"
        "bad = [m for m in sys.modules if 'jupyter' in m]; assert not bad, bad; print(j.__file__)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, path], capture_output=True, text=True, cwd="/", check=True
    )
    assert done.stdout.startswith(path)
