"""`GET runcfg/runs/RUN_ID/files/NAME`: one file of a run, to be saved: whole, or a range of its bytes."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import BinaryIO

from jupyter_server.auth.decorator import authorized
from tornado import web
from tornado.httputil import HTTPOutputError
from tornado.iostream import StreamClosedError

from ..errors import RuncfgError
from .record import find_run, in_thread
from .run import RecordHandler

CHUNK_BYTES = 1 << 18

_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)


class FileHandler(RecordHandler):
    """Never shown by the browser, always saved: a file of a run may be a page with a script in it."""

    @property
    def content_security_policy(self) -> str:
        return super().content_security_policy + "; sandbox"

    @web.authenticated
    @authorized
    async def get(self, run_id: str, name: str) -> None:
        self.check_xsrf_cookie()  # asked for GET too: no other site may pull files in
        try:
            stream = await in_thread(_open, run_id, name)
        except RuncfgError as error:
            self.fail(error, status=404)
            return
        with stream:
            size = os.fstat(stream.fileno()).st_size
            piece = requested(self.request.headers.get("Range", ""), size)
            if piece is None:
                self.set_status(416)
                self.set_header("Content-Range", f"bytes */{size}")
                self.finish()
                return
            self._describe(name, piece, size)
            if self.request.method != "HEAD":
                await self._copy(stream, piece)
        with suppress(HTTPOutputError):  # the file was cut meanwhile: the connection ends before its promise
            self.finish(set_content_type="application/octet-stream")

    head = get

    def _describe(self, name: str, piece: range, size: int) -> None:
        self.set_attachment_header(os.path.basename(name))
        self.set_header("Content-Type", "application/octet-stream")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-store")
        self.set_header("Accept-Ranges", "bytes")
        self.set_header("Content-Length", str(len(piece)))
        if len(piece) != size:
            self.set_status(206)
            self.set_header("Content-Range", f"bytes {piece.start}-{piece.stop - 1}/{size}")

    async def _copy(self, stream: BinaryIO, piece: range) -> None:
        stream.seek(piece.start)
        left = len(piece)  # of a log that grows, no more than was promised
        while left:
            data = await in_thread(stream.read, min(CHUNK_BYTES, left))
            if not data:
                return
            left -= len(data)
            self.write(data)
            try:
                await self.flush()
            except StreamClosedError:
                return


def _open(run_id: str, name: str) -> BinaryIO:
    from ..view.files import open_file

    return open_file(find_run(run_id), name)


def requested(header: str, size: int) -> range | None:
    """The bytes that a Range header asks for; all for none or several ranges, None beyond the end."""
    found = _RANGE.fullmatch(header.strip())
    if found is None or not any(found.groups()):
        return range(size)
    first, last = found.groups()
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(size, int(last) + 1) if last else size
    return range(start, stop) if start < stop else None
