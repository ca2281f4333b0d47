"""Walks a directory and tells what would travel; reads names and ignore files, never contents."""

# Paths are the file system's own text here: pathlib would normalise them, and costs time.

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from ..errors import SnapshotError
from ..runtime.filesystem import real_path
from .ignore import ROOT_FILES, Rules
from .link import follow
from .stamp import NONE, OddTime, pack
from .value import Ignored, Skipped, ignore_line, printable

_KINDS = (
    (stat.S_ISFIFO, "named pipe"),
    (stat.S_ISSOCK, "socket"),
    (stat.S_ISBLK, "block device"),
    (stat.S_ISCHR, "character device"),
)


@dataclass
class Tree:
    """What a walk found; paths relative to the root, in no order."""

    place: str  # the root's real path
    files: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)  # of each file, in bytes
    stamps: list[bytes] = field(default_factory=list)  # of each file
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
    tree = Tree(real_path(root))
    home_inside = cache(lambda: _below(tree.place, real_path(home)))
    pending = [("", Rules.default())]
    while pending:
        directory, rules = pending.pop()
        before, ignored = len(tree.files) + len(tree.links), len(tree.ignored)
        with _members(root, directory) as members:
            names = [member.name for member in members]
            if directory and rules.file_name in names:
                rules = rules.below(root, directory)
            elif not directory and any(name in names for name in ROOT_FILES):
                rules = Rules.at(root)
            below = _directory(tree, root, directory, members, rules, home_inside)
        if directory and not below and before == len(tree.files) + len(tree.links):
            own = (
                f"{directory}/{rules.file_name}"  # one that drops itself, as of caches: nothing is to be seen
            )
            if all(dropped.path != own for dropped in tree.ignored[ignored:]):
                tree.empty.append(directory)
        pending += [(path, rules) for path in below]
    return tree


def _below(place: str, path: str) -> str:
    """The way from one real path to another below it; "" where it is not below."""
    start = place.rstrip("/") + "/"
    return path[len(start) :] if path.startswith(start) else ""


def _directory(  # noqa: PLR0917  one loop of `walk`, in a room of its own
    tree: Tree,
    root: str,
    directory: str,
    members: list[os.DirEntry[str]],
    rules: Rules,
    home: Callable[[], str],
) -> list[str]:
    """Sort the members of one directory into the tree; returns the directories to enter."""
    enter = []
    sieve = rules.sieve(directory)
    names, endings, fits = sieve.names, sieve.endings, sieve.fits
    start = directory and directory + "/"
    add_file, add_size, add_stamp = tree.files.append, tree.sizes.append, tree.stamps.append
    for member in members:  # a hundred thousand times: what is asked of each one here is all it costs
        name = member.name
        path = start + name
        if name in names or name.endswith(endings) or (fits and fits(os.fsencode(name))):
            is_directory = member.is_dir(follow_symlinks=False)
            rule = "always .git" if name == ".git" else rules.ignoring(path, is_directory)
            if rule is not None:
                tree.ignored.append(Ignored(path, is_directory, rule))
                continue
        if member.is_file(follow_symlinks=False):
            try:
                info = member.stat(follow_symlinks=False)
            except OSError:  # gone meanwhile: who reads it will say so
                add_size(0)
                add_stamp(NONE)
            else:
                size = info.st_size
                add_size(size)
                try:  # `stamp`, without the call
                    add_stamp(pack(info.st_mtime_ns, info.st_ctime_ns, size, info.st_ino, info.st_mode))
                except OddTime:
                    add_stamp(NONE)
            add_file(path)
        elif member.is_dir(follow_symlinks=False):
            if path == home():
                tree.ignored.append(Ignored(path, True, "always the home of the records"))
            else:
                enter.append(path)
        elif member.is_symlink():
            _link(tree, root, path)
        else:
            tree.skipped.append(Skipped(path, _kind(member)))
    return enter


@contextmanager
def _members(root: str, directory: str) -> Iterator[list[os.DirEntry[str]]]:
    """What a directory holds; it stays open, so that looking at a member need not find its way again."""
    place = os.path.join(root, directory) if directory else root
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | (os.O_NOFOLLOW if directory else 0)
    try:
        descriptor = os.open(place, flags)
    except (FileNotFoundError, NotADirectoryError):
        if not directory:
            raise _no_directory(root) from None
        yield []  # it went away since its parent was listed, or a link took its place
        return
    except OSError as error:
        raise _unreadable(directory, place, error) from error
    try:
        try:
            with os.scandir(descriptor) as found:
                members = list(found)
        except OSError as error:
            raise _unreadable(directory, place, error) from error
        yield members
    finally:
        os.close(descriptor)


def _no_directory(root: str) -> SnapshotError:
    return SnapshotError(
        f"the source directory is {'not a directory' if os.path.lexists(root) else 'not there'}",
        where=printable(root),
        hint="name a directory with --source, or change into one",
    )


def _unreadable(directory: str, place: str, error: OSError) -> SnapshotError:
    hint = "chmod u+rx it, or submit from another directory"
    if directory:
        hint = f"chmod u+rx it, or add the line {ignore_line(directory, True)} to .amlignore"
    return SnapshotError(
        f"cannot read the directory '{printable(directory or place)}': {error.strerror}",
        where=printable(place),
        hint=hint,
    )


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
