"""Small disks."""

import subprocess

import pytest


@pytest.fixture
def tmpfs(tmp_path):
    """tmpfs("64k") is a file system of that size; needs the engine of that name."""
    mounted = []

    def mount(size, *options):
        place = tmp_path / f"disk-{len(mounted)}"
        place.mkdir()
        words = ",".join([f"size={size}", *options])
        subprocess.run(["mount", "-t", "tmpfs", "-o", words, "tmpfs", str(place)], check=True)
        mounted.append(place)
        return place

    yield mount
    for place in mounted:
        subprocess.run(["umount", "-l", str(place)], check=True)
