"""The runs of a cell that go on while it is submitted again."""

from __future__ import annotations

from collections.abc import Sequence

from ..run import Run
from ..verbs.sending import goes_on, still_active
from .capture import Execution

_MOST_NAMED = 6


def earlier_runs(run: Run, now: Execution, submitted: dict[str, list[Run]]) -> list[Run]:
    """Those of earlier executions; told of the first run of an execution only.

    Args:
        run: What was just submitted.
        now: The execution that submitted it.
        submitted: By a cell's source its runs, for front ends that give cells no id; `run` is put there.
    """
    if now.cell_id:
        return [] if now.runs else still_active(run)
    going = [one for one in submitted.get(now.source, []) if goes_on(one)]
    submitted[now.source] = [run, *going]
    return [] if now.runs else going


def earlier_note(runs: Sequence[Run]) -> list[str]:
    """`diabetes/8 of the same cell still goes on: …`, or nothing."""
    if not runs:
        return []
    labels = [run.label for run in reversed(runs[:_MOST_NAMED])]
    left = len(runs) - len(labels)
    who = ", ".join(labels) + (f" and {left} more" if left else "")
    goes, ends = ("goes", "ends it") if len(runs) == 1 else ("go", "ends them")
    command = "`%runcfg runs --active` lists them" if left else f"`%runcfg cancel {' '.join(labels)}` {ends}"
    return [f"{who} of the same cell still {goes} on: {command}, `submit --replace` does so first"]
