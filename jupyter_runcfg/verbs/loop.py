"""The runs of a loop in one table: a row each, with what differs, its status, its last metrics."""

from __future__ import annotations

import time
from typing import Any

from ..executors import EngineWord
from ..history import RunSummary
from ..history.record import RecordReader
from ..run import Run
from ..run.settle import settle, with_word
from .differences import differing, facts, value_text
from .wording import duration, number, one_line

SETTLE_S = 2.0
MOST_SETTINGS, MOST_METRICS = 6, 6
_LONGEST = 300
_ALSO_TOLD = ("snapshot", "git.commit")  # of a loop that changes its files; arguments say more


class Loop:
    """Runs that belong together, read again and again, each time only what is new."""

    def __init__(self) -> None:
        self._runs: list[Run] = []
        self._readers: dict[str, RecordReader] = {}
        self._facts: dict[str, dict[str, Any]] = {}
        self._summaries: dict[str, RunSummary] = {}
        self._differing: dict[str, list[Any]] | None = None
        self._asked = 0.0
        self._words: dict[str, EngineWord] = {}
        """What the engines said last; it stands until they are asked again."""

    @property
    def runs(self) -> tuple[Run, ...]:
        return tuple(self._runs)

    @property
    def summaries(self) -> list[RunSummary]:
        """As they were at the last `read`."""
        return [self._summaries[run.run_id] for run in self._runs]

    @property
    def is_ended(self) -> bool:
        return all(summary.is_terminal for summary in self.summaries)

    def add(self, run: Run) -> None:
        if run.run_id in self._readers:
            return
        reader = self._readers[run.run_id] = RecordReader(run.paths)
        reader.read_latest()
        self._runs.append(run)
        self._summaries[run.run_id] = summary = reader.summary()
        self._facts[run.run_id] = facts(run.request, summary.tags)
        self._differing = None
        self._asked = 0.0  # why it is queued, the engine knows

    @property
    def _settings(self) -> dict[str, list[Any]]:
        """What differs: looked for when it is asked for, not at each of many runs that are added."""
        if self._differing is None:
            found = differing([self._facts[run.run_id] for run in self._runs])
            said = [key for key in found if key not in _ALSO_TOLD] or list(found)
            self._differing = {key: found[key] for key in said[:MOST_SETTINGS]}
        return self._differing

    def read(self) -> None:
        """Take in what is new of the runs that have not ended; now and then the engines are asked too."""
        active = [run for run in self._runs if not self._summaries[run.run_id].is_terminal]
        now = time.monotonic()
        if active and now - self._asked > SETTLE_S:
            self._asked = now
            self._words = settle([run.paths for run in active])
        for run in active:
            reader = self._readers[run.run_id]
            reader.read_latest()
            self._summaries[run.run_id] = with_word(reader.summary(), self._words.get(run.run_id))

    def columns(self) -> list[str]:
        return ["run", *map(one_line, self._settings), "status", "took", *map(one_line, self.metrics())]

    def metrics(self) -> list[str]:
        """The metrics that are shown: those that most of the runs have first."""
        counts: dict[str, int] = {}
        for summary in self.summaries:
            for name in summary.metrics:
                counts[name] = counts.get(name, 0) + 1
        return sorted(counts, key=counts.__getitem__, reverse=True)[:MOST_METRICS]

    def settings_of(self, place: int) -> list[str]:
        """What differs in one run, as texts."""
        return [value_text(values[place]) for values in self._settings.values()]

    def rows(self) -> list[tuple[str, ...]]:
        """All of it as texts, in the order of `columns`."""
        now, names = time.time(), self.metrics()
        found = []
        for place, summary in enumerate(self.summaries):
            status = ": ".join(filter(None, (summary.status, reason(summary))))
            took = duration(summary.duration_s(now))
            said = (summary.label, *self.settings_of(place), status, took)
            found.append((*said, *metric_texts(summary, names)))
        return found

    def counts(self) -> str:
        """`6 runs: 4 Running, 2 Queued`."""
        found: dict[str, int] = {}
        for summary in self.summaries:
            found[summary.status] = found.get(summary.status, 0) + 1
        runs = "1 run" if len(self._runs) == 1 else f"{len(self._runs):,} runs"
        return f"{runs}: {', '.join(f'{count:,} {status}' for status, count in found.items())}"


def metric_texts(summary: RunSummary, names: list[str]) -> list[str]:
    """The last values of these metrics, empty for those that a run has not."""
    return [number(summary.metrics[name]) if name in summary.metrics else "" for name in names]


def reason(summary: RunSummary) -> str:
    """Why a run is as it is, in a line: the error where there is one, else the cause."""
    error = summary.error or {}
    said = ": ".join(filter(None, (error.get("type"), error.get("message"))))
    return one_line((said or summary.cause)[:_LONGEST])
