"""`get_details`: everything v1 tells of a run, in one map."""

import os
from datetime import datetime

from .. import ending, fields
from ..checkout import iter_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..paths import RunPaths
    from ..tracking.standing import Standing
    from .reading import Reading


def details(run: "Reading") -> "dict[str, Any]":
    """v1's keys, and the cause of its status and its tags as our own."""
    status, cause = run._look()
    request, standing = run._request(), run._standing()
    end = ending.read(run.paths) or {}
    error = fields.error(end.get("error")) or (standing.error if status == "Failed" else None)
    target = request.get("target")
    configuration = request.get("configuration")
    data = configuration if isinstance(configuration, dict) else {}
    found = {
        "runId": run.id,
        "target": target.get("name") if isinstance(target, dict) else None,
        "status": status,
        "cause": cause,
        "startTimeUtc": utc(standing.started),
        "services": {},
        "error": error,
        "warnings": _warnings(standing, error or {}),
        "tags": standing.tags,
        "properties": standing.properties,
        "inputDatasets": _entries(data.get("data")),
        "outputDatasets": _entries(data.get("outputData")),
        "runDefinition": configuration,
        "logFiles": log_files(run.paths),
        "submittedBy": request.get("user"),
    }
    if fields.moment(end.get("t")) is not None:
        found["endTimeUtc"] = utc(fields.moment(end["t"]))
    return found


def _warnings(standing: "Standing", error: "dict[str, str]") -> "list[dict[str, str]]":
    """What the runtime noted, and what the script said of an error beside the one that ended it."""
    found = [{"source": "runtime", "message": message} for message in standing.warnings]
    if standing.error and standing.error["message"] != error.get("message"):
        found.append({"source": "script", "message": standing.said})
    return found


def utc(seconds: "float | None") -> "str | None":
    """Unix seconds as ISO 8601."""
    from datetime import timezone

    return None if seconds is None else datetime.fromtimestamp(seconds, timezone.utc).isoformat()


def log_files(paths: "RunPaths") -> "dict[str, str]":
    """Names and paths of the logs; those the script writes itself come when it has ended."""
    return {"logs/" + name: os.path.join(paths.logs, name) for name, _ in iter_files(paths.logs)}


def read_text(path: "str") -> "str":
    """A log as text; bytes that are no UTF-8 are replaced."""
    try:
        with open(path, "rb") as stream:
            return stream.read().decode("utf-8", "replace")
    except OSError:
        return ""


def _entries(data: "object") -> "list[dict[str, Any]]":
    return (
        [dict(fields.mapping(value), name=name) for name, value in data.items()]
        if isinstance(data, dict)
        else []
    )
