"""One setting of a configuration as a form sees it: what its schema says, its value, how it is set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from ...config.schema_file import schema

if TYPE_CHECKING:
    from ...config import RunConfiguration

_SCALARS = {"string", "number", "boolean", "integer"}
_BY_NAME = {"condaDependencies": "packages", "command": "words"}


@dataclass(frozen=True)
class Setting:
    """A leaf of the JSON Schema; `path` has the keys that lead to it, as the file has them."""

    path: tuple[str, ...]
    kind: str
    """text, password, choice, switch, number, lines, words, rows, packages or yaml."""
    title: str
    description: str
    default: Any
    nullable: bool
    """Nothing said is a value of its own, not the default."""
    choices: tuple[str, ...] = ()
    unit: str = ""
    example: str = ""
    """How a value that is written as YAML looks."""

    @property
    def key(self) -> str:
        return ".".join(self.path)

    def read(self, config: RunConfiguration, tree: dict[str, Any]) -> Any:
        """Its plain value, in `tree`, which is what `config.to_dict()` gives."""
        value: Any = tree
        for key in self.path:
            if not isinstance(value, dict) or key not in value:
                return self._read_unwritten(config)
            value = value[key]
        return value

    def _read_unwritten(self, config: RunConfiguration) -> Any:
        """A value that a file would not have: of a section that is omitted, or defined elsewhere."""
        value: Any = config
        for key in self.path:
            if value is None:
                return None
            value = getattr(value, value.find_field(key))
        return value

    def write(self, config: RunConfiguration, value: Any) -> None:
        """Set it, and the sections that it stands in where there are none.

        Raises:
            ConfigError: The value is wrong; nothing is changed.
        """
        section: Any = config
        made: tuple[Any, str, Any] | None = None
        for key in self.path[:-1]:
            name = section.find_field(key)
            inner = getattr(section, name)
            if inner is None:
                inner = section.shapes()[name].section.bare()
                made = made or (section, name, inner)
            section = inner
        setattr(section, section.find_field(self.path[-1]), value)
        if made is not None:
            setattr(*made)


@cache
def all_settings() -> tuple[Setting, ...]:
    """Every setting that is not of older files only, in the order of the schema."""
    return tuple(_below(schema(), ()))


def _below(section: dict[str, Any], path: tuple[str, ...]) -> Iterator[Setting]:
    for key, node in section["properties"].items():
        if node.get("deprecated"):
            continue
        choices = node.get("anyOf", [node])
        reference = next((choice["$ref"] for choice in choices if "$ref" in choice), None)
        # a section that may be missing is one text: a form that shows it has to make it
        if reference is not None and node.get("default", ...) is not None:
            yield from _below(schema()["$defs"][reference.rpartition("/")[2]], (*path, key))
        else:
            yield _leaf((*path, key), node)


def _leaf(path: tuple[str, ...], node: dict[str, Any]) -> Setting:
    choices = [choice for choice in node["anyOf"] if choice.get("type") != "null"]
    first = choices[0]
    return Setting(
        path,
        _kind(path, first),
        node["title"],
        node.get("description", ""),
        node.get("default"),
        nullable=node.get("default", ...) is None,
        choices=tuple(first.get("enum", ())),
        unit=first.get("x-unit", ""),
        example=_example(first),
    )


def _example(choice: dict[str, Any]) -> str:
    """The keys of a section, or of one entry of a list or map of sections."""
    places = {"additionalProperties": "NAME: ", "items": "- "}
    place = next((word for word in places if isinstance(choice.get(word), dict)), "")
    reference = (choice[place] if place else choice).get("$ref", "")
    if not reference:
        return ""
    keys = schema()["$defs"][reference.rpartition("/")[2]]["properties"]
    known = [f"{key}: …" for key, node in keys.items() if not node.get("deprecated")]
    return f"{places.get(place, '')}{{{', '.join(known)}}}"


def _kind(path: tuple[str, ...], choice: dict[str, Any]) -> str:
    if path == ("arguments",):
        return "words"  # those of a container are a list, and stay one
    if path[-1] in _BY_NAME:
        return _BY_NAME[path[-1]]
    if "enum" in choice or choice.get("format") == "password":
        return "choice" if "enum" in choice else "password"
    kind = choice.get("type")
    if kind == "array":
        return "lines" if {choice["items"].get("type")} & _SCALARS else "yaml"
    if kind == "object":
        values = choice.get("additionalProperties")
        is_of_texts = isinstance(values, dict) and "$ref" not in values
        return "rows" if is_of_texts else "yaml"
    return {"boolean": "switch", "integer": "number", "string": "text"}.get(str(kind), "yaml")
