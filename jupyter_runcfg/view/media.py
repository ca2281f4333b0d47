"""What a script has logged that is no number: tables, images, documents, texts; a bounded part of it."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from ..runtime import fields

MAX_ITEMS = 500
MAX_ROWS = 1_000
MAX_ALL_ROWS = 20_000
MAX_TEXT = 500

TABLE, IMAGE, TEXT = "table", "image", "text"


class Item(NamedTuple):
    """One name: how many rows, files or texts there were, and the last of them."""

    name: str
    kind: str
    """`table`, `image`, `text`, or the type of a document: `confusion_matrix` …"""
    total: int
    kept: list[Any]


class Media:
    """The last rows, files and texts of each name."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, str], Item] = {}
        self._rows = 0
        self.version = 0
        """Grows with each thing that came."""

    def take(self, event: dict[str, Any]) -> None:
        """Take in one `metric` event that is no number."""
        row, path, value = event.get("row"), event.get("artifact"), event.get("value")
        if isinstance(row, dict):
            self._add(event, TABLE, {fields.text(key): cell(inner) for key, inner in row.items()})
        elif path:
            self._add(event, fields.text(event.get("type")) or IMAGE, fields.text(path))
        elif isinstance(value, str):
            self._add(event, TEXT, value[:MAX_TEXT])

    def _add(self, event: dict[str, Any], kind: str, value: Any) -> None:
        key = (fields.text(event.get("name")), kind)
        item = self._items.get(key)
        if item is None and len(self._items) >= MAX_ITEMS:
            return
        kept = item.kept if item else []
        kept.append(value)
        self._rows += 1
        if len(kept) > MAX_ROWS or (self._rows > MAX_ALL_ROWS and len(kept) > 1):
            del kept[0]
            self._rows -= 1
        self._items[key] = Item(*key, (item.total if item else 0) + 1, kept)
        self.version += 1

    def items(self) -> list[Item]:
        return list(self._items.values())

    def catalog(self) -> list[dict[str, Any]]:
        """Of each name its kind and how many there are; texts with the last one."""
        return [
            {
                "name": item.name,
                "kind": item.kind,
                "total": item.total,
                **({"last": item.kept[-1]} if item.kind == TEXT else {}),
            }
            for item in self.items()
        ]

    def find(self, name: str, kind: str) -> Item | None:
        return self._items.get((name, kind))


def cell(value: object) -> str | float | bool | None:
    """A value of a row as JSON and a browser have it exactly; anything else as text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)) and math.isfinite(value) and abs(value) < 1 << 53:
        return value
    return fields.text(value)[:MAX_TEXT]
