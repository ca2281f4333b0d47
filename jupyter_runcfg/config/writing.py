"""Changes single values in a YAML text; every other byte stays as it is.

One edit at a time: the text is read again after each, so that offsets are true, and what an edit
did to other places (an anchor that is used twice) is seen and mended by the next one.
"""

from __future__ import annotations

from typing import Any

from ..errors import ConfigError
from . import rendering
from .edit import put_value, remove_name
from .fault import Report
from .node import parse
from .reading import Found, read_into
from .section import Section

Path = tuple[str, ...]
ALWAYS_WRITTEN = (("script",), ("target",), ("framework",))


def flat(section: Section, skip: Path = ()) -> dict[Path, Any]:
    """Every setting by its path; maps of names are taken apart."""
    found: dict[Path, Any] = {}
    for path, value in section.leaves():
        if path[0] in skip:
            continue
        if isinstance(value, dict):
            found |= {(*path, name): item for name, item in value.items()}
        else:
            found[path] = value
    return found


def new_text(section: Section, skip: Path, kept: dict[Path, Any] | None = None) -> str:
    """A new file: what differs from the defaults, and script, target and framework."""
    defaults = flat(type(section)())
    values = flat(section, skip)
    wanted = {
        path: value
        for path, value in values.items()
        if path in ALWAYS_WRITTEN or path not in defaults or defaults[path] != value
    }
    if not wanted and not kept:
        wanted = dict(list(values.items())[:1])
    tree: dict[str, Any] = {}
    for path, value in [*wanted.items(), *(kept or {}).items()]:
        place = tree
        for key in path[:-1]:
            place = place.setdefault(key, {})
        place[path[-1]] = value
    return "\n".join(rendering.block(tree)) + "\n"


def rewrite(text: str, cls: type[Section], wanted: Section, *, skip: Path = (), prefix: Path = ()) -> str:
    """`text` with the values of `wanted`. Raises ConfigError when that cannot be done in place."""
    goal = flat(wanted, skip)
    current, before = _read(text, cls, skip, prefix)
    root = before.root
    for _ in range(4 * (len(goal) + len(current)) + 16):
        step = _next(current, goal)
        if step is None:
            break
        path, value = step
        names = _map_depth(cls, path)
        text = remove_name(text, root, path) if value is _GONE else put_value(text, root, path, value, names)
        try:
            current, found = _read(text, cls, skip, prefix)
        except ConfigError:
            raise _impossible(path) from None
        if found.kept != before.kept:
            raise _impossible(path)
        root = found.root
    else:
        raise _impossible(path)
    return text


def put(text: str, path: Path, value: Any) -> str:
    """`text` with `value` at `path`, whatever stands there now."""
    return put_value(text, parse(text, Report("")), path, value, len(path))


_GONE = object()


def _next(current: dict[Path, Any], goal: dict[Path, Any]) -> tuple[Path, Any] | None:
    for path, value in goal.items():
        if path not in current or current[path] != value:
            return path, value
    for path in current:
        if path not in goal:
            return path, _GONE
    return None


def _read(text: str, cls: type[Section], skip: Path, prefix: Path) -> tuple[dict[Path, Any], Found]:
    report = Report("the new text")
    section = cls()
    found = read_into(section, text, report, prefix)
    report.raise_faults()
    return flat(section, skip), found


def _map_depth(cls: type[Section], path: Path) -> int:
    """How many parts of the path are keys of ours; what follows are the person's own names."""
    section: Any = cls()
    for depth, part in enumerate(path):
        name = section.find_field(part)
        value = getattr(section, name)
        if not isinstance(value, Section):
            return depth + 1
        section = value
    return len(path)


def _impossible(path: Path) -> ConfigError:
    message = "this file is written in a way that cannot be changed in place"
    return ConfigError.single(
        message, ".".join(path), "write its keys as `key: value`, without anchors and aliases"
    )
