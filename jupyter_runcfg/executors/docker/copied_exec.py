"""A command in a running container as a pair of streams, over the engine's own connection."""

from __future__ import annotations

import http
import json
from collections.abc import Sequence
from contextlib import ExitStack
from typing import BinaryIO

from . import connection
from .engine import API, Engine, refused

SILENCE_S = 20.0  # the other side of a mirror says something every second
_MOST_SAID = 4000
_STDERR = 2
_HEAD = 8  # bytes: which stream, and how many bytes of it follow


class ExecLine:
    """stdin and stdout of the command; `said` is the end of what it wrote to stderr."""

    def __init__(self, engine: Engine, container: str, argv: Sequence[str], user: str) -> None:
        """Raises EngineError and EngineGone."""
        asked = {
            "AttachStdin": True,
            "AttachStdout": True,
            "AttachStderr": True,
            "Cmd": list(argv),
            "User": user,
        }
        name = engine.ask("POST", f"/containers/{container}/exec", asked)["Id"]
        self.said = b""
        self._left = 0
        self._stack = ExitStack()
        try:
            self._in = self._upgraded(engine, name)
        except OSError as error:
            self._stack.close()
            raise connection.gone(engine.host, error) from error
        except BaseException:
            self._stack.close()
            raise

    def _upgraded(self, engine: Engine, name: str) -> BinaryIO:
        line = self._stack.enter_context(connection.connect(engine.host, SILENCE_S))
        head = {"Content-Type": "application/json", "Connection": "Upgrade", "Upgrade": "tcp"}
        body = json.dumps({"Detach": False, "Tty": False}).encode("ascii")
        line.request("POST", f"{API}/exec/{name}/start", body, head)
        self._out = line.sock
        answer = line.getresponse()
        if answer.status not in (http.HTTPStatus.SWITCHING_PROTOCOLS, http.HTTPStatus.OK):
            raise refused(answer.status, answer.read(), engine.host)
        stream: BinaryIO = answer.fp  # has what came in one piece with the answer
        return stream

    def read(self, size: int) -> bytes:
        """Some of its stdout; b"" when it has ended. Raises OSError, when nothing comes for long too."""
        while not self._left:
            head = self._in.read(_HEAD)
            if len(head) < _HEAD:
                return b""
            self._left = int.from_bytes(head[4:], "big")
            if head[0] == _STDERR:
                self._take_said()
        data = self._in.read(min(size, self._left))
        self._left -= len(data)
        return data

    def _take_said(self) -> None:
        while self._left:
            data = self._in.read(min(self._left, _MOST_SAID))
            if not data:
                return
            self._left -= len(data)
            self.said = (self.said + data)[-_MOST_SAID:]

    def write(self, data: bytes) -> None:
        self._out.sendall(data)

    def close(self) -> None:
        self._stack.close()
