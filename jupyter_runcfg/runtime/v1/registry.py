"""What is kept under names and versions, beside the runs: models, datasets, environments.

registry/<kind>/<name>/<version>/ holds item.json and the files of the version. A version appears whole, by
rename; its number is taken once: where one was deleted, an empty file keeps the number.
"""

import os

from ...errors import NotRegisteredError, UserErrorException, did_you_mean
from .. import atomic
from ..number import file_name
from ..paths import Home

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

_LONGEST = 200


class Shelf:
    """All versions of all things of one kind (`models`, `datasets` …)."""

    def __init__(self, home: "Home", kind: "str") -> "None":
        self.kind = kind
        self.root = os.path.join(home.registry, kind)

    def _directory(self, name: "str") -> "str":
        quoted = file_name(str(name)).replace("%", "=")  # MLflow takes no local path that holds a %
        if not str(name).strip() or len(quoted) > _LONGEST or not str(name).isprintable():
            raise UserErrorException(
                "'{}' is no name for one of the {}".format(str(name)[:60], self.kind),
                hint="one line of at most {} characters".format(_LONGEST),
            )
        return os.path.join(self.root, quoted)

    def path(self, name: "str", version: "int", *inner: "str") -> "str":
        return os.path.join(self._directory(name), str(version), *inner)

    def names(self) -> "list[str]":
        from urllib.parse import unquote

        try:
            names = [unquote(name.replace("=", "%")) for name in os.listdir(self.root)]
        except OSError:
            return []
        return sorted(name for name in names if self.versions(name))

    def versions(self, name: "str") -> "list[int]":
        """The versions that are there, the oldest first."""
        root = self._directory(name)
        return [number for number in _numbers(root) if os.path.isdir(os.path.join(root, str(number)))]

    def add(self, name: "str", facts: "dict[str, Any]", fill: "Callable[[str], None]") -> "int":
        """A new version: `fill` puts its files into the directory it is given. Raises OSError."""
        import shutil

        root = self._directory(name)
        os.makedirs(root, mode=0o700, exist_ok=True)
        staging = os.path.join(root, ".{}.tmp".format(os.urandom(6).hex()))
        os.mkdir(staging, 0o700)
        try:
            fill(staging)
            number = max(_numbers(root), default=0) + 1
            while True:
                atomic.write_replace(
                    os.path.join(staging, "item.json"), atomic.encode(dict(facts, version=number))
                )
                try:
                    os.rename(staging, os.path.join(root, str(number)))
                except OSError:
                    if not os.path.lexists(os.path.join(root, str(number))):
                        raise
                    number += 1  # another was first
                else:
                    return number
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    def read(self, name: "str", version: "Any" = None) -> "dict[str, Any]":
        """The facts of a version (default, and `latest`: the newest).

        Raises:
            NotRegisteredError: There is none.
        """
        there = self.versions(name)
        if not there:
            known = self.names()
            hint = did_you_mean(name, known) or (
                "there is " + ", ".join("'{}'".format(one) for one in known[:5])
                if known
                else "there is none yet"
            )
            raise NotRegisteredError("no '{}' among the {}".format(name, self.kind), hint=hint)
        number = there[-1] if version in (None, "", "latest") else version
        facts = None
        if str(number).isdigit():
            facts = atomic.read_json(self.path(name, int(number), "item.json"))
        if facts is None:
            raise NotRegisteredError(
                "no version {} of '{}' among the {}".format(number, name, self.kind),
                hint="there is {}".format(", ".join(str(one) for one in there)),
            )
        return facts

    def write(self, name: "str", version: "int", facts: "dict[str, Any]") -> "None":
        """Change the facts of a version. Raises OSError."""
        atomic.write_replace(self.path(name, version, "item.json"), atomic.encode(facts))

    def remove(self, name: "str", version: "int") -> "None":
        """Take a version away for good; its number stays taken. Raises OSError."""
        import shutil

        gone = os.path.join(self._directory(name), ".{}.tmp".format(os.urandom(6).hex()))
        os.rename(self.path(name, version), gone)
        atomic.write_once(self.path(name, version), b"")
        shutil.rmtree(gone, ignore_errors=True)


def _numbers(root: "str") -> "list[int]":
    try:
        names = os.listdir(root)
    except OSError:
        return []
    return sorted(int(name) for name in names if name.isdigit())
