import subprocess

import pytest

from jupyter_runcfg.runtime.paths import Home


@pytest.fixture
def home(tmp_path):
    return Home(str(tmp_path / "home"))


@pytest.fixture
def root(tmp_path):
    directory = tmp_path / "project"
    directory.mkdir()
    return directory


@pytest.fixture
def full_disk(tmp_path):
    """full_disk(size) mounts an empty file system of that many bytes and returns its directory."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(size):
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], check=True)
        return place

    yield mount
    subprocess.run(["umount", str(place)], check=False)
