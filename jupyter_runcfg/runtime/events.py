"""Events of a record: JSON lines, appended by one writer each in single writes, read from any offset."""

import errno
import json
import os
import threading
import time

from . import fields

VERSION = 1
LOST = ".lost"  # ends the names of files whose length is how many entries are not in the record
LOST_BYTES = ".lost-bytes"  # and how many bytes of the log: see sitecustomize
_PIECE = 1 << 22
_METRIC = '{"kind": "metric", "name": %s, "value": %s, "step": %s, "t": %.6f, "seq": %d}\n'
_now_ns = getattr(time, "time_ns", None) or (lambda: int(time.time() * 1e9))  # from Python 3.7
_AT_ONCE = 1024  # lines that are parsed together
HEADER = '{{"kind": "header", "version": {}}}\n'.format(VERSION).encode("ascii")


_PID = [os.getpid()]


def pid() -> "int":
    """That of this process, forked ones included; the system is not asked for it a million times."""
    return _PID[0] if _at_fork else os.getpid()


def _renew() -> "None":
    _PID[0] = os.getpid()


_at_fork = getattr(os, "register_at_fork", None)  # from Python 3.7
if _at_fork:
    _at_fork(after_in_child=_renew)


class EventWriter:
    """The only writer of one file under events/; safe for threads, not for a fork (see `pid`)."""

    def __init__(self, path: "str") -> "None":
        self.path = path
        self.pid = pid()
        self._lock = threading.Lock()
        self._torn = False
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._seq = self._recover()
        except OSError:
            os.close(self._descriptor)
            raise

    @classmethod
    def create(cls, directory: "str", writer: "str") -> "EventWriter":
        """A file of its own for this process, also where a pid comes again."""
        for number in range(1, 10000):
            name = writer if number == 1 else "{}-{}".format(writer, number)
            path = os.path.join(directory, name + ".jsonl")
            try:
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            except FileExistsError:
                continue
            try:
                return cls(path)
            except OSError:  # a full disk: whoever tries again finds the name free
                os.unlink(path)
                raise
        raise FileExistsError("10000 event files named '{}' in {}".format(writer, directory))

    def _recover(self) -> "int":
        """Write the header of a new file; in an old one, end a torn line and go on counting."""
        size = os.fstat(self._descriptor).st_size
        if not size:
            self._write(HEADER)
            return 0
        with open(self.path, "rb") as stream:
            data = stream.read()
        if not data.endswith(b"\n"):
            os.write(self._descriptor, b"\n")
        return data.count(b"\n")

    def append(self, kind: "str", **fields: "object") -> "None":
        """Append one event; when this returns, a crash of any process can no longer lose it."""
        event = {"kind": kind, "t": time.time()}
        event.update(fields)
        with self._lock:
            self._seq += 1
            event["seq"] = self._seq
            self._write((json.dumps(event) + "\n").encode("ascii"))

    def append_metric(self, quoted_name: "str", value: "str", step: "str") -> "None":
        """The quick way in for the one event that comes by the million; all three are JSON text.

        The line is `_METRIC`; formatting it so, and here, is a fifth of its time less.
        """
        with self._lock:
            number = self._seq = self._seq + 1
            now = str(_now_ns())
            line = (
                f'{{"kind": "metric", "name": {quoted_name}, "value": {value}, "step": {step},'
                f' "t": {now[:-9]}.{now[-9:-3]}, "seq": {number}}}\n'
            ).encode()
            if self._torn:
                self._write(line)
            else:
                written = os.write(self._descriptor, line)
                if written != len(line):
                    self._cut_off(written)

    def append_points(self, points: "list[tuple[str, str, str, float]]") -> "None":
        """Many points in one write: name, value and step as JSON text, and the time of each."""
        with self._lock:
            lines = []
            for name, value, step, moment in points:
                self._seq += 1
                lines.append(_METRIC % (name, value, step, moment, self._seq))
            if lines:
                self._write("".join(lines).encode("ascii"))

    def _write(self, line: "bytes") -> "None":
        """One write a line. What a full disk cut off is ended first: no later event is lost with it."""
        if self._torn:
            line = b"\n" + line
        written = os.write(self._descriptor, line)
        if written < len(line):
            self._cut_off(written)
        self._torn = False

    def _cut_off(self, written: "int") -> "None":
        """Of a line, only so many bytes found room."""
        self._torn = self._torn or written > 0
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), self.path)

    def close(self) -> "None":
        os.close(self._descriptor)


def read_events(path: "str", offset: "int" = 0, limit: "int" = -1) -> "tuple[list[dict[str, object]], int]":
    """The whole events of a file from a byte offset, and the offset to go on from.

    A last line without its end is left for the next call; a line that is no event is skipped.
    At most `limit` bytes are read (-1: all there are).
    """
    try:
        with open(path, "rb") as stream:
            stream.seek(offset)
            data = stream.read(limit)
    except OSError:
        return [], offset
    end = data.rfind(b"\n") + 1
    if not end:
        if len(data) == limit:  # one event longer than the limit
            return read_events(path, offset)
        return [], offset
    return _parsed(data[:end].splitlines()), offset + end


def _parsed(lines: "list[bytes]") -> "list[dict[str, object]]":
    events = []
    for start in range(0, len(lines), _AT_ONCE):
        for event in _values(lines[start : start + _AT_ONCE]):
            if isinstance(event, dict) and event.get("kind") not in (None, "header"):
                events.append(event)
    return events


def count_strange(path: "str") -> "int":
    """How many whole lines are no events; one that a full disk tore is among them."""
    count = 0
    tail = b""
    try:
        with open(path, "rb") as stream:
            while True:
                data = stream.read(_PIECE)
                if not data:
                    return count
                *lines, tail = (tail + data).split(b"\n")
                for start in range(0, len(lines), _AT_ONCE):
                    piece = [line for line in lines[start : start + _AT_ONCE] if line]
                    values = [
                        value for value in _values(piece) if isinstance(value, dict) and value.get("kind")
                    ]
                    count += len(piece) - len(values)
    except OSError:
        return count


def _values(lines: "list[bytes]") -> "list[object]":
    """The value of each line that has one; all at once where that gives one a line, three times as quick."""
    try:
        values = json.loads("[" + b",".join(lines).decode("utf-8") + "]")  # type: list[object]
        if len(values) == len(lines):
            return values
    except (ValueError, RecursionError):  # no JSON; nested too deep
        pass
    if len(lines) == 1:
        return []
    middle = len(lines) // 2
    return _values(lines[:middle]) + _values(lines[middle:])


def event_files(directory: "str") -> "list[str]":
    """The event files of a record, in a stable order."""
    try:
        names = os.listdir(directory)
    except OSError:
        return []
    return [os.path.join(directory, name) for name in sorted(names) if name.endswith(".jsonl")]


def count_lost(directory: "str", ending: "str" = LOST) -> "int":
    """How many entries the writers had no room for, nor room to say so as an event; or bytes of the log."""
    try:
        names = [name for name in os.listdir(directory) if name.endswith(ending)]
        return sum(os.path.getsize(os.path.join(directory, name)) for name in names)
    except OSError:
        return 0


def in_order(files: "object") -> "list[dict[str, object]]":
    """The events of several writers as they happened, as far as clocks tell; each writer's stay in order."""
    lists = [events for events in files if events]  # type: ignore[attr-defined]
    if len(lists) == 1:
        return list(lists[0])
    merged = []
    for events in lists:
        latest = 0.0
        for event in events:
            latest = max(latest, _moment(event))
            merged.append((latest, event))
    merged.sort(key=_first)
    return [event for _, event in merged]


def _first(pair: "tuple[float, dict[str, object]]") -> "float":
    return pair[0]


def _moment(event: "dict[str, object]") -> "float":
    return fields.moment(event.get("t")) or 0.0


_QUICK = b'{"kind": "metric", "name": '


def read_latest(path: "str", offset: "int" = 0) -> "tuple[list[dict[str, object]], int]":
    """The events of a file from a byte offset, but of each metric only its last value; and the next offset.

    A summary needs no more. Lines of `append_metric` are told apart by their bytes; a million of them
    costs a tenth of a second.
    """
    try:
        with open(path, "rb") as stream:
            stream.seek(offset)
            data = stream.read()
    except OSError:
        return [], offset
    end = data.rfind(b"\n") + 1
    latest = {}
    lines = []
    for line in data[:end].splitlines():
        if line.startswith(_QUICK):
            latest[line.partition(b', "value": ')[0]] = line
        else:
            lines.append(line)
    events = _parsed(lines + list(latest.values()))
    events.sort(key=_place)  # as they were written
    return events, offset + end


def _place(event: "dict[str, object]") -> "int":
    place = event.get("seq")
    return place if isinstance(place, int) else 0
