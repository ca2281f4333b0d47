"""Which of many stored objects to look at again before they are relied on: looking costs as much as the walk.

What was there is there while nobody wrote into its directory, which its change time tells. That an
object was cut short in place that does not tell: after a restart of the machine (a power cut can do
it) each is looked at, else a part of them every time. A few are all looked at, unless that was a moment
ago. A damaged object that is missed here is found where it is checked out, by its digest.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
from collections.abc import Mapping, Sequence
from functools import cached_property

from ..runtime.atomic import read_json, write_replace
from ..runtime.paths import Home
from . import stat_cache

FEW = 500
_SHARE = 32  # one of so many objects is looked at in any case
_NEAR = 8  # directories whose objects are rather looked at each time than noted each time
_STARTS = tuple(f"{number:02x}" for number in range(256))


class Seen:
    """When the objects that one stat cache names were looked at, in a file beside it."""

    def __init__(self, home: Home, root: str, identity: str, is_recent: bool) -> None:
        self._home, self._root = home, root
        self._is_recent = is_recent  # all were looked at a moment ago
        self._objects = home.objects
        self._identity = identity
        self._before: dict[str, object] = {}
        self._boot = ""
        self._times_ns: list[int] = []

    @cached_property
    def _path(self) -> str:
        return stat_cache.cache_path(self._home, self._root) + ".seen"

    def suspects(self, digests: str) -> Sequence[int]:
        """The places in `digests` (in hex, one after the other) of those to look at."""
        count = len(digests) // 64
        if self._is_recent:
            return ()
        if count <= FEW:
            return range(count)
        self._before = before = read_json(self._path) or {}
        self._boot, self._times_ns = _boot_id(), _change_times(self._objects)
        times = before.get("directories")
        is_known = before.get("cache") == self._identity and before.get("boot") == self._boot != ""
        if not is_known or not isinstance(times, list) or len(times) != len(_STARTS):
            return range(count)
        share = range(random.randrange(_SHARE), count, _SHARE)
        if times == self._times_ns:
            return share
        pairs = zip(_STARTS, zip(times, self._times_ns, strict=True), strict=True)
        changed = {start for start, (then, now) in pairs if then != now}
        return sorted({*share, *(n for n in range(count) if digests[n * 64 : n * 64 + 2] in changed)})

    def remember(self, identity: str, youngest_ns: int) -> None:
        """Note that all objects of the cache `identity` are there.

        A directory whose change time is not older than `youngest_ns` may change again unnoticed.
        """
        if not self._times_ns or not identity:
            return
        times = [time_ns if time_ns < youngest_ns else -1 for time_ns in self._times_ns]
        now = {"cache": identity, "boot": self._boot, "directories": times}
        if not self._is_near(now):
            with contextlib.suppress(OSError):  # without it, all are looked at
                write_replace(self._path, json.dumps(now).encode())

    def _is_near(self, now: Mapping[str, object]) -> bool:
        """Whether what is in the file tells as much, but of a few directories."""
        before, times = self._before, now["directories"]
        then = before.get("directories")
        if not isinstance(then, list) or not isinstance(times, list) or len(then) != len(times):
            return False
        if any(before.get(key) != now[key] for key in ("cache", "boot")):
            return False
        return len([1 for one, other in zip(then, times, strict=True) if one != other]) <= _NEAR


def _boot_id() -> str:
    """Another one after each start of the machine; "" where the system has none."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as stream:
            return stream.read().strip()
    except OSError:
        return ""


def _change_times(objects: str) -> list[int]:
    """Of each directory of objects, in nanoseconds; 0 for one that is not there."""
    found = []
    look, directory = os.lstat, os.open(objects, os.O_RDONLY)
    try:
        for start in _STARTS:
            try:
                found.append(look(start, dir_fd=directory).st_ctime_ns)
            except OSError:
                found.append(0)
    finally:
        os.close(directory)
    return found
