"""The notebook's verbs about where runs belong: `experiment`, `targets`, `data`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from ..errors import RuncfgError
from .session import Session


class PlaceVerbs:
    """A part of NotebookVerbs."""

    session: Session

    def experiment(self, options: argparse.Namespace, _cell: str | None) -> Any:
        from ..verbs import experiment

        if options.name is not None:
            self.session.experiment = experiment.checked(options.name)
            _say(f"runs of this kernel belong to experiment {options.name} from now on")
            return None
        _say(f"experiment of this kernel: {self._experiment()}")
        return _table(experiment.COLUMNS, experiment.rows(), "no experiment has runs yet")

    def _experiment(self) -> str:
        """The sticky one, else what a run from here would have."""
        from ..config import current_project, default_experiment

        return self.session.experiment or default_experiment(current_project())

    def targets(self, _options: argparse.Namespace, _cell: str | None) -> Any:
        from ..verbs import targets

        return _table(targets.COLUMNS, targets.rows())

    def targets_add(self, options: argparse.Namespace, _cell: str | None) -> None:
        from ..verbs.targets import add

        _say(add(options))

    def targets_remove(self, options: argparse.Namespace, _cell: str | None) -> None:
        from ..verbs.targets import remove

        _say(remove(options))

    def targets_check(self, options: argparse.Namespace, _cell: str | None) -> None:
        from ..verbs.targets import check_them

        wrong = 0
        for line in check_them(options):
            _say(str(line))
            wrong += not line.is_well
        if wrong:
            things = "1 thing is" if wrong == 1 else f"{wrong} things are"
            raise RuncfgError(f"{things} not well", hint="the lines above that begin with BAD say what to do")

    def data(self, _options: argparse.Namespace, _cell: str | None) -> Any:
        from ..verbs import data

        return _table(data.COLUMNS, data.rows())

    def data_add(self, options: argparse.Namespace, _cell: str | None) -> None:
        from ..verbs.data import add

        _say(add(options))

    def data_remove(self, options: argparse.Namespace, _cell: str | None) -> None:
        from ..verbs.data import remove

        _say(remove(options))


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], none: str = "") -> Any:
    from .table import TextTable

    return TextTable(columns, rows, none)


def _say(text: str) -> None:
    print(text)  # noqa: T201 - what a magic answers
