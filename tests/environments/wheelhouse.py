"""Packages made by the test, and where uv finds them: no test of an environment needs a network."""

import zipfile
from pathlib import Path

import pytest


def make_wheel(directory, name, version, *, requires=(), files=None):
    """A wheel of one module, `name`, with `VERSION` in it, and whatever `files` (path → text) has."""
    directory.mkdir(parents=True, exist_ok=True)
    info = f"{name}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {one}\n" for one in requires)
    texts = {
        f"{name}.py": f"VERSION = '{version}'\n",
        **(files or {}),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    texts[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*texts, f"{info}/RECORD"])
    path = directory / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for place, text in texts.items():
            archive.writestr(zipfile.ZipInfo(place, (2020, 1, 1, 0, 0, 0)), text)
    return path


@pytest.fixture
def wheelhouse(tmp_path, monkeypatch):
    """alpha 1.0 and 2.0, beta 1.0 that needs alpha<2; `.options`: pip's lines that name them alone."""
    place = tmp_path / "wheels"
    make_wheel(place, "alpha", "1.0")
    make_wheel(place, "alpha", "2.0", files={"alpha-2.0.data/scripts/alpha-says": "#!python\nprint('two')\n"})
    make_wheel(place, "beta", "1.0", requires=["alpha<2"])
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
    for name in ("UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_DEFAULT_INDEX", "UV_INDEX"):
        monkeypatch.delenv(name, raising=False)
    return Wheelhouse(place)


class Wheelhouse:
    def __init__(self, place: Path):
        self.place = place
        self.options = ["--no-index", f"--find-links {place}"]

    def add(self, name, version, **more):
        return make_wheel(self.place, name, version, **more)
