"""The quick question before the exact one: might any of these patterns speak about that name?"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .pattern import Pattern, is_literal, name_regex


@dataclass(frozen=True, slots=True)
class Sieve:
    """Lets a name through when `name in names`, `name.endswith(endings)` or `fits(os.fsencode(name))`.

    What it holds back no pattern matches; what it lets through is asked of the patterns themselves.
    The walk asks this of every file: three plain fields, and no call where two of them will do.
    """

    names: frozenset[str]
    endings: tuple[str, ...]
    fits: Callable[[bytes], object] | None

    @classmethod
    def of(cls, patterns: Iterable[Pattern]) -> Sieve:
        names, endings, expressions = {".git"}, set(), set()  # that one never travels
        for pattern in patterns:
            glob = pattern.last
            if glob is None or not glob.strip(b"*"):
                endings.add("")  # every name
            elif is_literal(glob):
                names.add(os.fsdecode(glob))
            elif glob[:1] == b"*" and is_literal(glob[1:]) and glob.isascii():
                endings.add(glob[1:].decode("ascii"))
            else:
                expression = name_regex(glob)
                endings |= {""} if expression is None else set()
                expressions.add(expression or b"(?!)")
        fits = re.compile(b"|".join(sorted(expressions)), re.DOTALL).fullmatch if expressions else None
        return cls(frozenset(names), tuple(sorted(endings)), fits)
