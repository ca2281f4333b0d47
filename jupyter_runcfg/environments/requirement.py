"""One line of pip's: a package or an option, in the form that all spellings of it share."""

from __future__ import annotations

import re

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import Specifier, SpecifierSet
from packaging.utils import canonicalize_name, canonicalize_version

_COMMENT = re.compile(r"(^|\s)#.*$")
_HASH = re.compile(r"\s+--hash[=\s](\S+)")
_SHORT = {"-i": "--index-url", "-f": "--find-links"}
_WITH_VALUE = (
    "--index-url",
    "--extra-index-url",
    "--find-links",
    "--trusted-host",
    "--no-binary",
    "--only-binary",
)
_ALONE = ("--pre", "--no-index")
# how pip goes about it, not what it installs
_NO_MATTER = (
    "--no-cache-dir",
    "--prefer-binary",
    "--upgrade",
    "-U",
    "--quiet",
    "-q",
    "--user",
    "--disable-pip-version-check",
    "--require-hashes",
    "--no-input",
)
_REMOTE = re.compile(r"(?:https?|git\+https|git\+http|git\+ssh|hg\+https)://\S+")
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)(\[[^\]]*\])?")
_LOCAL = (
    "it travels with the snapshot: leave the line out, and "
    "`--set environmentVariables.PYTHONPATH=DIRECTORY` has its modules found"
)


class Wrong(ValueError):
    """A line that no environment can be made of; `hint` says what would be right."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def name_of(text: str) -> str:
    """The package that a line names, as PEP 503 normalises it; of a bare URL the URL. Raises Wrong."""
    requirement = _parsed(text)
    return canonicalize_name(requirement.name) if isinstance(requirement, Requirement) else requirement


def canonical(text: str) -> str:
    """The same for all spellings: `A >= 1` and `a>=1.0` are one. Raises Wrong."""
    requirement = _parsed(text)
    hashes = "".join(f" --hash={one}" for one in sorted(set(_HASH.findall(text))))
    if not isinstance(requirement, Requirement):
        return requirement + hashes
    extras = ",".join(sorted({canonicalize_name(extra) for extra in requirement.extras}))
    words = canonicalize_name(requirement.name) + (f"[{extras}]" if extras else "")
    if requirement.url:
        words += f" @ {requirement.url}"
    words += ",".join(sorted(map(_version, requirement.specifier)))
    marker = f" ; {requirement.marker}" if requirement.marker else ""
    return words + marker + hashes


def _version(specifier: Specifier) -> str:
    """`==1.0` and `==1.0.0` are the same versions, `~=1.0` and `~=1.0.0` are not."""
    operator, version = specifier.operator, specifier.version
    if operator == "===" or version.endswith(".*"):
        return f"{operator}{version}"
    return operator + canonicalize_version(version, strip_trailing_zero=operator != "~=")


def _parsed(text: str) -> Requirement | str:
    """A requirement, or the URL of one that has no name."""
    editable = re.match(r"(?:-e|--editable)[\s=]+", text)
    bare = _HASH.sub("", _COMMENT.sub("", text[editable.end() if editable else 0 :])).strip()
    if _REMOTE.fullmatch(bare):
        egg = _EGG.search(bare)
        if egg is None:
            return bare
        url = bare[: egg.start()] + bare[egg.end() :].replace("&", "#", 1)
        return Requirement(f"{egg[1]}{egg[2] or ''} @ {url}")
    path = re.fullmatch(r"(?:[\w.\[\],-]+\s*@\s*)?file:.*|[./~]\S*|[^@\s]+\.(?:whl|tar\.gz|zip)", bare)
    if editable or path:
        raise Wrong(f"'{bare}' cannot be installed: no package index has it", _LOCAL)
    try:
        return Requirement(bare)
    except InvalidRequirement:
        raise Wrong(f"'{text}' is no package of pip's", _right(bare)) from None


def _right(text: str) -> str:
    """What the person may have meant: conda's `numpy=1.26` stands in pip's list now and then."""
    conda = re.fullmatch(r"([A-Za-z0-9._-]+)=([0-9][\w.*]*)", text)
    return f"write `{conda[1]}=={conda[2]}`" if conda else "write 'name', 'name[extra]>=1.0' or 'name @ URL'"


def canonical_option(text: str) -> str:
    """`-i URL` as `--index-url URL`; empty for one that has no effect on what is installed. Raises Wrong."""
    flag, _, value = re.sub(r"[\s=]+", " ", _COMMENT.sub("", text).strip(), count=1).partition(" ")
    flag, value = _SHORT.get(flag, flag), value.strip().strip("'\"")
    if flag in _NO_MATTER:
        return ""
    if flag in _ALONE and not value:
        return flag
    if flag in _WITH_VALUE and value:
        return f"{flag} {value}"
    if flag in _WITH_VALUE:
        raise Wrong(f"the option '{flag}' has no value", f"write `{flag} …`")
    raise Wrong(
        f"no environment can have pip's option '{flag}'",
        f"leave it out; there is {', '.join((*_WITH_VALUE, *_ALONE))}",
    )


def accepts(specifier: str, version: str) -> bool:
    """Whether a version of Python is among those that `>=3.8,<3.12` asks for; False for another text."""
    try:
        return SpecifierSet(specifier).contains(version)
    except ValueError:
        return False
