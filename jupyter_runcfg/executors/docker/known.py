"""What this machine remembers of images, so that a run in one that was used before is started at once.

What `find` finds `image.ensure` would find too, without what that imports to pull and build.
"""

from __future__ import annotations

import os

from ...runtime import atomic
from .engine import EngineError

TYPE_CHECKING = False  # as typing has it; whatever a supervisor imports, its run waits for
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ...runtime.paths import Home
    from .engine import Engine

OLDEST = (3, 6)  # of the Python that a run is started by
BYTECODE = ".bytecode"  # what an image's Python has compiled, in a directory of that name


def python_file(home: Home, image_id: str) -> str:
    """Where it is noted which Python an image has, as `image_python.find` found it."""
    return os.path.join(home.images, image_id.rpartition(":")[2] + ".json")


def bytecode(home: Home, image_id: str) -> str:
    """Where that Python keeps what it compiles of its own library."""
    return os.path.join(home.images, image_id.rpartition(":")[2] + BYTECODE)


def find(engine: Engine, home: Home, wanted: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]] | None:
    """Id, Python and lock of a plain image; None where `image.ensure` has to look.

    Raises:
        TargetError: The engine does not answer.
    """
    asked = wanted["image"]
    if wanted.get("definition") or asked.get("platform") or not asked.get("base"):
        return None
    try:
        facts = engine.image(str(asked["base"]))
    except EngineError:
        return None  # no name that an image could have: to pull it says so
    if facts is None:
        return None
    name = str(facts["Id"])
    python = atomic.read_json(python_file(home, name)) or {}
    if not python.get("path") or tuple(int(part) for part in str(python["version"]).split(".")[:2]) < OLDEST:
        return None
    return name, str(python["path"]), {"image": {"id": name, "base": str(asked["base"]), "base_id": name}}
