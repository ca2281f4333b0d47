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
def shared(home: Home) -> Iterator[bool]:
    """Hold it as one of many, from the scan of a directory until a record names what was stored.

    False where it keeps nobody out. A thread that has it already goes on: waiting for itself behind a
    `gc` that waits would be for ever.
    """
    held: dict[str, bool] = _held.__dict__.setdefault("held", {})
    if home.root in held:
        yield held[home.root]
        return
    descriptor = _lock(home, is_exclusive=False)
    held[home.root] = descriptor is not None
    try:
        yield descriptor is not None
    finally:
        del held[home.root]
        if descriptor is not None:
            os.close(descriptor)


@contextmanager
def exclusive(home: Home) -> Iterator[bool]:
    """Hold it alone, after everyone who has it; False where nobody can rely on it."""
    descriptor = _lock(home, is_exclusive=True)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _lock(home: Home, is_exclusive: bool) -> int | None:
    """What holds the lock until it is closed; None where no lock holds anybody."""
    if is_network(home.root):  # there it may fail, wait for a server, or hold nobody
        return None
    import fcntl

    descriptor, is_held = os.open(home.objects, os.O_RDONLY | os.O_CLOEXEC), False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if is_exclusive else fcntl.LOCK_SH)
        is_held = True
    except OSError:  # a file system that has no locks
        return None
    finally:
        if not is_held:
            os.close(descriptor)
    return descriptor
