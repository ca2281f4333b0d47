"""`runcfg/runs/RUN_ID/stream`: the messages of a live view over a WebSocket, as the kernel's comm has them.

The first message is `{"kind": "info", "run": RunInfo, "root": "…"}`. Batches follow when the view has
asked for its first replay. What it asks besides is answered by the desk, one question after the other.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from tornado.websocket import WebSocketClosedError

from ..errors import RunNotFoundError
from .frame import pack
from .record import find_run, in_thread
from .talk import TalkHandler, read

if TYPE_CHECKING:
    from ..run import Run
    from ..view.desk import Desk
    from ..view.feed import Feed, Message

PAUSE_S, IDLE_S = 0.05, 0.1  # from look to look: while there is news, and while there is none
BACKOFF_S = 2.0

_log = logging.getLogger(__name__)


class Reader(NamedTuple):
    """One view's place in a run."""

    run: Run
    feed: Feed
    desk: Desk


class StreamHandler(TalkHandler):
    """One view of one run; everything that reads the record is done in threads."""

    _reader: Reader | None = None

    async def on_message(self, message: str | bytes) -> None:
        content, reader = read(message), self._reader
        if reader is None:  # it spoke before it was told of the run
            return
        if content.get("kind") == "replay":
            await in_thread(reader.feed.replay, content)
            self.is_asked.set()
            return
        answer = await in_thread(reader.desk.answer, content)
        if answer is not None:
            with suppress(WebSocketClosedError):
                await self._tell(answer)

    async def serve(self, **named: str) -> None:
        """Tell what is new of the run until the view is closed or the record is gone."""
        reader = await in_thread(_open_reader, named["run_id"])
        info = await in_thread(reader.feed.info, secrets.token_hex(8))
        self._reader = reader
        await self._tell(_message({"kind": "info", "run": info, "root": self._root()}))
        await self.is_asked.wait()
        while True:
            await self._step(reader)

    def _root(self) -> str:
        """The directory that the server's file browser shows; "" where that is none of this machine."""
        root = getattr(self.contents_manager, "root_dir", "")
        return os.path.abspath(os.path.expanduser(root)) if root else ""

    async def _step(self, reader: Reader) -> None:
        """One look at the record, and the pause after it: when the run has ended, until it is asked again."""
        self.is_asked.clear()
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
            await self.is_asked.wait()
        else:
            await asyncio.sleep(IDLE_S if message is None else PAUSE_S)

    async def _tell(self, message: Message) -> None:
        await self.write_message(pack(message), binary=True)


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
