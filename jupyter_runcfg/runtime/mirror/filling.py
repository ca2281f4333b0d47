"""The side where the job will be, before its start: manifest, objects and the files of its record come in."""

import json
import os

from .. import atomic, transfer
from . import frame, names

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ..paths import AttemptPaths, RunPaths
    from .frame import Read

MOST_DIFFERENCE = 1 << 29
PER_FRAME = 5000
SNAPSHOTS = 20  # of those that are there, so many are named: one of them is near the new one


class Filling:
    """Takes what the other side sends until it says that the mirror may begin."""

    def __init__(
        self, paths: "RunPaths", attempt: "AttemptPaths", read: "Read", say: "Callable[..., None]"
    ) -> "None":
        self._paths = paths
        self._attempt = attempt
        self._read = read
        self._say = say
        self._asked = {}  # type: dict[str, int]
        self._difference = []  # type: list[bytes]

    def hello(self) -> "dict[str, Any]":
        """What the other side must know before it sends anything."""
        home = self._paths.home
        home.create()
        self._paths.create()
        stored = sorted(os.scandir(home.snapshots), key=_age)[:SNAPSHOTS]
        return {"is_sent": os.path.exists(self._attempt.sent), "snapshots": [item.name for item in stored]}

    def take(self, said: "frame.Frame") -> "None":
        """Raises SnapshotError and Broken for what cannot be taken, OSError where there is no room."""
        if said.kind == frame.PUT:
            put(self._paths.directory, said, os.path.exists(self._attempt.sent))
        elif said.kind == frame.MANIFEST:
            self._take_manifest(said)
        elif said.kind == frame.ASK:
            self._take_asked(json.loads(said.data.decode("ascii")))
        elif said.kind == frame.OBJECTS:
            transfer.receive(self._paths.home, Body(self._read, said, frame.OBJECTS), self._asked)  # type: ignore[arg-type]
        elif said.kind == frame.GO:
            self._attempt.create()
            atomic.write_once(self._attempt.sent, b"")
        elif said.kind != frame.ALIVE:
            raise frame.Broken("{!r} is nothing that may be said now".format(said.kind))

    def _take_manifest(self, said: "frame.Frame") -> "None":
        """`base digest` is the name: the manifest that the difference is for, empty for none."""
        self._difference.append(said.data)
        if said.data:
            if sum(map(len, self._difference)) > MOST_DIFFERENCE:
                raise frame.Broken("the list of files is too long")
            return
        base, _, digest = said.name.partition(" ")
        home = self._paths.home
        if not all(set(word) <= set("0123456789abcdef") for word in (base, digest)):
            raise frame.Broken("{!r} is no name of a manifest".format(said.name))
        old = b""
        if base:
            with open(home.manifest(base), "rb") as stream:
                old = stream.read()
        new = transfer.apply(old, b"".join(self._difference))
        self._difference = []
        atomic.write_replace(home.manifest(digest), new)

    def _take_asked(self, items: "list[Any]") -> "None":
        self._asked.update(items)
        if items:
            return
        lacks = sorted(transfer.missing(self._paths.home, self._asked))
        for start in range(0, len(lacks), PER_FRAME):
            self._say(frame.LACKS, "", 0, json.dumps(lacks[start : start + PER_FRAME]).encode("ascii"))
        self._say(frame.LACKS, "", 0, b"[]")


class Body:
    """The bytes of frames of one kind in a row as one stream, up to an empty one."""

    def __init__(self, read: "Read", first: "frame.Frame", kind: "bytes") -> "None":
        self._read = read
        self._kind = kind
        self._data = first.data
        self._place = 0

    def read(self, size: "int") -> "bytes":
        if self._place == len(self._data):
            said = frame.read(self._read)
            if said is None or said.kind != self._kind:
                raise frame.Broken("the stream was cut off")
            self._data, self._place = said.data, 0
        piece = self._data[self._place : self._place + size]
        self._place += len(piece)
        return piece


def put(directory: "str", said: "frame.Frame", is_started: "bool") -> "None":
    """Write bytes of a file of the record; once the job may run, only new small ones, whole.

    Raises:
        Broken: That file is not for the other side to write.
    """
    if not names.may_be_put(said.name, is_started):
        raise frame.Broken("{!r} may not be written".format(said.name))
    path = os.path.join(directory, said.name)
    if is_started:
        atomic.write_once(path, said.data)
        return
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as stream:
        stream.seek(said.offset)
        stream.write(said.data)


def _age(item: "os.DirEntry[str]") -> "float":
    return -item.stat().st_mtime
