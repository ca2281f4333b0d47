"""What differs between two runs, or between a run and a directory: settings, files, lines."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import settings, snapshot
from ..errors import RuncfgError, SnapshotError
from ..runtime import checkout
from ..runtime.manifest import LINK, Entry
from ..runtime.objects import ObjectStore
from ..runtime.paths import Home
from ..snapshot.diff import Change, Read, compare, text_of
from ..snapshot.link import follow
from ..snapshot.value import printable

if TYPE_CHECKING:
    from .run import Run


_DIGEST = re.compile("[0-9a-f]{64}")


class Setting(NamedTuple):
    """One setting of two runs; None where a run has none."""

    key: str
    old: Any
    new: Any

    def __str__(self) -> str:
        return f"{self.key}: {shown(self.old)} → {shown(self.new)}"


@dataclass(frozen=True)
class RunDiff:
    """The difference from `old` to `new`; `str()` of it is a unified diff with the settings on top.

    Lines are compared when they are asked for, so the bytes of both sides must still be there then.
    """

    old: str
    new: str
    settings: tuple[Setting, ...]
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()
    read_old: Read = field(default=lambda _: "", repr=False, compare=False)
    read_new: Read = field(default=lambda _: "", repr=False, compare=False)

    @property
    def title(self) -> str:
        """`diabetes/8 → diabetes/9: 1 changed, 2 added`."""
        counts = Counter("changed" if c.kind == "mode" else c.kind for c in self.changes)
        words = [f"{n} {kind}" for kind in ("changed", "added", "removed", "renamed") if (n := counts[kind])]
        if not words:
            words = ["the same files" if self.settings else "no difference"]
        new = settings.short_path(self.new) if os.path.isabs(self.new) else self.new
        return f"{printable(self.old)} → {printable(new)}: {', '.join(words)}"

    @property
    def head(self) -> list[str]:
        """What stands above the files."""
        return [self.title, *map(str, self.settings), *self.notes]

    def text(self, change: Change) -> str:
        """One file as git would print it; bytes that are no UTF-8 stand as surrogate escapes."""
        return text_of(change, self.read_old, self.read_new)

    def __iter__(self) -> Iterator[tuple[Change, str]]:
        return ((change, self.text(change)) for change in self.changes)

    def __str__(self) -> str:
        head = "".join(f"{line}\n" for line in self.head)
        return head + "".join(f"\n{text}" if i == 0 else text for i, (_, text) in enumerate(self))


def diff_runs(old: Run, new: Run) -> RunDiff:
    """From one run to another: what the second did differently.

    Raises:
        SnapshotError: The list of a snapshot is gone or damaged.
    """
    return RunDiff(
        old.label,
        new.label,
        tuple(_settings(old.request, new.request)),
        tuple(compare(entries_of(old), entries_of(new))),
        read_old=_stored(old.paths.home),
        read_new=_stored(new.paths.home),
    )


def diff_directory(run: Run, directory: str | os.PathLike[str] | None = None) -> RunDiff:
    """From a run to its source directory, or another one, as that is now.

    Raises:
        RuncfgError: The source directory is not there any more.
        SnapshotError: The list of the snapshot is gone or damaged, or the directory cannot be read.
    """
    request = run.request
    root = os.path.abspath(directory or str(request.get("source_directory", "")))
    if not os.path.isdir(root):
        raise RuncfgError(
            f"the directory to compare {run.label} with is not there",
            where=printable(root),
            hint="`diff RUN RUN` compares two runs, `diff RUN --source DIR` with another directory",
        )
    extra = {str(name) for name in request.get("extra") or ()}
    before = [entry for entry in entries_of(run) if entry.path not in extra]
    now = snapshot.scan(root, run.paths.home)
    return RunDiff(
        run.label,
        root,
        (),
        tuple(compare(before, now.entries)),
        tuple(f"{name} was the cell itself, and is no file of the directory" for name in sorted(extra)),
        read_old=_stored(run.paths.home),
        read_new=_on_disk(root),
    )


def entries_of(run: Run) -> list[Entry]:
    """The files of a run's snapshot.

    Raises:
        SnapshotError: Their list is gone or damaged.
    """
    return entries(run.paths.home, run.get_snapshot_id())


def entries(home: Home, digest: str) -> list[Entry]:
    """The files of a snapshot.

    Raises:
        SnapshotError: Their list is gone or damaged, or there is none of that digest.
    """
    if not _DIGEST.fullmatch(digest):
        raise SnapshotError(f"'{digest}' is no snapshot", hint="a snapshot is named by 64 hex digits")
    try:
        return checkout.read_manifest(home, digest)
    except ValueError as error:
        raise SnapshotError(f"the list of the snapshot cannot be read: {error}", where=digest) from error


def _stored(home: Home) -> Read:
    store = ObjectStore(home.objects)

    def read(entry: Entry) -> bytes | str:
        try:
            with open(store.path(entry.digest), "rb") as stream:
                data = stream.read()
        except OSError:
            return "the stored bytes are missing"
        return data if hashlib.sha256(data).hexdigest() == entry.digest else "the stored bytes are damaged"

    return read


def _on_disk(root: str) -> Read:
    def read(entry: Entry) -> bytes | str:
        path = os.path.join(root, entry.path)
        try:
            if entry.mode == LINK:
                return os.fsencode(follow(root, entry.path, os.readlink(path)).target)
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with open(descriptor, "rb") as stream:
                return stream.read()
        except OSError as error:
            return f"it cannot be read any more: {error.strerror}"

    return read


def _settings(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Setting]:
    """What the two requests ask for differently, in the order of a configuration's keys."""
    before, after = flat(old.get("configuration"), ""), flat(new.get("configuration"), "")
    for values, request in ((before, old), (after, new)):
        values.update(
            {key: value for key, value in flat(request.get("git"), "git.").items() if key == "git.commit"}
        )
    for key in dict.fromkeys([*before, *after]):
        if before.get(key) != after.get(key):
            yield Setting(key, before.get(key), after.get(key))


def flat(value: object, start: str) -> dict[str, Any]:
    """Sections as dotted keys."""
    found: dict[str, Any] = {}
    for key, inner in value.items() if isinstance(value, dict) else ():
        if isinstance(inner, dict):
            found.update(flat(inner, f"{start}{key}."))
        else:
            found[f"{start}{key}"] = inner
    return found


def shown(value: object) -> str:
    """A value in one line: arguments as they are typed, the rest as in the file."""
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, list) and all(isinstance(word, str | int | float) for word in value):
        return shlex.join(str(word) for word in value)
    if isinstance(value, str) and value.isprintable():
        return value
    return json.dumps(value, ensure_ascii=False)
