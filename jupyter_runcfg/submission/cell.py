"""The code of a notebook cell that is to be the script: checked before anything is sent."""

from __future__ import annotations

import ast
import sys
import warnings
from dataclasses import dataclass

from ..errors import Fault

SUFFIX = {"python": ".py", "bash": ".sh"}


@dataclass(frozen=True)
class Cell:
    """Code of a notebook cell that is to be the script."""

    code: str
    language: str = "python"
    title: str = ""
    """What runs, for people, where that is not the cell itself."""

    @property
    def lines(self) -> int:
        return len(self.code.strip("\n").splitlines())

    @property
    def described(self) -> str:
        lines = "1 line" if self.lines == 1 else f"{self.lines} lines"
        return self.title or f"{self.language.capitalize()} cell, {lines}"


def find_fault(code: str, python: str, place: str = "cell") -> Fault | None:
    """What would fail before the first line runs; another interpreter may know newer syntax."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if python == sys.executable:
                compile(code, place, "exec", dont_inherit=True)
            else:
                ast.parse(code)
    except SyntaxError as error:
        text = (error.text or "").strip()
        message = f"{error.msg}: {text}" if text else str(error.msg)
        return Fault(message, file=place, line=error.lineno or 0, hint=_hint(text, str(error.msg)))
    except ValueError as error:  # a NUL byte
        return Fault(str(error), file=place)
    return None


def _hint(text: str, message: str) -> str:
    if text.startswith(("!", "%")):
        return "a run is a plain script: IPython's own lines do not work in it; leave this one out"
    if "await" in message or "async" in message:
        return "a script has no event loop of its own: `import asyncio; asyncio.run(…)`"
    return "taken for Python (`--lang` says otherwise); lines are counted below the %%runcfg line"
