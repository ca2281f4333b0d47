"""What an executor needs of a machine."""

from __future__ import annotations

from typing import Any, Protocol


class Host(Protocol):
    """A machine that runs commands for an executor."""

    def is_alive(self, who: dict[str, Any]) -> bool:
        """Whether exactly the process that `spawn` (or a claim) described still lives."""

    def end_run(self, run_id: str, grace_s: float) -> int:
        """End every process of a run; returns how many there were."""
