"""The person's files as a run has them: what was left out and by which line, what has a like name."""

import os
import re
import time

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from typing import Any

_MOST_FILES, _MOST_S = 20000, 2.0
_MOST_BYTES = 4 << 20
_AROUND = 2
_WIDTH = 160


class Source:
    """The directory a script ran in, and what its request says of the one it came from."""

    def __init__(self, work: "str", request: "dict[str, Any] | None" = None) -> "None":
        self.work = work
        self.request = request or {}
        self._real = os.path.realpath(work)
        self._paths = None  # type: list[str] | None

    def inside(self, file: "str") -> "str":
        """The path of a file of the snapshot relative to its root; empty for any other."""
        if not file or file.startswith(("<", "_runcfg/")) or "/site-packages/" in file:
            return ""
        if "/dist-packages/" in file:
            return ""
        for root in (self.work, self._real):
            path = os.path.normpath(os.path.join(root, file))
            if path.startswith(root + os.sep):
                return os.path.relpath(path, root)
        return ""

    def excerpt(self, path: "str", line: "int") -> "str":
        """Two lines above a line and two below, numbered and the line itself marked; empty without it."""
        lines = self.read(path).splitlines()
        if not 0 < line <= len(lines):
            return ""
        first, last = max(1, line - _AROUND), min(len(lines), line + _AROUND)
        width = len(str(last))
        shown = []
        for number in range(first, last + 1):
            text = _printable(lines[number - 1].expandtabs(4).rstrip())
            text = text if len(text) <= _WIDTH else text[:_WIDTH] + "…"
            mark = ">" if number == line else " "
            shown.append("{} {:>{}} | {}".format(mark, number, width, text).rstrip())
        return "\n".join(shown)

    def raised(self, path: "str", line: "int") -> "str":
        """The statement that begins in a line, as far as its `raise` goes on by indentation."""
        lines = self.read(path).splitlines()[line - 1 : line + _AROUND] if path and line > 0 else []
        if not lines or not lines[0].lstrip().startswith("raise "):
            return ""
        indent = len(lines[0]) - len(lines[0].lstrip())
        after = [len(text) - len(text.lstrip()) > indent for text in lines[1:]] + [False]
        return "\n".join(lines[: 1 + after.index(False)])

    def read(self, path: "str") -> "str":
        """The text of a file of the snapshot; empty where there is none, or it is no plain file."""
        full = os.path.realpath(os.path.join(self._real, path))
        if not full.startswith(self._real + os.sep) or not os.path.isfile(full):
            return ""
        try:
            with open(full, "rb") as stream:
                data = stream.read(_MOST_BYTES)
        except OSError:
            return ""
        # Python counts lines by these ends alone; str.splitlines knows more
        return re.sub("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", " ", data.decode("utf-8-sig", "replace"))

    def relative(self, path: "str") -> "str":
        """A path that a script named, as the snapshot would have it; empty when it lies elsewhere."""
        origin = str(self.request.get("source_directory") or "")
        if origin and path.startswith(origin.rstrip("/") + "/"):
            return os.path.normpath(path[len(origin.rstrip("/")) + 1 :])
        return self.inside(path)

    def rule(self, path: "str") -> "str":
        """The ignore rule that left `path`, or a directory above it, out of the snapshot."""
        for entry in self.request.get("ignored") or []:
            if path == entry[0] or path.startswith(entry[0] + "/"):
                return str(entry[1])
        return ""

    def ignored(self, names: "tuple[str, ...]") -> "tuple[str, str]":
        """The first path left out whose last part is one of `names`, and its rule."""
        for path, rule in self.request.get("ignored") or []:
            if path.rpartition("/")[2] in names:
                return str(path), str(rule)
        return "", ""

    def paths(self) -> "list[str]":
        """The files there are, relative, the shallow ones first; of a huge tree its beginning."""
        if self._paths is None:
            found = []  # type: list[str]
            deadline = time.monotonic() + _MOST_S
            for directory, names, files in os.walk(self._real):
                names[:] = sorted(name for name in names if name != "__pycache__")
                below = os.path.relpath(directory, self._real)
                found += [os.path.normpath(os.path.join(below, name)) for name in sorted(files)]
                if len(found) > _MOST_FILES or time.monotonic() > deadline:
                    break
            self._paths = sorted(found, key=lambda path: (path.count("/"), path))
        return self._paths

    def near(self, path: "str") -> "str":
        """A file that `path` may have meant: in another case, with a like name, in another place."""
        directory, _, name = path.rpartition("/")
        try:
            beside = sorted(os.listdir(os.path.join(self._real, directory)))
        except OSError:
            beside = []
        by_case = {other.lower(): other for other in self.paths()}
        if path.lower() in by_case:
            return by_case[path.lower()]
        same = [other for other in self.paths() if other.rpartition("/")[2] == name]
        if len(same) == 1:
            return same[0]
        import difflib

        close = difflib.get_close_matches(name, beside, n=1, cutoff=0.8)
        return os.path.join(directory, close[0]) if close else ""


def _printable(text: "str") -> "str":
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
