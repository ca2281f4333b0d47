"""MLflow's search language: `metrics.loss < 0.5 AND params.model = 'tree'`, order, pages."""

import operator
import re

from .run import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_KINDS = {
    "metric": "metrics",
    "metrics": "metrics",
    "param": "params",
    "params": "params",
    "parameter": "params",
    "parameters": "params",
    "tag": "tags",
    "tags": "tags",
    "attr": "info",
    "attribute": "info",
    "attributes": "info",
    "run": "info",
}
_CLAUSE = re.compile(
    r"""\s*(?:(?P<kind>[A-Za-z]+)\s*\.\s*)?
    (?:`(?P<ticked>[^`]*)`|"(?P<quoted>[^"]*)"|(?P<name>[^\s=!<>(]+))\s*
    (?:(?P<null>IS\s+(?:NOT\s+)?NULL\b)
    |(?P<operator>!=|<>|>=|<=|=|>|<|(?:NOT\s+)?I?LIKE\b|(?:NOT\s+)?IN\b)\s*
    (?P<value>'[^']*'|"[^"]*"|\([^)]*\)|[^\s()]+)?)\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_AND = re.compile(r"AND\b", re.IGNORECASE)
_ORDER = re.compile(r"\s+(ASC|DESC)\s*$", re.IGNORECASE)
_ALIASES = {"created": "start_time", "Created": "start_time", "start time": "start_time", "Name": "run_name"}
_COMPARISONS = {
    "=": operator.eq,
    "!=": operator.ne,
    "<>": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_IS_PROMPT = "mlflow.prompt.is_prompt"
_PAGE = 1000


def select(found: "list[dict[str, Any]]", body: "dict[str, Any]", name: "str") -> "dict[str, Any]":
    """The rows (`{"info": …, "data": …}`) that a search asks for, as its answer. Raises Refusal."""
    clauses = _clauses(str(body.get("filter") or ""))
    found = [row for row in found if all(_holds(row, clause) for clause in clauses)]
    found.sort(key=lambda row: -_time_of(row))
    order = body.get("order_by") or []
    for words in reversed(order if isinstance(order, list) else [order]):
        _sort(found, words)
    try:
        start, size = int(body.get("page_token") or 0), int(body.get("max_results") or _PAGE)
    except (TypeError, ValueError):
        raise _refuse("page_token and max_results are numbers") from None
    answer = {name: found[start : start + size]}  # type: dict[str, Any]
    if len(found) > start + size:
        answer["next_page_token"] = str(start + size)
    return answer


def _refuse(message: "str") -> "Refusal":
    return Refusal("INVALID_PARAMETER_VALUE", message)


def _clauses(text: "str") -> "list[tuple[str, str, str, Any]]":
    """(kind, name, sign, value) of each comparison."""
    clauses = []
    place = 0
    while text[place:].strip():
        match = _CLAUSE.match(text, place)
        if match is None:
            raise _refuse("Invalid filter string: '{}', at '{}'".format(text, text[place:]))
        kind, name = _field(match.group("kind"), match.group("ticked", "quoted", "name"))
        sign = " ".join((match.group("null") or match.group("operator")).upper().split())
        wanted = None if match.group("null") else _value(sign, match.group("value"))
        if kind in ("params", "tags") and isinstance(wanted, float):
            raise _refuse("'{}' is text: '{}' is to be quoted".format(name, match.group("value")))
        clauses.append((kind, name, sign, wanted))
        place = match.end()
        joined = _AND.match(text, place)
        if joined is None and text[place:].strip():
            raise _refuse("Invalid filter string: '{}': comparisons are joined by AND".format(text))
        place = joined.end() if joined else place
    return clauses


def _field(kind: "str | None", names: "tuple[str | None, ...]") -> "tuple[str, str]":
    name = next(name for name in names if name is not None)
    if kind is None:
        return "info", _ALIASES.get(name, name)
    if kind.lower() not in _KINDS:
        raise _refuse("Invalid entity type '{}': it is one of {}".format(kind, ", ".join(sorted(_KINDS))))
    found = _KINDS[kind.lower()]
    return found, _ALIASES.get(name, name) if found == "info" else name


def _value(sign: "str", word: "str | None") -> "str | float | list[str]":
    if word is None:
        raise _refuse("'{}' in a filter needs a value".format(sign))
    if word.startswith("("):
        return [part.strip().strip("'\"") for part in word[1:-1].split(",")]
    if word[0] in "'\"":
        return word[1:-1]
    try:
        return float(word)
    except ValueError:
        raise _refuse("text in a filter stands in quotes: '{}'".format(word)) from None


def _get(row: "dict[str, Any]", kind: "str", name: "str") -> "Any":
    if kind == "info":
        return row["info"].get(name)
    pairs = row["data"].get(kind) or []
    return next((pair["value"] for pair in pairs if pair["key"] == name), None)


def _holds(row: "dict[str, Any]", clause: "tuple[str, str, str, Any]") -> "bool":
    kind, name, sign, wanted = clause
    value = _get(row, kind, name)
    if sign.startswith("IS"):
        return (value is None) == (sign == "IS NULL")
    if value is None:  # the client asks so in each search of models, and means those without it as well
        return sign == "!=" and name == _IS_PROMPT
    if sign.endswith("IN"):
        return (str(value) in wanted) == (sign == "IN")
    if sign.endswith("LIKE"):
        pattern = ".*".join(re.escape(part) for part in str(wanted).split("%")).replace("_", ".")
        flags = re.DOTALL | (re.IGNORECASE if sign.endswith("ILIKE") else 0)
        return (re.match(pattern + r"\Z", str(value), flags) is not None) != sign.startswith("NOT")
    if kind == "metrics" or isinstance(wanted, float):
        try:
            return _compare(sign, float(value), float(wanted))
        except (TypeError, ValueError):
            raise _refuse("'{}' is compared with a number".format(name)) from None
    return _compare(sign, str(value), str(wanted))


def _compare(sign: "str", value: "Any", wanted: "Any") -> "bool":
    return bool(_COMPARISONS[sign](value, wanted))


def _sort(rows: "list[dict[str, Any]]", words: "object") -> "None":
    """Sort by one column; rows without it, and those that are no number, come last."""
    text = str(words.get("field_name", "")) if isinstance(words, dict) else str(words)
    falls = isinstance(words, dict) and words.get("ascending") is False
    direction = _ORDER.search(text)
    if direction is not None:
        falls = direction.group(1).upper() == "DESC"
        text = text[: direction.start()]
    kind, _, name = text.strip().partition(".")
    if not name:
        kind, name = "info", kind
    column, field = _field(None if kind == "info" else kind, (name.strip('`"'),))

    def key(row: "dict[str, Any]") -> "tuple[object, ...]":
        value = _get(row, column, field)
        if column == "metrics" and isinstance(value, str):
            value = {"Infinity": float("inf"), "-Infinity": float("-inf")}.get(value)
        return (value is not None) == falls, 0 if value is None else value

    rows.sort(key=key, reverse=falls)


def _time_of(row: "dict[str, Any]") -> "int":
    info = row["info"]
    return int(info.get("start_time") or info.get("creation_timestamp_ms") or 0)
