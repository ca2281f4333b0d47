"""Where a built environment is, and whether it is whole."""

import os

from .. import atomic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..paths import Home


def conda_cache(home: "Home") -> "str":
    """The packages and indexes of conda's channels: beside the environments, which are linked from it."""
    return os.path.join(home.environments, ".conda")


class EnvironmentPaths:
    """All file names of one environment; it is whole when its facts are there, which are written last."""

    def __init__(self, home: "Home", name: "str") -> "None":
        self.name = name
        self.directory = os.path.join(home.environments, name)
        self.prefix = os.path.join(self.directory, "prefix")
        self.programs = os.path.join(self.prefix, "bin")
        self.python = os.path.join(self.programs, "python")
        self.facts = os.path.join(self.directory, "environment.json")
        self.asked = os.path.join(self.directory, "requirements.in")
        self.limits = os.path.join(self.directory, "constraints.txt")
        self.lock = os.path.join(self.directory, "lock.txt")
        self.install = os.path.join(self.directory, "install.txt")  # the lock below pip's options
        self.log = os.path.join(self.directory, "build.log")
        self.used = os.path.join(self.directory, "used")  # a line for each run; its time: the last use
        self.building = self.directory + ".lock"  # beside it, as it outlives what it guards

    def read(self) -> "dict[str, Any] | None":
        """The facts of a whole environment; None while it is not built, or its Python has gone.

        One that is in an image has no prefix here: whether the engine still has it, only the engine knows.
        """
        facts = atomic.read_json(self.facts)
        is_there = facts is not None and ("image" in facts or os.access(self.python, os.X_OK))
        return facts if is_there else None

    def note_use(self, run_id: "str") -> "None":
        """Remember that a run (empty: a person) used it now."""
        try:
            with open(self.used, "ab", buffering=0) as stream:
                stream.write(run_id.encode("utf-8") + b"\n")
        except OSError:
            pass  # a full disk, or an environment of somebody else: it can be used all the same
