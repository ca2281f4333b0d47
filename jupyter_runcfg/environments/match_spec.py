"""One package as conda's files write it, in the form that all spellings of it share."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .requirement import Wrong

_CHANNEL = re.compile(r"(\S*?)::\s*(.*)", re.DOTALL)
_NAME = re.compile(r"([A-Za-z0-9_][\w.-]*)\s*(.*)", re.DOTALL)
_BRACKET = re.compile(r"(.*?)\[(.*)\]", re.DOTALL)
_FIELD = re.compile(r"""\s*([a-z_0-9]+)\s*=\s*(?:'([^']*)'|"([^"]*)"|([^,\s]+))\s*(?:,|$)""")
_FIELDS = ("version", "build", "build_number", "channel", "subdir", "md5", "sha256", "url", "fn", "license")
_ATOM = re.compile(r"(===?|~=|!==?|[<>]=?|=)?([A-Za-z0-9_.!+-]*\*?)")
_FILE = re.compile(r"(?:https?|file)://\S+?/([\w.-]+)-[^-/]+-[^-/]+\.(?:conda|tar\.bz2)(?:#\S*)?")
_WRITE = "write `numpy=1.26`, `numpy>=1.26,<2` or `conda-forge::numpy`"


@dataclass(frozen=True)
class MatchSpec:
    """A package of conda's; two that mean the same have the same text."""

    name: str
    version: str = ""
    """`1.26.*`, `>=1.2,<2`, `==1.26`; empty: any."""
    build: str = ""
    channel: str = ""
    """The only one that it may come from; empty: any of those there are."""
    more: tuple[tuple[str, str], ...] = ()
    url: str = ""

    @property
    def text(self) -> str:
        """As py-rattler and all of conda's programs read it."""
        if self.url:
            return self.url
        words = f"{self.channel}::{self.name}" if self.channel else self.name
        if self.version or self.build:
            words += f" {self.version or '*'}"
        if self.build:
            words += f" {self.build}"
        fields = ",".join(f"{key}='{value}'" for key, value in self.more)
        return f"{words}[{fields}]" if fields else words


def read(text: str) -> MatchSpec:
    """The package that a line means. Raises Wrong."""
    line = text.strip()
    file = _FILE.fullmatch(line)
    if file:
        return MatchSpec(file[1].lower(), url=line)
    fields: dict[str, str] = {}
    bracket = _BRACKET.fullmatch(line)
    if bracket:
        line, fields = bracket[1].strip(), _fields(bracket[2], text)
    channel = fields.pop("channel", "")
    found = _CHANNEL.fullmatch(line)
    if found:
        channel, line = found[1], found[2]
    named = _NAME.fullmatch(line)
    if named is None or (found and not channel):
        raise Wrong(f"'{text}' is no package of conda's", _WRITE)
    version, build = _split(named[2], text)
    version = version or fields.pop("version", "")
    build = fields.pop("build", build) or build
    more = tuple(sorted(fields.items()))
    exact = bool(build) and not bracket
    return MatchSpec(
        named[1].lower(), _version(version, text, exact), "" if build == "*" else build, channel, more
    )


def _fields(text: str, whole: str) -> dict[str, str]:
    """What stands in brackets: `version='>=1.2', build=py311_0`."""
    found = {}
    rest = text.strip()
    while rest:
        field = _FIELD.match(rest)
        if field is None or field[1] not in _FIELDS:
            hint = f"conda knows {', '.join(_FIELDS)} in brackets; pip's extras belong below `- pip:`"
            raise Wrong(f"'[{text}]' of '{whole}' is nothing that conda knows", hint)
        found[field[1]] = field[2] or field[3] or field[4] or ""
        rest = rest[field.end() :].strip()
    return found


def _split(text: str, whole: str) -> tuple[str, str]:
    """Version and build of what follows a name: `=1.26`, `==1.26=py311_0`, `>=1.2, <2`, `1.26 py311_0`."""
    rest = re.sub(r"\s*([,|])\s*", r"\1", text.strip())
    rest = re.sub(r"([<>=!~])\s+", r"\1", rest)
    words = rest.split()
    if len(words) == 1 and re.fullmatch(r"={0,2}[^=<>!~,|]+=[^=<>!~,|]+", rest):
        version, _, build = rest.lstrip("=").partition("=")
        return version, build
    if len(words) > 2:
        raise Wrong(f"'{whole}' is no package of conda's", _WRITE)
    return (words[0] if words else ""), (words[1] if len(words) == 2 else "")


def _version(text: str, whole: str, exact: bool) -> str:
    """Sorted and without zeros that change nothing; `exact`: a build is named, so `=1.2` is one version."""
    if "(" in text:
        return text  # nested conditions, as they are
    choices = []
    for choice in text.split("|"):
        atoms = {_atom(atom, whole, exact) for atom in choice.split(",")}
        atoms.discard("*" if len(atoms) > 1 else "")
        choices.append(",".join(sorted(atoms)))
    joined = "|".join(sorted(set(choices)))
    return "" if joined == "*" else joined


def _atom(text: str, whole: str, exact: bool) -> str:
    found = _ATOM.fullmatch(text.strip())
    if found is None or (found[1] and not found[2]):
        raise Wrong(f"'{whole}' has the version '{text}', which conda cannot read", _WRITE)
    operator, version = found[1] or "", found[2]
    stem = version.removesuffix("*").rstrip(".")
    is_open = version.endswith("*")
    if operator in ("", "=", "==", "==="):
        if not stem:
            return "*"
        if is_open or (operator == "=" and not exact):
            return f"{stem}.*"
        return f"=={_plain(stem)}"
    if operator in ("!=", "!=="):
        return f"!={stem}.*" if is_open else f"!={_plain(stem)}"
    return f"{operator}{stem if operator == '~=' else _plain(stem)}"


def _plain(version: str) -> str:
    """`1.26.0` is `1.26`, where a version is compared and not its beginning."""
    if not re.fullmatch(r"\d+(\.\d+)*", version):
        return version
    return re.sub(r"(\.0+)+$", "", version)
