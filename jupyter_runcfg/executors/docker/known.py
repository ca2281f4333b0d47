"""The image of a run where nothing has to be done for it: the engine has it, and its Python is known.

What `image.ensure` would find too, without what that imports to pull and build.
"""

from __future__ import annotations

import os

from ...runtime import atomic

TYPE_CHECKING = False  # as typing has it; whatever a supervisor imports, its run waits for
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ...runtime.paths import Home
    from .engine import Engine


def find(engine: Engine, home: Home, wanted: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]] | None:
    """Id, Python and lock of a plain image; None where `image.ensure` has to look.

    Raises:
        TargetError: The engine does not answer.
    """
    asked = wanted["image"]
    if wanted.get("definition") or asked.get("platform") or not asked.get("base"):
        return None
    facts = engine.image(str(asked["base"]))
    if facts is None:
        return None
    name = str(facts["Id"])
    python = atomic.read_json(os.path.join(home.images, name.rpartition(":")[2] + ".json")) or {}
    if not python.get("path") or str(python.get("version", "")).startswith(("2.", "3.0", "3.4", "3.5")):
        return None
    return name, str(python["path"]), {"image": {"id": name, "base": str(asked["base"]), "base_id": name}}
