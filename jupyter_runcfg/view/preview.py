"""What a file looks like, from its name and its first bytes."""

from __future__ import annotations

import os
from typing import BinaryIO

TEXT_BYTES = 256 << 10
IMAGE_BYTES = 5 << 20
SNIFFED = 8 << 10

IMAGES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".bmp": "image/bmp",
    ".svg": "image/svg+xml",
}
TABLES = {".csv": ",", ".tsv": "\t"}


def look(stream: BinaryIO, name: str) -> tuple[str, bytes]:
    """Its kind (`text`, `csv`, `json`, an image's MIME type, `binary`), and the bytes to show.

    An image that is too large to show comes without bytes.
    """
    size = os.fstat(stream.fileno()).st_size
    suffix = os.path.splitext(name)[1].lower()
    if suffix in IMAGES:
        return IMAGES[suffix], stream.read(IMAGE_BYTES) if size <= IMAGE_BYTES else b""
    data = stream.read(TEXT_BYTES)
    if b"\0" in data[:SNIFFED]:
        return "binary", b""
    if suffix in TABLES:
        return "csv", data
    return ("json" if suffix in (".json", ".ipynb") else "text"), data
