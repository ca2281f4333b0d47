"""Where the steps of a Dockerfile are written."""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"#\s*escape\s*=\s*([`\\])\s*$", re.IGNORECASE)


def line_of_step(text: str, number: int) -> int:
    """The line of the instruction that the engine counts as this step, from 1; 0 where there is none."""
    lines = instructions(text)
    return lines[number - 1] if 0 < number <= len(lines) else 0


def instructions(text: str) -> list[int]:
    """The line that each instruction begins in, from 1."""
    first = _ESCAPE.match(text.partition("\n")[0])
    escape = first[1] if first else "\\"
    found: list[int] = []
    goes_on = False
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue  # in the middle of an instruction too
        if not goes_on:
            found.append(number)
        goes_on = bare.endswith(escape)
    return found
