"""What this process knows of the directory that it took a moment ago: a loop submits the same one again.

For so long nothing of it is read a second time, neither its stat cache nor its manifest, and its
objects are not looked at. `gc` leaves alone for longer what was stored, and what is put into
the store or set aside there shows in its change time. What somebody else damaged meanwhile is found
where it is checked out.
"""

from __future__ import annotations

import os
import time
from typing import NamedTuple

from ..runtime.paths import Home
from .stat_cache import StatCache

RECENT_S = 5.0
_MOST_FILES = 20_000  # of more the reading is little beside the walk, and they would fill the memory


class Recent(NamedTuple):
    """A directory's cache, its manifest, and since when all objects of that are known to be there."""

    home: str
    place: str
    changed_ns: int  # of the store
    looked_s: float
    cache: StatCache
    manifest: bytes


_last: Recent | None = None


def find(home: Home, place: str) -> Recent | None:
    """What is known of the directory `place`, a real path; None where it must be read."""
    last = _last
    if last is None or last.place != place or last.home != home.root:
        return None
    if time.monotonic() - last.looked_s > RECENT_S or _changed_ns(home) != last.changed_ns:
        return None
    return last


def keep(home: Home, place: str, cache: StatCache, manifest: bytes, looked_s: float) -> None:
    """Remember it in the place of the one before; `looked_s` by the monotonic clock."""
    global _last  # noqa: PLW0603  one directory at a time
    if 0 < len(cache) <= _MOST_FILES:
        _last = Recent(home.root, place, _changed_ns(home), looked_s, cache, manifest)


def forget() -> None:
    """Read everything the next time."""
    global _last  # noqa: PLW0603
    _last = None


def _changed_ns(home: Home) -> int:
    try:
        return os.stat(home.objects).st_mtime_ns
    except OSError:
        return -1
