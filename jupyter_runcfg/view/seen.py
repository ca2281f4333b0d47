"""What the events of one run have said so far, as the live view and the still picture need it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..history.follow import Batch
from ..runtime import fields
from .media import Media
from .steps import Steps
from .trace import USAGE, Trace, usage_points

if TYPE_CHECKING:
    from .feed import ShownRun

MAX_WARNINGS = 50


class Seen:
    """Takes in batches; for one thread at a time."""

    def __init__(self) -> None:
        self.trace = Trace()
        self.steps = Steps()
        self.media = Media()
        self.warnings: list[str] = []

    def take(self, batch: Batch) -> None:
        self.trace.take(batch.points)
        for event in batch.events:
            self._take(event)

    def _take(self, event: dict[str, Any]) -> None:
        kind = event["kind"]
        if kind == "metric":
            self.media.take(event)
        elif kind == "status":
            self.steps.take(event)
        elif kind == "sample":
            self.trace.take(usage_points(event), USAGE)
        elif kind == "warning" and len(self.warnings) < MAX_WARNINGS:
            self.warnings.append(fields.text(event.get("message")))


def read_seen(run: ShownRun) -> Seen:
    """All that the events of a run say, as far as they are written."""
    seen, follower = Seen(), run.follow()
    while True:
        batch = follower.read(16 << 20)
        seen.take(batch)
        if batch.done or not (batch.points or batch.events or batch.log):
            return seen
