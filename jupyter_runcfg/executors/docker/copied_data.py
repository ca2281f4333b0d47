"""The data of a run on an engine that does not see this machine's files: sent before, brought back after."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from ...errors import TargetError
from ...runtime import atomic
from ...runtime.data import paths_of
from ...runtime.paths import AttemptPaths
from .copied_files import size_of

MOST_BYTES = 4 << 30


def places(request: Mapping[str, Any]) -> list[str]:
    """The directories and files of data that the run names, none of them below another."""
    found: list[str] = []
    for place in sorted(set(paths_of(request).values())):
        if not found or not place.startswith(found[-1].rstrip(os.sep) + os.sep):
            found.append(place)
    return found


def of_run(request: Mapping[str, Any], attempt: AttemptPaths) -> list[str]:
    """Those places; what the job will have written of them is noted in the attempt.

    Raises:
        TargetError: They are too big to be copied for one run.
    """
    found = places(request)
    size = size_of(found)
    if size > MOST_BYTES:
        raise TargetError(
            f"the data of the run are {size / 1e9:.1f} GB, and this engine does not see this machine's files",
            where=", ".join(found),
            hint=f"at most {MOST_BYTES / 1e9:.1f} GB are copied: name a directory in it, or another target",
        )
    empty = {place for place in found if not size_of([place])}
    written = sorted(empty | {place for place in _uploads(request) if place in found})
    attempt.create()
    atomic.write_once(attempt.copied, atomic.encode({"written": written}))
    return found


def written(attempt: AttemptPaths) -> list[str]:
    """The places that come back: those that the configuration uploads, and those that held nothing."""
    return list((atomic.read_json(attempt.copied) or {}).get("written", []))


def _uploads(request: Mapping[str, Any]) -> Iterator[str]:
    data = paths_of(request)
    config = request.get("configuration") or {}
    for section, key in (("dataReferences", "mode"), ("data", "mechanism")):
        for name, reference in (config.get(section) or {}).items():
            own = (reference or {}).get("environmentVariableName")
            if (reference or {}).get(key) == "upload":
                yield str(data.get(own or f"AZUREML_DATAREFERENCE_{name}"))
    for name in config.get("outputData") or {}:
        yield str(data.get(f"AZUREML_DATAREFERENCE_{name}"))
