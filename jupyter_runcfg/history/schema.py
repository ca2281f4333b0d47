"""The file of the index: its tables, and how it is opened, or made anew when it is damaged."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from ..runtime.filesystem import is_network
from ..runtime.status import TERMINAL

VERSION = 2
ENDED = ", ".join(f"'{status}'" for status in TERMINAL)
# what is listed first and sorted by; `listed`: neither archived nor a child
_SORTED = ("created", "started", "ended", "duration", "status", "target", "name", "script")
_SCHEMA = f"""
CREATE TABLE runs (
    id INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE, listed INTEGER, archived INTEGER, parent TEXT,
    kind TEXT, experiment TEXT, number INTEGER, status TEXT, name TEXT, target TEXT, script TEXT, cause TEXT,
    exit_code INTEGER, created REAL, started REAL, ended REAL, duration REAL
);
CREATE TABLE details (id INTEGER PRIMARY KEY, summary TEXT, stamp TEXT, reader TEXT);
CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT);
CREATE TABLE metrics (name TEXT, id INTEGER, value REAL, PRIMARY KEY (name, id)) WITHOUT ROWID;
CREATE TABLE tags (name TEXT, id INTEGER, value TEXT, number REAL, PRIMARY KEY (name, id)) WITHOUT ROWID;
CREATE TABLE pending (run_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE look (moment INTEGER, looked REAL, offsets TEXT);
CREATE INDEX metrics_value ON metrics (name, value);
CREATE INDEX metrics_run ON metrics (id);
CREATE INDEX tags_value ON tags (name, value);
CREATE INDEX tags_run ON tags (id);
{"".join(f"CREATE INDEX runs_{name} ON runs (listed, {name});" for name in _SORTED)}
CREATE INDEX runs_number ON runs (listed, experiment, number);
CREATE INDEX runs_all ON runs (created);
CREATE INDEX runs_all_numbers ON runs (experiment, number);
CREATE INDEX runs_parent ON runs (parent) WHERE parent IS NOT NULL;
CREATE INDEX runs_active ON runs (created) WHERE status NOT IN ({ENDED});
PRAGMA user_version = {VERSION};
"""


def open_index(path: str) -> sqlite3.Connection:
    """The index in that file; in memory where no file can be."""
    try:
        with _locked(path + ".lock"):  # two that found it damaged must not remove what each makes
            return _connect_or_replace(path)
    except (OSError, sqlite3.DatabaseError):  # a full disk, a home that may only be read, locked for long
        return in_memory()


def in_memory() -> sqlite3.Connection:
    return _connect(":memory:", is_shared=False)


def remove_index(path: str) -> None:
    """Let the next look begin with nothing. Raises OSError."""
    with _locked(path + ".lock"):
        _remove(path)


def _remove(path: str) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(path + suffix).unlink(missing_ok=True)


def _connect_or_replace(path: str) -> sqlite3.Connection:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite would make it readable for all
    is_shared = _is_network(os.path.dirname(path))
    try:
        return _connect(path, is_shared)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:  # damaged or of another version: it is only an index
        _remove(path)
        return _connect(path, is_shared)


_is_network = cache(is_network)


def _connect(path: str, is_shared: bool) -> sqlite3.Connection:
    """Write-ahead logging needs memory that all users of a file share: no file system of a network has it."""
    db = sqlite3.connect(path, timeout=10, isolation_level=None)
    try:
        db.execute(f"PRAGMA journal_mode = {'DELETE' if is_shared else 'WAL'}")
        db.execute("PRAGMA synchronous = NORMAL")
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            version = _create(db)
        if version != VERSION:
            raise sqlite3.DatabaseError(f"index of version {version}")  # noqa: TRY301 closed below
    except BaseException:
        db.close()
        raise
    return db


def _create(db: sqlite3.Connection) -> int:
    """Make the tables unless another process has by now; returns the version that is there."""
    db.execute("BEGIN IMMEDIATE")
    if not db.execute("PRAGMA user_version").fetchone()[0]:
        for statement in filter(str.strip, _SCHEMA.split(";")):
            db.execute(statement)
    db.execute("COMMIT")
    return int(db.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def _locked(path: str) -> Iterator[None]:
    """One process at a time; the lock goes with its holder."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
