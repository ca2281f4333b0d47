"""Looks for stored objects whose bytes are not those of their names, and for the files they were."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from typing import NamedTuple

from ..errors import SnapshotError
from ..runtime.checkout import read_manifest
from ..runtime.objects import ObjectStore
from ..runtime.paths import Home


class Use(NamedTuple):
    """A path of a stored snapshot, and the object that it needs."""

    snapshot: str
    path: str
    digest: str


def verify(home: Home) -> list[str]:
    """Read every object; returns the digests of those that are damaged.

    A damaged one is set aside as `objects/damaged-…`, so that the next snapshot of a directory that
    still has the bytes stores it again.
    """
    store = ObjectStore(home.objects)
    if not os.path.isdir(home.objects):
        return []
    return [digest for digest in store.digests() if store.verify(digest) is False]


def uses(home: Home, digests: Collection[str]) -> Iterator[Use]:
    """The paths of stored snapshots that need one of these objects."""
    for name in sorted(os.listdir(home.snapshots)):
        try:
            entries = read_manifest(home, name)
        except (SnapshotError, ValueError):  # no manifest, or a damaged one: it is no use to anyone
            continue
        for entry in entries:
            if entry.digest in digests:
                yield Use(name, entry.path, entry.digest)
