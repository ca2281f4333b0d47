"""Snapshots as they arrive from another machine: a manifest as its difference, objects as a tar stream.

What comes in is not trusted: a difference must lead to the digest it names, and of a tar only plain
files are taken whose names are digests and whose bytes are those of their names.
"""

import hashlib
import os
import re

from ..errors import SnapshotError
from . import manifest
from .objects import CHUNK, ObjectStore
from .paths import Home

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from typing import BinaryIO

MAGIC = b"runcfg manifest difference 1"
BLOCK = 512  # of a tar
_DIGEST = re.compile("[0-9a-f]{64}")
_STEP = re.compile(b"([=-])([1-9][0-9]{0,11})")
_BROKEN = "send it again; when that does not help, the versions on the two sides do not fit"


def apply(old: "bytes", difference: "bytes") -> "bytes":
    """The manifest that `difference` makes of `old`.

    Raises:
        SnapshotError: It was made for another manifest, or is damaged.
    """
    head, *steps = difference.split(b"\n")
    words = head.split(b" ")
    if b" ".join(words[:-2]) != MAGIC or steps[-1:] != [b""]:
        raise SnapshotError("what arrived is no difference of manifests, or is cut off", hint=_BROKEN)
    names = [word.decode("ascii", "replace") for word in words[-2:]]
    if manifest.digest_of(old) != names[0]:
        raise SnapshotError("the difference is for another manifest", where=names[0], hint=_BROKEN)
    lines = old.splitlines(True)
    made = []
    place = 0
    for step in steps[:-1]:
        if step.startswith(b"+"):
            made.append(step[1:] + b"\n")
            continue
        found = _STEP.fullmatch(step)
        count = int(found.group(2)) if found else 0
        if not found or place + count > len(lines):
            raise SnapshotError("the difference of the manifests is damaged", hint=_BROKEN)
        if found.group(1) == b"=":
            made += lines[place : place + count]
        place += count
    new = b"".join(made)
    if manifest.digest_of(new) != names[1]:
        raise SnapshotError("the difference leads to another manifest", where=names[1], hint=_BROKEN)
    return new


def missing(home: "Home", digests: "Iterable[str]") -> "set[str]":
    """Those objects that `home` lacks; with a dict of digests and sizes, also those of a wrong size.

    Raises:
        SnapshotError: A name is no digest.
    """
    store = ObjectStore(home.objects)
    sizes = digests if isinstance(digests, dict) else {}
    found = set()
    for digest in digests:
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            raise SnapshotError("{!r} is no digest of an object".format(digest)[:200], hint=_BROKEN)
        there = store.is_sound(digest, sizes[digest]) if digest in sizes else store.has(digest)
        if not there:
            found.add(digest)
    return found


def receive(home: "Home", stream: "BinaryIO", wanted: "Collection[str] | None" = None) -> "set[str]":
    """Take the objects of a tar stream into the store; returns their digests.

    Reads up to the tar's end and not beyond it, in pieces: memory does not grow with the objects.
    Each object is checked before it gets its name; those before a fault stay. Any number of writers
    may do this at once.

    Args:
        home: Whose store it is.
        stream: Anything with `read(size)`; pipes and sockets that give less than asked for will do.
        wanted: Refuse others; a dict of digests and sizes holds the sizes to it as well.

    Raises:
        SnapshotError: The tar is damaged, cut off, or holds what is no object.
        OSError: The store cannot be written.
    """
    home.create()
    store = ObjectStore(home.objects)
    taken = set()  # type: set[str]
    while True:
        block = _exactly(stream, BLOCK)
        if not block.strip(b"\0"):
            if _exactly(stream, BLOCK).strip(b"\0"):
                raise SnapshotError("the stream of objects goes on after its end", hint=_BROKEN)
            return taken
        digest, size = _member(block)
        allowed = wanted is None or digest in wanted
        if not allowed or (isinstance(wanted, dict) and wanted[digest] != size):
            raise SnapshotError("an object came that was not asked for", where=digest, hint=_BROKEN)
        _take(store, stream, digest, size)
        _exactly(stream, -size % BLOCK)
        taken.add(digest)


def _member(block: "bytes") -> "tuple[str, int]":
    """Digest and size of one member; nothing but a plain file that is named by a digest will do."""
    import tarfile

    try:
        info = tarfile.TarInfo.frombuf(block, "ascii", "strict")
    except (tarfile.HeaderError, ValueError) as error:
        raise SnapshotError("the stream of objects is damaged: {}".format(error), hint=_BROKEN) from error
    if info.type != tarfile.REGTYPE or not _DIGEST.fullmatch(info.name) or info.size < 0:
        raise SnapshotError("the stream holds '{!a:.80}', which is no object".format(info.name), hint=_BROKEN)
    return info.name, info.size


def _take(store: "ObjectStore", stream: "BinaryIO", digest: "str", size: "int") -> "None":
    """Write one object under a temporary name, and rename it when its bytes are right."""
    target = store.path(digest)
    os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
    temporary = os.path.join(os.path.dirname(target), "tmp-" + os.urandom(8).hex())
    check = hashlib.sha256()
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as out:
            for chunk in _chunks(stream, size):
                check.update(chunk)
                out.write(chunk)
        _check(check.hexdigest(), digest)
        if store.is_sound(digest, size):
            os.unlink(temporary)
        else:
            os.replace(temporary, target)
    except BaseException:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise


def _check(found: "str", digest: "str") -> "None":
    if found != digest:
        raise SnapshotError("an object arrived with other bytes", where=digest, hint=_BROKEN)


def _chunks(stream: "BinaryIO", size: "int") -> "Iterable[bytes]":
    left = size
    while left:
        chunk = stream.read(min(left, CHUNK))
        if not chunk:
            raise SnapshotError("the stream of objects is cut off", hint=_BROKEN)
        left -= len(chunk)
        yield chunk


def _exactly(stream: "BinaryIO", size: "int") -> "bytes":
    return b"".join(_chunks(stream, size))
