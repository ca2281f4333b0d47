"""The packages that conda's environments are linked from: those that none has any more are taken away."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

from ..runtime.environment.place import conda_cache
from ..runtime.paths import Home


def prune(home: Home) -> None:
    """Remove what no environment has; nothing while one is being built, whose packages none has yet."""
    cache = Path(conda_cache(home))
    try:
        held = os.open(cache, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return  # there are none
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        used = {file.stem for file in Path(home.environments).glob("*/prefix/conda-meta/*.json")}
        for entry in sorted((cache / "packages").iterdir()):
            if entry.is_dir() and entry.name not in used:
                shutil.rmtree(entry)
                entry.with_name(entry.name + ".lock").unlink(missing_ok=True)
    except OSError:
        return  # a build has it; or what is left is taken the next time
    finally:
        os.close(held)
