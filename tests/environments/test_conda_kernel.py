"""What conda has installed, by its own records: who brought a distribution, from which channels."""

import json
import sys
from importlib import metadata

from jupyter_runcfg.environments.conda_kernel import Installed, Kernel
from jupyter_runcfg.verbs import infer


def record(
    prefix, name, version, *, channel="https://conda.anaconda.org/conda-forge/linux-64", files=(), asked=""
):
    (prefix / "conda-meta").mkdir(parents=True, exist_ok=True)
    facts = {
        "name": name,
        "version": version,
        "channel": channel,
        "files": list(files),
        "requested_spec": asked,
    }
    (prefix / "conda-meta" / f"{name}-{version}-0.json").write_text(json.dumps(facts))


def test_the_records(tmp_path):
    """Each with the distributions that it brought; a version that pip put in its place is not conda's."""
    site = "lib/python3.11/site-packages"
    record(
        tmp_path, "pytorch", "2.1.0", files=[f"{site}/torch-2.1.0.dist-info/METADATA", f"{site}/torch/x.py"]
    )
    record(tmp_path, "old", "1.0", files=[f"{site}/Old_Thing-1.0-py3.11.egg-info"])
    record(
        tmp_path,
        "cudatoolkit",
        "11.8",
        channel="https://repo.anaconda.com/pkgs/main/linux-64",
        asked="cudatoolkit",
    )
    (tmp_path / "conda-meta" / "torn.json").write_text('{"name": ')
    (tmp_path / "conda-meta" / "history").write_text("")
    kernel = Kernel(tmp_path)
    assert kernel.packages == (
        Installed("cudatoolkit", "11.8", "defaults", {}, True),
        Installed("old", "1.0", "conda-forge", {"old-thing": "1.0"}),
        Installed("pytorch", "2.1.0", "conda-forge", {"torch": "2.1.0"}),
    )
    assert kernel.owner("torch", "2.1.0").pin == "pytorch=2.1.0"
    assert (kernel.owner("torch", "2.2.0"), kernel.owner("numpy", "1.0")) == (None, None)
    assert kernel.channels == ["conda-forge", "defaults"]


def test_a_plain_python(tmp_path):
    """Where conda is not, nothing is its own."""
    assert (Kernel(tmp_path).packages, Kernel(tmp_path).channels) == ((), [])


def test_a_kernel_of_condas(tmp_path, monkeypatch):
    """`--env kernel` and `infer` ask conda for what conda has installed, and pip for the rest."""
    version = metadata.version("packaging")
    site = "lib/python3.11/site-packages"
    record(tmp_path, "packaging", version, files=[f"{site}/packaging-{version}.dist-info/METADATA"])
    record(tmp_path, "cudatoolkit", "11.8", asked="cudatoolkit=11.8")
    record(tmp_path, "openssl", "3.0")
    record(tmp_path, "python", "3.11.7", asked="python=3.11")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    every = infer.kernel().environment.python.conda_dependencies
    assert every.conda_channels == ["conda-forge"]
    python = f"python={sys.version_info[0]}.{sys.version_info[1]}"
    assert every.conda_packages == [python, "cudatoolkit=11.8", f"packaging={version}"]
    assert f"pytest=={metadata.version('pytest')}" in every.pip_packages
    assert not any(one.startswith("packaging==") for one in every.pip_packages)
    needed = infer.infer_from([("cell", "import packaging, pytest")], tmp_path, tmp_path)
    assert needed.packages == (f"packaging={version}", f"pytest=={metadata.version('pytest')}")
    assert needed.environment.python.conda_dependencies.as_dict() == {
        "name": "inferred",
        "channels": ["conda-forge"],
        "dependencies": [python, f"packaging={version}", {"pip": [f"pytest=={metadata.version('pytest')}"]}],
    }
