"""Answers as bytes on stdout: JSON for programs, text for people and for `git apply`."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import asdict
from typing import Any

from ..history import RunSummary


def print_json(value: Any) -> None:
    """One JSON value; bytes of names that are no UTF-8 stand as `\\udcff`, Python's surrogate escapes."""
    text = json.dumps(_finite(value), indent=1, ensure_ascii=False, allow_nan=False)
    print(text.encode("utf-8", "backslashreplace").decode())


def summary_json(summary: RunSummary) -> dict[str, Any]:
    """One run for programs; times in unix seconds."""
    return {**asdict(summary), "run": summary.label}


def _finite(value: Any) -> Any:
    """JSON has no word for NaN and infinity: null."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    return [_finite(inner) for inner in value] if isinstance(value, list) else value


def print_exactly(text: str) -> None:
    """Text with the very bytes of the files that it is made of."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()
