"""One message as one binary frame of a WebSocket.

    4 bytes   length of the header, unsigned, little-endian
    header    JSON in UTF-8: {"content": {…}, "sizes": [bytes of each buffer]}
    buffers   one after the other

What a view says to the server is a text frame, JSON: a ViewMessage of labextension/src/widget/types.ts.
labextension/src/plugin/frame.ts reads this.
"""

from __future__ import annotations

import json
import math
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..view.feed import Message


def pack(message: Message) -> bytes:
    """The frame of a message."""
    header = _dump({"content": message.content, "sizes": [len(buffer) for buffer in message.buffers]})
    return b"".join((struct.pack("<I", len(header)), header, *message.buffers))


def _dump(value: object) -> bytes:
    """JSON as browsers read it: without NaN and infinities, which are None there."""
    try:
        return json.dumps(value, allow_nan=False, separators=(",", ":")).encode()
    except ValueError:
        return json.dumps(_finite(value), separators=(",", ":")).encode()


def _finite(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return value
