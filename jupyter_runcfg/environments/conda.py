"""Conda files: those where conda installs nothing but Python are for pip alone; the others have both."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from ..errors import ConfigError, Fault
from ..runtime.environment.explain import masked
from . import match_spec
from .channel import without_secrets
from .definition import Asked, Definition
from .requirement import Wrong

_ENTRY = re.compile(r"(?:[^\s:=]+::)?([A-Za-z0-9_][\w.-]*)\s*(.*)")
_BUILD_TOOLS = ("setuptools", "wheel")  # both have them, under one name
_INSTALLERS = ("pip", "uv")
_PYTHON = "python"


def installs_packages(entries: Sequence[str]) -> bool:
    """Whether conda is asked for something that pip has not, or has by another name."""
    plain = (_PYTHON, *_BUILD_TOOLS, *_INSTALLERS)
    return any(found is None or found[1].lower() not in plain for found in map(_ENTRY.fullmatch, entries))


def define(
    pip: Definition, channels: Sequence[str], entries: Sequence[str], where: Callable[[str], str]
) -> Definition:
    """The definition of what conda installs, with `pip`, that of its own section, beside it.

    Python is always a part of it: without a version the newest that fits the others.

    Raises:
        ConfigError: With every entry that conda could not read.
    """
    specs: list[match_spec.MatchSpec] = []
    faults, asked = [], dict(pip.asked)
    for entry in entries:
        try:
            spec = match_spec.read(entry)
        except Wrong as wrong:
            faults.append(Fault(masked(str(wrong)), key="dependencies", file=where(entry), hint=wrong.hint))
            continue
        spec = replace(spec, channel=without_secrets(spec.channel)[0], url=without_secrets(spec.url)[0])
        specs.append(spec)
        places = [place for place in (where(entry), asked.get(spec.name, "")) if place]
        asked[spec.name] = ", ".join(dict.fromkeys(places))
    if faults:
        raise ConfigError(faults)
    python = next((spec.version for spec in specs if spec.name == _PYTHON), "")
    if not any(spec.name == _PYTHON for spec in specs):
        specs.append(match_spec.MatchSpec(_PYTHON))
    packages = tuple(sorted({spec.text for spec in specs}))
    # a package may name the only channel that it comes from
    more = [spec.channel for spec in specs if spec.channel]
    made = replace(pip, python=python.removeprefix("==").removesuffix(".*"), asked=asked)
    return replace(made, conda_channels=tuple(dict.fromkeys([*channels, *more])), conda_packages=packages)


def own_channels(entries: Sequence[str]) -> list[str]:
    """The channels that packages themselves name, as they were written: with passwords."""
    specs = [match_spec.read(entry) for entry in entries]
    return [spec.channel or spec.url for spec in specs if spec.channel or spec.url]


def split(entries: Sequence[str], where: Callable[[str], str]) -> tuple[Asked, list[Asked]]:
    """The Python that conda's packages ask for (empty: any), and those of them that pip can install.

    pip itself is left out: it would only install the others.

    Raises:
        ConfigError: One of them is no package.
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
        message = "'{}' is a package of conda's, and only pip can install packages there"
        hint = "put it below `- pip:`, where pip has it under that name"
        raise ConfigError(
            [Fault(message.format(entry), "dependencies", place, hint=hint) for entry, place in others]
        )
    return python, packages


def version_of(text: str) -> str:
    """Conda's `=3.8.13=h1_0` as `3.8.13`; ranges such as `>=3.8,<3.12` as they are."""
    text = re.sub(r"\s+", "" if re.match(r"\s*[<>!~]|.*,", text) else " ", text.strip())
    if re.match(r"[<>!~]", text) or "," in text:
        return text
    words = [word for word in re.split(r"[=\s]+", text) if word]
    return words[0].removesuffix(".*").removesuffix("*") if words else ""
