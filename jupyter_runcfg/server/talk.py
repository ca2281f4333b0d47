"""A WebSocket that tells a page what is new, in one task of its own from its opening to its end."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from jupyter_server.auth.decorator import authorized, ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from ..errors import RuncfgError, RunNotFoundError
from .run import RESOURCE

MAX_QUESTION_BYTES = 1 << 20
NOT_FOUND, WRONG = 4404, 4500  # close codes: no such run in this home; the home or the record cannot be read
REASON_BYTES = 120  # a close frame has no room for more


class TalkHandler(WebSocketMixin, WebSocketHandler, JupyterHandler):
    """Base of the sockets: who may open one, and how it ends."""

    auth_resource = RESOURCE
    max_message_size = MAX_QUESTION_BYTES

    _talk: asyncio.Task[None] | None = None

    @ws_authenticated
    @authorized(action="execute")  # type: ignore[untyped-decorator]
    async def get(self, **named: str) -> None:  # type: ignore[override]
        await super().get(**named)

    def get_compression_options(self) -> dict[str, Any] | None:
        options: dict[str, Any] | None = self.settings.get("websocket_compression_options")
        return options

    def open(self, **named: str) -> None:
        super().open(**named)
        self.is_asked = asyncio.Event()
        self._talk = asyncio.create_task(self._serve(**named))

    def on_close(self) -> None:
        if self._talk is not None:
            self._talk.cancel()

    async def serve(self, **named: str) -> None:
        """Tell what is new until the page has gone, which is a WebSocketClosedError."""
        raise NotImplementedError

    async def _serve(self, **named: str) -> None:
        try:
            await self.serve(**named)
        except WebSocketClosedError:
            return
        except RunNotFoundError as error:
            self._end(NOT_FOUND, error)
        except RuncfgError as error:
            self._end(WRONG, error)

    def _end(self, code: int, error: RuncfgError) -> None:
        self.close(code, error.message.encode()[:REASON_BYTES].decode(errors="ignore"))


def read(message: str | bytes) -> dict[str, Any]:
    """What a page says; {} for what is no JSON object."""
    try:
        content = json.loads(message)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
