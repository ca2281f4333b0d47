"""Keeps `gc` out while a snapshot is on its way into a record, and snapshots out while it collects.

A lock on the directory of the objects itself (flock, so that it goes with its process). Nobody may
rely on it on a network file system: there `gc` leaves alone what is younger than two weeks instead.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ..runtime.filesystem import is_network
from ..runtime.paths import Home

NETWORK_GRACE_S = 14 * 86_400.0
_held = threading.local()


@contextmanager
def shared(home: Home) -> Iterator[None]:
    """Hold it as one of many, from the scan of a directory until a record names what was stored.

    A thread that has it already goes on: waiting for itself behind a `gc` that waits would be for ever.
    """
    count: dict[str, int] = _held.__dict__.setdefault("count", {})
    count[home.root] = count.get(home.root, 0) + 1
    try:
        if count[home.root] > 1:
            yield
        else:
            with _flock(home, is_exclusive=False):
                yield
    finally:
        count[home.root] -= 1


@contextmanager
def exclusive(home: Home) -> Iterator[bool]:
    """Hold it alone, after everyone who has it; False where nobody can rely on it."""
    with _flock(home, is_exclusive=True) as is_held:
        yield is_held


@contextmanager
def _flock(home: Home, is_exclusive: bool) -> Iterator[bool]:
    if is_network(home.root):  # there it may fail, wait for a server, or hold nobody
        yield False
        return
    import fcntl

    descriptor = os.open(home.objects, os.O_RDONLY | os.O_CLOEXEC)
    try:
        is_held = True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if is_exclusive else fcntl.LOCK_SH)
        except OSError:  # a file system that has no locks
            is_held = False
        yield is_held
    finally:
        os.close(descriptor)
