"""Metrics that are files: images, and the JSON documents of SDK v1's charts."""

import json
import os
import re
import time

from ...errors import UserErrorException
from .scalar import scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..paths import RunPaths

# what v1 calls each document, its version, and the keys of its data
SCHEMAS = {
    "confusion_matrix": ("1.0.0", ("class_labels", "matrix")),
    "accuracy_table": (
        "1.0.1",
        (
            "probability_tables",
            "percentile_tables",
            "probability_thresholds",
            "percentile_thresholds",
            "class_labels",
        ),
    ),
    "residuals": ("1.0.0", ("bin_edges", "bin_counts")),
    "predictions": ("1.0.0", ("bin_averages", "bin_errors", "bin_counts", "bin_edges")),
}  # type: dict[str, tuple[str, tuple[str, ...]]]


def document(kind: "str", value: "object") -> "bytes":
    """The JSON document of a chart; data alone gets the wrapper that v1 gives it.

    Raises:
        UserErrorException: It is neither a map nor the JSON text of one.
    """
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise UserErrorException("the {} is no JSON: {}".format(kind, error), hint=_hint(kind)) from error
    if not isinstance(value, dict):
        raise UserErrorException(
            "a {} is a map or its JSON text, not a {}".format(kind, type(value).__name__), hint=_hint(kind)
        )
    version, keys = SCHEMAS[kind]
    if "data" not in value and any(key in value for key in keys):
        value = {"schema_type": kind, "schema_version": version, "data": value}
    try:
        return json.dumps(value, default=_plain).encode("ascii")
    except (TypeError, ValueError) as error:
        raise UserErrorException("the {} cannot be JSON: {}".format(kind, error), hint=_hint(kind)) from error


def _hint(kind: "str") -> "str":
    version, keys = SCHEMAS[kind]
    inner = ", ".join('"{}": […]'.format(key) for key in keys)
    return '{{"schema_type": "{}", "schema_version": "{}", "data": {{{}}}}}'.format(kind, version, inner)


def _plain(value: "Any") -> "object":
    """Arrays as lists, scalars as numbers."""
    return value.tolist() if hasattr(value, "tolist") else scalar(value)


def image(plot: "Any") -> "bytes":
    """A matplotlib figure, or its pyplot module, as PNG.

    Raises:
        UserErrorException: It is none.
    """
    import io

    if not hasattr(plot, "savefig"):
        raise UserErrorException(
            "a plot is a matplotlib figure or pyplot, not a {}".format(type(plot).__name__),
            hint="log_image(name, path=…) takes a file",
        )
    out = io.BytesIO()
    plot.savefig(out, format="png")
    return out.getvalue()


def file_name(name: "str", suffix: "str") -> "str":
    """A name for the file of a metric: what a file name may have of the metric's own, and the time."""
    stem = re.sub(r"[^\w.-]+", "_", str(name), flags=re.ASCII).strip("._")[:100] or "metric"
    return "{}_{}{}".format(stem, int(time.time() * 1000), suffix)


def uri(paths: "RunPaths", event: "dict[str, Any]") -> "str":
    """What v1 gives for a metric that is a file."""
    return "aml://artifactId/ExperimentRun/dcid.{}/{}".format(paths.run_id, event["artifact"])


def content(paths: "RunPaths", event: "dict[str, Any]") -> "object":
    """What is in the file of a chart; of an image its path."""
    path = os.path.join(paths.artifacts, *str(event["artifact"]).split("/"))
    if event.get("type") == "image":
        return path
    try:
        with open(path, "rb") as stream:
            return json.loads(stream.read().decode("utf-8"))
    except (OSError, ValueError):
        return path
