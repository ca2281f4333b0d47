"""Walks a directory and tells what would travel; reads names and ignore files, never contents."""

# Paths are the file system's own text here: pathlib would normalise them, and costs time.

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field

from ..errors import SnapshotError
from .ignore import Rules
from .link import follow
from .value import Ignored, Skipped, printable

_KINDS = (
    (stat.S_ISFIFO, "named pipe"),
    (stat.S_ISSOCK, "socket"),
    (stat.S_ISBLK, "block device"),
    (stat.S_ISCHR, "character device"),
)


@dataclass
class Tree:
    """What a walk found; paths relative to the root, in no order."""

    files: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)  # path, the text to store
    empty: list[str] = field(default_factory=list)  # directories in which nothing is kept
    ignored: list[Ignored] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    doubtful: list[Skipped] = field(default_factory=list)


def walk(root: str, home: str) -> Tree:
    """Everything below `root` that its ignore rules keep; ignored directories are not entered.

    `home`, the directory of the records, never travels in a snapshot that it would hold itself.

    Raises:
        SnapshotError: The root is no directory, or a directory that is kept cannot be listed.
    """
    if not os.path.isdir(root):
        is_there = os.path.lexists(root)
        raise SnapshotError(
            f"the source directory is {'not a directory' if is_there else 'not there'}",
            where=printable(root),
            hint="name a directory with --source, or change into one",
        )
    tree = Tree()
    home_inside = os.path.relpath(os.path.realpath(home), os.path.realpath(root))
    pending = [("", Rules.at(root))]
    while pending:
        directory, rules = pending.pop()
        before = len(tree.files) + len(tree.links)
        below = [
            (path, rules.below(root, path)) for path in _directory(tree, root, directory, rules, home_inside)
        ]
        if directory and not below and before == len(tree.files) + len(tree.links):
            tree.empty.append(directory)
        pending += below
    return tree


def _directory(tree: Tree, root: str, directory: str, rules: Rules, home: str) -> list[str]:
    """Sort the members of one directory into the tree; returns the directories to enter."""
    enter = []
    for member in _members(root, directory):
        path = f"{directory}/{member.name}" if directory else member.name
        is_directory = member.is_dir(follow_symlinks=False)
        if member.name == ".git":
            rule: str | None = "always .git"
        elif path == home:
            rule = "always the home of the records"
        else:
            rule = rules.ignoring(path, is_directory)
        if rule is not None:
            tree.ignored.append(Ignored(path, is_directory, rule))
        elif is_directory:
            enter.append(path)
        elif member.is_symlink():
            _link(tree, root, path)
        elif member.is_file(follow_symlinks=False):
            tree.files.append(path)
        else:
            tree.skipped.append(Skipped(path, _kind(member)))
    return enter


def _members(root: str, directory: str) -> list[os.DirEntry[str]]:
    place = os.path.join(root, directory) if directory else root
    try:
        with os.scandir(place) as members:
            return list(members)
    except FileNotFoundError:
        return []  # it went away since its parent was listed
    except OSError as error:
        line = "/" + re.sub(r"([*?\[\\])", r"\\\1", printable(directory)) + "/"
        raise SnapshotError(
            f"cannot read the directory '{printable(directory or root)}': {error.strerror}",
            where=printable(place),
            hint=f"chmod u+rx it, or add the line {line} to .amlignore"
            if directory
            else "chmod u+rx it, or submit from another directory",
        ) from error


def _link(tree: Tree, root: str, path: str) -> None:
    try:
        link = follow(root, path, os.readlink(os.path.join(root, path)))
    except OSError as error:
        tree.skipped.append(Skipped(path, f"cannot be read: {error.strerror}"))
        return
    if link.target:
        tree.links.append((path, link.target))
    if link.oddity:
        (tree.doubtful if link.target else tree.skipped).append(Skipped(path, link.oddity))


def _kind(member: os.DirEntry[str]) -> str:
    try:
        mode = member.stat(follow_symlinks=False).st_mode
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return next((name for test, name in _KINDS if test(mode)), "no file, link or directory")
