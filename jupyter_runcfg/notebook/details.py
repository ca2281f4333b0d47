"""`RunDetails` of SDK v1's widgets: our live view."""

from __future__ import annotations

from ..view.feed import ShownRun
from .live import show


class RunDetails:
    """`RunDetails(run).show()` puts the live view under the cell."""

    def __init__(self, run_instance: ShownRun) -> None:
        self.run = run_instance

    def __repr__(self) -> str:
        return f"RunDetails({self.run!r})"

    def show(self, render_lib: object = None, widget_settings: object = None) -> None:
        """Show the run, live while it goes on; both arguments are v1's and have no effect."""
        show(self.run)
