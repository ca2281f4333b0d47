"""What of a record has grown or is new since somebody last looked."""

import os
import stat
import time

from .. import atomic
from . import names

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from collections.abc import Iterator

LIST_S = 1.0  # how often directories are listed of which the system says nothing new
SHARE = 20  # a look that takes long is had so much less often: it never costs more than this part of a core
_GROWING_ROOTS = ("logs", "events")
_TREE_ROOTS = ("artifacts", "outputs")


class Pace:
    """When to look again at what is costly to look at."""

    def __init__(self, least_s: "float") -> "None":
        self._least_s = least_s
        self._next = 0.0

    def is_due(self) -> "bool":
        return time.monotonic() >= self._next

    def took(self, seconds: "float") -> "None":
        self._next = time.monotonic() + max(self._least_s, SHARE * seconds)


class Record:
    """The files of one record, as far as they travel."""

    def __init__(self, directory: "str") -> "None":
        self.directory = directory
        self._growing = {}  # type: dict[str, str]
        self._stamps = {}  # type: dict[str, int]
        self._listing = Pace(LIST_S)
        self._walking = Pace(LIST_S)

    def path(self, name: "str") -> "str":
        return self.directory + "/" + name

    def growing(self, is_last: "bool" = False) -> "dict[str, str]":
        """The names and paths of all files that only grow; new ones are found at once."""
        if is_last or self._listing.is_due() or any(map(self._is_new, _GROWING_ROOTS)):
            began = time.monotonic()
            for root in _GROWING_ROOTS:
                self._is_new(root)
                for name, info in self._walk(root):
                    if stat.S_ISREG(info.st_mode) and names.kind_of(name) == names.GROWING:
                        self._growing.setdefault(name, self.path(name))
            self._listing.took(time.monotonic() - began)
        return self._growing

    def trees(self, is_last: "bool" = False) -> "list[tuple[str, os.stat_result]]":
        """The files and links that the script left, as they are now; none where it is too early to look."""
        if not is_last and not self._walking.is_due():
            return []
        began = time.monotonic()
        found = [(name, info) for root in _TREE_ROOTS for name, info in self._walk(root)]
        self._walking.took(time.monotonic() - began)
        return [pair for pair in found if not pair[0].endswith(".tmp") or is_last]

    def written_once(self) -> "list[str]":
        """The small files of the attempts that are there."""
        found = []
        try:
            numbers = sorted(os.listdir(self.path("attempts")))
        except OSError:
            return []
        for number in numbers:
            try:
                members = sorted(os.listdir(self.path("attempts/" + number)))
            except OSError:
                continue
            place = ["attempts/{}/{}".format(number, member) for member in members]
            found += [name for name in place if names.kind_of(name) == names.ONCE]
        return found

    def children(self) -> "list[str]":
        """The runs that the script has recorded, and those that they have in turn."""
        above, own = os.path.split(self.directory)
        parents = {own}
        try:
            began = os.stat(self.path("request.json")).st_mtime
        except OSError:
            return []
        recent = [item.name for item in os.scandir(above) if item.is_dir() and item.stat().st_mtime >= began]
        requests = {name: atomic.read_json(os.path.join(above, name, "request.json")) for name in recent}
        while True:
            found = {name for name, said in requests.items() if said and said.get("parent") in parents}
            if found <= parents:
                return sorted(parents - {own})
            parents |= found

    def _is_new(self, root: "str") -> "bool":
        """Whether the system says that the directory has changed since this was last asked."""
        try:
            stamp = os.stat(self.path(root)).st_mtime_ns
        except OSError:
            return False
        before = self._stamps.get(root)
        self._stamps[root] = stamp
        return stamp != before

    def _walk(self, root: "str") -> "Iterator[tuple[str, os.stat_result]]":
        """Files and links below a directory with what `lstat` says of them; links are not followed."""
        for directory, below, files in os.walk(self.path(root)):
            below.sort()
            links = [name for name in below if os.path.islink(os.path.join(directory, name))]
            for member in sorted(files) + links:
                path = os.path.join(directory, member)
                try:
                    info = os.lstat(path)
                except OSError:
                    continue
                yield os.path.relpath(path, self.directory), info
