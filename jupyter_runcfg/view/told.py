"""What was told when a run was submitted: its record does not know it, the output of its cell does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Told:
    """Of one submission."""

    notes: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    """Ids of the runs of the same cell that went on then: a live view can end them."""

    @property
    def text(self) -> str:
        return " · ".join(self.notes)

    def wire(self) -> dict[str, Any]:
        """The part of RunInfo, and of an output's data, that says it; nothing of what is empty."""
        said: dict[str, Any] = {"note": self.text, "earlier": list(self.earlier)}
        return {name: value for name, value in said.items() if value}


NOTHING = Told()
