"""The disposable SQLite index over all records: a list of runs without reading each of them."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from types import TracebackType
from typing import Any

from ..runtime.paths import Home
from ..runtime.status import TERMINAL
from .record import RunSummary, read_summary

VERSION = 1
_COLUMNS = [column.name for column in fields(RunSummary)]
_JSON = ("error", "tags", "metrics")
_SCHEMA = f"""
CREATE TABLE runs ({", ".join(_COLUMNS)}, PRIMARY KEY (run_id)) WITHOUT ROWID;
CREATE INDEX runs_created ON runs (created);
CREATE INDEX runs_experiment ON runs (experiment, number);
CREATE INDEX runs_status ON runs (status);
PRAGMA user_version = {VERSION};
"""
# what was read before the end of a run must not take the place of what was read after it
_UPSERT = f"""
INSERT INTO runs VALUES ({", ".join("?" for _ in _COLUMNS)})
ON CONFLICT (run_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)}
WHERE status NOT IN ({", ".join(f"'{status}'" for status in TERMINAL)})
"""


class Index:
    """Rows of RunSummary, brought up to date from the records at every look."""

    def __init__(self, home: Home, machine: str) -> None:
        self.home = home
        self.path = os.path.join(home.index, f"{machine}.db")
        self._db = self._open()

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def _open(self) -> sqlite3.Connection:
        try:
            with _locked(self.path + ".lock"):  # two that found it damaged must not remove what each makes
                return self._connect_or_replace()
        except (OSError, sqlite3.DatabaseError):  # a full disk, a home that may only be read, locked for long
            return self._connect(":memory:")

    def _connect_or_replace(self) -> sqlite3.Connection:
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite would make it readable for all
        try:
            return self._connect(self.path)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:  # damaged or of another version: it is only an index
            for suffix in ("", "-wal", "-shm"):
                Path(self.path + suffix).unlink(missing_ok=True)
            return self._connect(self.path)

    @staticmethod
    def _connect(path: str) -> sqlite3.Connection:
        db = sqlite3.connect(path, timeout=10, isolation_level=None)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("BEGIN IMMEDIATE")
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                for statement in filter(str.strip, _SCHEMA.split(";")):
                    db.execute(statement)
            db.execute("COMMIT")
            if version not in (0, VERSION):
                raise sqlite3.DatabaseError(f"index of version {version}")  # noqa: TRY301 closed below
        except BaseException:
            db.close()
            raise
        return db

    def refresh(self) -> None:
        """Take in records that are new, or were not ended when last seen; forget those removed."""
        try:
            self._refresh()
        except sqlite3.DatabaseError:  # damaged under our hands, a full disk: this process can do without
            self._db.close()
            self._db = self._connect(":memory:")
            self._refresh()

    def _refresh(self) -> None:
        # what is known is read first: a run that others add in between must not look removed
        known = dict(self._db.execute("SELECT run_id, status FROM runs"))
        ended = {name for name, status in known.items() if status in TERMINAL}
        there = {name for name in os.listdir(self.home.runs) if not name.startswith(".")}
        self._write(read_summary(self.home.run(name)) for name in there - ended)
        gone = [(name,) for name in known.keys() - there]
        if gone:
            self._db.executemany("DELETE FROM runs WHERE run_id = ?", gone)

    def _write(self, summaries: Iterable[RunSummary]) -> None:
        rows = [_to_row(summary) for summary in summaries if summary.created]
        if not rows:
            return
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany(_UPSERT, rows)
        self._db.execute("COMMIT")

    def select(
        self, *, experiment: str | None = None, active: bool = False, limit: int | None = None
    ) -> list[RunSummary]:
        """Runs, newest first."""
        wheres, values = [], []
        if experiment is not None:
            wheres.append("experiment = ?")
            values.append(experiment)
        if active:
            wheres.append(f"status NOT IN ({', '.join('?' for _ in TERMINAL)})")
            values.extend(TERMINAL)
        where = f"WHERE {' AND '.join(wheres)}" if wheres else ""
        # a clock that was set back does not change what is newest in an experiment
        order = "created DESC, number DESC" if experiment is None else "number DESC"
        cursor = self._db.execute(
            f"SELECT * FROM runs {where} ORDER BY {order} LIMIT ?",
            [*values, -1 if limit is None else limit],
        )
        return [_from_row(row) for row in cursor]

    def find_suffix(self, hexadecimal: str) -> list[str]:
        """Ids of runs whose last eight digits begin with these."""
        pattern = f"%_{hexadecimal}%"
        cursor = self._db.execute("SELECT run_id FROM runs WHERE run_id LIKE ?", [pattern])
        return [row[0] for row in cursor if row[0].rpartition("_")[2].startswith(hexadecimal)]


@contextmanager
def _locked(path: str) -> Iterator[None]:
    """One process at a time; the lock goes with its holder."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _to_row(summary: RunSummary) -> list[Any]:
    values = asdict(summary)
    return [json.dumps(values[name]) if name in _JSON else _storable(values[name]) for name in _COLUMNS]


def _storable(value: Any) -> Any:
    """Text that SQLite takes: arguments and file names may hold bytes that are no UTF-8."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def _from_row(row: tuple[Any, ...]) -> RunSummary:
    values = dict(zip(_COLUMNS, row, strict=True))
    for name in _JSON:
        values[name] = json.loads(values[name])
    return RunSummary(**values)
