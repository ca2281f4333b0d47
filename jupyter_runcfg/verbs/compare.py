"""`compare`: several runs side by side, their settings as far as they differ, their metrics."""

from __future__ import annotations

import argparse
import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any

from ..errors import ConfigError, RuncfgError, did_you_mean
from ..history import RunSummary
from ..history.series import Metric, read_series
from ..run import Run
from ..run.select import find_summaries, opened_home
from .differences import Columns, as_number, differing, facts, value_text
from .runs import query_of, words_that_choose
from .wording import cell, number, one_line

Select = Callable[[argparse.Namespace], list[Run]]
Points = list[tuple[float, float]]

MOST_RUNS, USUAL_RUNS = 200, 50
VALUES = ("last", "best", "least", "greatest")
_MOST_NAMED = 12
_FIXED = ("run", "status", "took")
# of a metric of such a name the smallest value is the best one
_SMALL_IS_GOOD = {
    *(
        "loss",
        "losses",
        "error",
        "errors",
        "err",
        "mse",
        "rmse",
        "mae",
        "mape",
        "msle",
        "nll",
        "bce",
        "regret",
    ),
    *(
        "wer",
        "cer",
        "fid",
        "perplexity",
        "ppl",
        "deviance",
        "time",
        "seconds",
        "duration",
        "latency",
        "memory",
    ),
}


@dataclass(frozen=True)
class Column:
    """One column of the table: texts to show, and numbers to sort by where there are any."""

    name: str
    title: str
    texts: tuple[str, ...]
    keys: tuple[Any, ...]
    """The values themselves; None where a run has none."""
    is_metric: bool = False

    @property
    def is_number(self) -> bool:
        numbers = [as_number(key) for key in self.keys if key is not None]
        return bool(numbers) and None not in numbers


@dataclass(frozen=True)
class Comparison:
    """Runs in the order that was asked for, one row each."""

    runs: tuple[RunSummary, ...]
    settings: Columns
    """Key → one value a run, only of those that differ."""
    metrics: dict[str, list[Metric | None]]
    series: tuple[dict[str, Points], ...] = field(repr=False)
    value: str = "last"
    """Which value of a metric the table has: one of VALUES."""
    only: tuple[str, ...] = ()
    """The metrics that were asked for; none: all."""
    sort: str | None = None
    note: str = ""

    @property
    def is_final(self) -> bool:
        """Whether none of the runs can change any more."""
        return all(run.is_terminal for run in self.runs)

    def again(self) -> Comparison:
        """The same runs as they are now; those removed meanwhile are left out."""
        home = opened_home()
        there = [run for run in self.runs if os.path.exists(home.run(run.run_id).request)]
        runs = [Run(None, run.run_id) for run in there]
        found = read([run.refresh() for run in runs], value=self.value, note=self.note)
        only = [name for name in self.only or found.metrics if name in found.metrics]
        found = replace(found, metrics={name: found.metrics[name] for name in only}, only=self.only)
        try:
            return found.sorted_by(self.sort) if self.sort else found
        except ConfigError:  # what they were sorted by is the same in all that are left
            return found

    def sorted_by(self, sort: str) -> Comparison:
        """By a column, the smallest first; `-NAME`: the greatest first; runs without a value come last.

        Raises:
            ConfigError: There is no such column.
        """
        column, is_descending = self._column(sort)
        keys: list[Any] = [as_number(key) if column.is_number else key for key in column.keys]
        there = [place for place, key in enumerate(keys) if not _is_missing(key)]
        texts = [str(key) for key in keys]
        there.sort(key=(keys if column.is_number else texts).__getitem__, reverse=is_descending)
        order = there + [place for place in range(len(keys)) if place not in there]
        return replace(
            self,
            runs=tuple(self.runs[place] for place in order),
            settings={key: [values[place] for place in order] for key, values in self.settings.items()},
            metrics={name: [values[place] for place in order] for name, values in self.metrics.items()},
            series=tuple(self.series[place] for place in order),
            sort=sort,
        )

    def _column(self, sort: str) -> tuple[Column, bool]:
        """Which column is meant, and whether the greatest comes first; `lr` is short for `--lr`."""
        columns = {column.name: column for column in reversed(self.columns())}  # settings before metrics
        word = sort.removeprefix("-")
        for name in (sort, word, f"-{word}", f"--{word}"):
            if name in columns:
                return columns[name], sort not in (name, word)
        hint = did_you_mean(sort.lstrip("-"), columns) or f"there is {', '.join(reversed(columns))}"
        raise ConfigError.single(f"no column '{sort}' in this table", "--sort", hint)

    def columns(self) -> list[Column]:
        """Run, status and time; then what differs; then the metrics."""
        took = tuple(run.duration_s(time.time()) for run in self.runs)
        shown = {name: tuple(cell(run, name) for run in self.runs) for name in _FIXED}
        keys = {"run": shown["run"], "status": shown["status"], "took": took}
        found = [Column(name, name, shown[name], tuple(keys[name])) for name in _FIXED]
        for key, values in self.settings.items():
            texts = tuple(value_text(value) for value in values)
            found.append(Column(key, one_line(key), texts, tuple(values)))
        for name in self.metrics:
            numbers = self.values_of(name)
            texts = tuple("–" if value is None else number(value) for value in numbers)
            title = one_line(name) + self._which(name)
            found.append(Column(name, title, texts, numbers, is_metric=True))
        return found

    def values_of(self, name: str) -> tuple[float | None, ...]:
        """One metric, the value of each run that the table has."""
        return tuple(_value(metric, self.value) for metric in self.metrics[name])

    def _which(self, name: str) -> str:
        if self.value == "last":
            return ""
        which = _best(name) if self.value == "best" else self.value
        return f", {which}"

    def remarks(self) -> Iterator[str]:
        """What is to be known of the table, in lines."""
        if len(self.runs) > 1 and not self.settings:
            yield "no setting differs"
        if not self.metrics:
            yield "no metrics" if self.is_final else "no metrics yet"
        if self.value == "best":
            yield "best: the least where a metric's name says loss, error, time …, else the greatest"
        if self.note:
            yield self.note

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as `--json` prints them: one entry a run, with `settings` and `metrics`."""
        rows = []
        for place, run in enumerate(self.runs):
            rows.append(
                {
                    "run": run.label,
                    "run_id": run.run_id,
                    "status": run.status,
                    "took_s": run.duration_s(time.time()),
                    "settings": {key: values[place] for key, values in self.settings.items()},
                    "metrics": {name: self.values_of(name)[place] for name in self.metrics},
                }
            )
        return {"value": self.value, "runs": rows}

    def to_pandas(self) -> Any:
        """A DataFrame: one row a run by its label; numbers are numbers, a run without a value has NaN.

        Raises:
            RuncfgError: pandas is not installed.
        """
        try:
            pandas = import_module("pandas")
        except ImportError as error:
            hint = "`%pip install pandas`, or take `.to_dict()`, which needs nothing"
            raise RuncfgError("pandas is not installed", hint=hint) from error
        columns = self.columns()
        names = [column.name for column in columns]
        table = {}
        for column in columns[1:]:
            is_twice = names.count(column.name) > 1
            name = f"metrics.{column.name}" if is_twice and column.is_metric else column.name
            table[name] = [as_number(key) if column.is_number else key for key in column.keys]
        return pandas.DataFrame(table, index=pandas.Index(columns[0].texts, name="run"))


def _is_missing(key: Any) -> bool:
    return key is None or (isinstance(key, float) and math.isnan(key))


def _value(metric: Metric | None, which: str) -> float | None:
    if metric is None or metric.minimum is None:
        return None
    if which == "best":
        which = _best(metric.name)
    if which == "last":
        is_number = isinstance(metric.last, int | float) and not isinstance(metric.last, bool)
        return metric.last if is_number else None
    return metric.minimum if which == "least" else metric.maximum


def _best(name: str) -> str:
    """Whether the least or the greatest value of a metric is the best one, as far as its name tells."""
    words = "".join(char if char.isalnum() else " " for char in name.lower()).split()
    return "least" if _SMALL_IS_GOOD.intersection(words) else "greatest"


def compare(options: argparse.Namespace, select: Select) -> Comparison:
    """Do `compare`.

    Raises:
        ConfigError: The words name no run, or a column or metric that is not there.
        RunNotFoundError: A run or a group is not there.
    """
    summaries, note = _chosen(options, select)
    names = [name.strip() for name in (options.metrics or "").split(",") if name.strip()]
    found = read(summaries, value=options.value, only=names, note=note)
    return found.sorted_by(options.sort) if options.sort else found


def read(
    summaries: Sequence[RunSummary], *, value: str = "last", only: Sequence[str] = (), note: str = ""
) -> Comparison:
    """Read what differs between these runs, and their metrics (all of them, or only those named).

    Raises:
        ConfigError: None of the runs has a metric of that name.
    """
    runs = [Run(None, summary.run_id) for summary in summaries]
    settings = differing(
        [facts(run.request, summary.tags) for run, summary in zip(runs, summaries, strict=True)]
    )
    told = [read_series(run.paths) for run in runs]
    by_name = [{m.name: m for m in metrics if m.minimum is not None} for metrics, _ in told]
    known = list(dict.fromkeys(name for found in by_name for name in found))
    for name in only:
        if name not in known:
            hint = did_you_mean(name, known) or f"there is {', '.join(known[:_MOST_NAMED]) or 'none yet'}"
            raise ConfigError.single(f"none of these runs has a metric '{name}'", "--metrics", hint)
    metrics = {name: [found.get(name) for found in by_name] for name in only or known}
    series = tuple({name: points[name] for name in metrics if name in points} for _, points in told)
    return Comparison(tuple(summaries), settings, metrics, series, value, tuple(only), None, note)


def _chosen(options: argparse.Namespace, select: Select) -> tuple[list[RunSummary], str]:
    """The runs that are meant, by name or by filter, and what to say of those left out."""
    if options.limit is not None and not 0 < options.limit <= MOST_RUNS:
        raise ConfigError.single(f"'{options.limit}' is no number of runs", "--limit", f"1 to {MOST_RUNS}")
    filters = words_that_choose(options)
    if options.runs and filters not in ([], ["experiment"]):
        raise ConfigError.single("both runs and filters", "compare", "name the runs, or filter them")
    if options.runs:
        found = [run.refresh() for run in dict.fromkeys(select(options))]
    elif filters:
        found = find_summaries(query_of(options))
        found = found[::-1] if options.group else found  # a loop's runs in its order
    else:
        hint = "`compare 12 15`, `compare last~1 last`, `compare --group lr`, or filters as `runs` has them"
        raise ConfigError.single("which runs?", "compare", hint)
    if not found:
        raise ConfigError.single("no run matches", "compare", "`runs` without filters lists all")
    most = options.limit or USUAL_RUNS
    more = f"; `--limit N` takes up to {MOST_RUNS}" if most < MOST_RUNS else "; filters choose others"
    note = f"the first {most} of {len(found):,} runs{more}" if len(found) > most else ""
    return found[:most], note
