"""`runcfg/runs/RUN_ID/stream`: the messages of a live view over a WebSocket, as the kernel's comm has them.

The first message is `{"kind": "info", "run": RunInfo, "root": "…"}`. Batches follow when the view has
asked for its first replay. What it asks besides is answered by the desk, one question after the other.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from jupyter_server.auth.decorator import authorized, ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from ..errors import RuncfgError, RunNotFoundError
from .frame import pack
from .record import find_run, in_thread
from .run import RESOURCE

if TYPE_CHECKING:
    from ..run import Run
    from ..view.desk import Desk
    from ..view.feed import Feed, Message

PAUSE_S, IDLE_S = 0.05, 0.1  # from look to look: while there is news, and while there is none
BACKOFF_S = 2.0
MAX_QUESTION_BYTES = 1 << 20
NOT_FOUND, WRONG = 4404, 4500  # close codes: no such run in this home; the home or the record cannot be read
REASON_BYTES = 120  # a close frame has no room for more

_log = logging.getLogger(__name__)


class Reader(NamedTuple):
    """One view's place in a run."""

    run: Run
    feed: Feed
    desk: Desk


class StreamHandler(WebSocketMixin, WebSocketHandler, JupyterHandler):
    """One view of one run; everything that reads the record is done in threads."""

    auth_resource = RESOURCE
    max_message_size = MAX_QUESTION_BYTES

    _reader: Reader | None = None
    _talk: asyncio.Task[None] | None = None

    @ws_authenticated
    @authorized(action="execute")  # type: ignore[untyped-decorator]
    async def get(self, run_id: str) -> None:  # type: ignore[override]
        await super().get(run_id)

    def get_compression_options(self) -> dict[str, Any] | None:
        options: dict[str, Any] | None = self.settings.get("websocket_compression_options")
        return options

    def open(self, run_id: str) -> None:
        super().open(run_id)
        self._is_asked = asyncio.Event()
        self._talk = asyncio.create_task(self._serve(run_id))

    def on_close(self) -> None:
        if self._talk is not None:
            self._talk.cancel()

    async def on_message(self, message: str | bytes) -> None:
        content, reader = _read(message), self._reader
        if reader is None:  # it spoke before it was told of the run
            return
        if content.get("kind") == "replay":
            await in_thread(reader.feed.replay, content)
            self._is_asked.set()
            return
        answer = await in_thread(reader.desk.answer, content)
        if answer is not None:
            with suppress(WebSocketClosedError):
                await self._tell(answer)

    async def _serve(self, run_id: str) -> None:
        """Tell what is new of the run until the view is closed or the record is gone."""
        try:
            reader = await in_thread(_open_reader, run_id)
            info = await in_thread(reader.feed.info, secrets.token_hex(8))
            self._reader = reader
            await self._tell(_message({"kind": "info", "run": info, "root": self._root()}))
            await self._is_asked.wait()
            while True:
                await self._step(reader)
        except WebSocketClosedError:
            return
        except RunNotFoundError as error:
            self._end(NOT_FOUND, error)
        except RuncfgError as error:
            self._end(WRONG, error)

    def _root(self) -> str:
        """The directory that the server's file browser shows; "" where that is none of this machine."""
        root = getattr(self.contents_manager, "root_dir", "")
        return os.path.abspath(os.path.expanduser(root)) if root else ""

    async def _step(self, reader: Reader) -> None:
        """One look at the record, and the pause after it: when the run has ended, until it is asked again."""
        self._is_asked.clear()
        try:
            message = await in_thread(_look, reader)
        except RunNotFoundError:
            raise
        except Exception as error:  # noqa: BLE001  a fault that passes must not end the view
            _log.warning("the stream of %s failed; it is tried again", reader.run.run_id, exc_info=True)
            text = f"the server cannot read the run, and tries again: {error}"
            await self._tell(_message({"kind": "answer", "to": "feed", "ok": False, "text": text}))
            await asyncio.sleep(BACKOFF_S)
            return
        if message is not None:
            await self._tell(message)
        if reader.feed.is_ended:
            await self._is_asked.wait()
        else:
            await asyncio.sleep(IDLE_S if message is None else PAUSE_S)

    async def _tell(self, message: Message) -> None:
        await self.write_message(pack(message), binary=True)

    def _end(self, code: int, error: RuncfgError) -> None:
        self.close(code, error.message.encode()[:REASON_BYTES].decode(errors="ignore"))


def _open_reader(run_id: str) -> Reader:
    from ..view.desk import Desk
    from ..view.feed import Feed

    run = find_run(run_id)
    feed = Feed(run)
    return Reader(run, feed, Desk(run, feed.seen.media))


def _look(reader: Reader) -> Message | None:
    message = reader.feed.step()
    if message is not None and "summary" in message.content and not reader.run.is_kept:
        raise RunNotFoundError(f"the record of {reader.run.run_id} was removed")
    return message


def _message(content: dict[str, Any]) -> Message:
    from ..view.feed import Message

    return Message(content, ())


def _read(message: str | bytes) -> dict[str, Any]:
    """What a view says; {} for what is no JSON object."""
    try:
        content = json.loads(message)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
