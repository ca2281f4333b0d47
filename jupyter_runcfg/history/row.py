"""One run as rows of the index, and the stamp that tells whether its record has changed since."""

from __future__ import annotations

import json
import math
import os
import sqlite3
import time
from typing import Any

from ..runtime import fields
from ..runtime.events import event_files
from ..runtime.paths import RunPaths
from .record import RunSummary

_COLUMNS = (
    "run_id", "listed", "archived", "parent", "kind", "experiment", "number", "status", "name", "target",
    "script", "cause", "exit_code", "created", "started", "ended", "duration",
)  # fmt: skip
_UPSERT = f"""
INSERT INTO runs ({", ".join(_COLUMNS)}) VALUES ({", ".join("?" for _ in _COLUMNS)})
ON CONFLICT (run_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])}
"""
_TABLES = {"runs": "id", "details": "id", "texts": "id", "metrics": "id", "tags": "id"}
_SETTLED_S = 3.0  # times of change may be as coarse as this, and a server's clock as late


def stamp(paths: RunPaths) -> tuple[str, bool]:
    """What changes with the record: sizes of its events, times of change of its directories.

    False beside it when it has changed only now: another change may leave the same stamp.
    """
    found: list[int] = []
    newest = 0
    for path in event_files(paths.events):
        found.append(os.path.getsize(path) if os.path.exists(path) else -1)
    directories = [paths.attempt(number).directory for number in paths.attempt_numbers()]
    for directory in (paths.directory, paths.attempts, *directories):
        try:
            moment = os.stat(directory).st_mtime_ns
        except OSError:
            moment = 0
        newest = max(newest, moment)
        found.append(moment)
    return json.dumps(found), time.time() - newest / 1e9 > _SETTLED_S


def put(db: sqlite3.Connection, summary: RunSummary, stamp: str, reader: str) -> None:
    """Write one run in the place of what was known of it."""
    values = {
        **vars(summary),
        "listed": summary.parent is None and not summary.archived,
        "duration": summary.duration_s(math.inf) if summary.ended is not None else None,
    }
    db.execute(_UPSERT, [storable(values[name]) for name in _COLUMNS])
    [number] = db.execute("SELECT id FROM runs WHERE run_id = ?", (storable(summary.run_id),)).fetchone()
    for table in ("metrics", "tags"):
        db.execute(f"DELETE FROM {table} WHERE id = ?", (number,))
    db.execute(
        "INSERT OR REPLACE INTO details VALUES (?, ?, ?, ?)",
        (number, json.dumps(vars(summary)), stamp, reader),
    )
    db.execute("INSERT OR REPLACE INTO texts VALUES (?, ?)", (number, storable(_text(summary))))
    db.executemany(
        "INSERT OR REPLACE INTO metrics VALUES (?, ?, ?)",
        [(storable(name), number, value) for name, value in summary.metrics.items()],
    )
    db.executemany(
        "INSERT OR REPLACE INTO tags VALUES (?, ?, ?, ?)",
        [(storable(name), number, storable(value), _number(value)) for name, value in summary.tags.items()],
    )


def delete(db: sqlite3.Connection, number: int) -> None:
    for table, key in _TABLES.items():
        db.execute(f"DELETE FROM {table} WHERE {key} = ?", (number,))


def storable(value: Any) -> Any:
    """What SQLite takes: names and arguments may hold bytes that are no UTF-8, integers be beyond 64 bits."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, int) and abs(value) >= 1 << 63:
        return fields.number(value)
    return value if value is None or isinstance(value, (int, float)) else str(value)


def _text(summary: RunSummary) -> str:
    """What a search for text looks at, in lower case."""
    tags = (f"{name}={value}" for name, value in summary.tags.items())
    error = summary.error or {}
    said = (summary.label, summary.name or "", summary.script, summary.cause, str(error.get("message", "")))
    return "\n".join([*said, *tags]).lower()


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
