"""Follows the event files that a script writes for TensorBoard: their scalars become metrics of its run."""

import os
import time

from ..tracking.tracker import Tracker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Container, Iterator

    from .file import EventFile

_MARK = "events.out.tfevents."
_SLICE_S = 0.03  # of work in one call: the runtime has signals and a cancel marker to look after
_STEP_ENTRIES = 500  # looked at between two looks at the clock
_CADENCE_S = 1.0
_IDLE = 100  # times as long as a walk took, until the next one


class EventFiles:
    """All event files below a directory, read as they grow.

    A metric has the tag's name, below the name of the directory: `validation/epoch_loss`. Directories that
    only say where, or when, are left out (`logs/fit/20240131-120000/train` is `train`) unless two of them
    would then write one metric.
    """

    def __init__(
        self,
        root: "str",
        tracker: "Tracker",
        known: "Container[str]" = (),
        tags: "dict[str, str] | None" = None,
    ) -> "None":
        """Follow what appears below a directory.

        Args:
            root: The working directory of the script.
            tracker: What writes the metrics.
            known: Paths from there that came with the snapshot: of other runs.
            tags: Those of the person who submitted, which parameters of the same name do not replace.
        """
        self._root = root
        self._tracker = tracker
        self._known = known
        self._tags = tags or {}
        self._files = {}  # type: dict[str, EventFile]
        self._names = None  # type: Any  # a MetricNames, with the first file
        self._walk = None  # type: Iterator[None] | None
        self._walked_s = 0.0
        self._next_walk = 0.0
        self._next_look = 0.0

    def poll(self) -> "bool":
        """Take in what is new, for some 30 ms at most; whether there is more. Call it once a second."""
        until = time.monotonic() + _SLICE_S
        self._find(until)
        return self._read(until)

    def drain(self, limit_s: "float" = 60.0) -> "bool":
        """Take in all there is, at the end; False when the time was not enough."""
        deadline = time.monotonic() + limit_s
        self._walk, self._next_walk, self._next_look = None, 0.0, 0.0
        self._find(deadline)
        while self._read(time.monotonic() + _SLICE_S):
            if time.monotonic() > deadline:
                self._tracker.append("warning", message="TensorBoard's files were not read to their end")
                return False
        for path, file in sorted(self._files.items()):
            if file.fault:
                name = os.path.relpath(path, self._root)
                message = "{}: not read from byte {} on: {}".format(name, file.offset, file.fault)
                self._tracker.append("warning", message=message)
        return True

    def _find(self, until: "float") -> "None":
        """Go on looking for files; a big tree is looked through slice by slice, then left in peace."""
        begin = time.monotonic()
        if self._walk is None:
            if begin < self._next_walk:
                return
            self._walk, self._walked_s = self._look_through(), 0.0
        for _ in self._walk:
            if time.monotonic() > until:
                self._walked_s += time.monotonic() - begin
                return
        now = time.monotonic()
        self._walk = None
        self._next_walk = now + max(_CADENCE_S, _IDLE * (self._walked_s + now - begin))

    def _look_through(self) -> "Iterator[None]":
        count = 0
        waiting = [""]
        while waiting:
            place = waiting.pop()
            try:
                with os.scandir(os.path.join(self._root, place)) as entries:
                    for entry in entries:
                        count += 1
                        if not count % _STEP_ENTRIES:
                            yield
                        path = os.path.join(place, entry.name)
                        if _MARK in entry.name and entry.is_file():
                            self._add(path)
                        elif entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                            waiting.append(path)
            except OSError:
                continue  # it went away

    def _add(self, path: "str") -> "None":
        full = os.path.join(self._root, path)
        if full in self._files or path in self._known:
            return
        from .file import EventFile, MetricNames  # for scripts that need them

        if self._names is None:
            self._names = MetricNames(self._root)
        self._files[full] = EventFile(full)
        self._next_look = 0.0

    def _read(self, until: "float") -> "bool":
        """Read files that grew, each to its end, until the time is over; whether there is more."""
        if time.monotonic() < self._next_look:
            return False
        for path in list(self._files):
            file = self._files[path]
            while file.has_more():
                self._take(path, file)
                if time.monotonic() > until:
                    return True
        self._next_look = time.monotonic() + _CADENCE_S / 2
        return False

    def _take(self, path: "str", file: "EventFile") -> "None":
        directory, points = os.path.dirname(path), []
        for point in file.read():
            if point.value is not None:
                name = self._names.find(directory, point.tag)
                value, step = file.written(point)
                points.append((name, value, step, point.moment or time.time()))
            elif point.plugin == "hparams" and point.content:
                self._take_parameters(file.parameters(point))
        if points:
            self._tracker.points(points)

    def _take_parameters(self, found: "dict[str, Any]") -> "None":
        for name, value in found.items():
            if self._tags.get(name, str(value)) == str(value):
                self._tracker.tag(name, value)
            else:
                self._tracker.property("tensorboard.hparam." + name, value)
