"""The table of a loop as a page is told of it: by the kernel's widget, and by the server."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ..verbs.loop import Loop, metric_texts, reason
from ..verbs.wording import one_line
from .told import NOTHING, Told

RUNS_MIME = "application/vnd.runcfg.runs+json"
MOST_ROWS = 500
MOST_NOTES, MOST_NAMED = 3, 3  # lines above the rows, and runs that one of them names


def named(loop: Loop, said: Mapping[str, Told]) -> dict[str, Any]:
    """The runs of the table, for who can show them without the kernel: the data of RUNS_MIME.

    Args:
        loop: The runs.
        said: By run id what was told when it was submitted, where anything was.
    """
    run_ids = [run.run_id for run in loop.runs[:MOST_ROWS]]
    earlier = {
        run_id: list(said[run_id].earlier) for run_id in run_ids if run_id in said and said[run_id].earlier
    }
    also = {"notes": _wire(loop, said), "earlier": earlier}
    return {"version": 1, "run_ids": run_ids, **{name: value for name, value in also.items() if value}}


def _notes(loop: Loop, said: Mapping[str, Told]) -> list[tuple[str, list[str]]]:
    """Each note once, with the ids of the runs that it was told of; none where it was told of all."""
    found: dict[str, list[str]] = {}
    for run in loop.runs[:MOST_ROWS]:
        for text in said.get(run.run_id, NOTHING).notes:
            found.setdefault(text, []).append(run.run_id)
    count = min(MOST_ROWS, len(loop.runs))
    return [(text, [] if len(about) == count else about) for text, about in found.items()]


def _wire(loop: Loop, said: Mapping[str, Told]) -> list[dict[str, Any]]:
    """Note in labextension/src/runs/types.ts."""
    return [{"text": text, "run_ids": about} for text, about in _notes(loop, said)]


def note_lines(loop: Loop, said: Mapping[str, Told]) -> list[str]:
    """The notes in a few lines; what was not told of all rows names the runs that it is about."""
    notes = _notes(loop, said)
    labels = {summary.run_id: summary.label for summary in loop.summaries}
    lines = []
    for text, about in notes[:MOST_NOTES]:
        more = f" and {len(about) - MOST_NAMED} more" if len(about) > MOST_NAMED else ""
        who = ", ".join(labels[run_id] for run_id in about[:MOST_NAMED])
        lines.append(f"{who}{more}: {text}" if about else text)
    left = len(notes) - MOST_NOTES
    return [*lines, f"and {left} more notes: an opened row has its own"] if left > 0 else lines


def counts(loop: Loop) -> str:
    """How many of the runs stand how, above the table."""
    more = len(loop.runs) - MOST_ROWS
    return loop.counts() + (f"; the first {MOST_ROWS} are shown" if more > 0 else "")


def told(loop: Loop, said: Mapping[str, Told]) -> dict[str, Any]:
    """The table as it was at the last `read`: Table in labextension/src/runs/types.ts."""
    now, names = time.time(), loop.metrics()
    rows = [
        {
            "run_id": summary.run_id,
            "label": summary.label,
            "settings": loop.settings_of(place),
            "status": summary.status,
            "cause": reason(summary),
            "elapsed": summary.duration_s(now),
            "is_terminal": summary.is_terminal,
            "metrics": metric_texts(summary, names),
        }
        for place, summary in enumerate(loop.summaries[:MOST_ROWS])
    ]
    columns = loop.columns()[1 : -2 - len(names)]
    return {
        "counts": counts(loop),
        "settings": columns,
        "metrics": [one_line(name) for name in names],
        "rows": rows,
        "notes": _wire(loop, said),
    }
