"""`runcfg/table`: the table of a loop over a WebSocket, for as long as one of its runs goes on.

The page says `{"run_ids": […]}`, again when the loop has grown; each answer is a whole table (Table in
labextension/src/runs/types.ts), sent when something in it is new.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..errors import RuncfgError, RunNotFoundError
from .record import find_run, in_thread
from .talk import TalkHandler, read

if TYPE_CHECKING:
    from ..verbs.loop import Loop

READ_S = 0.4
SHARE = 0.1  # reading takes at most this share of the time, however many runs there are
BACKOFF_S = 2.0

_log = logging.getLogger(__name__)


class TableHandler(TalkHandler):
    """The table of one loop; it is read in threads."""

    _run_ids: tuple[str, ...] = ()
    _said: object = None

    async def on_message(self, message: str | bytes) -> None:
        run_ids = read(message).get("run_ids")
        if isinstance(run_ids, list) and run_ids:
            from ..view.loop import MOST_ROWS

            self._run_ids = tuple(map(str, run_ids[:MOST_ROWS]))
            self.is_asked.set()

    async def serve(self, **_named: str) -> None:
        await self.is_asked.wait()
        loop = await in_thread(_new_loop)
        while True:
            self.is_asked.clear()
            started = time.monotonic()
            try:
                table = await in_thread(_look, loop, self._run_ids)
            except RuncfgError:
                raise
            except Exception:  # noqa: BLE001  a fault that passes must not end the view
                _log.warning("a table of runs failed; it is tried again", exc_info=True)
                await asyncio.sleep(BACKOFF_S)
                continue
            await self._tell(table)
            if loop.is_ended:
                await self.is_asked.wait()
            else:
                pause = max(READ_S, (time.monotonic() - started) / SHARE)
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self.is_asked.wait(), pause)

    async def _tell(self, table: dict[str, Any]) -> None:
        """Send it unless only the clock has gone on: a page has a clock of its own."""
        rows = [{**row, "elapsed": row["is_terminal"] and row["elapsed"]} for row in table["rows"]]
        news = {**table, "rows": rows}
        if news != self._said:
            self._said = news
            await self.write_message(json.dumps(table))


def _new_loop() -> Loop:
    from ..verbs.loop import Loop

    return Loop()


def _look(loop: Loop, run_ids: tuple[str, ...]) -> dict[str, Any]:
    """The table as it is now.

    Raises:
        RunNotFoundError: This server's home has none of the runs.
    """
    from ..view.loop import told

    known = {run.run_id for run in loop.runs}
    missing: list[RunNotFoundError] = []
    for run_id in run_ids:
        if run_id not in known:
            try:
                loop.add(find_run(run_id))
            except RunNotFoundError as error:
                missing.append(error)
    if not loop.runs:
        raise missing[0]
    loop.read()
    table = told(loop, {})  # the output of the cell has the notes
    if missing:
        table["counts"] += f"; {len(missing)} more are no longer on this server"
    return table
