"""A run in every form that outlives the kernel: HTML, plain text, and its id for who can show it live."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import summary as picture
from .files import list_files
from .seen import Seen
from .sent import what_was_sent
from .told import NOTHING, Told

if TYPE_CHECKING:
    from .feed import ShownRun

RUN_MIME = "application/vnd.runcfg.run+json"
TAIL_BYTES = 64 << 10
LOOK_S = 0.3  # for files: the picture may be made in a cell that is waited for


def still_bundle(run: ShownRun, seen: Seen, sent: str, told: Told = NOTHING) -> dict[str, Any]:
    """The MIME bundle of a run as it is now.

    Args:
        run: The run.
        seen: What was read of it so far.
        sent: The line on what was sent.
        told: What was said when it was submitted.
    """
    summary, path = run.summary(), run.paths.std_log
    notes = [sent, told.text, *(f"warning: {warning}" for warning in run.warnings)]
    return {
        RUN_MIME: {"version": 1, "run_id": run.run_id, **told.wire()},
        "text/html": picture.html(
            summary,
            _read_tail(path),
            seen.trace.series(),
            notes=notes,
            log_path=path,
            steps=seen.steps.so_far(summary, time.time()),
            media=seen.media.items(),
            files=list_files(run, look_s=LOOK_S),
            sent=what_was_sent(run),
        ),
        "text/plain": picture.text(summary, notes=notes),
    }


def read_at(path: str, offset: int, count: int) -> bytes:
    """A piece of a file; empty where there is none."""
    if count <= 0:
        return b""
    try:
        with Path(path).open("rb") as stream:
            stream.seek(offset)
            return stream.read(count)
    except FileNotFoundError:
        return b""


def _read_tail(path: str) -> bytes:
    try:
        size = Path(path).stat().st_size
    except OSError:
        return b""
    return read_at(path, max(0, size - TAIL_BYTES), TAIL_BYTES)
