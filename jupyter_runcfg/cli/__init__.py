"""Front door: `jupyter runcfg VERB …`."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from ..errors import ConfigError, RuncfgError
from ..verbs.grammar import HelpAsked, parse
from ..version import __version__

PROG = "jupyter runcfg"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0 only when what was asked was done; 2 for words that are wrong, 130 for Ctrl-C."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")  # names may hold what is no character
    try:
        status = _done(words)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of a pipe has gone: `… | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def _done(words: list[str]) -> int:
    if words[:1] == ["--version"]:
        print(__version__)
        return 0
    try:
        from ..verbs.warned import plain_warnings
        from .verb import run_verb

        options = parse(words, PROG, "shell")
        with plain_warnings(lambda text: print(text, file=sys.stderr)):
            return run_verb(options)
    except HelpAsked as asked:
        print(asked.text)
        return 0
    except RuncfgError as error:
        sys.stdout.flush()
        print(f"error: {error}", file=sys.stderr)
        return 2 if isinstance(error, ConfigError) else 1
    except KeyboardInterrupt:
        return 130
