"""The list of what a snapshot holds, canonical: the same tree has the same bytes, and so the same digest.

One JSON array a line, `[path, mode, size, digest]`, sorted by the bytes of the path. Modes are
git's: 100644 and 100755 files, 120000 a link (size and digest of its target text), 040000 an empty
directory. Paths use `/`; bytes that are no UTF-8 stand as Python's surrogate escapes.
"""

import hashlib
import json

FILE, EXECUTABLE, LINK, DIRECTORY = "100644", "100755", "120000", "040000"
MODES = (FILE, EXECUTABLE, LINK, DIRECTORY)


class Entry:
    """One path of a manifest; `size` in bytes, `digest` in hex (empty for a directory)."""

    __slots__ = ("digest", "mode", "path", "size")

    def __init__(self, path: "str", mode: "str", size: "int", digest: "str") -> "None":
        self.path = path
        self.mode = mode
        self.size = size
        self.digest = digest

    def __eq__(self, other: "object") -> "bool":
        return isinstance(other, Entry) and self.key() == other.key()

    def __hash__(self) -> "int":
        return hash(self.key())

    def __repr__(self) -> "str":
        return "Entry({!r}, {!r}, {!r}, {!r})".format(*self.key())

    def key(self) -> "tuple[str, str, int, str]":
        return self.path, self.mode, self.size, self.digest


def dump(entries: "list[Entry]") -> "bytes":
    """The manifest's bytes."""
    ordered = sorted(entries, key=lambda entry: entry.path.encode("utf-8", "surrogateescape"))
    lines = [json.dumps(list(entry.key()), separators=(",", ":")) for entry in ordered]
    return "".join(line + "\n" for line in lines).encode("ascii")


def load(data: "bytes") -> "list[Entry]":
    """The entries of a manifest. Raises ValueError for anything that is not one."""
    entries = []
    for number, line in enumerate(data.decode("ascii").splitlines(), 1):
        fields = json.loads(line)
        if not isinstance(fields, list) or len(fields) != 4:
            raise ValueError("manifest line {}: not [path, mode, size, digest]".format(number))
        entry = Entry(*fields)
        if not isinstance(entry.path, str) or "\0" in entry.path or entry.mode not in MODES:
            raise ValueError("manifest line {}: {!r} is no entry".format(number, fields))
        parts = entry.path.split("/")
        if entry.path.startswith("/") or ".." in parts or "" in parts:
            raise ValueError("manifest line {}: {!r} leaves its root".format(number, entry.path))
        entries.append(entry)
    _check_links(entries)
    return entries


def _check_links(entries: "list[Entry]") -> "None":
    """Nothing lies below a link: it would be written where that points to."""
    links = {entry.path for entry in entries if entry.mode == LINK}
    for entry in entries if links else ():
        parts = entry.path.split("/")
        if any("/".join(parts[:depth]) in links for depth in range(1, len(parts))):
            raise ValueError("manifest: {!r} is below a link and leaves its root".format(entry.path))


def digest_of(data: "bytes") -> "str":
    return hashlib.sha256(data).hexdigest()
