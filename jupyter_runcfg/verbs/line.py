"""A line that is still being typed: its whole words, and the beginning of the one it ends with."""

from __future__ import annotations

from dataclasses import dataclass

_QUOTES = "'\""


@dataclass(frozen=True)
class Line:
    """`fragment` is the last word as far as it is there, without the quote that opens it."""

    words: tuple[str, ...]
    fragment: str
    quote: str = ""


def take_apart(text: str) -> Line:
    """The words of a line as a shell has them, where the last quote may still be open."""
    words: list[str] = []
    word, quote, is_open = "", "", False
    characters = iter(text)
    for character in characters:
        if quote:
            if character == quote:
                quote = ""
            else:
                word += character
        elif character in _QUOTES:
            quote, is_open = character, True
        elif character == "\\":
            word += next(characters, "")
            is_open = True
        elif character.isspace():
            if word or is_open:
                words.append(word)
            word, is_open = "", False
        else:
            word, is_open = word + character, True
    return Line(tuple(words), word, quote)
