"""A registry of images that asks for a password, in the network of the test's engine."""

import base64
import io
import json
import os
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

SERVER = Path(__file__).with_name("registry_server.py")


class Registry:
    """Serves what `add` puts into its directory, to `ada` with the password `geheim-1815`."""

    def __init__(self, directory, engine, address):
        self.directory = directory
        self.address = address
        self._engine = engine

    def add(self, repository, tag, image, *, slow=False):
        """An image of the engine under a new name; its whole name, which the engine does not have."""
        place = self.directory / repository
        place.mkdir(parents=True)
        (place / "slow").write_text("yes" if slow else "")
        if slow:  # the engine does not ask for a layer that it has
            image = self._engine.client.api.import_image_from_data(
                _noise(), repository=f"noise-{os.getpid()}"
            )
            image = json.loads(image)["status"]
        (place / "saved.tar").write_bytes(b"".join(self._engine.client.images.get(image).save()))
        if slow:
            self._engine.client.images.remove(image, force=True)
        (place / "tag").write_text(tag)
        return f"{self.address}/{repository}:{tag}"

    def is_asked(self, repository):
        return (self.directory / repository / "asked").exists()

    def is_left(self, repository):
        return (self.directory / repository / "left").exists()

    @staticmethod
    def sign_in_text(address, name, password):
        token = base64.b64encode(f"{name}:{password}".encode()).decode()
        return json.dumps({"auths": {address: {"auth": token}}})

    def sign_in(self, directory, name, password):
        (directory / "config.json").write_text(self.sign_in_text(self.address, name, password))
        return directory


def _noise():
    """A file system of one file that nobody has, and that cannot be compressed."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        entry = tarfile.TarInfo("noise")
        entry.size = 200_000
        tar.addfile(entry, io.BytesIO(os.urandom(entry.size)))
    return out.getvalue()


@pytest.fixture
def registry(docker_engine, tmp_path):
    directory = tmp_path / "registry"
    directory.mkdir()
    pid = (docker_engine.directory / "docker.pid").read_text().strip()
    words = ["nsenter", "--net", "--target", pid, sys.executable, str(SERVER), str(directory)]
    server = subprocess.Popen(words, stdin=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 120
        while not (directory / "port").exists():
            assert server.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield Registry(directory, docker_engine, f"127.0.0.1:{(directory / 'port').read_text()}")
    finally:
        server.kill()
        server.wait()
