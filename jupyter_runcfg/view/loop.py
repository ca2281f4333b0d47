"""The table of a loop as a page is told of it: by the kernel's widget, and by the server."""

from __future__ import annotations

import time
from typing import Any

from ..verbs.loop import Loop, metric_texts, reason
from ..verbs.wording import one_line

RUNS_MIME = "application/vnd.runcfg.runs+json"
MOST_ROWS = 500


def named(loop: Loop) -> dict[str, Any]:
    """The runs of the table, for who can show them without the kernel: the data of RUNS_MIME."""
    return {"version": 1, "run_ids": [run.run_id for run in loop.runs[:MOST_ROWS]]}


def counts(loop: Loop) -> str:
    """How many of the runs stand how, above the table."""
    more = len(loop.runs) - MOST_ROWS
    return loop.counts() + (f"; the first {MOST_ROWS} are shown" if more > 0 else "")


def told(loop: Loop) -> dict[str, Any]:
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
    }
