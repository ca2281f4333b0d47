"""What tells without reading it that a file is the one that was read: its stamp."""

from __future__ import annotations

import os
import stat
import struct

from ..runtime.filesystem import is_network

_FORMAT = struct.Struct("<qqQQI")
SIZE = _FORMAT.size
pack = _FORMAT.pack
OddTime = struct.error  # 64 bits of nanoseconds hold no time after the year 2262
NONE = b""  # of a file that could not be looked at; equals no stamp, itself included
UNKNOWN = bytes(SIZE)  # in a cache: of a file that must be read again; no file has inode and mode 0

# What a clock may be behind the one that stamps files, plus what a stamp is coarse by: 2 s on FAT,
# a tick of the kernel elsewhere. Servers have clocks of their own.
LOCAL_GRAIN_S = 2.0
NETWORK_GRAIN_S = 600.0


def stamp(info: os.stat_result) -> bytes:
    """Time of the last change of bytes and of facts, size, inode and mode; `NONE` for odd times."""
    try:
        return pack(info.st_mtime_ns, info.st_ctime_ns, info.st_size, info.st_ino, info.st_mode)
    except OddTime:
        return NONE


def youngest_ns(began_ns: int, path: str) -> int:
    """What is not older than this may change without a new time; for a walk that began then.

    Git's rule for racy timestamps, against the moment when the walk began and not the one when the
    cache is written: a file may change between its reading and that. A file whose times are not
    older may change again within the same tick, with the same size, and look as it does now.
    """
    grain_s = NETWORK_GRAIN_S if is_network(path) else LOCAL_GRAIN_S
    return began_ns - int(grain_s * 1e9)


def is_settled(found: bytes, before_ns: int) -> bool:
    """Whether any later change must show in the stamp."""
    return found != NONE and max(_FORMAT.unpack(found)[:2]) < before_ns


def inode(found: bytes) -> int:
    return int(_FORMAT.unpack(found)[3]) if found else 0


def is_executable(found: bytes) -> bool:
    """Whether its owner may execute the file."""
    return bool(found[-4] & stat.S_IXUSR)  # the lowest byte of the mode
