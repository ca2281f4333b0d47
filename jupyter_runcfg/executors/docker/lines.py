"""Connections to one engine that stay open for the next call: over SSH each costs a sign-in."""

from __future__ import annotations

import select
import time
import weakref
from contextlib import ExitStack, contextmanager

from . import connection

TYPE_CHECKING = False  # as typing has it; whatever a supervisor imports, its run waits for
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from http.client import HTTPConnection, HTTPResponse
    from typing import Any

IDLE_S = 60.0  # what is older may have been forgotten on the way


class Lines:
    """As many as there are calls at a time; all are closed with this object."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._idle: list[tuple[float, HTTPConnection, ExitStack]] = []
        weakref.finalize(self, _close_all, self._idle)

    @contextmanager
    def call(
        self, method: str, address: str, body: Any, headers: Mapping[str, str], timeout_s: float | None
    ) -> Iterator[HTTPResponse]:
        """The answer to one request, whatever its status. Raises OSError and HTTPException."""
        line, stack = self._take() or self._connect(timeout_s)
        with stack:
            if line.sock is not None:
                line.sock.settimeout(timeout_s)
            is_sent = _send(line, method, address, body, headers)
            answer = line.getresponse()
            yield answer
            if is_sent and answer.isclosed() and line.sock is not None:
                self._idle.append((time.monotonic(), line, stack.pop_all()))

    def _take(self) -> tuple[HTTPConnection, ExitStack] | None:
        """One on which nothing is said at the moment: not even its end."""
        while True:
            try:
                since, line, stack = self._idle.pop()
            except IndexError:  # none is left; asked so, no other thread comes between
                return None
            if time.monotonic() - since < IDLE_S and not _is_ready(line):
                return line, stack
            stack.close()

    def _connect(self, timeout_s: float | None) -> tuple[HTTPConnection, ExitStack]:
        stack = ExitStack()
        return stack.enter_context(connection.connect(self._host, timeout_s)), stack


def _is_ready(line: HTTPConnection) -> bool:
    """Whether there is something to read; `select.select` takes none above the 1,024th open file."""
    waiting = select.poll()
    waiting.register(line.sock, select.POLLIN)
    return bool(waiting.poll(0))


def _send(line: HTTPConnection, method: str, address: str, body: Any, headers: Mapping[str, str]) -> bool:
    """Whether all of it was taken; an engine that refuses answers before it has read a long body."""
    try:
        line.request(method, address, body, dict(headers))
    except (BrokenPipeError, ConnectionResetError):
        return False
    return True


def _close_all(idle: list[tuple[float, HTTPConnection, ExitStack]]) -> None:
    for _, _, stack in idle:
        stack.close()
    idle.clear()
