"""This machine."""

from __future__ import annotations

from typing import Any

from ..runtime import process


class LocalHost:
    """Commands and files of the machine we are on."""

    def is_alive(self, who: dict[str, Any]) -> bool:
        return process.is_alive(who)

    def end_run(self, run_id: str, grace_s: float) -> int:
        return process.end_all(run_id, grace_s)
