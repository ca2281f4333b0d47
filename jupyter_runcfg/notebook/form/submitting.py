"""Submit from a form: the same verb, whose view stands below the form and not under a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...verbs import grammar
from ...view.told import NOTHING, Told
from ..verb import NotebookVerbs

if TYPE_CHECKING:
    import ipywidgets as widgets


class _FormVerbs(NotebookVerbs):
    """The verbs of a kernel, with all that they remember, that keep the run's view for the form."""

    def __init__(self, verbs: NotebookVerbs) -> None:
        vars(self).update(vars(verbs))
        self.view: widgets.Widget | None = None

    def display_run(self, run: Any, told: Told = NOTHING) -> None:
        """A view as a widget: it follows the run until it has ended, and stays."""
        from ..live import LiveRun
        from ..pump import pump

        run.refresh()
        live = LiveRun(run, told=told)
        pump.add(live)
        self.view = live


def submit(verbs: NotebookVerbs) -> tuple[widgets.Widget | None, str]:
    """Submit the current configuration; the run's view, and its label ('' where nothing was submitted).

    Raises:
        RuncfgError: Nothing was submitted.
    """
    mine = _FormVerbs(verbs)
    run = mine.submit(grammar.parse(["submit"], "%runcfg", "notebook"), None)
    return mine.view, "" if run is None else run.label
