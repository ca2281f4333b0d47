"""What has to be done to one tree of plain values to make it another, one step at a time."""

from __future__ import annotations

from typing import Any

Step = tuple[str | int, ...]


class _Mark:
    """A word of this module in the place of a value."""


GONE = _Mark()
"""The value at this path is taken out."""


class Added:
    """A value put behind the last one of a list."""

    def __init__(self, value: Any) -> None:
        self.value = value


def first_difference(current: Any, goal: Any, path: Step = ()) -> tuple[Step, Any] | None:
    """The path of the first difference, and what is to be there; None when the trees are equal."""
    if current == goal and type(current) is type(goal):
        return None
    if isinstance(current, dict) and isinstance(goal, dict):
        return _in_maps(current, goal, path)
    if isinstance(current, list) and isinstance(goal, list):
        return _in_lists(current, goal, path)
    return None if _same(current, goal) else (path, goal)


def _same(current: Any, goal: Any) -> bool:
    """Equal numbers are the same however they are written; True is not 1."""
    return bool(current == goal) and isinstance(current, bool) == isinstance(goal, bool)


def _in_maps(current: dict[str, Any], goal: dict[str, Any], path: Step) -> tuple[Step, Any] | None:
    for key, value in goal.items():
        if key not in current:
            return (*path, key), value
        found = first_difference(current[key], value, (*path, key))
        if found is not None:
            return found
    return next((((*path, key), GONE) for key in current if key not in goal), None)


def _in_lists(current: list[Any], goal: list[Any], path: Step) -> tuple[Step, Any] | None:
    if len(current) == len(goal):
        pairs = enumerate(zip(current, goal, strict=True))
        found = (first_difference(old, new, (*path, index)) for index, (old, new) in pairs)
        return next((step for step in found if step is not None), None)
    if current and current == goal[: len(current)]:
        return path, Added(goal[len(current)])
    surplus = _surplus(current, goal)
    return (path, goal) if surplus is None else ((*path, surplus), GONE)


def _surplus(current: list[Any], goal: list[Any]) -> int | None:
    """The first item to take out, when only taking out is needed and some item stays."""
    rest = iter(current)
    if not goal or len(goal) >= len(current) or not all(item in rest for item in goal):
        return None
    return next((i for i, item in enumerate(goal) if current[i] != item), len(goal))
