"""The conda environments that are on this machine: found by name or path, and used as they are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from .. import settings
from ..errors import ConfigError, did_you_mean

_BASE = ("base", "root")


def find(named: str, directory: Path, where: str) -> Path:
    """The prefix of the environment of that name or path.

    Args:
        named: `myenv`, `base`, `/opt/conda/envs/myenv`, `./env`.
        directory: Where a relative path begins.
        where: The key that names it.

    Raises:
        ConfigError: There is none, or it has no Python.
    """
    if os.sep in named or named.startswith(("~", ".")):
        prefix = (directory / Path(named).expanduser()).absolute()
        if not is_environment(prefix):
            hint = "`conda env list` shows those there are; they have a directory conda-meta"
            raise ConfigError.single(f"no conda environment is at {prefix}", where, hint)
    else:
        known = environments()
        if named not in known:
            near = did_you_mean(named, known)
            there = f"there is {', '.join(sorted(known))}" if known else "there is none on this machine"
            hint = near or f"{there}; a path names one that is elsewhere"
            raise ConfigError.single(f"no conda environment '{named}'", where, hint)
        prefix = known[named]
    if not os.access(prefix / "bin" / "python", os.X_OK):
        raise ConfigError.single(f"the conda environment {prefix} has no Python", where, "install one there")
    return prefix


def environments() -> dict[str, Path]:
    """All that can be found, by name; of two with one name, the first."""
    found: dict[str, Path] = {}
    for root in settings.conda_roots():
        if is_environment(root):
            found.update({name: root for name in _BASE if name not in found})
        for prefix in _below(root / "envs"):
            found.setdefault(prefix.name, prefix)
    for directory in settings.conda_environment_directories():
        for prefix in _below(directory):
            found.setdefault(prefix.name, prefix)
    try:
        lines = settings.conda_environments_file().read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    for prefix in map(Path, filter(None, map(str.strip, lines))):
        if is_environment(prefix):
            found.setdefault(prefix.name, prefix)
    return found


def is_environment(prefix: Path) -> bool:
    return (prefix / "conda-meta").is_dir()


def _below(directory: Path) -> Iterator[Path]:
    try:
        names = sorted(os.listdir(directory))
    except OSError:
        return
    for name in names:
        if is_environment(directory / name):
            yield directory / name
