"""What an environment is made of, in one form however it was written, and the digest of that form."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import ConfigError, Fault
from ..runtime.atomic import encode
from .credentials import hide, variables_of
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
    secrets: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """Names and passwords for its URLs, by the variables that stand in their place."""
    conda_channels: tuple[str, ...] = ()
    """Names and URLs, the first wins; none without packages of conda's."""
    conda_packages: tuple[str, ...] = ()

    @property
    def variables(self) -> list[str]:
        """The environment variables that its lines name."""
        return variables_of([*self.packages, *self.constraints, *self.options])

    @property
    def digest(self) -> str:
        return hashlib.sha256(encode(self.facts())).hexdigest()

    def facts(self) -> dict[str, Any]:
        """As the request and the built environment say it."""
        conda = {"channels": list(self.conda_channels), "packages": list(self.conda_packages)}
        return {
            "version": VERSION,
            "python": self.python,
            "packages": list(self.packages),
            "constraints": list(self.constraints),
            "options": list(self.options),
            **({"conda": conda} if self.conda_packages else {}),
        }


def define(
    python: str, lines: Sequence[Asked], constraints: Sequence[Asked] = (), *, keeps_v1: bool = False
) -> Definition:
    """The definition that these lines of pip's make.

    Args:
        python: The version it is for.
        lines: Packages and options.
        constraints: Packages that are not asked for, in the versions that they may have.
        keeps_v1: Packages of SDK v1 itself are not left out.

    Raises:
        ConfigError: With every line that cannot be a part of it.
    """
    reader = _Reader(keeps_v1=keeps_v1)
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
        secrets=reader.secrets,
    )


class _Reader:
    """Takes one line after the other, and collects what is wrong."""

    def __init__(self, *, keeps_v1: bool) -> None:
        self._keeps_v1 = keeps_v1
        self.packages: dict[str, str] = {}
        self.options: dict[str, str] = {}
        self.asked: dict[str, str] = {}
        self.left_out: list[str] = []
        self.secrets: dict[str, str] = {}
        self.faults: list[Fault] = []

    def read(self, line: Asked) -> None:
        text = self._without_passwords(line)
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
        if is_offered(name) and not self._keeps_v1:
            self.left_out.append(name)
            return
        self.packages[text] = canonical(text)
        places = [place for place in (self.asked.get(name, ""), line.where) if place]
        self.asked[name] = ", ".join(dict.fromkeys(places))

    def constraint(self, line: Asked) -> str:
        try:
            return canonical(self._without_passwords(line))
        except Wrong as wrong:
            self.faults.append(Fault(str(wrong), key="constraints", file=line.where, hint=wrong.hint))
            return ""

    def _without_passwords(self, line: Asked) -> str:
        text, hidden = hide(line.text.strip())
        self.secrets.update(hidden)
        return text


_ADDING = ("--extra-index-url", "--find-links", "--no-binary", "--only-binary", "--trusted-host")
