"""`targets check` of an engine, and `submit --check`."""

import os

import pytest

from jupyter_runcfg.executors import Finding
from jupyter_runcfg.executors.docker.check import check

pytestmark = pytest.mark.engine("docker")


def test_an_engine_that_is_well(docker_engine):
    """Version, API, storage, limits, GPU runtime, and a container that starts; nothing is left of it."""
    found = list(check({"host": docker_engine.host, "image": docker_engine.base}))
    assert [one.is_well for one in found] == [True] * 4
    version = docker_engine.client.version()
    engine, limits, gpus, image = (one.text for one in found)
    assert engine.startswith(f"engine: Docker {version['Version']}, API {version['ApiVersion']}, storage ")
    assert engine.endswith(", files are mounted")
    assert limits.startswith("limits: cgroup v")
    assert gpus.startswith("GPUs: ")
    assert image.startswith(f"image: {docker_engine.base} starts, Python 3.")
    wanted = {"label": f"runcfg.check={os.getpid()}"}
    assert docker_engine.client.api.containers(all=True, filters=wanted) == []


def test_what_is_missing(docker_engine):
    """An image without Python, GPUs without their runtime, an image that is not there yet."""
    found = {one.text.partition(":")[0]: one for one in check({"host": docker_engine.host, "gpus": 1})}
    assert not found["GPUs"].is_well
    assert "nvidia-container-toolkit" in found["GPUs"].hint
    (*_, bare) = check({"host": docker_engine.host, "image": docker_engine.bare})
    assert (bare.is_well, bare.hint) == (False, "the image has no program 'python3' that can be started")
    (*_, other) = check({"host": docker_engine.host, "image": "none/such:1"})
    assert other == Finding(True, "image: none/such:1 is not here, and pulled with the first run")


@pytest.mark.parametrize(
    ("python", "text"),
    [
        ('print("2.7.18")', "has Python 2.7.18"),
        ('import sys; sys.exit("broken")', "does not start: its python3 ends with exit code 1: broken"),
    ],
)
def test_an_image_whose_python_is_no_use(docker_engine, python, text):
    """It starts, and could run nothing of ours."""
    words = [
        "sh",
        "-c",
        f"rm /usr/local/bin/python3; printf '#!/usr/local/bin/python\\n{python}\\n' > $0; chmod +x $0",
    ]
    made = docker_engine.client.containers.create(docker_engine.base, [*words, "/usr/local/bin/python3"])
    made.start()
    made.wait()
    made.commit("runcfg-test/no-use", "1")
    made.remove()
    (*_, found) = check({"host": docker_engine.host, "image": "runcfg-test/no-use:1"})
    docker_engine.client.images.remove("runcfg-test/no-use:1")
    assert (found.is_well, found.text) == (False, f"image: runcfg-test/no-use:1 {text}")


def test_no_engine(tmp_path):
    """One finding, with what to do."""
    (found,) = check({"host": f"unix://{tmp_path}/none.sock"})
    assert not found.is_well
    assert "systemctl start docker" in found.hint
