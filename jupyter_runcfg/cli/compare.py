"""The shell's `compare`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from ..run import Run
from ..verbs.compare import compare as compare_runs
from .printing import print_json
from .table import print_table

Select = Callable[[argparse.Namespace], list[Run]]


def compare(options: argparse.Namespace, select: Select) -> int:
    found = compare_runs(options, select)
    if options.json:
        print_json({**found.to_dict(), "note": found.note})
        return 0
    columns = found.columns()
    rows = list(zip(*(column.texts for column in columns), strict=True))
    numbers = [place for place, column in enumerate(columns) if column.is_number or column.is_metric]
    print_table([column.title for column in columns], rows, numbers=numbers)
    for note in found.remarks():
        print(note, file=sys.stderr)
    return 0
