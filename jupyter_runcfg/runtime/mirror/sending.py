"""The side where the job is: what a record gets is sent, each byte once, while the job goes on."""

import json
import os
import stat
import time

from .. import atomic
from ..status import TERMINAL
from . import frame, names
from .record import LIST_S, Pace, Record

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

CHUNK = 1 << 18
AT_ONCE = 4  # pieces of one file before the others have their turn
ALIVE_S = 1.0
END_PATIENCE_S = 90.0  # longer than a runtime looks for room to write the end of a run


class Had:
    """What the other side has, as it said at the beginning."""

    def __init__(self) -> "None":
        self.sizes = {}  # type: dict[str, int]
        self.trees = {}  # type: dict[str, tuple[int, int]]
        self.parts = {}  # type: dict[str, int]

    def take(self, items: "list[Any]") -> "None":
        for name, size, mtime_ns in items:
            if names.is_stage(name):
                self.parts[name] = size
            elif names.kind_of(name) == names.GROWING:
                self.sizes[name] = size
            else:
                self.trees[name] = (size, mtime_ns)


class Sender:
    """Sends what is new of one record."""

    def __init__(self, directory: "str", attempt: "int", had: "Had", say: "Callable[..., None]") -> "None":
        self._record = Record(directory)
        self._attempt = attempt
        self._had = had
        self._offsets = dict(had.sizes)
        self._links = set()  # type: set[str]
        self._children = set()  # type: set[str]
        self._looking_for_children = Pace(LIST_S)
        self._say = say
        self._said = 0.0
        self._attempt_ended = 0.0

    def look(self) -> "bool":
        """Send what is new; whether the record has ended and all of it is sent."""
        is_over = self._is_over()  # asked first: what is there afterwards is there for good
        self._send_growing(is_over)
        for name, info in self._record.trees(is_over):
            self._send_tree(name, info)
        ends = []
        for name in self._record.written_once():
            if names.is_end(name):
                ends.append(name)
            else:
                self._send_once(name)
        self._tell_children(is_over)
        if is_over:
            for name in [*ends, names.END]:
                self._send_once(name)
            self.say(frame.END)
        elif time.monotonic() - self._said > ALIVE_S:
            self.say(frame.ALIVE)
        return is_over

    def _tell_children(self, is_last: "bool") -> "None":
        if not is_last and not self._looking_for_children.is_due():
            return
        began = time.monotonic()
        for child in self._record.children():
            if child not in self._children:
                self._children.add(child)
                self.say(frame.CHILD, child)
        self._looking_for_children.took(time.monotonic() - began)

    def say(self, kind: "bytes", name: "str" = "", offset: "int" = 0, data: "bytes" = b"") -> "None":
        self._say(kind, name, offset, data)
        self._said = time.monotonic()

    def _is_over(self) -> "bool":
        """Whether nothing comes any more: the run has ended, or its attempt alone has."""
        if os.path.exists(self._record.path(names.END)):
            return True
        end = atomic.read_json(self._record.path("attempts/{}/{}".format(self._attempt, names.END)))
        if end is None:
            return False
        if end.get("status") not in TERMINAL:
            return True  # whether there will be another attempt, the engine decides
        self._attempt_ended = self._attempt_ended or time.monotonic()
        return time.monotonic() - self._attempt_ended > END_PATIENCE_S

    def _send_growing(self, is_last: "bool") -> "None":
        """All that is there, a few pieces of each file in turn: none of them waits for a long one."""
        left = self._record.growing(is_last)
        while left:
            left = {name: path for name, path in left.items() if self._send_pieces(name, path)}

    def _send_pieces(self, name: "str", path: "str") -> "bool":
        """Whether there may be more."""
        offset = self._offsets.get(name, 0)
        try:
            if os.stat(path).st_size <= offset:
                return False
            stream = open(path, "rb", buffering=0)
        except OSError:
            return False
        with stream:
            stream.seek(offset)
            for _ in range(AT_ONCE):
                data = stream.read(CHUNK)
                if not data:
                    return False
                self.say(frame.GROWN, name, offset, data)
                offset += len(data)
                self._offsets[name] = offset
                if len(data) < CHUNK:
                    return False
        return True

    def _send_tree(self, name: "str", info: "os.stat_result") -> "None":
        if names.kind_of(name) != names.TREE:
            return
        if stat.S_ISLNK(info.st_mode):
            self._send_link(name)
        elif stat.S_ISREG(info.st_mode) and self._had.trees.get(name) != (info.st_size, info.st_mtime_ns):
            self._send_whole(name, info)

    def _send_link(self, name: "str") -> "None":
        try:
            target = os.readlink(self._record.path(name))
        except OSError:
            return
        if name not in self._links and names.link_stays(name, target):
            self.say(frame.LINK, name, 0, os.fsencode(target))
        self._links.add(name)

    def _send_once(self, name: "str") -> "None":
        try:
            info = os.lstat(self._record.path(name))
        except OSError:
            return
        if name not in self._had.trees and stat.S_ISREG(info.st_mode):
            self._send_whole(name, info)

    def _send_whole(self, name: "str", info: "os.stat_result") -> "None":
        """One file under a name of its own, and at its end what it is called."""
        stage, facts = placing(name, info.st_size, info.st_mtime_ns, info.st_mode)
        offset = self._had.parts.get(stage, 0)
        try:
            with open(self._record.path(name), "rb", buffering=0) as stream:
                stream.seek(offset)
                while offset < info.st_size:
                    data = stream.read(min(CHUNK, info.st_size - offset))
                    if not data:
                        return
                    self.say(frame.PART, stage, offset, data)
                    offset += len(data)
                now = os.fstat(stream.fileno())
        except OSError:
            return
        if (now.st_size, now.st_mtime_ns) != (info.st_size, info.st_mtime_ns):
            return
        self.say(frame.PLACE, name, 0, facts)
        self._had.trees[name] = (info.st_size, info.st_mtime_ns)


def placing(name: "str", size: "int", mtime_ns: "int", mode: "int") -> "tuple[str, bytes]":
    """What a file is called while it is sent, and what is said of it when it is whole."""
    stage = names.stage_of(name, size, mtime_ns)
    facts = {"stage": stage, "size": size, "mtime_ns": mtime_ns, "mode": mode & 0o100}
    return stage, json.dumps(facts).encode("ascii")
