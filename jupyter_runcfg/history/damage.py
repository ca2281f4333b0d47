"""What of a record cannot be read as what it must be: for `doctor`, readers get along without it."""

from __future__ import annotations

import os
from collections.abc import Iterator

from ..runtime import atomic, ending, fields
from ..runtime.events import count_strange, event_files
from ..runtime.paths import RunPaths


def damage(paths: RunPaths) -> Iterator[str]:
    """Each damaged file of a record, relative to its directory, and what is wrong with it."""
    request = atomic.read_json(paths.request)
    if request is None:
        yield "request.json cannot be read"
    elif not (fields.text(request.get("experiment")) and fields.whole(request.get("number"))):
        yield "request.json has no experiment or no number"
    if os.path.exists(paths.end) and not ending.is_whole(atomic.read_json(paths.end)):
        yield "end.json cannot be read"
    for path in event_files(paths.events):
        count = count_strange(path)
        if count:
            yield f"events/{os.path.basename(path)} has {count:,} lines that are no events"
