"""The build of an environment in a container: `main` is called there, by who keeps the container alive.

It writes the log of the build to stdout, and to stderr, a JSON object in each line, what happens: `step`,
and at the end `facts` or `failed`.
"""

import json
import os
import subprocess
import sys

from .. import atomic
from ..paths import Home
from .build import BuildCanceled, BuildFailed, Watcher, ensure
from .place import EnvironmentPaths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

UNKNOWN = {
    "type": "EnvironmentError",
    "message": "uv, which installs packages, does not run in this image, and its pip has no other",
    "hint": "an image of Debian's or Ubuntu's kind, or one whose pip can `pip install uv`",
}


def main(root: "str", file: "str") -> "None":
    """Build below `root` what `file` asks for."""
    home = Home(root)
    wanted = atomic.read_json(file) or {}
    try:
        if not _runs(wanted["uv"]):
            wanted["uv"] = _uv_of_pip(os.path.join(os.path.dirname(file), "uv"))
        facts = ensure(home, wanted, Watcher(_show, _tell, lambda: False))
        place = EnvironmentPaths(home, wanted["name"])
        for directory in (home.root, home.environments, place.directory):
            os.chmod(directory, 0o755)  # the run is not root's
        _say(facts=facts)
    except BuildFailed as failed:
        _say(failed=failed.error)
    except BuildCanceled:
        pass  # nobody listens


def _runs(uv: "str") -> "bool":
    if not uv:
        return False
    try:
        done = subprocess.run(
            [uv, "--version"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
    except OSError:
        return False
    if done.returncode != 0:
        _show(done.stdout)
    return done.returncode == 0


def _uv_of_pip(directory: "str") -> "str":
    """The uv that the image's own pip finds: for another processor or C library than the client's."""
    words = [sys.executable, "-m", "pip", "install", "--quiet", "--target", directory, "uv"]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    _show(done.stdout)
    path = os.path.join(directory, "bin", "uv")
    if done.returncode != 0 or not os.path.exists(path):
        raise BuildFailed(UNKNOWN)
    return path


def _show(data: "bytes") -> "None":
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _tell(step: "str") -> "None":
    _say(step=step)


def _say(**what: "Any") -> "None":
    sys.stderr.write(json.dumps(what) + "\n")
    sys.stderr.flush()
