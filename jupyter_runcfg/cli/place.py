"""The shell's verbs about where runs belong: `experiment`, `targets`, `data`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any

from ..errors import ConfigError
from ..run import Run
from ..verbs import data, experiment, targets
from ..verbs.doctor import as_json as lines_as_json
from .printing import print_json
from .table import print_table

Select = Callable[[argparse.Namespace], list[Run]]


def _experiment(options: argparse.Namespace, _select: Select) -> int:
    if options.name is not None:
        hint = f"`--experiment {experiment.checked(options.name)}` with submit; in a notebook it stays"
        raise ConfigError.single("the shell keeps no experiment from line to line", "experiment", hint)
    return _listed(options, experiment.as_json(), experiment.COLUMNS, experiment.rows())


def _targets(options: argparse.Namespace, _select: Select) -> int:
    return _listed(options, targets.as_json(), targets.COLUMNS, targets.rows())


def _check(options: argparse.Namespace, _select: Select) -> int:
    lines = []
    for line in targets.check_them(options):
        lines.append(line)
        if not options.json:
            print(line, flush=True)
    if options.json:
        print_json(lines_as_json(lines))
    return 0 if all(line.is_well for line in lines) else 1


def _data(options: argparse.Namespace, _select: Select) -> int:
    return _listed(options, data.as_json(), data.COLUMNS, data.rows())


def _listed(
    options: argparse.Namespace, values: list[Any], columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> int:
    if options.json:
        print_json(values)
    elif rows:
        print_table(columns, rows)
    else:
        print("none yet")
    return 0


def _said(act: Callable[[argparse.Namespace], str]) -> Callable[[argparse.Namespace, Select], int]:
    """A verb that answers with one line."""

    def do(options: argparse.Namespace, _select: Select) -> int:
        answer = act(options)
        if options.json:
            print_json({"done": answer})
        else:
            print(answer)
        return 0

    return do


VERBS: dict[str, Callable[[argparse.Namespace, Select], int]] = {
    "experiment": _experiment,
    "targets": _targets,
    "targets check": _check,
    "targets add": _said(targets.add),
    "targets remove": _said(targets.remove),
    "data": _data,
    "data add": _said(data.add),
    "data remove": _said(data.remove),
}
