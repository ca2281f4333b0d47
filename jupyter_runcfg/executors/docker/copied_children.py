"""Runs that a script records over there: here while they go on."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

from ...errors import RuncfgError
from ...runtime.mirror.frame import Broken
from ...runtime.mirror.record import Pace
from ...runtime.paths import RunPaths
from . import copied_kept
from .copied_kept import Fetch

LOOK_S = 1.0


class Children:
    """A thread that looks at them again and again, from the first one on; what it misses comes at the end."""

    def __init__(self, paths: RunPaths, fetch: Fetch) -> None:
        self._paths = paths
        self._fetch = fetch
        self._active: dict[str, None] = {}
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, child: str) -> None:
        self._active[child] = None
        if self._thread is None:
            self._thread = threading.Thread(target=self._follow, daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Afterwards, it does nothing to them any more."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def _follow(self) -> None:
        pace = Pace(LOOK_S)
        while not self._over.wait(LOOK_S / 10):
            if not pace.is_due():
                continue
            began = time.monotonic()
            for child in list(self._active):
                with suppress(RuncfgError, Broken, OSError):  # the next look, or the end, has it
                    if self._over.is_set() or copied_kept.bring_child(self._paths, child, self._fetch):
                        self._active.pop(child)
            pace.took(time.monotonic() - began)
