"""Lets tabs stand where YAML allows them and ruamel.yaml does not: behind values, on empty lines."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def lenient_scanner() -> type[Any]:
    """A scanner for texts that the library's own stops in at a tab; it takes a little longer."""
    from ruamel.yaml.scanner import Scanner

    class LenientScanner(Scanner):
        def scan_to_next_token(self) -> Any:
            line, column = self.reader.line, self.reader.column
            super().scan_to_next_token()
            while self.reader.peek() == "\t":
                width = next(n for n in range(1, 1 << 30) if self.reader.peek(n) not in " \t")
                behind = column > 0 and line == self.reader.line
                if not behind and self.reader.peek(width) not in "#\r\n\0":
                    return  # it indents a value
                self.reader.forward(width)
                super().scan_to_next_token()

    return LenientScanner
