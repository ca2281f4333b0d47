"""Which runs are asked for: the words of a list, as conditions and an order."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .field import COLUMNS, Condition, compare, contains_text, created, find_field, has_tag, names_of
from .filter import Both, Compare, Negated, Node, parse
from .row import storable
from .schema import ENDED
from .search import Order, Search


@dataclass(frozen=True)
class Query:
    """What a person asks for; every condition must hold. Times in unix seconds."""

    experiment: str | None = None
    where: str | None = None
    status: tuple[str, ...] = ()
    target: str | None = None
    tags: Mapping[str, str | None] = field(default_factory=dict)
    """With their values; None: any value."""
    text: str | None = None
    since: float | None = None
    before: float | None = None
    parent: str | None = None
    """Children of this run_id; without it, `children` decides whether any are among the answer."""
    active: bool = False
    ended: bool = False
    children: bool = False
    archived: bool = False
    sort: str | None = None
    """A column, metric or tag; `-` before it: the greatest first. Default: the newest first."""
    limit: int | None = None


def metric_names(db: sqlite3.Connection) -> list[str]:
    return names_of(db, "metric")


def select(db: sqlite3.Connection, query: Query) -> list[str]:
    """The summaries, as JSON text, in order.

    Raises:
        ConfigError: An expression cannot be read, or names what no run has.
    """
    return _summaries(
        db, Search(db, _plain(query), _conditions(db, query)).ids(_order(db, query), query.limit)
    )


def _summaries(db: sqlite3.Connection, ids: list[int]) -> list[str]:
    found: list[str] = []
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        marks = ", ".join("?" * len(part))
        texts = dict(db.execute(f"SELECT id, summary FROM details WHERE id IN ({marks})", part))
        found += [texts[number] for number in part if number in texts]
    return found


def _plain(query: Query) -> list[str]:
    """Conditions without values, which decide what index SQLite can use."""
    are_children_shown = query.children or query.parent is not None
    if not (are_children_shown or query.archived):
        found = ["runs.listed = 1"]
    else:
        found = [] if query.archived else ["+runs.archived = 0"]
        found += [] if are_children_shown else ["+runs.parent IS NULL"]
    if query.active:
        found.append(f"runs.status NOT IN ({ENDED})")
    if query.ended:
        found.append(f"+runs.status IN ({ENDED})")
    return found


def _conditions(db: sqlite3.Connection, query: Query) -> list[Condition]:
    found: list[Condition] = []
    named = {"experiment": query.experiment, "target": query.target}
    found += [compare(db, Compare(name, "=", value)) for name, value in named.items() if value is not None]
    if query.status:
        found.append(_joined([compare(db, Compare("status", "=", word)) for word in query.status], "OR"))
    found += [has_tag(name, value) for name, value in query.tags.items()]
    if query.parent is not None:
        found.append(Condition("runs.parent = ?", "runs.parent = ?", (query.parent,)))
    moments = {">=": query.since, "<": query.before}
    found += [created(operator, moment) for operator, moment in moments.items() if moment is not None]
    if query.text:
        found.append(contains_text(query.text))
    if query.where:
        node = parse(query.where)
        found += [_compiled(db, part) for part in (node.parts if isinstance(node, Both) else [node])]
    return found


def _compiled(db: sqlite3.Connection, node: Node) -> Condition:
    if isinstance(node, Compare):
        return compare(db, node)
    if isinstance(node, Negated):
        part = _compiled(db, node.part)
        return Condition(f"NOT ({part.probe})", f"NOT ({part.among})", part.values)
    word = "AND" if isinstance(node, Both) else "OR"
    return _joined([_compiled(db, part) for part in node.parts], word)


def _joined(parts: Sequence[Condition], word: str) -> Condition:
    if len(parts) == 1:
        return parts[0]
    probe, among = (
        f" {word} ".join(f"({getattr(part, form)})" for part in parts) for form in ("probe", "among")
    )
    return Condition(f"({probe})", f"({among})", tuple(value for part in parts for value in part.values))


def _order(db: sqlite3.Connection, query: Query) -> Order:
    if query.sort is None:
        # a clock that was set back does not change what is newest in an experiment
        return Order("runs.created") if query.experiment is None else Order("runs.number")
    word = query.sort.strip()
    direction = "DESC" if word.startswith("-") else "ASC"
    found = find_field(db, word.lstrip("+-").replace("`", ""))
    if found.kind in ("metric", "tag"):
        key = "s.value" if found.kind == "metric" else "COALESCE(s.number, s.value)"
        return Order(key, direction, table=f"{found.kind}s", name=storable(found.name))
    if found.name == "run":
        return Order("runs.experiment", direction, tie="runs.number")
    return Order(COLUMNS[found.name][1], direction)
