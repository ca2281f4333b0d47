"""The disposable SQLite index over all records: a list of runs without reading each of them."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager
from itertools import islice
from types import TracebackType

from ..runtime import changes
from ..runtime.filesystem import is_network
from ..runtime.paths import Home, RunPaths
from ..runtime.status import TERMINAL
from . import row
from .field import names_of
from .notes import Notes, end_of_notes, read_notes
from .query import Query, metric_names, select
from .record import RecordReader, RunSummary
from .schema import ENDED, in_memory, open_index, remove_index

_CHUNK = 500  # records in one transaction: others need not wait long
_MANY = 1000
_LOOK_AGAIN_S = 3600.0
_RACY_S, _RACY_NETWORK_S = 0.05, 90.0  # within this, a second change may leave the same time of change


class Index:
    """Rows of RunSummary, brought up to date from the records at every look."""

    def __init__(self, home: Home, machine: str) -> None:
        self.home = home
        self.path = os.path.join(home.index, f"{machine}.db")
        self._db = open_index(self.path)

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def refresh(self) -> None:
        """Take in records that are new or have changed; forget those removed.

        What costs nothing is left out: the names of all records are only read when one came or went
        that no note tells of, and a record only when its files have changed.
        """
        try:
            self._refresh()
        except sqlite3.DatabaseError:  # damaged under our hands, a full disk: this process can do without
            self._db.close()
            self._db = in_memory()
            self._refresh()

    def count(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM runs").fetchone()[0])

    def strays(self) -> int:
        """How many names the index has that no record has, or the other way round."""
        known = {name for (name,) in self._db.execute("SELECT run_id FROM runs")}
        names = (name for name in os.listdir(self.home.runs) if not name.startswith("."))
        return len(
            known ^ {row.storable(name) for name in names if os.path.exists(self.home.run(name).request)}
        )

    def rebuild(self) -> int:
        """Forget everything and read every record again; returns how many runs there are. Raises OSError."""
        self._db.close()
        remove_index(self.path)
        self._db = open_index(self.path)
        self.refresh()
        return self.count()

    def damage(self) -> str:
        """What is wrong with the index's file; an empty text when nothing is."""
        try:
            said = str(self._db.execute("PRAGMA quick_check").fetchone()[0])
        except sqlite3.DatabaseError as error:
            said = str(error)
        if not self._db.execute("PRAGMA database_list").fetchone()[2]:
            return "it cannot be written; every look reads all records"
        return "" if said == "ok" else said

    def _refresh(self) -> None:
        moment, looked, offsets = self._last_look()
        notes = read_notes(self.home, offsets)
        now = changes.moment(self.home.runs)
        noted = notes.run_ids | {name for (name,) in self._db.execute("SELECT run_id FROM pending")}
        is_explained = moment and time.time() - looked < _LOOK_AGAIN_S and notes.explain(moment, now)
        if is_explained:
            self._take(noted | self._changed(), noted)
            if (now, notes.offsets) != (moment, offsets):
                self._keep_look(now, looked, notes.offsets)
            return
        if not moment:  # nothing is known: what was noted before is read with the rest
            notes = Notes(frozenset(), {}, end_of_notes(self.home))
        # what is known is read first: a run that others add in between must not look removed
        known = {
            name for (name,) in self._db.execute("SELECT run_id FROM runs UNION SELECT run_id FROM pending")
        }
        there = {name for name in os.listdir(self.home.runs) if not name.startswith(".")}
        self._forget(known - there)
        self._take((there - known) | noted | self._changed(), noted)
        self._keep_look(0 if self._is_racy(now) else now, time.time(), notes.offsets)

    def _last_look(self) -> tuple[int, float, dict[str, int]]:
        found = self._db.execute("SELECT moment, looked, offsets FROM look").fetchone()
        return (found[0], found[1], json.loads(found[2])) if found else (0, 0.0, {})

    def _keep_look(self, moment: int, looked: float, offsets: dict[str, int]) -> None:
        with self._transaction():
            self._db.execute("DELETE FROM look")
            self._db.execute("INSERT INTO look VALUES (?, ?, ?)", (moment, looked, json.dumps(offsets)))

    def _is_racy(self, moment_ns: int) -> bool:
        """Whether one more change may have come with the same time of change, or be on its way to us."""
        slack = _RACY_NETWORK_S if is_network(self.home.runs) else _RACY_S
        return time.time() - moment_ns / 1e9 < slack

    def _changed(self) -> set[str]:
        """Active runs whose files are not as they were when they were read."""
        rows = self._db.execute(
            f"SELECT run_id, stamp FROM runs JOIN details USING (id) WHERE status NOT IN ({ENDED})"
        )
        return {name for name, stamp in rows if not stamp or stamp != row.stamp(self.home.run(name))[0]}

    def _take(self, names: Iterable[str], noted: Set[str]) -> None:
        """Read records, some in each transaction: whoever reads later, writes later.

        A run that another process has taken in meanwhile, ended, is read again only when it is `noted`.
        """
        left, count = iter(sorted(names)), 0
        while chunk := list(islice(left, _CHUNK)):
            with self._transaction():
                marks = ", ".join("?" * len(chunk))
                rows = self._db.execute(
                    "SELECT run_id, status, reader FROM runs JOIN details USING (id) "
                    f"WHERE run_id IN ({marks})",
                    [row.storable(name) for name in chunk],
                )
                known = {name: (status, reader) for name, status, reader in rows}
                for name in chunk:
                    status, reader = known.get(name, ("", ""))
                    if status not in TERMINAL or name in noted:
                        self._read(self.home.run(name), reader if status not in TERMINAL else "")
            count += len(chunk)
        if count > _MANY:  # what SQLite knows of the values decides which index it takes
            self._db.execute("PRAGMA analysis_limit = 1000")
            self._db.execute("ANALYZE")

    def _read(self, paths: RunPaths, dumped: str) -> None:
        has_ended = os.path.exists(paths.end)  # then nothing tells of a change but a note
        stamp, is_settled = ("", False) if has_ended else row.stamp(paths)
        if not os.path.exists(paths.request):
            self._delete([paths.run_id])
            if os.path.isdir(paths.directory):  # its request is being written, or never will be
                self._db.execute("INSERT OR IGNORE INTO pending VALUES (?)", (row.storable(paths.run_id),))
            return
        summary, dumped = _summary(paths, dumped)
        if not summary.created:
            self._db.execute("INSERT OR IGNORE INTO pending VALUES (?)", (row.storable(paths.run_id),))
            return
        self._db.execute("DELETE FROM pending WHERE run_id = ?", (row.storable(paths.run_id),))
        if summary.is_terminal:
            stamp = dumped = ""
        row.put(self._db, summary, stamp if is_settled else "", dumped)

    def _forget(self, names: Set[str]) -> None:
        if names:
            with self._transaction():
                self._delete(names)

    def _delete(self, names: Iterable[str]) -> None:
        for name in names:
            word = row.storable(name)
            self._db.execute("DELETE FROM pending WHERE run_id = ?", (word,))
            found = self._db.execute("SELECT id FROM runs WHERE run_id = ?", (word,)).fetchone()
            if found:
                row.delete(self._db, found[0])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def select(self, query: Query = Query()) -> list[RunSummary]:  # noqa: B008  frozen
        """The runs that a query asks for.

        Raises:
            ConfigError: It names what no run has.
        """
        return [RunSummary(**json.loads(text)) for text in select(self._db, query)]

    def metric_names(self) -> list[str]:
        return metric_names(self._db)

    def tag_names(self) -> list[str]:
        return names_of(self._db, "tag")

    def find_suffix(self, hexadecimal: str) -> list[str]:
        """Ids of runs whose last eight digits begin with these."""
        pattern = f"%\\_{hexadecimal}%"
        cursor = self._db.execute("SELECT run_id FROM runs WHERE run_id LIKE ? ESCAPE '\\'", [pattern])
        return [name for (name,) in cursor if name.rpartition("_")[2].startswith(hexadecimal)]


def _summary(paths: RunPaths, dumped: str) -> tuple[RunSummary, str]:
    """What the record says, read from where the last reader was; and where this one is."""
    reader = RecordReader(paths)
    if dumped:
        reader.load(dumped)
    reader.read_latest()
    return reader.summary(), reader.dump()
