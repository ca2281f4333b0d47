"""Keys of a configuration with the values that they allow: for `set` and for YAML bodies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..config.schema_file import schema
from . import known

_YES_NO = ("true", "false")


def assignments(fragment: str) -> Iterator[tuple[str, str]]:
    """What `KEY=VALUE` may become: dotted keys level by level, after `=` the values; with what each is."""
    key, equals, _ = fragment.partition("=")
    if equals:
        yield from ((f"{key}={value}", "value") for value in values(tuple(key.split("."))))
        return
    path = tuple(key.split("."))[:-1]
    before = "".join(f"{part}." for part in path)
    for name, node in keys(path).items():
        goes_on = _section(node) is not None or _is_map(node)
        yield f"{before}{name}{'.' if goes_on else '='}", str(node.get("description", ""))


def keys(path: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """The settings of a section, with their schemas; none where the path leads to no section."""
    place = schema()
    for part in path:
        node = _find(place, part)
        below = None if node is None else _section(node)
        if below is None:
            return {}
        place = below
    properties: dict[str, dict[str, Any]] = place.get("properties", {})
    return {name: node for name, node in properties.items() if not node.get("deprecated")}


def values(path: tuple[str, ...]) -> list[str]:
    """The words that a setting allows, or that are likely; none where it takes any text."""
    node = _find({"properties": keys(path[:-1])}, path[-1])
    if node is None:
        return []
    if path == ("target",):
        return known.targets()
    if path == ("script",):
        return known.scripts()
    for choice in node.get("anyOf", [node]):
        if "enum" in choice:
            return [str(word) for word in choice["enum"]]
        if choice.get("type") == "boolean":
            return list(_YES_NO)
    return []


def _find(place: dict[str, Any], key: str) -> dict[str, Any] | None:
    """A setting under its key, in whatever of the three spellings."""
    properties: dict[str, dict[str, Any]] = place.get("properties", {})
    if key in properties:
        return properties[key]
    plain = {name.lower(): node for name, node in properties.items()}
    return plain.get(key.replace("_", "").lower())


def _is_map(node: dict[str, Any]) -> bool:
    return any("additionalProperties" in choice for choice in node.get("anyOf", [node]))


def _section(node: dict[str, Any]) -> dict[str, Any] | None:
    """The schema of the section that a setting is, or that each of its entries is."""
    for choice in node.get("anyOf", [node]):
        for inner in (choice, choice.get("additionalProperties"), choice.get("items")):
            if isinstance(inner, dict) and "$ref" in inner:
                return dict(schema()["$defs"][inner["$ref"].rpartition("/")[2]])
    return None
