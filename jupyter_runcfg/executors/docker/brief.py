"""One short call over a socket of this machine, as http.client takes longer to import than runs can wait."""

from __future__ import annotations

import re
import socket

_PIECE = 1 << 16
_LENGTH = re.compile(rb"\r\nContent-Length: *(\d+)", re.IGNORECASE)


def call(path: str, method: str, address: str, body: bytes, timeout_s: float | None) -> tuple[int, bytes]:
    """Status and body of the answer. HTTP 1.0: it is whole when the other side ends the connection.

    Raises:
        OSError: There is nobody, or the answer was cut off.
    """
    head = (
        f"{method} {address} HTTP/1.0\r\nHost: docker\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(timeout_s)
        line.connect(path)
        line.sendall(head.encode("ascii") + body)
        data = b"".join(iter(lambda: line.recv(_PIECE), b""))
    said, is_whole, answer = data.partition(b"\r\n\r\n")
    words = said.split(None, 2)
    length = _LENGTH.search(said)
    if not is_whole or len(words) < 2 or (length and len(answer) < int(length[1])):
        raise ConnectionError("its answer was cut off")
    return int(words[1]), answer
