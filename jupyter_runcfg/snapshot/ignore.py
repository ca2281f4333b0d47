"""Which paths travel: the ignore files of a tree, and the rule that decides about one path."""

# Paths are the file system's own text here: pathlib would normalise them, and costs time.

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from functools import cache

from ..errors import SnapshotError
from .pattern import Pattern, parse
from .sieve import Sieve
from .value import printable

ROOT_FILES = (".amlignore", ".gitignore")  # the first that the root has counts
DEFAULTS = (
    ".ipynb_checkpoints/",
    "__pycache__/",
    ".venv/",
    "venv/",
    "node_modules/",
    "outputs/",
    "logs/",
)


@dataclass(frozen=True, slots=True)
class RuleFile:
    """The patterns of one ignore file, last line first; they speak about what lies below `base`."""

    name: str  # as it is shown: ".amlignore", "data/.amlignore", "default list"
    base: bytes  # "" or "data/": what is cut off a path before it is matched
    patterns: tuple[Pattern, ...]

    def speaking_of(self, directory: bytes) -> list[Pattern]:
        """The patterns that can match a member of `directory` ("" or "data/"), which is not above `base`."""
        below = directory[len(self.base) :]
        return [pattern for pattern in self.patterns if _reaches(pattern, below)]

    def find(self, path: bytes, is_directory: bool) -> Pattern | None:
        """The last line that says something about `path`."""
        below = path[len(self.base) :]
        for pattern in self.patterns:
            if pattern.matches(below, is_directory):
                return pattern
        return None

    def rule(self, pattern: Pattern) -> str:
        place = f"{self.name}:{pattern.line}" if pattern.line else self.name
        return f"{place} {pattern.text}"


def _reaches(pattern: Pattern, below: bytes) -> bool:
    prefix = pattern.prefix
    if prefix.startswith(below):
        return b"/" not in prefix[len(below) :]
    return below.startswith(prefix)


@dataclass(frozen=True, slots=True)
class Rules:
    """The ignore files that hold in one directory, the nearest first. Immutable."""

    file_name: str  # of those in the directories below; "" where they are not asked
    files: tuple[RuleFile, ...]
    _sieves: dict[tuple[int, ...] | str, Sieve] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def at(cls, root: str) -> Rules:
        """The rules in the root: `.amlignore`, else `.gitignore`, else the default list.

        An `.amlignore` of no bytes switches all ignoring off, that of the files below it included.
        """
        for name in ROOT_FILES:
            found = _read(root, "", name)
            if found is not None:
                is_off = name == ".amlignore" and not os.path.getsize(os.path.join(root, name))
                return cls("" if is_off else name, (found,))
        return cls.default()

    @classmethod
    def default(cls) -> Rules:
        """Those of a directory that has no such file in its root."""
        return _defaults()

    def below(self, root: str, directory: str) -> Rules:
        """The rules in `directory` (relative to `root`), with its own ignore file in front."""
        found = _read(root, directory, self.file_name) if self.file_name else None
        return self if found is None else Rules(self.file_name, (found, *self.files))

    def sieve(self, directory: str) -> Sieve:
        """What lets through, of the names in `directory`, those that a rule may speak about."""
        if not directory and "" in self._sieves:  # of the root
            return self._sieves[""]
        raw = os.fsencode(directory) + b"/" if directory else b""
        patterns = [pattern for file in self.files for pattern in file.speaking_of(raw)]
        key = tuple(map(id, patterns))
        if key not in self._sieves:
            self._sieves[key] = Sieve.of(patterns)
        if not directory:
            self._sieves[""] = self._sieves[key]
        return self._sieves[key]

    def ignoring(self, path: str, is_directory: bool) -> str | None:
        """The rule that drops `path`, or None. The directories above `path` must be kept ones."""
        raw = os.fsencode(path)
        for file in self.files:
            pattern = file.find(raw, is_directory)
            if pattern is not None:
                return None if pattern.is_negated else file.rule(pattern)
        return None


@cache
def _defaults() -> Rules:
    patterns = tuple(replace(pattern, line=0) for pattern in parse("\n".join(DEFAULTS).encode()))
    return Rules(".gitignore", (RuleFile("default list", b"", patterns),))


def _read(root: str, directory: str, name: str) -> RuleFile | None:
    """The ignore file of one directory; a link to one is followed, anything but a file is none."""
    shown = f"{directory}/{name}" if directory else name
    path = os.path.join(root, shown)
    if not os.path.isfile(path):
        return None
    try:
        with open(path, "rb") as stream:
            data = stream.read()
    except OSError as error:
        raise SnapshotError(
            f"cannot read '{printable(shown)}': {error.strerror}",
            where=printable(path),
            hint="make it readable: without it, files that it ignores would be sent",
        ) from error
    base = os.fsencode(directory) + b"/" if directory else b""
    return RuleFile(printable(shown), base, tuple(reversed(parse(data))))
