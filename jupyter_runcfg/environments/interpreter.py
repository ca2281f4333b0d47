"""The Pythons of this machine that an environment can be built upon."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.version import InvalidVersion, Version

from .. import settings
from ..errors import ConfigError
from .requirement import accepts

_OLDEST, _NEWEST = 6, 15
_INSTALL = "`uv python install {}` brings one"


@dataclass(frozen=True)
class Interpreter:
    """A Python that is no virtual environment's."""

    path: str
    version: str
    """Without its third number where only running it would tell."""

    @property
    def minor(self) -> str:
        return ".".join(self.version.split(".")[:2])


def this() -> Interpreter:
    """The one below the interpreter that we run in."""
    base = getattr(sys, "_base_executable", "") or sys.executable
    return Interpreter(os.path.realpath(base), platform.python_version())


def of_program(name: str) -> Interpreter:
    """The one that a target names, by its path or as PATH has it; below a virtual environment, its base.

    Raises:
        ConfigError: It is not there, or is no Python.
    """
    path = shutil.which(os.path.expanduser(name))
    ask = "import platform, sys; print(sys.base_prefix); print(platform.python_version())"
    try:
        said = subprocess.run(
            [path or name, "-I", "-S", "-c", ask], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        prefix, version = said
    except (OSError, ValueError, subprocess.CalledProcessError):
        hint = "`targets` shows what it says; `targets add` replaces it"
        raise ConfigError.single(
            f"'{name}', the target's python, is none that runs", "target", hint
        ) from None
    base = os.path.join(prefix, "bin", "python" + ".".join(version.split(".")[:2]))
    return Interpreter(os.path.realpath(base if os.access(base, os.X_OK) else str(path)), version)


def choose(wanted: str, where: str = "") -> tuple[str, Interpreter]:
    """The version for the definition, and an interpreter of this machine that has it.

    Args:
        wanted: `3.8.13`, `3.8`, `3.8.*`, `>=3.8,<3.12`; empty: this one's.
        where: Where it was asked for.

    Raises:
        ConfigError: There is none here, or it is no version.
    """
    mine = this()
    text = wanted.strip().removesuffix(".*")
    if not text:
        return mine.minor, mine
    if re.match(r"[<>=!~]", text):
        return _within(text, mine, where)
    try:
        version = str(Version(text))
    except InvalidVersion:
        raise ConfigError.single(
            f"'{wanted}' is no version of Python", where, "write `python=3.11`"
        ) from None
    if version.count(".") == 0:
        return _within(f">={version},<{int(Version(version).major) + 1}", mine, where)
    fitting = [one for one in (mine, *_others()) if one.minor == ".".join(version.split(".")[:2])]
    exact = [one for one in fitting if version.count(".") > 1 and one.version == version]
    if not fitting:
        raise _none(version, where)
    return version, (exact or fitting)[0]


def _within(text: str, mine: Interpreter, where: str) -> tuple[str, Interpreter]:
    for one in (mine, *_others()):
        if accepts(text, one.version if one.version.count(".") > 1 else f"{one.version}.99"):
            return one.minor, one
    raise _none(text, where)


def _none(wanted: str, where: str) -> ConfigError:
    there = sorted({one.minor for one in (this(), *_others())}, key=Version)
    number = re.search(r"\d+(\.\d+)?", wanted)
    install = _INSTALL.format(number[0]) if number else ""
    return ConfigError.single(
        f"there is no Python {wanted} on this machine, only {', '.join(there)}",
        where,
        f"{install}; or ask for one of these",
    )


def _others() -> Iterator[Interpreter]:
    """Those that pyenv and uv installed, the newest first, then those on the PATH."""
    found = []
    places = (
        (settings.pyenv_versions(), r"(\d+\.\d+\.\d+)"),
        (settings.uv_pythons(), r"cpython-(\d+\.\d+\.\d+)-.*"),
    )
    for directory, pattern in places:
        for name in _names(directory):
            version = re.fullmatch(pattern, name)
            path = directory / name / "bin" / "python3"
            if version and os.access(path, os.X_OK):
                found.append(Interpreter(os.path.realpath(path), version[1]))
    yield from sorted(found, key=lambda one: Version(one.version), reverse=True)
    for minor in range(_NEWEST, _OLDEST - 1, -1):
        for place in settings.search_path():
            path = Path(place) / f"python3.{minor}"
            if "shims" not in path.parts and os.access(path, os.X_OK) and not _is_virtual(place):
                yield Interpreter(os.path.realpath(path), f"3.{minor}")


def _is_virtual(directory: str) -> bool:
    """Whether the directory is that of a virtual environment: what is built upon one would hang on it."""
    return os.path.exists(os.path.join(os.path.dirname(directory), "pyvenv.cfg"))


def _names(directory: Path) -> list[str]:
    try:
        return os.listdir(directory)
    except OSError:
        return []
