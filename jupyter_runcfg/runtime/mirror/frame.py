"""Frames: what the two sides of a mirror say to each other, over any pair of streams.

A frame is a kind, a name, an offset and bytes, each of a bounded length: whoever reads one never holds
more than that, whatever the other side sends.
"""

import os
import struct

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[[int], bytes]
    """Gives some bytes, at most so many; none at the end."""

BANNER = b"runcfg mirror 1\n"
MOST = 1 << 20
MOST_NAME = 4096
MOST_NOISE = 1 << 16
_HEAD = struct.Struct(">cHQI")

# from the side of the job
HELLO = b"H"  # facts of it, as JSON
LACKS = b"L"  # digests of objects that it does not have; an empty list ends it
GROWN = b"G"  # bytes of a file that only grows, at their offset
PART = b"P"  # bytes of a file in the making; its name is a word of `stage_of`
PLACE = b"F"  # such a file is whole: its name, and what it was made of, as JSON
LINK = b"S"  # a symbolic link and its target
CHILD = b"C"  # the id of a run that the script recorded: it is in a record of its own
END = b"E"  # all of the record was sent

# from the side that receives
MANIFEST = b"M"  # bytes of the difference that makes the manifest of that digest; none: its end
ASK = b"A"  # objects that the job needs, with sizes; an empty list ends it
OBJECTS = b"O"  # bytes of a tar of objects; none: its end
PUT = b"U"  # bytes of a file for the record, at their offset
GO = b"R"  # all is there: the job may start
HAVE = b"V"  # files that it has, with sizes; an empty list ends it, and the mirror begins
DONE = b"D"  # all of the record has arrived

ALIVE = b"."  # either side: nothing new, but here


class Broken(Exception):
    """The stream ended in the middle, or the other side does not keep to what was agreed."""


class Frame:
    """One thing said."""

    __slots__ = ("data", "kind", "name", "offset")

    def __init__(self, kind: "bytes", name: "str", offset: "int", data: "bytes") -> "None":
        self.kind = kind
        self.name = name
        self.offset = offset
        self.data = data


def pack(kind: "bytes", name: "str" = "", offset: "int" = 0, data: "bytes" = b"") -> "bytes":
    encoded = os.fsencode(name)
    return _HEAD.pack(kind, len(encoded), offset, len(data)) + encoded + data


def read(take: "Read") -> "Frame | None":
    """The next frame; None where the stream ends before it.

    Raises:
        Broken: It ends in the middle of one, or says of one that it is longer than any may be.
    """
    head = _up_to(take, _HEAD.size)
    if not head:
        return None
    if len(head) < _HEAD.size:
        raise Broken("the stream was cut off")
    kind, name_size, offset, size = _HEAD.unpack(head)
    if name_size > MOST_NAME or size > MOST:
        raise Broken("what came is no frame, or is too long")
    rest = _up_to(take, name_size + size)
    if len(rest) < name_size + size:
        raise Broken("the stream was cut off")
    return Frame(kind, os.fsdecode(rest[:name_size]), offset, rest[name_size:])


def skip_to_banner(take: "Read") -> "bytes":
    """Read past the banner; returns what stood before it: shells greet whom they like.

    Raises:
        Broken: It does not come.
    """
    said = bytearray()
    while not said.endswith(BANNER):
        piece = take(1)
        said += piece
        if not piece or len(said) > MOST_NOISE:
            text = said[-500:].decode("utf-8", "replace").strip()
            raise Broken(text or "the other side said nothing")
    return bytes(said[: -len(BANNER)])


def _up_to(take: "Read", size: "int") -> "bytes":
    """So many bytes, fewer at the end of the stream."""
    first = take(size) if size else b""
    if len(first) == size or not first:
        return first
    pieces = [first]
    left = size - len(first)
    while left:
        piece = take(left)
        if not piece:
            break
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)
