"""What an environment is made of, in one form however it was written, and the digest of that form."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import ConfigError, Fault
from ..runtime.atomic import encode
from .left_out import is_offered
from .requirement import Wrong, canonical, canonical_option, name_of

VERSION = 1


@dataclass(frozen=True)
class Asked:
    """A line as somebody wrote it (a package, an option of pip), and where: `conda.yml:7`."""

    text: str
    where: str = ""


@dataclass(frozen=True)
class Definition:
    """What is to be installed, for which Python; two that mean the same are equal."""

    python: str
    """`3.11`, or `3.8.13`."""
    packages: tuple[str, ...]
    constraints: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    asked: Mapping[str, str] = field(default_factory=dict, compare=False)
    """By the name of each package, where it was asked for."""
    left_out: tuple[str, ...] = field(default=(), compare=False)
    """Packages of SDK v1 that are not installed: the runtime offers their names."""
    notes: tuple[str, ...] = field(default=(), compare=False)
    """What else to tell of how it was read."""

    @property
    def digest(self) -> str:
        return hashlib.sha256(encode(self.facts())).hexdigest()

    def facts(self) -> dict[str, Any]:
        """As the request and the built environment say it."""
        return {
            "version": VERSION,
            "python": self.python,
            "packages": list(self.packages),
            "constraints": list(self.constraints),
            "options": list(self.options),
        }


def define(python: str, lines: Sequence[Asked], constraints: Sequence[Asked] = ()) -> Definition:
    """The definition that these lines of pip's make.

    Raises:
        ConfigError: With every line that cannot be a part of it.
    """
    reader = _Reader()
    for line in lines:
        reader.read(line)
    limits = [text for one in constraints if (text := reader.constraint(one))]
    if reader.faults:
        raise ConfigError(reader.faults)
    return Definition(
        python,
        tuple(sorted(set(reader.packages.values()))),
        tuple(sorted(set(limits))),
        tuple(sorted(set(reader.options.values()))),
        reader.asked,
        tuple(dict.fromkeys(reader.left_out)),
    )


class _Reader:
    """Takes one line after the other, and collects what is wrong."""

    def __init__(self) -> None:
        self.packages: dict[str, str] = {}
        self.options: dict[str, str] = {}
        self.asked: dict[str, str] = {}
        self.left_out: list[str] = []
        self.faults: list[Fault] = []

    def read(self, line: Asked) -> None:
        text = line.text.strip()
        try:
            if text.startswith("-") and not text.startswith(("-e", "--editable")):
                option = canonical_option(text)
                if not option:
                    return
                # of an option that counts once, the last; of one that adds, each
                key = option if option.startswith(_ADDING) else option.partition(" ")[0]
                self.options[key] = option
            elif text:
                self._package(text, line)
        except Wrong as wrong:
            self.faults.append(Fault(str(wrong), key="packages", file=line.where, hint=wrong.hint))

    def _package(self, text: str, line: Asked) -> None:
        name = name_of(text)
        if is_offered(name):
            self.left_out.append(name)
            return
        self.packages[text] = canonical(text)
        places = [place for place in (self.asked.get(name, ""), line.where) if place]
        self.asked[name] = ", ".join(dict.fromkeys(places))

    def constraint(self, line: Asked) -> str:
        try:
            return canonical(line.text.strip())
        except Wrong as wrong:
            self.faults.append(Fault(str(wrong), key="constraints", file=line.where, hint=wrong.hint))
            return ""


_ADDING = ("--extra-index-url", "--find-links", "--no-binary", "--only-binary", "--trusted-host")
