"""`runs` and what it does with several: which are meant, which columns are shown, what is asked before."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .. import settings
from ..config import current_project
from ..errors import ConfigError, RunNotFoundError, did_you_mean
from ..history import Query, RunSummary
from ..history.field import COLUMNS as FIELDS
from ..history.filter import names_in, parse
from ..history.when import moment_s
from ..run import Run, bundle, get_run, keep
from ..run.select import find_summaries, opened_home
from ..snapshot.explain import explain
from ..snapshot.ignore import Rules
from ..snapshot.value import size_text
from .options import VERBS
from .select import group_named
from .wording import COLUMNS, cell, moment

Select = Callable[[argparse.Namespace], list[Run]]
_MOST_NAMED = 10
_FILTERS = ("experiment", "where", "status", "tag", "target", "text", "since")
_LISTS = ("active", "children", "parent", "group", "archived")


@dataclass(frozen=True)
class Listed:
    """The answer of `runs`: rows, the columns to show, and what to say of what is left out."""

    summaries: list[RunSummary]
    columns: tuple[str, ...]
    note: str = ""
    is_filtered: bool = False
    """Words of the line chose the runs: where none is shown, there may be others."""


def list_them(options: argparse.Namespace, select: Select) -> Listed:
    """Do `runs`.

    Raises:
        ConfigError: A word cannot be read, or names what no run has.
        RunNotFoundError: A run or a group that is named is not there.
    """
    if options.limit < 0:
        raise ConfigError.single(f"'{options.limit}' is no number of runs", "--limit", "0 shows all")
    if options.runs:
        if words_that_choose(options) not in ([], ["experiment"]) or options.sort:
            raise ConfigError.single("both runs and filters", "runs", "name the runs, or filter them")
        found = [run.refresh() for run in _named(options, select)]
        return Listed(found, _columns(options, found), "", is_filtered=True)
    found = find_summaries(replace(query_of(options), sort=options.sort, limit=options.limit or None))
    is_cut = len(found) == options.limit and options.limit > 0
    note = f"the first {options.limit}; `--limit N` shows more" if is_cut else ""
    return Listed(found, _columns(options, found), note, bool(words_that_choose(options)))


def _named(options: argparse.Namespace, select: Select) -> list[Run]:
    try:
        return list(dict.fromkeys(select(options)))
    except RunNotFoundError as error:  # `runs remvoe 1`
        verbs = [verb.removeprefix("runs ") for verb in VERBS if verb.startswith("runs ")]
        near = did_you_mean(options.runs[0], verbs)
        error.hint = near.replace("'", "'runs ", 1) or error.hint
        raise


def words_that_choose(options: argparse.Namespace) -> list[str]:
    """The filters that were given, by the names of their options."""
    return [name for name in (*_FILTERS, *_LISTS) if getattr(options, name, None)]


def query_of(options: argparse.Namespace) -> Query:
    """The runs that the filters of `runs` and `compare` choose.

    Raises:
        ConfigError: One cannot be read.
        RunNotFoundError: The run or the group that is to be above is not there.
    """
    above = None
    if options.group is not None:
        above = group_named(options.group, options.experiment)
    elif options.parent is not None:
        above = get_run(options.parent, options.experiment)
    return Query(
        **_filtered(options),
        active=options.active,
        parent=None if above is None else above.run_id,
        children=options.children,
        archived=options.archived,
    )


def _filtered(options: argparse.Namespace) -> dict[str, Any]:
    """The filters that `runs`, `compare` and `runs remove` share, as words of a Query."""
    tags = {}
    for word in options.tag:
        name, equals, value = word.partition("=")
        tags[name.strip()] = value if equals else None
    return {
        "experiment": options.experiment,
        "where": options.where,
        "status": tuple(options.status),
        "tags": tags,
        "target": options.target,
        "text": options.text,
        "since": None if options.since is None else moment_s(options.since, "--since"),
    }


def _columns(options: argparse.Namespace, found: list[RunSummary]) -> tuple[str, ...]:
    """The columns that were asked for; else the usual ones, and what the runs were chosen and sorted by."""
    if options.columns:
        names = [name.strip() for name in options.columns.split(",") if name.strip()]
        for name in names:
            _check_column(name, found)
        return tuple(names if {"run", "run_id"} & {*names} else ["run", *names])
    used = names_in(parse(options.where)) if options.where else []
    used += [options.sort.lstrip("+-")] if options.sort else []
    more = [name for name in dict.fromkeys(used) if name not in FIELDS]
    return (*COLUMNS[:-1], *more, *(COLUMNS[-1:] if not more else ()))


def _check_column(name: str, found: list[RunSummary]) -> None:
    known = {*COLUMNS, *FIELDS, "tags", "parent", "archived"}
    for summary in found:
        known |= {*summary.metrics, *summary.tags}
        known |= {f"metrics.{metric}" for metric in summary.metrics} | {f"tags.{tag}" for tag in summary.tags}
    if found and name not in known:
        near = did_you_mean(name, known)
        hint = near or f"there is {', '.join(sorted(known - set(FIELDS)))}"
        raise ConfigError.single(f"no column, metric or tag '{name}' in these runs", "--columns", hint)


def archive(runs: list[Run]) -> str:
    for run in runs:
        keep.archive(run)
    return f"archived: {_labels(runs)}; `runs --archived` shows them"


def reactivate(runs: list[Run]) -> str:
    for run in runs:
        keep.reactivate(run)
    return f"in the lists again: {_labels(runs)}"


def _labels(runs: list[Run]) -> str:
    more = f" and {len(runs) - _MOST_NAMED:,} more" if len(runs) > _MOST_NAMED else ""
    return " ".join(run.label for run in runs[:_MOST_NAMED]) + more


@dataclass(frozen=True)
class Removal:
    """What `runs remove` would remove."""

    runs: list[Run]
    active: int = 0
    """How many the filters chose that have not ended: they stay."""
    labels: tuple[str, ...] = ()
    """What the answer calls them: when it is given, they are gone."""

    def question(self) -> list[str]:
        """What a person should see before they agree."""
        count = len(self.runs)
        lines = [f"remove {_runs(count)}, with logs, outputs and metrics, for good:"]
        for run in self.runs[:_MOST_NAMED]:
            summary = run.summary()
            told = (summary.label, summary.status, moment(summary.created), cell(summary, "what"))
            lines.append("  " + "  ".join(told))
        if count > _MOST_NAMED:
            lines.append(f"  and {count - _MOST_NAMED:,} more")
        if self.active:
            lines.append(f"  ({self.active:,} active: not removed)")
        return lines

    def done(self) -> str:
        stayed = f"; {self.active:,} active stayed" if self.active else ""
        named = f": {' '.join(self.labels)}" if self.runs else ""
        return f"removed {_runs(len(self.runs))}{named}{stayed}"


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count:,} runs"


def choose_for_removal(options: argparse.Namespace, select: Select) -> Removal:
    """The runs that `runs remove` means, by name or by filter.

    Raises:
        ConfigError: Neither was given, or both.
        RuncfgError: A run that was named is active.
    """
    chosen = _filtered(options)
    by_filter = options.older or any(value for key, value in chosen.items() if key != "experiment")
    by_filter = by_filter or (options.experiment and not options.runs)
    if options.runs and by_filter:
        raise ConfigError.single("both runs and filters", "runs remove", "name the runs, or filter them")
    if options.runs:
        return _removal(select(options))
    if not by_filter:
        hint = "`runs remove 12 13`, or filters: `runs remove --older 30d --status Failed`"
        raise ConfigError.single("which runs? None is removed that was not named", "runs remove", hint)
    before = None if options.older is None else moment_s(options.older, "--older")
    found = find_summaries(Query(**chosen, before=before, archived=options.archived))
    ended = [Run(None, summary.run_id) for summary in found if summary.is_terminal]
    return _removal(ended, len(found) - len(ended))


def _removal(chosen: list[Run], active: int = 0) -> Removal:
    runs = keep.removable(chosen)
    more = [f"and {len(runs) - _MOST_NAMED:,} more"] if len(runs) > _MOST_NAMED else []
    return Removal(runs, active, (*(run.label for run in runs[:_MOST_NAMED]), *more))


def export(options: argparse.Namespace, select: Select) -> tuple[bundle.Exported, list[str]]:
    """Do `runs export`; what was written, and the lines that say so."""
    runs = list(dict.fromkeys(select(options)))
    done = bundle.export(runs, options.to or f"{runs[0].run_id}.tar.gz", replace=options.force)
    children = "1 child" if done.children == 1 else f"{done.children:,} children"
    more = f" and {children}" if done.children else ""
    lines = [f"{_labels(runs)}{more}: {size_text(done.size_bytes)} in {settings.short_path(done.file)}"]
    lines += _would_travel(done.file)
    lines += [f"note: {label} goes without its snapshot, which is gone or damaged" for label in done.without]
    return done, lines


def _would_travel(file: str) -> list[str]:
    """A word of warning where the next snapshot of the project would send the file."""
    root = current_project()
    if not Path(file).is_relative_to(root) or not explain(root, file, str(settings.home())).is_kept:
        return []
    rules = root / Rules.at(str(root)).file_name
    line = f"; a line `{os.path.basename(file)}` in {settings.short_path(str(rules))} leaves it out"
    better = "`--to` writes it elsewhere" + (line if rules.exists() else "")
    return [f"note: it is in the source directory, and the next submit would send it: {better}"]


def import_them(options: argparse.Namespace) -> tuple[bundle.Imported, list[str]]:
    """Do `runs import`; what came in, and the lines that say so."""
    done = bundle.import_file(options.file, opened_home())
    lines = []
    for run_id in done.runs:
        run = Run(None, run_id)
        was = (run.request.get("imported") or {}).get("number")
        lines.append(f"{run.label} is here now" + (f" (it was number {was})" if was != run.number else ""))
    lines += [f"{Run(None, run_id).label} is here already: {run_id}" for run_id in done.there]
    return done, lines
