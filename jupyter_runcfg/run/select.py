"""Which runs there are, and the one that is meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import cache

from .. import settings
from ..errors import RunNotFoundError, home_error
from ..history import Index, Query, RunSummary, resolve
from ..history.reference import LAST
from ..history.when import moment_s
from ..runtime.paths import Home
from .run import Run
from .settle import settle, with_word


@contextmanager
def open_index() -> Iterator[Index]:
    """The index over the records, up to date.

    Raises:
        HomeError: The home cannot be made or read.
    """
    home = opened_home()
    with Index(home, settings.machine_id()) as index:
        index.refresh()
        yield index


def opened_home() -> Home:
    """The home, with its directories. Raises HomeError."""
    home = Home(str(settings.home()))
    try:
        home.create()
    except OSError as error:
        raise home_error(error, home.root) from error
    return home


def find_summaries(query: Query) -> list[RunSummary]:
    """Runs as they are now: the engines were asked about those not ended.

    Raises:
        ConfigError: The query cannot be read, or names what no run has.
    """
    with open_index() as index:
        unsettled = index.select(Query(active=True, children=True, archived=True))
        words = settle(index.home.run(summary.run_id) for summary in unsettled)
        if unsettled:
            index.refresh()
        found = index.select(query)
    return [with_word(summary, words.get(summary.run_id)) for summary in found]


def list_runs(
    experiment: str | None = None,
    *,
    where: str | None = None,
    status: str | tuple[str, ...] | list[str] = (),
    tags: Mapping[str, str | None] | None = None,
    text: str | None = None,
    target: str | None = None,
    since: str | float | datetime | None = None,
    parent: Run | str | None = None,
    active: bool = False,
    children: bool = False,
    archived: bool = False,
    sort: str | None = None,
    limit: int | None = None,
) -> list[Run]:
    """Runs, newest first: `list_runs("diabetes", where="accuracy > 0.9 and lr < 0.1", sort="-accuracy")`.

    Args:
        experiment: Only of this one.
        where: An expression of columns, metrics and tags: `=` `!=` `<` `<=` `>` `>=` `~` (contains),
            `and`, `or`, `not` and brackets; `metrics.NAME` and `tags.NAME` say which is meant.
        status: One of these statuses.
        tags: Tags with their values; None as the value: any.
        text: Found in label, name, script, tags, cause or error.
        target: Only on this compute target.
        since: Submitted after this: `2d`, `2026-11-01`, a datetime, unix seconds.
        parent: Children of this run.
        active: Only runs that have not ended.
        children: Also runs that are children of another.
        archived: Also archived ones.
        sort: A column, metric or tag, the smallest first; `-accuracy`: the greatest first. Runs without
            one come last.
        limit: At most so many.

    Raises:
        ConfigError: An expression cannot be read, or names what no run has.
    """
    query = Query(
        experiment=experiment,
        where=where,
        status=(status,) if isinstance(status, str) else tuple(status),
        tags=tags or {},
        text=text,
        target=target,
        since=_moment(since),
        parent=parent.run_id if isinstance(parent, Run) else parent,
        active=active,
        children=children,
        archived=archived,
        sort=sort,
        limit=limit,
    )
    return [Run(None, summary.run_id) for summary in find_summaries(query)]


def _moment(since: str | float | datetime | None) -> float | None:
    if isinstance(since, datetime):
        return since.timestamp()
    return moment_s(since, "since") if isinstance(since, str) else since


def get_run(run: str | int, experiment: str | None = None) -> Run:
    """The run that a word names: `last`, `12`, `diabetes/12`, an id or its end.

    A number counts in `experiment`; without one in that of the working directory, as in the shell.
    There, `last` is the newest run of that experiment, and of all when it has none.

    Raises:
        RunNotFoundError: There is none, or more than one.
    """
    word = str(run)
    if experiment is None and needs_experiment(word):
        from ..config import current_project, default_experiment

        return get_run_within(word, [default_experiment(current_project())])
    return resolved(word, experiment)


def needs_experiment(word: str) -> bool:
    """Whether an experiment decides which run it is."""
    return LAST.fullmatch(word) is not None or (word.isascii() and word.isdigit() and len(word) < 5)


def get_run_within(word: str, experiments: Sequence[str], last: Run | None = None) -> Run:
    """The run that a word names in the first of these experiments that has it.

    `last` is that run, if one is given; else the newest of the first that has any, and of all when none has.

    Raises:
        RunNotFoundError: There is none, or more than one.
    """
    if last is None and LAST.fullmatch(word):
        last = _newest_within(experiments)
    for experiment in experiments:
        try:
            return resolved(word, experiment, last)
        except RunNotFoundError:
            if last is not None or experiment == experiments[-1]:
                raise
    return resolved(word, None, last)


def _newest_within(experiments: Sequence[str]) -> Run | None:
    with open_index() as index:
        for experiment in (*experiments, None):
            newest = index.select(Query(experiment=experiment, limit=1))
            if newest:
                return Run(None, newest[0].run_id)
    return None


def resolved(word: str, experiment: str | None, last: Run | None = None) -> Run:
    """The run that a word names in that experiment, and in no other. Raises RunNotFoundError."""
    home = opened_home()
    with ExitStack() as stack:
        index = cache(lambda: stack.enter_context(open_index()))
        run_id = resolve(home, index, word, experiment, None if last is None else last.run_id)
    return Run(None, run_id)
