"""The packages of this Python as pins."""

import json
import sys
from importlib import metadata

import pytest

from jupyter_runcfg.environments.kernel import all_pins, pins_of

from .wheelhouse import make_wheel


@pytest.fixture
def site(tmp_path, monkeypatch):
    """site(name, version, origin, files) installs a package where this process finds it."""
    place = tmp_path / "site"
    monkeypatch.syspath_prepend(str(place))

    def install(name, version, origin=None, files=None):
        import zipfile

        wheel = make_wheel(tmp_path / "made", name, version, files=files)
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(place)
        if origin is not None:
            (place / f"{name}-{version}.dist-info" / "direct_url.json").write_text(json.dumps(origin))
        return place

    return install


def pins(*modules, optional=()):
    return pins_of(
        {name.partition(".")[0]: {name} for name in modules}, {name: {name} for name in optional}, {}
    )


def test_modules_whose_package_has_another_name():
    """`yaml` is of PyYAML; the runtime's own names and those that are not here are no packages."""
    found = pins("packaging", "azureml.core", "jupyter_runcfg", optional=["surely_not_here_x"])
    assert found.packages == [f"packaging=={metadata.version('packaging')}"]
    assert found.missing == {}
    assert pins("surely_not_here_x").missing == {"surely_not_here_x": ""}


def test_where_packages_come_from(site, tmp_path):
    """Repositories by their commit, archives by their URL, conda's by their version, local ones as local."""
    vcs = {"url": "https://git.example/a.git", "vcs_info": {"vcs": "git", "commit_id": "c0ffee"}}
    site("fromgit", "1.0", vcs)
    site("fromurl", "1.0", {"url": "https://x.example/fromurl-1.0.whl", "archive_info": {}})
    site("fromconda", "1.0", {"url": "file:///home/conda/feedstock_root/build", "dir_info": {}})
    (tmp_path / "mine").mkdir()
    place = site("mine", "1.0", {"url": f"file://{tmp_path}/mine", "dir_info": {"editable": True}})
    site("built", "2.1.0+cu118")
    found = pins("fromgit", "fromurl", "fromconda", "mine", "built")
    assert found.packages == [
        "built==2.1.0",
        "fromconda==1.0",
        "fromgit @ git+https://git.example/a.git@c0ffee",
        "fromurl @ https://x.example/fromurl-1.0.whl",
    ]
    assert found.local == {"mine": place}
    assert found.notes == ["built 2.1.0+cu118 is pinned as 2.1.0: no index has the build 'cu118' by itself"]


def test_names_that_several_packages_share(site):
    """Of `shared.one` and `shared.two`, the package that has what is imported."""
    site("sharedone", "1.0", files={"shared/one/__init__.py": ""})
    site("sharedtwo", "1.0", files={"shared/two.py": ""})
    assert pins("shared.two").packages == ["sharedtwo==1.0"]
    assert pins("shared").packages == ["sharedone==1.0", "sharedtwo==1.0"]


def test_a_module_that_no_package_has(tmp_path, monkeypatch):
    """What is on the path by itself is local."""
    (tmp_path / "lonely.py").write_text("raise RuntimeError('it is not imported')")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert pins("lonely").local == {"lonely": tmp_path}
    assert "lonely" not in sys.modules


def test_all_packages():
    """`kernel` is everything but what installs, and what the runtime offers."""
    found = all_pins()
    names = [line.partition("==")[0] for line in found.packages if "==" in line]
    assert f"packaging=={metadata.version('packaging')}" in found.packages
    assert {"pip", "setuptools", "uv", "jupyter-runcfg"}.isdisjoint(names)
    assert names == sorted(names)
