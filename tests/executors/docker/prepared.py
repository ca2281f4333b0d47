"""Who wants an image in a test, and packages to put upon it."""

import io
import tarfile
import threading

import pytest

from jupyter_runcfg.executors.docker.engine import Engine
from jupyter_runcfg.executors.docker.image import ensure
from jupyter_runcfg.runtime.environment.build import Watcher
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.submission.image import plan_image
from jupyter_runcfg.submission.target import Target

from ...runtime.job import until

SLOW = """import time
def get_requires_for_build_wheel(config_settings=None): return []
def prepare_metadata_for_build_wheel(*_): time.sleep(600)
def build_wheel(*_): time.sleep(600)
"""


class Wish:
    """Wants what a configuration asks for; keeps what it is told meanwhile."""

    def __init__(self, host, home, project, *, run_id="run_1"):
        self.engine = Engine(host)
        self.home = Home(str(home))
        self.home.create()
        self.project = project
        self.log = b""
        self.steps = []
        self.is_canceled = False
        self.run_id = run_id

    def have(self, config, **options):
        planned = plan_image(config, Target("docker", "docker", options), self.project, self.home)
        return self.have_wanted(planned.wanted, dict(planned.secrets))

    def have_wanted(self, wanted, secrets=None):
        watcher = Watcher(self._show, self.steps.append, lambda: self.is_canceled, self.run_id)
        return ensure(self.engine, wanted, watcher, home=self.home, secrets=secrets or {})

    def _show(self, data):
        self.log += data

    def cancel_when(self, condition):
        """Want it no more, once that is so."""
        self.when(condition, lambda: setattr(self, "is_canceled", True))

    def when(self, condition, act):
        """Do something while it is prepared."""
        threading.Thread(target=lambda: (until(condition), act())).start()

    def wait_until_clean(self):
        """Until no container of the home is left; the engine takes a moment to remove one."""
        until(lambda: not self.containers(), "the end of all containers")

    def containers(self):
        return self.engine.containers({"runcfg.home": self.home.root})


@pytest.fixture
def wish(docker_engine, runcfg_home, tmp_path):
    return Wish(docker_engine.host, runcfg_home, tmp_path)


def printed(docker_engine, ready, *command, user="1234:1234"):
    """What a command prints in a container of an image, by its end."""
    made = docker_engine.client.containers.create(
        ready.image_id, list(command), entrypoint=[], network_mode="none", user=user
    )
    try:
        made.start()
        made.wait()
        return made.logs().decode()
    finally:
        made.remove(force=True)


def make_slow_source(directory, name="slow"):
    """A package whose own build never ends."""
    files = {
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "slow"\nbackend-path = ["."]\n',
        "slow.py": SLOW,
        "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
    }
    directory.mkdir(parents=True, exist_ok=True)
    with tarfile.open(directory / f"{name}-1.0.tar.gz", "w:gz") as tar:
        for path, text in files.items():
            entry = tarfile.TarInfo(f"{name}-1.0/{path}")
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
