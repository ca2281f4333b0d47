"""TensorBoard's event files: frames of TFRecord around protobuf messages, decoded by hand."""

import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

FRAME_HEAD = 12  # length (8 bytes), its check (4); the data and its check (4) follow
FRAME_TAIL = 4
_HEAD = struct.Struct("<QI")
_DOUBLE = struct.Struct("<d")
_FLOAT = struct.Struct("<f")
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LATEST = 1e12  # a time; not NaN, which is no JSON
# TensorProto: its types of numbers, and the field that holds each one's values
_FORMATS = {
    1: "f",
    2: "d",
    3: "i",
    4: "B",
    5: "h",
    6: "b",
    9: "q",
    10: "?",
    17: "H",
    19: "e",
    22: "I",
    23: "Q",
}
_BFLOAT16 = 14
_FLOATS, _DOUBLES, _INTEGERS, _HALFS = 5, 6, (7, 10, 11, 16, 17), 13


class DamagedError(ValueError):
    """These bytes are no event file."""


class Point:
    """One value of a summary: `tag`, and a `value`, or the `content` of a plugin."""

    __slots__ = ("content", "moment", "plugin", "step", "tag", "value")

    def __init__(self, moment: "float", step: "int") -> "None":
        self.moment = moment  # unix seconds; 0 where the file does not say
        self.step = step
        self.tag = ""
        self.value = None  # type: float | int | None
        self.plugin = ""
        self.content = b""


def _table() -> "list[int]":
    table = []
    for byte in range(256):
        number = byte
        for _ in range(8):
            number = (number >> 1) ^ (0x82F63B78 if number & 1 else 0)
        table.append(number)
    return table


_CRC32C = _table()
_checks = {}  # type: dict[bytes, int]


def _check_of(data: "bytes") -> "int":
    """TFRecord's masked CRC32C."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ _CRC32C[(crc ^ byte) & 0xFF]
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def frame_length(data: "bytes", place: "int") -> "int":
    """How long the data of the frame at `place` is, by its head, which must be whole.

    The check of the length is verified, so that damage is not read as a length of exabytes. That of the data
    is not: a second for each megabyte, in Python.

    Raises:
        DamagedError: There is no frame.
    """
    length, check = _HEAD.unpack_from(data, place)
    head = data[place : place + 8]
    known = _checks.get(head)
    if known is None:
        if len(_checks) > 10000:
            _checks.clear()
        known = _checks[head] = _check_of(head)
    if known != check:
        raise DamagedError("no frame of an event file")
    return int(length)


def _fields(data: "bytes") -> "Iterator[tuple[int, int, Any]]":
    """Number, wire type and raw value of each field of a message. Raises DamagedError."""
    place, end = 0, len(data)
    value = None  # type: Any
    try:
        while place < end:
            key, place = _varint(data, place)
            wire = key & 7
            if wire == _VARINT:
                value, place = _varint(data, place)
            elif wire == _BYTES:
                size, place = _varint(data, place)
                value = data[place : place + size]
                place += size
            elif wire in (_FIXED64, _FIXED32):
                size = 8 if wire == _FIXED64 else 4
                value = data[place : place + size]
                place += size
            else:
                raise DamagedError("wire type {}".format(wire))
            yield key >> 3, wire, value
    except IndexError:
        raise DamagedError("half a message") from None
    if place > end:
        raise DamagedError("half a message")


def _varint(data: "bytes", place: "int") -> "tuple[int, int]":
    value = data[place]
    place += 1
    if value < 0x80:
        return value, place
    value &= 0x7F
    shift = 7
    while True:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
        shift += 7
        if shift > 63:
            raise DamagedError("a number of more than 64 bits")


def _signed(value: "int") -> "int":
    value &= (1 << 64) - 1
    return value - (1 << 64) if value >> 63 else value


def points(data: "bytes") -> "list[Point]":
    """What one event says by scalars, and by plugins that have content. Raises DamagedError."""
    moment, step, summaries = 0.0, 0, []
    try:
        for number, wire, value in _fields(data):
            if number == 1 and wire == _FIXED64:
                moment = _DOUBLE.unpack(value)[0]
                moment = moment if 0 < moment < _LATEST else 0.0
            elif number == 2 and wire == _VARINT:
                step = _signed(value)
            elif number == 5 and wire == _BYTES:
                summaries.append(value)
        found = []
        for summary in summaries:
            for number, wire, value in _fields(summary):
                if number == 1 and wire == _BYTES:
                    found.append(_point(value, Point(moment, step)))
    except (struct.error, AttributeError, IndexError, OverflowError, TypeError) as error:
        raise DamagedError("no event: {}".format(error)) from None
    return found


def _point(data: "bytes", point: "Point") -> "Point":
    for number, wire, value in _fields(data):
        if number == 1 and wire == _BYTES:
            point.tag = value.decode("utf-8", "replace")
        elif number == 2 and wire == _FIXED32:
            point.value = _shortest(value)
        elif number == 8 and wire == _BYTES:
            point.value = _scalar(value)
        elif number == 9 and wire == _BYTES:
            _read_plugin(value, point)
    return point


def _read_plugin(metadata: "bytes", point: "Point") -> "None":
    for number, wire, value in _fields(metadata):
        if number == 1 and wire == _BYTES:
            for inner, _, part in _fields(value):
                if inner == 1:
                    point.plugin = part.decode("utf-8", "replace")
                elif inner == 2:
                    point.content = part


def _shortest(data: "bytes") -> "float":
    """A float of 32 bits, as the shortest number that is it: 0.1, not 0.10000000149011612."""
    value = _FLOAT.unpack(data)[0]  # type: float
    for text in ("%.7g", "%.8g", "%.9g"):
        short = float(text % value)
        try:
            if _FLOAT.pack(short) == data:
                return short
        except OverflowError:
            continue
    return value


def _scalar(tensor: "bytes") -> "float | int | None":
    """The number in a tensor of one element; None in all others."""
    kind, count, content = 0, 1, b""
    values = {}  # type: dict[int, list[Any]]
    for number, _, value in _fields(tensor):
        if number == 1:
            kind = value
        elif number == 2:
            count = _count(value)
        elif number == 4:
            content = value
        else:
            values.setdefault(number, []).append(value)
    if count != 1 or not (kind in _FORMATS or kind == _BFLOAT16):
        return None
    if content:
        if kind == _BFLOAT16:
            return float(_FLOAT.unpack(b"\0\0" + content)[0])
        return _shortest(content) if kind == 1 else _number(kind, content)
    return _listed(kind, values)


def _number(kind: "int", content: "bytes") -> "float | int":
    value = struct.unpack("<" + _FORMATS[kind], content)[0]
    return int(value) if isinstance(value, bool) else value


def _count(shape: "bytes") -> "int":
    """How many elements a shape has; 1 for none, a scalar."""
    count = 1
    for number, wire, dimension in _fields(shape):
        if number == 2 and wire == _BYTES:
            sizes = [value for inner, _, value in _fields(dimension) if inner == 1]
            count *= _signed(sizes[0]) if sizes else 0
    return count


def _listed(kind: "int", values: "dict[int, list[Any]]") -> "float | int":
    """The first of a tensor's listed values; zeros are not written."""
    for number, found in values.items():
        first = found[0]
        if number == _FLOATS:
            return _shortest(first[:4])
        if number == _DOUBLES:
            return float(_DOUBLE.unpack(first[:8])[0])
        if number in _INTEGERS or number == _HALFS:
            bits = _varint(first, 0)[0] if isinstance(first, bytes) else first
            if number != _HALFS:
                return _signed(bits)
            if kind == _BFLOAT16:
                return float(_FLOAT.unpack(struct.pack("<I", (bits & 0xFFFF) << 16))[0])
            return float(struct.unpack("<e", struct.pack("<H", bits & 0xFFFF))[0])
    return 0


def hyperparameters(content: "bytes") -> "dict[str, object]":
    """The parameters that the `hparams` plugin names at the start of a session. Raises DamagedError."""
    found = {}  # type: dict[str, object]
    try:
        for number, wire, session in _fields(content):
            if number == 3 and wire == _BYTES:
                for inner, _, pair in _fields(session):
                    if inner == 1:
                        parts = {key: value for key, _, value in _fields(pair)}
                        found[parts[1].decode("utf-8", "replace")] = _parameter(parts.get(2, b""))
    except (struct.error, AttributeError, KeyError, TypeError) as error:
        raise DamagedError("no parameters: {}".format(error)) from None
    return found


def _parameter(data: "bytes") -> "object":
    """A google.protobuf.Value: a number, a text or a truth."""
    for number, _, value in _fields(data):
        if number == 2:
            plain = _DOUBLE.unpack(value)[0]  # type: float
            return int(plain) if plain.is_integer() and abs(plain) < 1 << 53 else plain
        if number == 3:
            return value.decode("utf-8", "replace")
        if number == 4:
            return bool(value)
    return None
