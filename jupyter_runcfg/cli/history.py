"""The shell's verbs over records: `runs` and its kin, `metrics`, `doctor`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import asdict

from ..errors import ConfigError
from ..run import Run, keep
from ..verbs import runs as lists
from ..verbs.metrics import metrics_of
from . import place
from .compare import compare
from .printing import print_json, summary_json

Select = Callable[[argparse.Namespace], list[Run]]
NONE_YET = "no runs here: `jupyter runcfg submit train.py`, or `jupyter runcfg quickstart`"
NONE_MATCHES = "no run matches: `jupyter runcfg runs` without filters lists all"
_MANY = 500


def _runs(options: argparse.Namespace, select: Select) -> int:
    listed = lists.list_them(options, select)
    if options.json:
        print_json([summary_json(summary) for summary in listed.summaries])
        return 0
    if not listed.summaries:
        print(NONE_MATCHES if listed.is_filtered else NONE_YET)
        return 0
    from .table import print_runs

    print_runs(listed.summaries, listed.columns)
    if listed.note:
        print(listed.note, file=sys.stderr)
    return 0


def _archive(options: argparse.Namespace, select: Select) -> int:
    return _said(options, select(options), lists.archive)


def _restore(options: argparse.Namespace, select: Select) -> int:
    return _said(options, select(options), lists.reactivate)


def _said(options: argparse.Namespace, runs: list[Run], act: Callable[[list[Run]], str]) -> int:
    answer = act(runs)
    if options.json:
        print_json([summary_json(run.summary()) for run in runs])
    else:
        print(answer)
    return 0


def _remove(options: argparse.Namespace, select: Select) -> int:
    removal = lists.choose_for_removal(options, select)
    if removal.runs and not options.yes and not _agreed(removal, options.json):
        print("nothing was removed", file=sys.stderr)
        return 1
    labels = [{"run": run.label, "run_id": run.run_id} for run in removal.runs]
    keep.remove(removal.runs)
    if options.json:
        print_json({"removed": labels, "active": removal.active})
    else:
        print(removal.done())
    return 0


def _agreed(removal: lists.Removal, is_for_program: bool) -> bool:
    """Whether the person says yes; without a person, the words must have."""
    question = "\n".join(removal.question())
    if is_for_program or not sys.stdin.isatty():
        raise ConfigError.single(
            f"{question}\nnobody is here to agree", "runs remove", "`--yes` removes without a question"
        )
    print(question)
    try:
        return input("remove them? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _export(options: argparse.Namespace, select: Select) -> int:
    done, lines = lists.export(options, select)
    if options.json:
        print_json(asdict(done))
    else:
        print("\n".join(lines))
    return 0


def _import(options: argparse.Namespace, _select: Select) -> int:
    """Status 1 when every run of the file was here already."""
    done, lines = lists.import_them(options)
    if options.json:
        print_json(asdict(done))
    else:
        print("\n".join(lines))
    return 0 if done.runs else 1


def _metrics(options: argparse.Namespace, select: Select) -> int:
    answer = metrics_of(options, select)
    if options.json:
        print_json(answer.as_json())
        return 0
    from .table import print_table

    rows = answer.rows()
    if not rows:
        print(f"{answer.run.label} has no metrics yet")
        return 0
    print_table(answer.columns, rows, numbers=answer.number_columns)
    if len(rows) > _MANY and answer.name is None:
        hint = f"`metrics {answer.run.label} NAME` shows one, `--json` is for programs"
        print(f"{len(rows):,} metrics: {hint}", file=sys.stderr)
    return 0


def _doctor(options: argparse.Namespace, _select: Select) -> int:
    from ..verbs.doctor import as_json, doctor

    lines = []
    for line in doctor(options):
        lines.append(line)
        if not options.json:
            print(line, flush=True)
    if options.json:
        print_json(as_json(lines))
    return 0 if all(line.is_well for line in lines) else 1


VERBS: dict[str, Callable[[argparse.Namespace, Select], int]] = {
    "runs": _runs,
    "runs archive": _archive,
    "runs restore": _restore,
    "runs remove": _remove,
    "runs export": _export,
    "runs import": _import,
    "metrics": _metrics,
    "compare": compare,
    "doctor": _doctor,
    **place.VERBS,
}
