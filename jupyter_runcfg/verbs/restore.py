"""`checkout` and `download`: a run's files given back, and the lines that say what was done."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

from .. import settings
from ..config import current_project
from ..run import Run
from ..run.download import Download, download
from ..run.restore import restore
from ..runtime.manifest import DIRECTORY
from ..snapshot.explain import explain
from ..snapshot.value import ignore_line, printable, size_text
from .wording import one_line

Select = Callable[[argparse.Namespace], list[Run]]
_MOST_NAMED = 10


def checked_out(options: argparse.Namespace, select: Select) -> tuple[Run, str, int]:
    """Do `checkout RUN DIR`; the run, the directory and how many files are there now."""
    [run] = select(options)
    directory, entries = restore(run, options.directory)
    return run, directory, sum(entry.mode != DIRECTORY for entry in entries)


def checkout_text(run: Run, directory: str, count: int) -> str:
    return "\n".join([f"{run.label}: {_files(count)} in {_shown(directory)}", *_would_be_sent(directory)])


def downloaded(options: argparse.Namespace, select: Select) -> tuple[Run, Download]:
    """Do `download RUN [PATH …]`."""
    words = options.runs
    options.runs = words[:1]
    [run] = select(options)
    done = download(run, options.to, words[1:], with_snapshot=options.snapshot, force=options.force)
    return run, done


def download_text(run: Run, done: Download) -> str:
    """What was copied and what was not, in a few lines."""
    place, there = _shown(done.directory), len(done.same)
    if done.written:
        first = f"{run.label}: {_files(len(done.written))}, {size_text(done.size_bytes)} in {place}"
        first += f" · {there:,} there already" if there else ""
    elif there:
        first = f"{run.label}: nothing new, {_files(there)} there already in {place}"
    else:
        first = f"{run.label} has no files: nothing was copied"
    lines = [first]
    for path, why in done.left_out[:_MOST_NAMED]:
        lines.append(f"not copied: {one_line(printable(path))} ({one_line(why)})")
    if len(done.left_out) > _MOST_NAMED:
        lines.append(f"not copied: {len(done.left_out) - _MOST_NAMED:,} more")
    return "\n".join([*lines, *(_would_be_sent(done.directory) if done.written else ())])


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count:,} files"


def _would_be_sent(directory: str) -> list[str]:
    """A copy inside of the project would travel with its next run: that is said, with the line against it."""
    project = os.path.realpath(current_project())
    below = os.path.relpath(os.path.realpath(directory), project)
    is_inside = below not in (".", "..") and not below.startswith("../")
    if not is_inside or not explain(project, os.path.join(project, below, "x")).is_kept:
        return []
    line = one_line(printable(ignore_line(below, True)))
    return [f"note: it would be sent with your next run; the line {line} in .amlignore keeps it here"]


def _shown(directory: str) -> str:
    return one_line(printable(settings.short_path(directory)))
