"""One daemon thread that moves what is new of all live runs to their views."""

from __future__ import annotations

import logging
import threading
import time
from typing import Protocol

TICK_S = 0.05
MESSAGES_PER_S = 400  # of all views together; a Jupyter server drops what comes above 1,000
BACKOFF_S = 2.0

_log = logging.getLogger(__name__)


class Live(Protocol):
    """A run that is followed."""

    def step(self) -> bool:
        """Send what is new; False when the run has ended and all of it was sent."""

    def report(self, error: Exception) -> None:
        """Tell the person that a step failed; it is tried again."""


class Pump:
    """Calls `step` of each live run, 20 times a second, until it says that there is no more.

    The thread ends when nothing is live and begins again with the next run. A step that fails is
    reported and tried again later; it never ends the thread or holds up the other runs for long.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._due: dict[Live, float] = {}
        self._thread: threading.Thread | None = None

    def add(self, live: Live) -> None:
        with self._lock:
            self._due[live] = time.monotonic()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="runcfg-live", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._due:
                    self._thread = None
                    return
                due = list(self._due.items())
            started = time.monotonic()
            for live, moment in due:
                if moment <= started:
                    self._step(live, moment)
            pause = max(TICK_S, len(due) / MESSAGES_PER_S)
            time.sleep(max(0.0, started + pause - time.monotonic()))

    def _step(self, live: Live, due: float) -> None:
        try:
            more = live.step()
        except Exception as error:  # noqa: BLE001  a fault in one view must not end all of them
            _log.warning("the live view of a run failed; it is tried again", exc_info=True)
            self._report(live, error)
            with self._lock:
                self._due[live] = time.monotonic() + BACKOFF_S
            return
        if not more:
            with self._lock:
                if self._due.get(live) == due:  # else it was added again during the step
                    del self._due[live]

    @staticmethod
    def _report(live: Live, error: Exception) -> None:
        try:
            live.report(error)
        except Exception:  # noqa: BLE001  the way to the view may be what is broken
            _log.warning("and could not say so in the view", exc_info=True)


pump = Pump()
