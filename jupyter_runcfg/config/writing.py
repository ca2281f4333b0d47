"""Changes single values in a YAML text; every other byte stays as it is.

One edit at a time: the text is read again after each, so that offsets are true, and what an edit
did to other places (an anchor that is used twice) is seen and mended by the next one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ..errors import ConfigError
from . import rendering
from .difference import GONE, Step, first_difference
from .edit import Place, change
from .environment import Environment
from .fault import Report
from .node import Node
from .reading import Found, names_alone, read_into
from .section import Section, camel

if TYPE_CHECKING:
    from .model import RunConfiguration

_MANY = 20_000
_NAMES = ("name", "version")  # all that the tree of a reference has


def new_text(tree: dict[str, Any]) -> str:
    """A new file."""
    return "\n".join(rendering.block(tree)) + "\n"


@dataclass(frozen=True, eq=False)
class Reading:
    """A text as it was read: every setting as a plain tree, and the nodes that they stand at."""

    tree: dict[str, Any]
    root: Node | None
    environment: str = "map"
    """What stands for the environment: a map, a file, a reference, or nothing ('')."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Reading:
        return self  # what was read does not change

    @classmethod
    def of(cls, config: RunConfiguration, found: Found) -> Reading:
        """`config` is as `found` was read into it, and not changed since."""
        tree = config._tree(full=True, written=True)
        if found.environment_file:
            return cls({**tree, "environment": found.environment_file}, found.root, "file")
        if ("environment",) not in found.lines:
            return cls(tree, found.root, "")
        if config.environment.is_reference:
            definition = Environment._tree(config.environment, full=True, written=True)
            return cls({**tree, "environment": definition}, found.root, "reference")
        return cls(tree, found.root)

    def towards(self, goal: dict[str, Any]) -> dict[str, Any]:
        """The tree, without an environment that has to be put there whole, not value by value."""
        tree, environment = dict(self.tree), goal["environment"]
        if self.environment == "" and tree["environment"] != environment:
            del tree["environment"]
        elif self.environment == "map" and isinstance(environment, dict) and len(environment) == len(_NAMES):
            tree["environment"] = None  # a map that says more has to go whole
        elif self.environment == "reference" and isinstance(environment, dict):
            if len(environment) == len(_NAMES):
                tree["environment"] = {key: tree["environment"][key] for key in environment}
            elif tree["environment"] == environment:  # a definition that says no more must say so
                tree["environment"] = {k: v for k, v in environment.items() if k != "python"}
        return tree


def rewrite_configuration(
    text: str, config: RunConfiguration, environment_file: str = "", known: Reading | None = None
) -> str:
    """`text`, read as `known`, with the values of `config`; its environment may be the name of a file.

    Raises:
        ConfigError: The text is written in a way that cannot be changed in place.
    """
    goal = config._tree(full=True, written=True)
    if environment_file:
        goal["environment"] = environment_file

    def read(text: str) -> tuple[dict[str, Any], Node | None]:
        section = type(config)()
        report = Report("the new text")
        found = read_into(section, text, report)
        report.raise_faults()
        reading = Reading.of(section, found)
        return reading.towards(goal), reading.root

    return rewrite(text, goal, read, type(config), (known.towards(goal), known.root) if known else None)


def rewrite_environment(text: str, environment: Environment) -> str:
    """As `rewrite_configuration`, for a file that holds an environment alone."""
    goal = environment._tree(full=True, written=True)

    def read(text: str) -> tuple[dict[str, Any], Node | None]:
        section = Environment.bare()
        report = Report("the new text")
        found = read_into(section, text, report, ("environment",))
        report.raise_faults()
        kind = "reference" if names_alone(found.root) else "map"
        reading = Reading({"environment": section._tree(full=True, written=True)}, found.root, kind)
        return reading.towards({"environment": goal})["environment"], found.root

    return rewrite(text, goal, read, Environment)


_Read = tuple[dict[str, Any], Node | None]


def rewrite(
    text: str,
    goal: dict[str, Any],
    read: Callable[[str], _Read],
    cls: type[Section],
    known: _Read | None = None,
) -> str:
    """`text` changed step by step until what `read` makes of it is `goal`; `known` is how it reads now.

    Raises:
        ConfigError: It cannot be changed in place.
    """
    current, root = known or read(text)
    seen = {hash(text)}
    while (step := first_difference(current, goal)) is not None:
        path, value = step
        text = change(text, root, _places(cls, path), value, goal)
        if hash(text) in seen or len(seen) > _MANY:  # it goes in circles
            raise _impossible(path)
        seen.add(hash(text))
        try:
            current, root = read(text)
        except ConfigError:
            raise _impossible(path) from None
    return text


def _places(cls: type[Section], path: Step) -> list[Place]:
    """Each step of a path with the spellings that a file may have for it."""
    found: list[Place] = []
    section: type[Section] | None = cls
    entries = False
    for part in path:
        if isinstance(part, int) or section is None or entries:
            found.append(Place(part))
            entries = False
        else:
            name = section.find_field(part)
            found.append(Place(part, partial(_spells, section, name), partial(_was, section, name)))
            shape = section.shapes()[name] if name else None
            section = shape.section if shape else None
            entries = shape is not None and shape.kind in ("map", "list")
    return found


def _spells(section: type[Section], name: str | None, word: str) -> bool:
    return name is not None and section.find_field(word) == name


def _was(section: type[Section], name: str | None, word: str) -> bool:
    return name is not None and section.old_keys.get(camel(word)) == name


def _impossible(path: Step) -> ConfigError:
    message = "this file is written in a way that cannot be changed in place"
    where = ".".join(str(part) for part in path)
    return ConfigError.single(message, where, "write its keys as `key: value`, without anchors and aliases")


__all__ = ["GONE", "new_text", "rewrite_configuration", "rewrite_environment"]
