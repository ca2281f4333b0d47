"""What an engine tells while it pulls, builds or runs a command, for as long as somebody wants it."""

from __future__ import annotations

import contextlib
import http.client
import json
import queue
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

from ...runtime.environment.build import POLL_S, BuildCanceled, Watcher
from . import connection
from .engine import API, Engine, EngineError, refused

T = TypeVar("T")
Answer = http.client.HTTPResponse


class EngineSaid(Exception):
    """The engine refused, or gave up; its own words."""


def events(
    engine: Engine,
    path: str,
    watcher: Watcher,
    query: Mapping[str, Any],
    *,
    headers: Mapping[str, str] | None = None,
    body: object = None,
) -> Iterator[dict[str, Any]]:
    """The events of a pull or a build, which ends when the watcher wants it no more.

    Raises:
        EngineSaid: It failed.
        EngineGone: The engine does not answer any more.
        BuildCanceled: The watcher does not want it any more.
    """
    words = {key: value for key, value in query.items() if value not in (None, "")}
    for event in follow(
        engine, f"{path}?{urlencode(words)}", watcher, _lines, headers=headers or {}, body=body
    ):
        if "error" in event:
            said = (event.get("errorDetail") or {}).get("message") or event["error"]
            raise EngineSaid(str(said))
        yield event


def follow(
    engine: Engine,
    address: str,
    watcher: Watcher,
    decode: Callable[[Answer], Iterable[T]],
    *,
    headers: Mapping[str, str],
    body: object,
) -> Iterator[T]:
    """What `decode` makes of the answer to a POST, read in a thread: no other way ends a read that waits."""
    found: queue.Queue[T | Exception | None] = queue.Queue()
    reader = _Reader(engine, address, {"Content-Type": "application/x-tar", **headers}, body)

    def read() -> None:
        try:
            for item in reader.read(decode):
                found.put(item)
            found.put(None)
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            found.put(error)

    threading.Thread(target=read, daemon=True).start()
    try:
        while True:
            try:
                item = found.get(timeout=POLL_S)
            except queue.Empty:
                if watcher.is_canceled():
                    raise BuildCanceled from None
                continue
            if item is None:
                return
            if isinstance(item, EngineError):
                raise EngineSaid(item.message) from item
            if isinstance(item, (OSError, http.client.HTTPException, ValueError)):
                raise connection.gone(engine.host, item) from item
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        reader.stop()


def frames(answer: Answer) -> Iterator[tuple[int, bytes]]:
    """The parts of a stream in which the engine mixes stdout (1) and stderr (2): 8 bytes before each."""
    while True:
        head = answer.read(8)
        if len(head) < 8:
            return
        yield head[0], answer.read(int.from_bytes(head[4:], "big"))


def _lines(answer: Answer) -> Iterator[dict[str, Any]]:
    for line in answer:
        if line.strip():
            yield json.loads(line)


class _Reader:
    """A call whose connection can be cut from another thread; the engine then ends what it was doing."""

    def __init__(self, engine: Engine, address: str, headers: Mapping[str, str], body: object) -> None:
        self._engine = engine
        self._address = address
        self._headers = dict(headers)
        self._body: Any = body
        self._socket: socket.socket | None = None
        self._is_stopped = False

    def read(self, decode: Callable[[Answer], Iterable[T]]) -> Iterator[T]:
        with connection.connect(self._engine.host, None) as line:
            if line.sock is None:
                line.connect()
            self._socket = line.sock
            if self._is_stopped:
                return
            line.request("POST", API + self._address, self._body, self._headers)
            answer = line.getresponse()
            if answer.status >= http.HTTPStatus.BAD_REQUEST:
                raise refused(answer.status, answer.read(), self._engine.host)
            yield from decode(answer)

    def stop(self) -> None:
        self._is_stopped = True
        if self._socket is not None:
            with contextlib.suppress(OSError):  # it is closed already
                self._socket.shutdown(socket.SHUT_RDWR)
