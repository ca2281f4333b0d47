"""One line of an ignore file, with git's meaning to the letter.

Git matches bytes, with rules that its manual leaves out (malformed brackets never match, `**` is
special right after a literal prefix, a class may name `[:digit:]`), so the glob is translated to a
regular expression over bytes here; tests/snapshot/test_pattern.py holds it against git itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SPECIAL = re.compile(rb"[*?\[\\]")
_ASCII = bytes(range(128))
_GRAPH = frozenset(range(33, 127))
_ALNUM = frozenset(byte for byte in _ASCII if chr(byte).isalnum())
_CLASSES: dict[bytes, frozenset[int]] = {
    b"alnum": _ALNUM,
    b"alpha": frozenset(byte for byte in _ASCII if chr(byte).isalpha()),
    b"blank": frozenset(b" \t"),
    b"cntrl": frozenset((*range(32), 127)),
    b"digit": frozenset(b"0123456789"),
    b"graph": _GRAPH,
    b"lower": frozenset(byte for byte in _ASCII if chr(byte).islower()),
    b"print": _GRAPH | {32},
    b"punct": _GRAPH - _ALNUM,
    b"space": frozenset(b" \t\n\r"),
    b"upper": frozenset(byte for byte in _ASCII if chr(byte).isupper()),
    b"xdigit": frozenset(b"0123456789abcdefABCDEF"),
}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that can match; `text` as it stands in its file, `line` 1-based."""

    text: str
    line: int
    is_negated: bool
    directory_only: bool
    name_only: bool  # no slash in it: matched against the last part of the path
    regex: re.Pattern[bytes]
    prefix: bytes = b""  # how every path that matches begins
    last: bytes | None = None  # a glob that the last part of every path that matches fits; None: unknown

    def matches(self, path: bytes, is_directory: bool) -> bool:
        """True for `path` itself, relative to the ignore file; what is above it does not count."""
        if self.directory_only and not is_directory:
            return False
        name = path[path.rfind(b"/") + 1 :] if self.name_only else path
        return self.regex.fullmatch(name) is not None


def parse(data: bytes) -> list[Pattern]:
    """The patterns of an ignore file in its order, without those that match nothing."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    found = []
    for number, line in enumerate(data.split(b"\n"), 1):
        pattern = _parse_line(line, number)
        if pattern is not None:
            found.append(pattern)
    return found


def _parse_line(line: bytes, number: int) -> Pattern | None:
    if not line or line.startswith(b"#"):
        return None
    text = _without_trailing_spaces(line.removesuffix(b"\r").split(b"\0")[0])
    is_negated = text.startswith(b"!")
    glob = text[is_negated:]
    directory_only = glob.endswith(b"/")
    glob = glob[: len(glob) - directory_only]
    name_only = b"/" not in glob
    translated = name_regex(glob) if name_only else _whole_path(glob.removeprefix(b"/"))
    if not glob or translated is None:
        return None
    shown = text.decode("utf-8", "backslashreplace")
    regex = re.compile(translated, re.DOTALL)
    path_glob = glob.removeprefix(b"/")
    prefix = b"" if name_only else _literal_start(path_glob)
    last = glob if name_only else _last_part(path_glob, prefix)
    return Pattern(shown, number, is_negated, directory_only, name_only, regex, prefix, last)


def _without_trailing_spaces(text: bytes) -> bytes:
    """Without the spaces at the end that no backslash protects; other white space stays."""
    kept = i = 0
    while i < len(text):
        step = 2 if text[i : i + 1] == b"\\" else 1
        if text[i : i + 1] != b" ":
            kept = i + step
        i += step
    return text[:kept]


def _whole_path(glob: bytes) -> bytes | None:
    """Git compares the literal prefix first and globs the rest as if it stood alone."""
    start = _literal_start(glob)
    rest = _translate(glob[len(start) :], is_path=True)
    return None if rest is None else re.escape(start) + rest


def _literal_start(glob: bytes) -> bytes:
    special = _SPECIAL.search(glob)
    return glob[: special.start()] if special else glob


def _last_part(glob: bytes, start: bytes) -> bytes | None:
    if b"[" in glob:  # a slash in brackets separates nothing
        return None
    if start[-1:] not in (b"", b"/") and glob[len(start) :].startswith(b"**"):  # `a**/b` matches `ab`
        return None
    return glob[glob.rfind(b"/") + 1 :]


def is_literal(glob: bytes) -> bool:
    return _SPECIAL.search(glob) is None


def name_regex(glob: bytes) -> bytes | None:
    """A regular expression for whole names that fit `glob`; None where nothing can."""
    return _translate(glob, is_path=False)


def _translate(glob: bytes, is_path: bool) -> bytes | None:
    """A regular expression for the whole text, or None where nothing can match."""
    out = []
    i = 0
    while i < len(glob):
        char = glob[i : i + 1]
        if char == b"\\":
            if i + 1 == len(glob):
                return None
            out.append(re.escape(glob[i + 1 : i + 2]))
            i += 2
        elif char == b"?":
            out.append(b"[^/]" if is_path else b".")
            i += 1
        elif char == b"*":
            part, i = _stars(glob, i, is_path)
            out.append(part)
        elif char == b"[":
            bracket = _bracket(glob, i + 1)
            if bracket is None:
                return None
            members, i = bracket
            out.append(_class(members - {ord("/")} if is_path else members))
        else:
            out.append(re.escape(char))
            i += 1
    return b"".join(out)


def _stars(glob: bytes, start: int, is_path: bool) -> tuple[bytes, int]:
    """The expression for a run of stars, and where the glob goes on."""
    end = start
    while glob[end : end + 1] == b"*":
        end += 1
    if not is_path:
        return b".*", end
    after = glob[end : end + 2]
    opens = start == 0 or glob[start - 1 : start] == b"/"
    closes = after[:1] in (b"", b"/") or after == b"\\/"
    if end - start < 2 or not (opens and closes):
        return b"[^/]*", end
    if after[:1] == b"/":
        return b"(?:.*/)?", end + 1
    return b".*", end


def _bracket(glob: bytes, i: int) -> tuple[set[int], int] | None:
    """The bytes that `[…]` stands for and the place after it; None where it is malformed."""
    is_negated = glob[i : i + 1] in (b"!", b"^") and i < len(glob)
    i += is_negated
    members: set[int] = set()
    previous: int | None = None
    first = True
    while first or glob[i : i + 1] != b"]":
        first = False
        item = _bracket_item(glob, i, previous)
        if item is None:
            return None
        added, previous, i = item
        members |= added
    return (set(range(256)) - members if is_negated else members), i + 1


def _bracket_item(glob: bytes, i: int, previous: int | None) -> tuple[frozenset[int], int | None, int] | None:
    """One member of a bracket: the bytes it adds, the start of a range to come, the next place."""
    char = glob[i : i + 1]
    if char == b"-" and previous is not None and glob[i + 1 : i + 2] not in (b"", b"]"):
        i += 2 if glob[i + 1 : i + 2] == b"\\" else 1
        if i >= len(glob):
            return None
        return frozenset(range(previous, glob[i] + 1)), None, i + 1
    if char == b"[" and glob[i + 1 : i + 2] == b":":
        end = glob.find(b"]", i + 2)
        if end < 0:
            return None
        if end > i + 2 and glob[end - 1 : end] == b":":
            members = _CLASSES.get(glob[i + 2 : end - 1])
            return None if members is None else (members, None, end + 1)
    if char == b"\\":
        i += 1
    if i >= len(glob):
        return None
    return frozenset((glob[i],)), glob[i], i + 1


def _class(members: set[int]) -> bytes:
    if not members:
        return b"(?!)"
    return b"[" + b"".join(b"\\x%02x" % byte for byte in sorted(members)) + b"]"
