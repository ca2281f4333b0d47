"""A conda file as a definition for pip: possible where conda installs nothing but Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ..errors import ConfigError, Fault
from .definition import Asked

_ENTRY = re.compile(r"(?:[^\s:=]+::)?([A-Za-z0-9_][\w.-]*)\s*(.*)")
_BUILD_TOOLS = ("setuptools", "wheel")  # both have them, under one name
_INSTALLERS = ("pip", "uv")
_MOST_NAMED = 20


def split(entries: Sequence[str], where: Callable[[str], str]) -> tuple[Asked, list[Asked]]:
    """The Python that conda's packages ask for (empty: any), and those of them that pip can install.

    pip itself is left out: it would only install the others.

    Raises:
        ConfigError: Other packages are among them.
    """
    python, packages, others = Asked(""), [], []
    for entry in entries:
        found = _ENTRY.fullmatch(entry.strip())
        name, version = (found[1].lower(), version_of(found[2])) if found else (entry, "")
        if name == "python":
            python = Asked(version, where(entry))
        elif name in _BUILD_TOOLS:
            exact = version and not re.match(r"[<>=!~]", version)
            packages.append(Asked(f"{name}=={version}.*" if exact else name + version, where(entry)))
        elif name not in _INSTALLERS:
            others.append((entry, where(entry)))
    if others:
        raise ConfigError([_fault(entry, place) for entry, place in others[:_MOST_NAMED]])
    return python, packages


def version_of(text: str) -> str:
    """Conda's `=3.8.13=h1_0` as `3.8.13`; ranges such as `>=3.8,<3.12` as they are."""
    text = re.sub(r"\s+", "" if re.match(r"\s*[<>!~]|.*,", text) else " ", text.strip())
    if re.match(r"[<>!~]", text) or "," in text:
        return text
    words = [word for word in re.split(r"[=\s]+", text) if word]
    return words[0].removesuffix(".*").removesuffix("*") if words else ""


def _fault(entry: str, place: str) -> Fault:
    found = re.fullmatch(r"(?:[^\s:=]+::)?([\w.-]+)=+([\w.]+)(?:=.*)?", entry.strip())
    right = f"{found[1]}=={found[2]}" if found else entry.rpartition("::")[2]
    return Fault(
        f"'{entry}' is a package of conda's, and this version builds with pip alone",
        key="dependencies",
        file=place,
        hint=f"put `{right}` below `- pip:`, where pip has it under that name",
    )
