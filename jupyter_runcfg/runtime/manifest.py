"""The list of what a snapshot holds, canonical: the same tree has the same bytes, and so the same digest.

One JSON array a line, `[path, mode, size, digest]`, sorted by the bytes of the path. Modes are
git's: 100644 and 100755 files, 120000 a link (size and digest of its target text), 040000 an empty
directory. Paths use `/`; bytes that are no UTF-8 stand as Python's surrogate escapes.
"""

import hashlib
import json
from collections import namedtuple
from json.encoder import encode_basestring_ascii
from operator import itemgetter

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, NamedTuple

FILE, EXECUTABLE, LINK, DIRECTORY = "100644", "100755", "120000", "040000"
MODES = (FILE, EXECUTABLE, LINK, DIRECTORY)


if TYPE_CHECKING:

    class Entry(NamedTuple):
        """One path of a manifest; `size` in bytes, `digest` in hex (empty for a directory)."""

        path: "str"
        mode: "str"
        size: "int"
        digest: "str"

else:
    Entry = namedtuple("Entry", "path mode size digest")
    Entry.__doc__ = "One path of a manifest; `size` in bytes, `digest` in hex (empty for a directory)."


def dump(entries: "Iterable[Entry]") -> "bytes":
    """The manifest's bytes."""
    columns = list(zip(*entries)) or [(), (), (), ()]  # noqa: B905  Python 3.6
    return dump_columns(*columns)


def dump_columns(
    paths: "Sequence[str]", modes: "Sequence[str]", sizes: "Sequence[int]", digests: "Sequence[str]"
) -> "bytes":
    """The manifest's bytes, of entries in columns: their number makes each step count."""
    if not paths:
        return b""
    text = "".join(paths)
    is_plain = _is_ascii(text)
    if is_plain and text.isprintable() and '"' not in text and "\\" not in text:
        quoted = paths
    else:
        quoted = [encode_basestring_ascii(path)[1:-1] for path in paths]
    if is_plain:  # characters sort as their bytes do
        order = sorted(range(len(paths)), key=paths.__getitem__)
    else:
        order = sorted(range(len(paths)), key=lambda place: paths[place].encode("utf-8", "surrogateescape"))
    lines = [
        f'["{path}","{mode}",{size},"{digest}"]\n'
        for path, mode, size, digest in zip(quoted, modes, sizes, digests)  # noqa: B905
    ]
    ordered = itemgetter(*order)(lines) if len(order) > 1 else lines
    return "".join(ordered).encode("ascii")


def replace_lines(data: "bytes", columns: "Sequence[Sequence[Any]]") -> "bytes | None":
    """The manifest with other modes, sizes and digests for some of its paths; None when it lacks one."""
    data = b"\n" + data
    for fields in zip(*columns):  # noqa: B905
        line = dump_columns(*[[field] for field in fields])
        start = data.find(b"\n" + line[: line.index(b'","') + 2]) + 1
        if not start:
            return None
        data = data[:start] + line + data[data.index(b"\n", start) + 1 :]
    return data[1:]


def _is_ascii(text: "str") -> "bool":
    try:
        text.encode("ascii")
    except UnicodeEncodeError:
        return False
    return True


def load(data: "bytes") -> "list[Entry]":
    """The entries of a manifest. Raises ValueError for anything that is not one."""
    lines = data.decode("ascii").splitlines()
    entries = []
    for number, fields in enumerate(_parse(lines), 1):
        if not isinstance(fields, list) or len(fields) != 4:
            raise ValueError("manifest line {}: not [path, mode, size, digest]".format(number))
        entry = Entry(*fields)
        path = entry.path
        if not isinstance(path, str) or "\0" in path or entry.mode not in MODES:
            raise ValueError("manifest line {}: {!r} is no entry".format(number, fields))
        around = "/" + path + "/"
        if "//" in around or "/../" in around:
            raise ValueError("manifest line {}: {!r} leaves its root".format(number, path))
        entries.append(entry)
    _check_links(entries)
    return entries


def _parse(lines: "list[str]") -> "list[object]":
    """The value of each line; all at once where that gives one value a line."""
    try:
        values = json.loads("[" + ",".join(lines) + "]")  # type: list[object]
        if len(values) == len(lines):
            return values
    except ValueError:
        pass
    return [json.loads(line) for line in lines]


def _check_links(entries: "list[Entry]") -> "None":
    """Nothing lies below a link: it would be written where that points to."""
    links = {entry.path for entry in entries if entry.mode == LINK}
    for entry in entries if links else ():
        parts = entry.path.split("/")
        if any("/".join(parts[:depth]) in links for depth in range(1, len(parts))):
            raise ValueError("manifest: {!r} is below a link and leaves its root".format(entry.path))


def digest_of(data: "bytes") -> "str":
    return hashlib.sha256(data).hexdigest()
