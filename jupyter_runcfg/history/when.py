"""Times as people say them: `2d` (so long ago), `2026-11-01`, `2026-11-01 14:30`, `today`."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta

from ..errors import ConfigError

_UNITS = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|m|h|d|w)")


def span_s(text: str) -> float | None:
    """`90s`, `30m`, `2h`, `1.5d`, `3w` in seconds; None for anything else."""
    found = _SPAN.fullmatch(text.strip().lower())
    return float(found.group(1)) * _UNITS[found.group(2)] if found else None


def moment_s(text: str, where: str) -> float:
    """A moment in unix seconds: a span before now, or a date (of this machine's time zone, or its own).

    Raises:
        ConfigError: It is no time; `where` says of what.
    """
    ago = span_s(text)
    if ago is not None:
        return time.time() - ago
    word = text.strip().lower()
    if word in ("today", "yesterday"):
        midnight = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
        return (midnight - timedelta(days=word == "yesterday")).timestamp()
    try:
        return datetime.fromisoformat(text.strip()).timestamp()
    except (ValueError, OverflowError, OSError) as error:
        raise ConfigError.single(
            f"'{text}' is no time", where, "2d (two days ago), 3h, today, 2026-11-01 or '2026-11-01 14:30'"
        ) from error
