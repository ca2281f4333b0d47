"""What a name in an expression means: a column, a metric or a tag; and a comparison with it in SQL."""

from __future__ import annotations

import math
import sqlite3
from dataclasses import dataclass
from typing import Any

from ..errors import ConfigError, did_you_mean
from ..runtime.status import STATUSES
from .filter import Compare
from .row import storable
from .when import moment_s, span_s

# name → kind and SQL; `took` and `run` are headings of the list
COLUMNS = {
    "run": ("text", "runs.experiment || '/' || runs.number"),
    "run_id": ("text", "runs.run_id"),
    "experiment": ("text", "runs.experiment"),
    "number": ("number", "runs.number"),
    "name": ("text", "runs.name"),
    "status": ("status", "runs.status"),
    "target": ("text", "runs.target"),
    "script": ("text", "runs.script"),
    "cause": ("text", "runs.cause"),
    "kind": ("text", "runs.kind"),
    "exit_code": ("number", "runs.exit_code"),
    "created": ("time", "runs.created"),
    "started": ("time", "runs.started"),
    "ended": ("time", "runs.ended"),
    "duration": ("span", "runs.duration"),
    "took": ("span", "runs.duration"),
}
_INDEXED = ("experiment", "status", "target", "name", "script")
_SQL = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "~": "LIKE", "!~": "NOT LIKE"}


@dataclass(frozen=True)
class Condition:
    """One condition on a run, in forms that mean the same and cost differently; all take `values`.

    `probe` looks at one run, `among` collects all first, `driver` lets SQLite begin with those that
    fulfil it, and `matches` selects a row for each of these.
    """

    probe: str
    among: str
    values: tuple[Any, ...] = ()
    driver: str = ""
    matches: str = ""


@dataclass(frozen=True)
class Field:
    """A name that was found: `kind` is metric, tag, or that of a column."""

    kind: str
    name: str


def find_field(db: sqlite3.Connection, name: str) -> Field:
    """What a name means; a column before a metric before a tag.

    Raises:
        ConfigError: No run has such a thing.
    """
    scope, dot, rest = name.partition(".")
    if dot and scope in ("metrics", "metric", "tags", "tag") and rest:
        kinds: tuple[str, ...] = (scope.rstrip("s"),)
    elif name in COLUMNS:
        return Field(COLUMNS[name][0], name)
    else:
        kinds, rest = ("metric", "tag"), name
    for kind in kinds:
        if db.execute(f"SELECT 1 FROM {kind}s WHERE name = ? LIMIT 1", (storable(rest),)).fetchone():
            return Field(kind, rest)
    if db.execute("SELECT 1 FROM runs LIMIT 1").fetchone() is None:
        return Field(kinds[0], rest)  # where there is no run, nothing is unknown
    raise _unknown(db, name, rest, kinds)


def _unknown(db: sqlite3.Connection, name: str, rest: str, kinds: tuple[str, ...]) -> ConfigError:
    there = {kind: names_of(db, kind) for kind in kinds}
    known = [word for words in there.values() for word in words]
    known += list(COLUMNS) if len(kinds) > 1 else []
    what = f"no run has a {' or '.join(kinds)}" + (", and no column is" if len(kinds) > 1 else "")
    said = ", ".join(known[:12]) + (" …" if len(known) > 12 else "")
    hint = did_you_mean(rest, known) or (f"there is {said}" if known else "")
    return ConfigError.single(f"{what} named '{rest}'", "" if rest == name else name, hint)


def names_of(db: sqlite3.Connection, kind: str) -> list[str]:
    """All names of metrics or tags, each looked up from the one before: quick where there are few."""
    found: list[str] = []
    name = db.execute(f"SELECT min(name) FROM {kind}s").fetchone()[0]
    while name is not None:
        found.append(name)
        name = db.execute(f"SELECT min(name) FROM {kind}s WHERE name > ?", (name,)).fetchone()[0]
    return found


def compare(db: sqlite3.Connection, node: Compare) -> Condition:
    """A comparison as a condition.

    Raises:
        ConfigError: The name is unknown, or the value none for it.
    """
    field = find_field(db, node.name)
    if field.kind == "metric":
        return _stored("metrics", field.name, *_of_metric(node))
    if field.kind == "tag":
        return _stored("tags", field.name, *_of_tag(node))
    return _of_column(field, node)


def _stored(table: str, name: str, sql: str, values: tuple[Any, ...]) -> Condition:
    """A condition on a row of its own: `sql` has `{0}` before each of its columns."""
    ids = f"SELECT id FROM {table} WHERE name = ? AND {sql.format('')}"
    probe = f"SELECT 1 FROM {table} AS s WHERE s.name = ? AND s.id = runs.id AND {sql.format('+s.')}"
    among = f"+runs.id IN ({ids} ORDER BY id LIMIT -1)"  # collected in their order: a third quicker
    return Condition(f"EXISTS ({probe})", among, (storable(name), *values), f"runs.id IN ({ids})", ids)


def _of_metric(node: Compare) -> tuple[str, tuple[Any, ...]]:
    value = number_of(node)
    if node.operator in ("~", "!~"):
        hint = "= != < <= > >="
        raise ConfigError.single(
            f"the metric '{node.name}' is a number, not text", f"`{node.operator}`", hint
        )
    if math.isnan(value):
        return ("{0}value IS NULL" if node.operator == "=" else "{0}value IS NOT NULL"), ()
    if node.operator == "!=":
        return "({0}value <> ? OR {0}value IS NULL)", (value,)
    return f"{{0}}value {_SQL[node.operator]} ?", (value,)


def _of_tag(node: Compare) -> tuple[str, tuple[Any, ...]]:
    operator, text = node.operator, storable(node.value)
    if operator in ("~", "!~"):
        return f"{{0}}value {_SQL[operator]} ? ESCAPE '\\'", (_pattern(text),)
    try:
        number = float(text)
    except ValueError:
        return f"{{0}}value {_SQL[operator]} ?", (text,)
    if operator == "=":
        return "({0}value = ? OR {0}number = ?)", (text, number)
    if operator == "!=":
        return "({0}value <> ? AND {0}number IS NOT ?)", (text, number)
    return f"{{0}}number {_SQL[operator]} ?", (number,)


def _of_column(field: Field, node: Compare) -> Condition:
    kind, sql = COLUMNS[field.name]
    operator, value = node.operator, _value(kind, node)
    if operator in ("~", "!~"):
        said = f"COALESCE({sql}, '') {_SQL[operator]} ? ESCAPE '\\'"
        return Condition(said, said, (_pattern(storable(node.value)),))
    if operator == "!=":
        said = f"{sql} IS NOT ?"
        return Condition(said, said, (value,))
    said = f"COALESCE({sql} {_SQL[operator]} ?, 0)"  # what is not there compares with nothing
    if operator != "=" or field.name not in _INDEXED:
        return Condition(said, said, (value,))
    matches = f"SELECT 1 FROM runs WHERE listed = 1 AND {sql} = ?"
    return Condition(said, said, (value,), f"{sql} = ?", matches)


def _value(kind: str, node: Compare) -> Any:
    if node.operator in ("~", "!~"):
        return node.value
    if kind == "time":
        return moment_s(node.value, f"{node.name} {node.operator}")
    if kind == "span":
        seconds = span_s(node.value)
        return number_of(node, "90 (seconds), 30m, 2h or 1d") if seconds is None else seconds
    if kind == "number":
        return number_of(node)
    if kind == "status":
        return status_of(node.value)
    return storable(node.value)


def number_of(node: Compare, hint: str = "a number: 0.9, 1e-3, nan") -> float:
    """The value of a comparison with a number. Raises ConfigError."""
    try:
        return float(node.value)
    except ValueError as error:
        where = f"{node.name} {node.operator} {node.value}"
        raise ConfigError.single(f"'{node.value}' is not a number", where, hint) from error


def status_of(word: str) -> str:
    """The status that is meant, in whatever case. Raises ConfigError."""
    known = {status.lower(): status for status in STATUSES}
    if word.lower() not in known:
        hint = did_you_mean(word, STATUSES) or f"there is {', '.join(STATUSES)}"
        raise ConfigError.single(f"no status '{word}'", "status", hint)
    return known[word.lower()]


def _pattern(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def contains_text(text: str) -> Condition:
    """Some word of the run (label, name, script, tags, cause, error) has this in it, in whatever case."""
    inner = "text LIKE ? ESCAPE '\\'"
    return Condition(
        f"EXISTS (SELECT 1 FROM texts AS s WHERE s.id = runs.id AND s.{inner})",
        f"+runs.id IN (SELECT id FROM texts WHERE {inner})",
        (_pattern(storable(text.lower())),),
    )


def has_tag(name: str, value: str | None) -> Condition:
    """The run has this tag, with this value if one is given; a tag that no run has is no error."""
    if value is None:
        return _stored("tags", name, "{0}value IS NOT NULL", ())
    return _stored("tags", name, "{0}value = ?", (storable(value),))


def created(operator: str, moment: float) -> Condition:
    said = f"runs.created {operator} ?"
    matches = f"SELECT 1 FROM runs WHERE listed = 1 AND created {operator} ?"
    return Condition(f"+{said}", f"+{said}", (moment,), said, matches)
