"""What `RunConfiguration.json_schema()` says, from the file beside this module: read in a moment."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("runconfig.schema.json")


@cache
def schema() -> dict[str, Any]:
    """Do not change what it gives: all have the same."""
    return dict(json.loads(_FILE.read_text(encoding="utf-8")))
