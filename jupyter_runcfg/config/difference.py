"""What has to be done to one tree of plain values to make it another, one step at a time."""

from __future__ import annotations

from typing import Any

Step = tuple[str | int, ...]


class _Mark:
    """A word of this module in the place of a value."""


GONE = _Mark()
"""The value at this path is taken out."""


class Added:
    """A value put before the item that is at this index of a list, or behind the last one."""

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
    """The first item that is to be put in, taken out or changed; what stays of the others stays as it is."""
    if not current or not goal:
        return path, goal
    pairs = enumerate(zip(current, goal, strict=False))
    index = next((n for n, (old, new) in pairs if first_difference(old, new) is not None), None)
    if index is None:
        index = min(len(current), len(goal))
        return ((*path, index), Added(goal[index])) if len(goal) > len(current) else ((*path, index), GONE)
    old, new = current[index], goal[index]
    old_stays = any(_alike(old, item) for item in goal[index + 1 :])
    new_comes = any(_alike(new, item) for item in current[index + 1 :])
    if len(goal) > len(current) and old_stays and not new_comes:
        return (*path, index), Added(new)
    if new_comes and (len(goal) < len(current) or (len(goal) == len(current) and not old_stays)):
        return (*path, index), GONE
    return first_difference(old, new, (*path, index))


def _alike(one: Any, other: Any) -> bool:
    """Equal, or two maps of the same keys: one may have become the other."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys()
    return bool(one == other)
