"""The expressions that choose runs: `accuracy > 0.9 and (tags.owner = ann or not status = Failed)`.

A name is a column, `metrics.NAME`, `tags.NAME`, or a bare metric or tag; what has other characters
stands in backquotes. Values are words, numbers, or quoted text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import ConfigError

OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "~", "!~")
_WHERE = "where"
_EXAMPLE = "`accuracy > 0.9 and status = Completed`"
_DEEPEST = 50
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<operator><=|>=|!=|==|!~|[<>=~])
    | (?P<bracket>[()])
    | '(?P<single>[^']*)' | "(?P<double>[^"]*)"
    | (?P<word>(?:[^\s()<>=!~'"`]|`[^`]*`)+)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Compare:
    """One comparison; `name` as it was typed, without backquotes."""

    name: str
    operator: str
    value: str


@dataclass(frozen=True)
class Both:
    """All of these hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Either:
    """One of these holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Negated:
    """This does not hold."""

    part: Node


Node = Compare | Both | Either | Negated


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    place: int


def parse(text: str) -> Node:
    """The expression of a text.

    Raises:
        ConfigError: It is none; says at which word.
    """
    parser = _Parser(text)
    node = parser.either(0)
    parser.expect_end()
    return node


def names_in(node: Node) -> list[str]:
    """The names that an expression has, in its order."""
    if isinstance(node, Compare):
        return [node.name]
    parts = (node.part,) if isinstance(node, Negated) else node.parts
    return [name for part in parts for name in names_in(part)]


class _Parser:
    """Reads from left to right; `and` binds stronger than `or`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.place = 0

    def peek(self) -> _Token:
        return self.tokens[self.place]

    def take(self) -> _Token:
        token = self.peek()
        self.place += 1
        return token

    def takes_word(self, word: str) -> bool:
        token = self.peek()
        found = token.kind == "word" and token.text.lower() == word
        self.place += found
        return found

    def either(self, depth: int) -> Node:
        parts = [self.both(depth)]
        while self.takes_word("or"):
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def both(self, depth: int) -> Node:
        parts = [self.one(depth)]
        while self.takes_word("and"):
            parts.append(self.one(depth))
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def one(self, depth: int) -> Node:
        if depth > _DEEPEST:
            raise self.fault("too many brackets", self.peek())
        if self.takes_word("not"):
            return Negated(self.one(depth + 1))
        token = self.take()
        if token.text == "(" and token.kind == "bracket":
            node = self.either(depth + 1)
            closing = self.take()
            if closing.text != ")" or closing.kind != "bracket":
                raise self.fault("a bracket is not closed: `)` is missing", closing)
            return node
        if token.kind == "text":
            message = f"a name stands in backquotes, not in quotes: `{token.text}`"
            raise self.fault(message, token, f"in the shell: --where '`{token.text}` > 0.5'; ")
        if token.kind != "word":
            raise self.fault("a name of a column, metric or tag is missing", token)
        return self.comparison(token)

    def comparison(self, name: _Token) -> Compare:
        operator = self.take()
        if operator.kind != "operator":
            message = f"after '{name.text}', one of {' '.join(OPERATORS)} is missing"
            if operator.kind != "word":
                raise self.fault(message, operator)
            hint = f"a name of two words stands in backquotes: `{name.text} {operator.text}`; "
            raise self.fault(message, operator, hint)
        value = self.take()
        if value.kind not in ("word", "text"):
            raise self.fault(f"after `{name.text} {operator.text}`, a value is missing", value)
        word = value.text.replace("`", "") if value.kind == "word" else value.text
        return Compare(name.text.replace("`", ""), operator.text.replace("==", "="), word)

    def expect_end(self) -> None:
        token = self.peek()
        if token.kind != "end":
            raise self.fault("`and` or `or` is missing", token)

    def fault(self, message: str, token: _Token, hint: str = "") -> ConfigError:
        at = "at its end" if token.kind == "end" else f"before '{token.text}' (character {token.place + 1})"
        return ConfigError.single(
            f"{message}, {at}", f"{_WHERE} {self.text!r}", f"{hint}for example {_EXAMPLE}"
        )


def _tokens(text: str) -> Iterator[_Token]:
    place = 0
    stripped = text.rstrip()
    while place < len(stripped):
        found = _TOKEN.match(stripped, place)
        if found is None:
            left = stripped[place:].lstrip()
            message = "a quote is not closed" if left[0] in "'\"`" else f"'{left[0]}' has no meaning here"
            raise ConfigError.single(message, f"{_WHERE} {text!r}", f"for example {_EXAMPLE}")
        kind = str(found.lastgroup)
        start = found.end() - len(found.group().lstrip())
        yield _Token("text" if kind in ("single", "double") else kind, found.group(kind), start)
        place = found.end()
    yield _Token("end", "", len(stripped))
