"""What an executor needs of a machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class Host(Protocol):
    """A machine that runs commands for an executor."""

    def spawn(self, argv: Sequence[str], *, log: str) -> dict[str, Any]:
        """Start a process that outlives its starter; its output is appended to `log`.

        Returns what identifies the process for good (`runtime.process.identity`).

        Raises:
            TargetError: It cannot be started.
        """

    def is_alive(self, who: dict[str, Any]) -> bool:
        """Whether exactly the process that `spawn` (or a claim) described still lives."""

    def end(self, who: dict[str, Any]) -> None:
        """Kill exactly the process that `spawn` described, if it still lives."""

    def end_run(self, run_id: str, grace_s: float) -> int:
        """End every process of a run; returns how many there were."""
