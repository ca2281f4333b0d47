"""What differs between two snapshots: which paths, and of texts which lines.

The text is what git prints (`diff --git`, renames, modes), so that `git apply` and `patch` take it.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from ..runtime.manifest import DIRECTORY, LINK, Entry
from .value import size_text

MOST_BYTES = 1_000_000  # of a file whose lines are compared
CONTEXT = 3
_MOST_PAIRS = 1_500_000  # of equal lines that are weighed against each other: two seconds
_LETTERS = {"added": "A", "removed": "D", "changed": "M", "mode": "M", "renamed": "R"}
_ESCAPES = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}

Read = Callable[[Entry], "bytes | str"]
"""The bytes of an entry, or why they cannot be had."""


@dataclass(frozen=True, slots=True)
class Change:
    """One path that differs: `old` or `new` is None where there is none; both have paths if renamed."""

    old: Entry | None
    new: Entry | None

    @property
    def path(self) -> str:
        entry = self.new or self.old
        return "" if entry is None else entry.path

    @property
    def is_directory(self) -> bool:
        """An empty one: others are their files."""
        return DIRECTORY in [entry.mode for entry in (self.old, self.new) if entry is not None]

    @property
    def kind(self) -> str:
        """`added`, `removed`, `renamed`, `mode` (its bytes are the same), `changed`."""
        if self.old is None or self.new is None:
            return "added" if self.old is None else "removed"
        if self.old.path != self.new.path:
            return "renamed"
        return "mode" if self.old.digest == self.new.digest else "changed"

    @property
    def letter(self) -> str:
        """As git's short status has it."""
        return _LETTERS[self.kind]


def compare(old: Iterable[Entry], new: Iterable[Entry]) -> list[Change]:
    """The changes that make `new` of `old`, by path.

    A removed and an added file of the same bytes are one renamed file. A file in whose place a link
    or an empty directory is, is removed and added.
    """
    before = {entry.path: entry for entry in old}
    after = {entry.path: entry for entry in new}
    changes, removed, added = [], [], []
    for path in before.keys() | after.keys():
        one, other = before.get(path), after.get(path)
        if one == other:
            continue
        if one is not None and other is not None and _kind(one) == _kind(other):
            changes.append(Change(one, other))
            continue
        removed += [one] if one is not None else []
        added += [other] if other is not None else []
    changes += _paired(_in_order(removed), _in_order(added))
    return sorted(changes, key=lambda change: (os.fsencode(change.path), change.new is not None))


def _kind(entry: Entry) -> str:
    return entry.mode if entry.mode in (LINK, DIRECTORY) else "file"


def _in_order(entries: list[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: os.fsencode(entry.path))


def _paired(removed: list[Entry], added: list[Entry]) -> Iterator[Change]:
    """Removed and added entries, those of the same bytes as pairs: of the same name first."""
    by_bytes: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in removed:
        by_bytes[entry.digest, _kind(entry)].append(entry)
    partners: dict[str, Entry] = {}
    for same_name in (True, False):
        for entry in added:
            if not entry.size or entry.path in partners:
                continue
            candidates = by_bytes[entry.digest, _kind(entry)]
            names = [c for c in candidates if not same_name or _name(c) == _name(entry)]
            if names and names[0].path != entry.path:
                partners[entry.path] = names[0]
                candidates.remove(names[0])
    taken = {entry.path for entry in partners.values()}
    yield from (Change(entry, None) for entry in removed if entry.path not in taken)
    yield from (Change(partners.get(entry.path), entry) for entry in added)


def _name(entry: Entry) -> str:
    return entry.path.rpartition("/")[2]


def text_of(change: Change, read_old: Read, read_new: Read) -> str:
    """The change as git would print it; bytes that are no UTF-8 stand as surrogate escapes.

    Of binary files, of files above MOST_BYTES and of those whose bytes are gone only the sizes are told.
    """
    old, new = change.old, change.new
    sides = (f"a/{(old or new).path}", f"b/{(new or old).path}")  # type: ignore[union-attr]
    head = [f"diff --git {_quoted(sides[0])} {_quoted(sides[1])}"]
    if old is None or new is None:
        entry = new if old is None else old
        assert entry is not None  # a change has one of the two
        if entry.mode == DIRECTORY:
            return f"{'new' if old is None else 'deleted'} empty directory {_quoted(entry.path)}/\n"
        head.append(f"{'new' if old is None else 'deleted'} file mode {entry.mode}")
    else:
        if old.mode != new.mode:
            head += [f"old mode {old.mode}", f"new mode {new.mode}"]
        if old.path != new.path:
            names = (_quoted(old.path), _quoted(new.path))
            head += ["similarity index 100%", f"rename from {names[0]}", f"rename to {names[1]}"]
    lines = [line + "\n" for line in head]
    if old is None or new is None or old.digest != new.digest:
        lines += _body(change, sides, read_old, read_new)
    return "".join(lines)


def _body(change: Change, sides: tuple[str, str], read_old: Read, read_new: Read) -> Iterator[str]:
    old, new = change.old, change.new
    names = tuple(
        "/dev/null" if entry is None else _quoted(side) for entry, side in zip((old, new), sides, strict=True)
    )
    sizes = ["–" if entry is None else size_text(entry.size) for entry in (old, new)]
    differ = f"Binary files {names[0]} and {names[1]} differ ({sizes[0]} → {sizes[1]}"
    if max(entry.size for entry in (old, new) if entry is not None) > MOST_BYTES:
        yield f"{differ}; above {size_text(MOST_BYTES)} no lines are compared)\n"
        return
    before = b"" if old is None else read_old(old)
    after = b"" if new is None else read_new(new)
    gone = next((text for text in (before, after) if isinstance(text, str)), None)
    if isinstance(before, str) or isinstance(after, str):
        yield f"{differ}; {gone})\n"
    elif is_binary(before) or is_binary(after):
        yield f"{differ})\n"
    elif before != after:
        # where a name has a blank, git and patch look for a tab after it
        ends = ["\t" if " " in name and not name.startswith('"') else "" for name in names]
        yield f"--- {names[0]}{ends[0]}\n+++ {names[1]}{ends[1]}\n"
        yield from hunks(_lines(before), _lines(after))


def is_binary(data: bytes) -> bool:
    """As git tells it: there is a NUL near the start."""
    return b"\0" in data[:8000]


def _lines(data: bytes) -> list[str]:
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    ended = [line + "\n" for line in lines[:-1]]
    return [*ended, lines[-1] + "\n\\ No newline at end of file\n"] if lines[-1] else ended


def hunks(old: list[str], new: list[str]) -> Iterator[str]:
    """The hunks of a unified diff. What is the same at both ends is cut off first: difflib is slow."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    first, last = max(0, start - CONTEXT), max(0, end - CONTEXT)
    a, b = old[first : len(old) - last], new[first : len(new) - last]
    for group in _groups(a, b, start - first, end - last):
        (_, a0, _, b0, _), (_, _, a1, _, b1) = group[0], group[-1]
        yield f"@@ -{_range(first + a0, a1 - a0)} +{_range(first + b0, b1 - b0)} @@\n"
        for tag, i, j, k, m in group:
            if tag == "equal":
                yield from (" " + line for line in a[i:j])
            else:
                yield from ("-" + line for line in a[i:j])
                yield from ("+" + line for line in b[k:m])


_Step = tuple[str, int, int, int, int]


def _groups(a: list[str], b: list[str], start: int, end: int) -> Iterable[list[_Step]]:
    if _pairs(a, b) <= _MOST_PAIRS:
        return SequenceMatcher(None, a, b).get_grouped_opcodes(CONTEXT)
    whole: list[_Step] = [
        ("equal", 0, start, 0, start),
        ("replace", start, len(a) - end, start, len(b) - end),
        ("equal", len(a) - end, len(a), len(b) - end, len(b)),
    ]
    return [[step for step in whole if step[1] < step[2] or step[3] < step[4]]]


def _pairs(a: list[str], b: list[str]) -> int:
    """How often a line of one text is one of the other: what difflib's time grows with."""
    counts: dict[str, int] = defaultdict(int)
    for line in b:
        counts[line] += 1
    popular = len(b) // 100 + 1 if len(b) >= 200 else len(b)  # difflib passes those over
    return sum(count for line in a if (count := counts.get(line, 0)) <= popular)


def _range(start: int, count: int) -> str:
    """Lines count from 1; an empty range stands for the place after a line."""
    if count == 1:
        return str(start + 1)
    return f"{start + 1 if count else start},{count}"


def _quoted(name: str) -> str:
    """A name as git writes it: in quotes, with octal escapes, when it holds what a line cannot."""
    data = os.fsencode(name)
    is_text = not any(0xDC80 <= ord(char) <= 0xDCFF for char in name)
    if is_text and not re.search(rb'[\x00-\x1f\x7f"\\]', data):
        return name
    odd = {byte: f"\\{byte:03o}" for byte in data if byte < 32 or byte >= 127}
    return '"' + "".join({**odd, **_ESCAPES}.get(byte, chr(byte)) for byte in data) + '"'
