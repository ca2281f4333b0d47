"""`rerun RUN`: its words as a change to the old run."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from ..errors import ConfigError
from ..run import Run
from .grammar import key_value

Select = Callable[[argparse.Namespace], list[Run]]


def rerun(options: argparse.Namespace, select: Select) -> Run:
    """Repeat the run that the words name; returns the new one.

    Raises:
        ConfigError: The words, or the change, are wrong.
        RuncfgError: It cannot be repeated; says why.
    """
    if len(options.runs) > 1:
        raise ConfigError.single(
            f"one run at a time, not {len(options.runs)}", "rerun", "the script's arguments follow `--`"
        )
    [run] = select(options)
    return run.rerun(
        dict(key_value(word, "--set") for word in options.settings),
        arguments=options.arguments,
        tags=dict(key_value(word, "--tag") for word in options.tag),
        name=options.name,
    )
