"""What a script says of its run: metrics, tags, properties, as events of its own file."""

import json
import os
import threading
import time

from .. import changes
from ..events import LOST, EventWriter, pid
from .scalar import element, scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

TRY_AGAIN_S = 1.0
_MOST_NAMES = 10000

_MOST = 1 << 14000  # Python writes whole numbers of up to 4300 digits
_LEAST = -_MOST


class Tracker:
    """Writes one process's words about its run; quick enough for an inner loop.

    A forked child gets a file of its own, so that every file keeps its one writer. What cannot be written
    (a full disk, a record that was removed) is counted and told: it never ends the script.
    """

    def __init__(self, events: "str", writer: "str") -> "None":
        self._directory = events
        self._prefix = writer
        self._file = None  # type: EventWriter | None
        self._quoted = {}  # type: dict[str, str]
        self._opening = {}  # type: dict[int, threading.Lock]
        self._lost = _Lost(events, writer)

    def _events(self) -> "EventWriter":
        """The file of this process. Raises OSError."""
        file = self._file
        return file if file is not None and file.pid == pid() else self._open()

    def _open(self) -> "EventWriter":
        """One file for all threads; a lock that was held at a fork is not the child's."""
        with self._opening.setdefault(os.getpid(), threading.Lock()):
            if self._file is None or self._file.pid != os.getpid():
                if self._lost.is_recent():  # looking for room at every call would be slow
                    raise OSError(*self._lost.why)
                name = "{}-{}".format(self._prefix, os.getpid())
                self._file = EventWriter.create(self._directory, name)
            return self._file

    def log(self, name: "str", value: "object", step: "object" = None) -> "None":
        """One point of a series; `step` is its x value, else points are counted."""
        quoted = self._quoted.get(name) or self._quote(name)
        kind = type(value)
        if (kind is float and value - value == 0.0) or (kind is int and _LEAST < value < _MOST):  # type: ignore[operator]
            text = repr(value)
        else:
            text = json.dumps(scalar(value))
        where = repr(step) if type(step) is int and _LEAST < step < _MOST else json.dumps(scalar(step))
        file = self._file
        try:
            if file is None or file.pid != pid():
                file = self._open()
            file.append_metric(quoted, text, where)
        except OSError as error:
            self.lose(error)
        else:
            if self._lost.count:
                self._tell_lost()

    def _quote(self, name: "object") -> "str":
        quoted = json.dumps(str(name))
        if isinstance(name, str):
            if len(self._quoted) >= _MOST_NAMES:  # of a script that counts in its names
                self._quoted.clear()
            self._quoted[name] = quoted
        return quoted

    def row(self, name: "str", row: "dict[str, object]") -> "None":
        values = {str(key): element(value) for key, value in row.items()}
        self.append("metric", name=str(name), row=values)

    def values(self, name: "str", values: "list[object]") -> "None":
        plain = [element(value) for value in values]
        if plain:
            self.append("metric", name=str(name), values=plain)

    def tag(self, name: "str", value: "object") -> "None":
        self.append("tag", name=str(name), value="" if value is None else str(value))

    def points(self, points: "list[tuple[str, str, str, float]]") -> "None":
        """Points that come many at a time: name, value and step as JSON text, and the time of each."""
        try:
            self._events().append_points(points)
        except OSError as error:
            for _ in points:
                self.lose(error)
        else:
            if self._lost.count:
                self._tell_lost()

    def remove_tag(self, name: "str") -> "None":
        self.append("tag", name=str(name), value=None)

    def property(self, name: "str", value: "object") -> "None":
        self.append("property", name=str(name), value=str(value))

    def error(self, message: "str", code: "str") -> "None":
        self.append("error", type=code, message=message)

    def append(self, kind: "str", **fields: "object") -> "None":
        """Any event; a script goes on where it cannot be written."""
        try:
            self._events().append(kind, **fields)
        except OSError as error:
            self.lose(error)
        else:
            changes.note_if_ended(os.path.dirname(self._directory))
            if self._lost.count:
                self._tell_lost()

    def lose(self, error: "OSError") -> "None":
        """Count an entry that could not be written."""
        self._lost.add(error, self._tell_lost)

    def _tell_lost(self) -> "None":
        """Note in the record how many events are not in it, once there is room again."""
        count, message = self._lost.count, self._lost.message()
        self._lost.count = 0
        try:
            self._events().append("warning", message=message)
        except OSError:
            self._lost.count = count
        else:
            self._lost.forget()


class _Lost:
    """Counts what could not be written, and says so: at once, and how many at the end of the process.

    What the record does not say yet is the length of an empty file there, which needs no room on its disk.
    """

    def __init__(self, directory: "str", writer: "str") -> "None":
        self._path = os.path.join(directory, writer)
        self._file = None  # type: int | None
        self._name = ""
        self.count = 0
        self.total = 0
        self.why = (0, "")
        self._pid = 0
        self._moment = 0.0

    def add(self, error: "OSError", tell: "Callable[[], None]") -> "None":
        self.why, self._moment = (error.errno or 0, error.strerror or str(error)), time.monotonic()
        self.count += 1
        self.total += 1
        if self._pid != os.getpid():
            import atexit

            self._pid, self._file = os.getpid(), None
            self.count = self.total = 1  # of a forked child: its own
            atexit.register(self._at_exit, tell)
            _say("{}; the script goes on".format(self.message()))
        self._keep()

    def _keep(self) -> "None":
        try:
            if self._file is None:
                self._name = "{}-{}-{}{}".format(self._path, self._pid, os.urandom(4).hex(), LOST)
                self._file = os.open(self._name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            os.ftruncate(self._file, self.count)
        except OSError:
            pass  # a record that was removed

    def forget(self) -> "None":
        """The record says it now."""
        file, self._file = self._file, None
        try:
            if file is not None:
                os.unlink(self._name)
                os.close(file)
        except OSError:
            pass

    def is_recent(self) -> "bool":
        return self.total > 0 and time.monotonic() - self._moment < TRY_AGAIN_S and self._pid == os.getpid()

    def message(self) -> "str":
        what = "1 entry was" if self.count == 1 else "{} entries were".format(self.count)
        return "{} not recorded: {}".format(what, self.why[1])

    def _at_exit(self, tell: "Callable[[], None]") -> "None":
        if self._pid != os.getpid():
            return
        self._moment = 0.0
        count, self.count = self.count, self.total
        _say(self.message())
        self.count = count
        if count:
            tell()


def _say(text: "str") -> "None":
    import sys

    try:
        sys.stderr.write("[run] {}\n".format(text))
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        pass  # closed, or on the same full disk
