"""Which runs there are, and the one that is meant."""

from __future__ import annotations

from .. import settings
from ..errors import home_error
from ..history import Index, RunSummary, resolve
from ..runtime.paths import Home
from .run import Run
from .settle import settle, with_word


def _home() -> Home:
    home = Home(str(settings.home()))
    try:
        home.create()
    except OSError as error:
        raise home_error(error, home.root) from error
    return home


def list_summaries(
    *, experiment: str | None = None, active: bool = False, limit: int | None = None
) -> list[RunSummary]:
    """Runs as they are now, newest first: the engines were asked about those not ended."""
    home = _home()
    with Index(home, settings.machine_id()) as index:
        index.refresh()
        unsettled = index.select(active=True)
        words = settle(home.run(summary.run_id) for summary in unsettled)
        if unsettled:
            index.refresh()
        found = index.select(experiment=experiment, active=active, limit=limit)
    return [with_word(summary, words.get(summary.run_id)) for summary in found]


def list_runs(experiment: str | None = None, *, active: bool = False, limit: int | None = None) -> list[Run]:
    """Runs, newest first."""
    found = list_summaries(experiment=experiment, active=active, limit=limit)
    return [Run(None, summary.run_id) for summary in found]


def get_run(run: str, experiment: str | None = None) -> Run:
    """The run that a word names: `last`, `12` (with its experiment), `diabetes/12`, an id or its end.

    Raises:
        RunNotFoundError: There is none, or more than one.
    """
    home = _home()
    with Index(home, settings.machine_id()) as index:
        index.refresh()
        run_id = resolve(home, index, str(run), experiment)
    return Run(None, run_id)
