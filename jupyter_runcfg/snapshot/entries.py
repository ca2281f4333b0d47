"""The entries of a manifest as a sequence that is only read when somebody looks at it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import overload

from ..runtime import manifest
from ..runtime.manifest import Entry


class Entries(Sequence[Entry]):
    """Equal to a tuple of the same entries. Count and size are known without looking."""

    def __init__(self, data: bytes, file_count: int, size_bytes: int) -> None:
        self.data = data  # the manifest
        self.file_count = file_count  # files and links
        self.size_bytes = size_bytes

    @cached_property
    def _entries(self) -> tuple[Entry, ...]:
        return tuple(manifest.load(self.data))

    def __len__(self) -> int:
        return self.data.count(b"\n")

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    @overload
    def __getitem__(self, place: int) -> Entry: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Entry, ...]: ...
    def __getitem__(self, place: int | slice) -> Entry | tuple[Entry, ...]:
        return self._entries[place]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Entries):
            return self.data == other.data
        return self._entries == other if isinstance(other, tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._entries)

    def __repr__(self) -> str:
        return repr(self._entries)
