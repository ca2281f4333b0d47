"""One event file of TensorBoard as it grows, and the names of the metrics in it."""

import json
import os
import re

from . import tfevents

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

_CHUNK_BYTES = 1 << 16  # some 1,000 scalars
_MOST_BYTES = 16 << 20  # of one event: images and graphs are longer, scalars never
# directories that say where event files are, and names that libraries make up: neither belongs to a metric
_PLACES = ("logs", "log", "outputs", "runs", "lightning_logs", "tb_logs", "tensorboard", "tb", "fit")
_MADE_UP = re.compile(
    r"version_\d+\Z|\d{8}-\d{6}|\d{4}-\d\d-\d\d|\d{10}(\.\d+)?\Z|[A-Z][a-z]{2}\d\d_\d\d-\d\d-\d\d_"
)


class MetricNames:
    """The names of metrics below a directory, as JSON text."""

    def __init__(self, root: "str") -> "None":
        self._root = root
        self._owners = {}  # type: dict[str, str]
        self._names = {}  # type: dict[tuple[str, str], str]

    def find(self, directory: "str", tag: "str") -> "str":
        """The name of what a file in `directory` calls `tag`."""
        name = self._names.get((directory, tag))
        if name is None:
            place = os.path.relpath(directory, self._root)
            words = [word for word in place.split(os.sep) if word != "."]
            kept = [word for word in words if word not in _PLACES and not _MADE_UP.match(word)]
            plain = "/".join([*kept, tag])
            if self._owners.setdefault(plain, directory) != directory:
                plain = "/".join([*words, tag])
            name = self._names[directory, tag] = json.dumps(plain)
        return name


class EventFile:
    """One event file, read from where the last reading ended."""

    def __init__(self, path: "str") -> "None":
        self.path = path
        self.offset = 0
        self.fault = ""
        self._size = -1  # when it was read last: a file that has not grown since is not opened
        self._inode = 0
        self._latest = 0.0
        self._after = 0.0

    def has_more(self) -> "bool":
        """Whether it has bytes that were not looked at. One that was replaced is read from its start."""
        try:
            status = os.stat(self.path)
        except OSError:
            return False
        if status.st_ino != self._inode or status.st_size < self.offset:
            # a copy of a file, synchronised: what it had before is not recorded twice
            self._inode, self.offset, self._size, self._after = status.st_ino, 0, -1, self._latest
        if status.st_size == self._size:
            return False
        self._size = status.st_size
        return True

    def read(self) -> "list[tfevents.Point]":
        """The points of the next whole events; a torn last one is left for later."""
        self.fault = ""
        found = []  # type: list[tfevents.Point]
        try:
            with open(self.path, "rb") as stream:
                stream.seek(self.offset)
                data = stream.read(_CHUNK_BYTES)
                place = self._parse(data, found)
                if not place:
                    place = self._parse_long(stream, data, found)
        except (OSError, tfevents.DamagedError) as error:
            self.fault = str(error)
            return []
        if place:
            self.offset += place
            self._size = -1  # there may be more
        return found

    def _parse(self, data: "bytes", found: "list[tfevents.Point]") -> "int":
        """Add the points of the whole frames in `data`; returns where these end. Raises DamagedError."""
        place = 0
        while len(data) >= place + tfevents.FRAME_HEAD:
            try:
                length = tfevents.frame_length(data, place)
            except tfevents.DamagedError:
                if place:
                    break  # what stands before it is sound, and is taken first
                raise
            begin = place + tfevents.FRAME_HEAD
            if len(data) < begin + length + tfevents.FRAME_TAIL:
                break
            place = begin + length + tfevents.FRAME_TAIL
            self._take(data[begin : begin + length], found)
        return place

    def _parse_long(self, stream: "BinaryIO", data: "bytes", found: "list[tfevents.Point]") -> "int":
        """The one frame that is longer than a chunk: skipped where it is no scalar, for its size."""
        if len(data) < tfevents.FRAME_HEAD:
            return 0
        length = tfevents.FRAME_HEAD + tfevents.frame_length(data, 0) + tfevents.FRAME_TAIL
        if self.offset + length > os.fstat(stream.fileno()).st_size:
            return 0
        if length <= _MOST_BYTES:
            return self._parse(data + stream.read(length - len(data)), found)
        return length

    def _take(self, event: "bytes", found: "list[tfevents.Point]") -> "None":
        try:
            points = tfevents.points(event)
        except tfevents.DamagedError:
            return  # a sound frame around an event that we cannot read
        for point in points:
            if point.moment > self._after or not self._after:
                found.append(point)
                self._latest = max(self._latest, point.moment)

    @staticmethod
    def written(point: "tfevents.Point") -> "tuple[str, str]":
        """Value and step of a point as JSON text."""
        return json.dumps(point.value), str(point.step)

    @staticmethod
    def parameters(point: "tfevents.Point") -> "dict[str, object]":
        """The parameters that a point of the `hparams` plugin holds; none where they cannot be read."""
        try:
            return tfevents.hyperparameters(point.content)
        except tfevents.DamagedError:
            return {}
