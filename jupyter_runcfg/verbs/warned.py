"""Warnings about a configuration file as lines for people, without the place in our code."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..config import ConfigWarning


@contextmanager
def plain_warnings(say: Callable[[str], object]) -> Iterator[None]:
    """Within this, a ConfigWarning is said as `warning: FILE:LINE: …`, each time; others are as ever."""
    with warnings.catch_warnings():
        others = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
            if issubclass(category, ConfigWarning):
                say(f"warning: {message}")
            else:
                others(message, category, *place, **more)

        warnings.simplefilter("always", ConfigWarning)
        warnings.showwarning = show
        yield
