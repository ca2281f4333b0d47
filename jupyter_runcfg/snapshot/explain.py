"""Why one path travels or does not: the line of the ignore file that decides about it."""

# Paths are the file system's own text here: pathlib would normalise them, and costs time.

from __future__ import annotations

import os
import stat
from dataclasses import dataclass

from ..errors import ConfigError
from .ignore import RuleFile, Rules
from .link import follow
from .pattern import Pattern
from .value import printable


@dataclass(frozen=True, slots=True)
class Explanation:
    """What becomes of one path, relative to the source directory (`.` is the directory itself)."""

    path: str
    is_kept: bool
    reason: str
    rule: str = ""
    """The line that decides, `.amlignore:3 data/`; empty where none does."""

    def __str__(self) -> str:
        return f"{printable(self.path)}: {'kept' if self.is_kept else 'dropped'}: {self.reason}"


def explain(root: str | os.PathLike[str], path: str, home: str = "") -> Explanation:
    """Say what becomes of `path` below the directory `root`, whether it is there or not.

    Args:
        root: The source directory.
        path: A path below it; from the working directory, else from `root`. One that ends in `/` is a
            directory, also when it is not there.
        home: The directory of the records, which never travels.

    Raises:
        ConfigError: It is not below the source directory.
    """
    top = os.path.abspath(os.path.expanduser(os.fspath(root)))
    below = _find_below(top, path)
    if below == ".":
        return Explanation(below, True, "it is the source directory")
    is_directory = path.endswith("/") or _is_directory(top, below)
    rules = Rules.at(top)
    steps = below.split("/")
    for step in ("/".join(steps[:depth]) for depth in range(1, len(steps))):
        rule = _always(top, step, home) or rules.ignoring(step, True)
        if rule is not None:
            return _dropped_above(below, step, rule, _last_word(rules, below, is_directory))
        if os.path.islink(os.path.join(top, step)):
            reason = f"{printable(step)} is a link, and what is behind one is not looked at"
            return Explanation(below, False, reason)
        rules = rules.below(top, step)
    rule = _always(top, below, home) or rules.ignoring(below, is_directory)
    if rule is not None:
        reason = rule if not rule.startswith("always ") else f"{rule.removeprefix('always ')} never travels"
        return Explanation(below, False, reason, rule)
    return _kept(top, below, rules, is_directory)


def _find_below(top: str, path: str) -> str:
    """The path relative to the source directory: what is there, seen from the working directory first."""
    expanded = os.path.expanduser(path)
    places = [os.path.normpath(os.path.join(start, expanded)) for start in (os.getcwd(), top)]
    inside = [(place, below) for place in places if (below := _inside(top, place)) is not None]
    if not inside:
        raise ConfigError.single(
            f"'{printable(path)}' is outside of the source directory",
            where="--explain",
            hint=f"only what is below {printable(top)} can travel; `--source DIR` names another one",
        )
    return next((below for place, below in inside if os.path.lexists(place)), inside[-1][1])


def _inside(top: str, place: str) -> str | None:
    for start in (top, os.path.realpath(top)):
        below = os.path.relpath(place, start)
        if below != ".." and not below.startswith("../"):
            return below
    return None


def _is_directory(top: str, below: str) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(os.path.join(top, below)).st_mode)
    except OSError:
        return False


def _always(top: str, below: str, home: str) -> str | None:
    """The rules that no ignore file can change."""
    if below.rpartition("/")[2] == ".git":
        return "always .git"
    place = os.path.join(top, below)
    is_home = bool(home) and os.path.realpath(place) == os.path.realpath(home)
    return "always the home of the records" if is_home and not os.path.islink(place) else None


def _last_word(rules: Rules, below: str, is_directory: bool) -> tuple[RuleFile, Pattern] | None:
    """The line that would decide about the path, were nothing above it dropped."""
    for file in rules.files:
        pattern = file.find(os.fsencode(below), is_directory)
        if pattern is not None:
            return file, pattern
    return None


def _dropped_above(below: str, above: str, rule: str, word: tuple[RuleFile, Pattern] | None) -> Explanation:
    place, _, text = rule.partition(" ")
    if place == "always":
        return Explanation(below, False, f"{text} never travels", rule)
    reason = f"{printable(above)}/ by {rule}, which leaves out the whole directory"
    if word is not None and word[1].is_negated:
        reason += f", so that {word[0].rule(word[1])} cannot bring it back"
        if text.strip("/") == printable(above) and "/" not in place:
            reason += f" (`/{printable(above)}/*` in the place of `{text}` would let it)"
    return Explanation(below, False, reason, rule)


def _kept(top: str, below: str, rules: Rules, is_directory: bool) -> Explanation:
    """No rule drops it: that alone does not make it travel."""
    word = _last_word(rules, below, is_directory)
    rule = "" if word is None else word[0].rule(word[1])
    reason = rule or "no rule matches"
    over = "" if word is None else _overruled(rules, below, is_directory, word[1])
    if over:
        reason += f", over {over}"
    travels, oddity = _oddity(top, below)
    if oddity:
        reason += f" ({oddity})" if travels else f", but {oddity}"
    return Explanation(below, travels, reason, rule)


def _oddity(top: str, below: str) -> tuple[bool, str]:
    """Whether what is at the path can travel, and what is odd about it."""
    place = os.path.join(top, below)
    try:
        mode = os.lstat(place).st_mode
        if stat.S_ISLNK(mode):
            link = follow(top, below, os.readlink(place))
            return bool(link.target), link.oddity and f"it is a {link.oddity}"
    except OSError:
        return True, "nothing is there"
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        return False, "it is no file, link or directory"
    if not os.access(place, os.R_OK):
        return False, "it cannot be read"
    return True, ""


def _overruled(rules: Rules, below: str, is_directory: bool, last: Pattern) -> str:
    """The line that would drop the path if `last` did not come after it."""
    for file in rules.files:
        path = os.fsencode(below)[len(file.base) :]
        for pattern in file.patterns:
            if pattern is not last and not pattern.is_negated and pattern.matches(path, is_directory):
                return file.rule(pattern)
    return ""
