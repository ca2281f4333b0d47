"""Where a symbolic link leads, seen from inside the tree: a link may only stay in it."""

# Paths are the file system's own text here: pathlib would normalise them, and costs time.

from __future__ import annotations

import os
from dataclasses import dataclass

from .value import printable

_MOST_LINKS = 40  # as the kernel counts before it says ELOOP


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the tree: the text to store (empty: it cannot travel) and what is odd about it."""

    target: str
    oddity: str = ""


def follow(root: str, path: str, target: str) -> Link:
    """Judge the link `path` (relative to `root`) whose text is `target`.

    A text that starts with the tree's own absolute path is turned into a relative one, or the
    checkout would point back into the working directory.
    """
    here = path.split("/")[:-1]
    if os.path.isabs(target):
        inside = _below(root, target)
        if inside is None:
            return Link("", f"link out of the directory, to '{printable(target)}'")
        target = os.path.relpath(inside, "/".join(here) or ".")
    fault = _walk(root, here, target)
    if fault == "out":
        return Link("", f"link out of the directory, to '{printable(target)}'")
    return Link(target, fault)


def _below(root: str, target: str) -> str | None:
    """`target`, which is absolute, relative to the root; None when it is not below it."""
    for start in (root, os.path.realpath(root)):
        relative = os.path.relpath(target, start)
        if relative != ".." and not relative.startswith("../"):
            return relative
    return None


def _walk(root: str, here: list[str], target: str) -> str:
    """Take the steps of `target` one by one: "", "out", or what is odd about the way."""
    steps = target.split("/")[::-1]
    place = list(here)
    seen = 0
    while steps:
        step = steps.pop()
        if step in ("", "."):
            continue
        if step == "..":
            if not place:
                return "out"
            place.pop()
            continue
        place.append(step)
        current = os.path.join(root, *place)
        if os.path.islink(current):
            seen += 1
            if seen > _MOST_LINKS:
                return f"link that leads in a circle, to '{printable(target)}'"
            place.pop()
            text = os.readlink(current)
            inside = _below(root, text) if os.path.isabs(text) else text
            if inside is None:
                return "out"
            if os.path.isabs(text):
                place = []
            steps.extend(inside.split("/")[::-1])
        elif not os.path.lexists(current):
            # `..` may still follow: what is missing is a name like any other until it leaves
            return "out" if _leaves(place, steps) else f"broken link, to '{printable(target)}'"
    return ""


def _leaves(place: list[str], steps: list[str]) -> bool:
    depth = len(place)
    for step in reversed(steps):
        depth += -1 if step == ".." else step not in ("", ".")
        if depth < 0:
            return True
    return False
