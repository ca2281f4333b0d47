"""`GET runcfg/runs/RUN_ID`: how a run stands; `POST …/cancel`: ask it to end."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from ..errors import HomeError, RuncfgError, RunNotFoundError
from .record import find_run, in_thread

if TYPE_CHECKING:
    from ..run import Run

RESOURCE = "runcfg"


class RecordHandler(APIHandler):
    """Answers with JSON; an error of ours is an answer too, with its hint."""

    auth_resource = RESOURCE

    async def answer(self, run_id: str, work: Callable[[Run], dict[str, Any]]) -> None:
        try:
            content = await in_thread(lambda: work(find_run(run_id)))
        except RuncfgError as error:
            self.fail(error)
        else:
            self.finish(json.dumps(content))

    def fail(self, error: RuncfgError, status: int = 0) -> None:
        self.set_status(status or status_of(error))
        self.finish(json.dumps({"message": error.message, "where": error.where, "hint": error.hint}))


class RunHandler(RecordHandler):
    @web.authenticated
    @authorized
    async def get(self, run_id: str) -> None:
        await self.answer(run_id, _look)


class CancelHandler(RecordHandler):
    @web.authenticated
    @authorized
    async def post(self, run_id: str) -> None:
        await self.answer(run_id, _cancel)


def _look(run: Run) -> dict[str, Any]:
    from ..view.feed import wire

    return wire(run.refresh())


def _cancel(run: Run) -> dict[str, Any]:
    run.cancel()
    return _look(run)


def status_of(error: RuncfgError) -> int:
    """The HTTP status that says the same."""
    if isinstance(error, RunNotFoundError):
        return 404
    return 503 if isinstance(error, HomeError) else 409
