"""The lines of an error's message: what follows its first line in a log may be of others."""

import re

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from .stack import Trace

_MOST_LINES, _MOST_CHARACTERS = 10, 500
_LEAST_PIECE = 3
_ANNOUNCED = re.compile(r":$|^\d+ validation errors? for ")  # of pydantic
# empty, a progress bar, a warning of Python, what introduces another traceback
_OTHER = re.compile(r"\s*$|.*\d%|\S+:\d+: \w*Warning: |Exception |Error in |---|\[")


def whole_message(trace: "Trace", statement: "str") -> "str":
    """The message with the lines that surely belong to it.

    They do where the first announces them, or where the statement that raised the error has their words.

    Args:
        trace: Of the error; its message has the lines that are indented right below the first.
        statement: The lines of the snapshot that raised it; empty where it was no line of it.
    """
    lines = trace.message.split("\n")
    rest = _block(trace.rest[len(lines) - 1 :])
    if len(lines) > 1 or not _ANNOUNCED.search(lines[0]):
        pieces = _pieces(statement)
        count = 0
        while count < len(rest) and any(piece in rest[count] for piece in pieces):
            count += 1
        rest = rest[:count]
    for line in rest[: _MOST_LINES - len(lines)]:
        if sum(map(len, lines)) + len(line) > _MOST_CHARACTERS:
            lines.append("…")
            break
        lines.append(line.rstrip())
    return "\n".join(lines)


def _block(lines: "list[str]") -> "list[str]":
    """The lines up to the first that is another's."""
    for number, line in enumerate(lines):
        if _OTHER.match(line):
            return lines[:number]
    return lines


def _pieces(statement: "str") -> "list[str]":
    """The plain parts of the texts in a statement, as they are in a line of the message."""
    parts = re.split(r"\\n|\{[^{}]*\}|[\"']|%[sdrf]", statement)
    return [part.strip() for part in parts if len(part.strip()) >= _LEAST_PIECE]
