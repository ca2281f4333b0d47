"""Several runs as one answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


class RunList(list[Any]):
    """Runs in their order; as a cell's last expression each is drawn, once in an execution."""

    def __init__(self, runs: Iterable[Any], draw: Callable[[Any], None]) -> None:
        super().__init__(runs)
        self._draw = draw

    def _ipython_display_(self) -> None:
        for run in self:
            self._draw(run)
