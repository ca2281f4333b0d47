"""What a person may call a run: `last`, `last~2`, `12`, `diabetes/12`, `3f2a`, or the whole id."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

from ..errors import RunNotFoundError
from ..runtime.paths import Home
from .index import Index
from .number import run_id_of
from .query import Query
from .record import RunSummary, read_summary

LAST = re.compile(r"last(?:~(\d{1,9}))?")
_HEX = re.compile(r"[0-9a-f]{4,8}")


def resolve(
    home: Home, index: Callable[[], Index], word: str, experiment: str | None, last: str | None = None
) -> str:
    """The id of the run that `word` names; numbers count within `experiment`.

    Args:
        home: Where the records are.
        index: Opens the index, up to date; only what a number or a whole id does not tell asks it.
        word: What a person said.
        experiment: Without it, `last` is the newest of all.
        last: The run_id that `last` means; without it, the newest. `last~1` is the one before it in its
            experiment, of a group's run in its group, whichever it is.

    Raises:
        RunNotFoundError: With what is there instead.
    """
    found = LAST.fullmatch(word)
    if found:
        back = int(found.group(1) or 0)
        if last is not None and not back:
            return last
        newest = _newest(index(), word, experiment) if last is None else read_summary(home.run(last))
        return _before(index(), newest, back) if back else newest.run_id
    if word.isascii() and word.isdigit() and len(word) < 5:
        run_id = run_id_of(home, experiment, int(word)) if experiment else None
        return _existing(home, run_id, f"{experiment or '?'}/{word}")
    name, slash, number = word.rpartition("/")
    if slash and number.isascii() and number.isdigit():
        return _existing(home, run_id_of(home, name, int(number)), word)
    if os.path.exists(home.run(word).request) and "/" not in word:
        return word
    if _HEX.fullmatch(word):
        return _only_one(index().find_suffix(word), word)
    raise RunNotFoundError(
        f"no run '{word}'",
        hint="a run is `last`, `last~1`, a number, EXPERIMENT/NUMBER, or 4 digits of its id (see `runs`)",
    )


def _newest(index: Index, word: str, experiment: str | None) -> RunSummary:
    runs = index.select(Query(experiment=experiment, limit=1))
    if not runs:
        of = f" of experiment '{experiment}'" if experiment else ""
        raise RunNotFoundError(f"no run `{word}`{of}: there is none yet", hint="`runs` lists all")
    return runs[0]


def _before(index: Index, newest: RunSummary, back: int) -> str:
    """The one so many before: of a run in a group among those of its group, else among those of no group."""
    before = f"number < {newest.number}"
    runs = index.select(Query(experiment=newest.experiment, where=before, parent=newest.parent, limit=back))
    if len(runs) < back:
        raise RunNotFoundError(
            f"no run `last~{back}`: `last` is {newest.label}, and {len(runs)} are before it",
            hint="`runs` lists all",
        )
    return runs[-1].run_id


def _existing(home: Home, run_id: str | None, label: str) -> str:
    if run_id is None or not os.path.exists(home.run(run_id).request):
        raise RunNotFoundError(f"no run '{label}'", hint="`runs` lists all")
    return run_id


def _only_one(ids: list[str], word: str) -> str:
    if len(ids) == 1:
        return ids[0]
    if not ids:
        raise RunNotFoundError(f"no run whose id ends in '{word}…'", hint="`runs` lists all")
    raise RunNotFoundError(
        f"'{word}' is short for {len(ids)} runs", where=", ".join(ids[:5]), hint="give more digits"
    )
