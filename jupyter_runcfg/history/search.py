"""Finds a page of runs in the index in milliseconds, however many there are and however it is sorted."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .field import Condition

_FEW = 2000  # so many matches are sorted in a few milliseconds
_WINDOW = 2000  # so many runs are looked at one by one before the matches of each condition are collected


@dataclass(frozen=True)
class Order:
    """By what rows are sorted: a column, or the value `s` of a name in another table."""

    key: str
    direction: str = "DESC"
    table: str = ""
    name: str = ""
    tie: str = ""

    @property
    def clause(self) -> str:
        tie = self.tie or ("s.id" if self.table else "runs.id")
        return f"ORDER BY {self.key} {self.direction}, {tie} {self.direction}"

    def source(self, *, runs_first: bool) -> str:
        """Where rows come from; SQLite keeps the order of a CROSS JOIN."""
        if not self.table:
            return "runs"
        tables = ["runs", f"{self.table} AS s"]
        first, second = tables if runs_first else reversed(tables)
        return f"{first} CROSS JOIN {second} ON s.id = runs.id AND s.name = ?"

    @property
    def values(self) -> tuple[str, ...]:
        return (self.name,) if self.table else ()

    def absent(self) -> Condition:
        """A run that has nothing to be sorted by."""
        if not self.table:
            return Condition(f"{self.key} IS NULL", f"{self.key} IS NULL")
        rows = f"SELECT id FROM {self.table} WHERE name = ? AND value IS NOT NULL"
        return Condition(f"NOT EXISTS ({rows} AND id = runs.id)", f"runs.id NOT IN ({rows})", self.values)


class Search:
    """The runs that fulfil all conditions.

    Few matches are found first and then sorted; of many, the sorted runs are gone through until the
    page is full; where neither ends soon, the matches of each condition are collected.
    """

    def __init__(self, db: sqlite3.Connection, plain: Sequence[str], conditions: Sequence[Condition]) -> None:
        self.db = db
        self.plain = list(plain)  # conditions without values
        self.conditions = list(conditions)

    def ids(self, order: Order, limit: int | None) -> list[int]:
        """In that order; those without a key come last, the newest of them first."""
        found = self._page(order, limit)
        if limit is not None and len(found) >= limit:
            return found
        rest = Search(self.db, self.plain, [*self.conditions, order.absent()])
        return found + rest._page(Order("runs.created"), None if limit is None else limit - len(found))

    def _page(self, order: Order, limit: int | None) -> list[int]:
        rare = next(filter(self._is_rare, self.conditions), None)
        if rare is not None:
            return self._run(order, limit, first=rare, form="probe")
        numbered = None
        if order.key == "runs.number":  # of one experiment: its index has them in this order
            numbered = next((c for c in self.conditions if "runs.experiment" in c.driver), None)
        if limit is not None and limit < _WINDOW and len(self.conditions) > (numbered is not None):
            bound = self._bound(order, numbered)
            found = self._run(order, limit, first=numbered, form="probe", bound=bound)
            if len(found) >= limit or bound is None:
                return found
        return self._run(order, limit, first=numbered, form="among")

    def _is_rare(self, condition: Condition) -> bool:
        if not condition.matches:
            return False
        sql = f"SELECT count(*) FROM ({condition.matches} LIMIT {_FEW})"
        return bool(self.db.execute(sql, condition.values).fetchone()[0] < _FEW)

    def _bound(self, order: Order, first: Condition | None) -> Any:
        """The key of the last run that is looked at one by one; None: all are."""
        if order.table:
            where, values = f"s.name = ? AND {order.key} IS NOT NULL", list(order.values)
            source = f"{order.table} AS s"
        else:
            where, values = self._where(order, first, "")
            source = "runs"
        sql = f"SELECT {order.key} FROM {source} WHERE {where} {order.clause} LIMIT 1 OFFSET {_WINDOW}"
        found = self.db.execute(sql, values).fetchone()
        return None if found is None else found[0]

    def _run(
        self, order: Order, limit: int | None, *, first: Condition | None, form: str, bound: Any = None
    ) -> list[int]:
        where, values = self._where(order, first, form)
        if bound is not None:
            where += f" AND {order.key} {'>=' if order.direction == 'DESC' else '<='} ?"
            values.append(bound)
        source = order.source(runs_first=first is not None)
        sql = f"SELECT runs.id FROM {source} WHERE {where} {order.clause} LIMIT ?"
        if order.table and form == "among":  # what the sorted rows tell by themselves needs no look at a run
            sql = sql.replace("+runs.id IN", "+s.id IN")
        rows = self.db.execute(sql, [*order.values, *values, -1 if limit is None else limit])
        return [number for (number,) in rows]

    def _where(self, order: Order, first: Condition | None, form: str) -> tuple[str, list[Any]]:
        """All conditions, the driving one first; and their values."""
        said = [*self.plain, f"{order.key} IS NOT NULL"]
        values: list[Any] = []
        if first is not None:
            said.append(first.driver)
            values += first.values
        for condition in self.conditions:
            if condition is not first and form:
                said.append(getattr(condition, form))
                values += condition.values
        return " AND ".join(said), values
