"""The notebook's verbs over records: `runs` and its kin, `metrics`, `doctor`."""

from __future__ import annotations

import argparse
from typing import Any

from ..errors import ConfigError, RuncfgError
from .place import PlaceVerbs


class HistoryVerbs(PlaceVerbs):
    """A part of NotebookVerbs; `_selected` is there."""

    def _selected(self, options: argparse.Namespace) -> list[Any]:
        raise NotImplementedError

    def runs(self, options: argparse.Namespace, _cell: str | None) -> Any:
        from ..verbs.runs import list_them
        from .table import RunTable

        listed = list_them(options, self._selected)
        if listed.note:
            _say(listed.note)
        return RunTable(listed.summaries, listed.columns, is_filtered=listed.is_filtered)

    def compare(self, options: argparse.Namespace, _cell: str | None) -> Any:
        from ..verbs.compare import compare
        from .compare import CompareView

        return CompareView(compare(options, self._selected))

    def runs_archive(self, options: argparse.Namespace, _cell: str | None) -> None:
        from ..verbs.runs import archive

        _say(archive(self._selected(options)))

    def runs_restore(self, options: argparse.Namespace, _cell: str | None) -> None:
        from ..verbs.runs import reactivate

        _say(reactivate(self._selected(options)))

    def runs_remove(self, options: argparse.Namespace, _cell: str | None) -> None:
        """A cell cannot ask: without `--yes` it says what it would remove, and fails."""
        from ..run import keep
        from ..verbs.runs import choose_for_removal

        removal = choose_for_removal(options, self._selected)
        if removal.runs and not options.yes:
            raise ConfigError.single(
                "\n".join(removal.question()), "runs remove", "`--yes` at the end of the line removes them"
            )
        keep.remove(removal.runs)
        _say(removal.done())

    def runs_export(self, options: argparse.Namespace, _cell: str | None) -> None:
        from ..verbs.runs import export

        _say("\n".join(export(options, self._selected)[1]))

    def runs_import(self, options: argparse.Namespace, _cell: str | None) -> None:
        from ..verbs.runs import import_them

        _say("\n".join(import_them(options)[1]))

    def metrics(self, options: argparse.Namespace, _cell: str | None) -> Any:
        from ..verbs.metrics import metrics_of
        from .table import MetricsTable

        return MetricsTable(metrics_of(options, self._selected))

    def doctor(self, options: argparse.Namespace, _cell: str | None) -> None:
        from ..verbs.doctor import doctor

        wrong = 0
        for line in doctor(options):
            _say(str(line))
            wrong += not line.is_well
        if wrong:
            things = "1 thing is" if wrong == 1 else f"{wrong} things are"
            raise RuncfgError(f"{things} not well", hint="the lines above that begin with BAD say what to do")


def _say(text: str) -> None:
    print(text)  # noqa: T201 - what a magic answers
