"""The steps of a run: Queued, Preparing, Running, Finalizing, its end; each with the time that it took."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..history.record import RunSummary
from ..runtime import fields

BEFORE = "Queued"
ORDER = ("Preparing", "Running", "Finalizing")


class Step(NamedTuple):
    """One step; `took_s` so far, while it is `open`."""

    name: str
    took_s: float
    open: bool


class Steps:
    """When the phases of the newest attempt began, as its events say."""

    def __init__(self) -> None:
        self._attempt = 0
        self._began: dict[str, float] = {}

    def take(self, event: dict[str, Any]) -> None:
        """Take in one `status` event."""
        attempt, name = fields.whole(event.get("attempt")) or 1, fields.text(event.get("status"))
        moment = fields.moment(event.get("t"))
        if attempt < self._attempt or name not in ORDER or moment is None:
            return
        if attempt > self._attempt:
            self._attempt, self._began = attempt, {}
        self._began.setdefault(name, moment)

    def so_far(self, summary: RunSummary, now: float) -> list[Step]:
        """The steps so far; the last one is open until the run has ended."""
        if summary.kind == "interactive" and not self._began:
            begins = [("Running", summary.created)]
        else:
            begins = [(BEFORE, summary.created), *((name, self._began[name]) for name in self._seen())]
        ends = [moment for _, moment in begins[1:]]
        last = summary.ended if summary.ended is not None else now
        is_over = summary.is_terminal
        return [
            Step(name, max(0.0, end - begin), not is_over and place == len(begins) - 1)
            for place, ((name, begin), end) in enumerate(zip(begins, [*ends, last], strict=True))
        ]

    def _seen(self) -> list[str]:
        return [name for name in ORDER if name in self._began]
