"""The interface of every executor. It gets plain job specifications, never a RunConfiguration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class JobSpec:
    """What an engine must know to run one attempt of a record."""

    run_id: str
    record: str
    """The record's directory, as the host of the engine sees it."""
    attempt: int
    python: str
    """The interpreter that runs the runtime; any Python from 3.6."""
    options: dict[str, Any] = field(default_factory=dict)
    """The target's own options (partition, image …)."""
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    """Variables of the job that must stand in no command line, no file but one of mode 0600, no log."""


@dataclass(frozen=True)
class Resources:
    """What a run asks of each of its nodes."""

    nodes: int = 1
    gpus: int = 0


@dataclass(frozen=True)
class Prepared:
    """A request as the engine will get it: `text` is for people, previews and tests."""

    spec: JobSpec
    argv: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Job:
    """A job that an engine took, by the engine's own id."""

    run_id: str
    job_id: str


@dataclass(frozen=True)
class EngineWord:
    """What the engine says of a job: one of our statuses, or `Gone` for a job that has ended or is lost."""

    status: str
    reason: str = ""
    hint: str = ""


class Executor(Protocol):
    """Makes one kind of engine run jobs. Every verb takes a list, so that many runs cost one call."""

    def accept(self, asked: Resources) -> dict[str, Any]:
        """The options of a job that asks for that; pure, looks at nothing but this machine.

        Raises:
            TargetError: The target cannot give it.
        """

    def prepare(self, specs: Sequence[JobSpec]) -> list[Prepared]:
        """Build the requests; pure, contacts nothing."""

    def launch(self, prepared: Sequence[Prepared]) -> list[Job]:
        """Hand the requests to the engine and note its job ids in the records (empty for one that waits).

        Raises:
            TargetError: The engine did not take them.
        """

    def poll(self, specs: Sequence[JobSpec]) -> list[EngineWord]:
        """What the engine says of each job now, whoever launched it."""

    def cancel(self, specs: Sequence[JobSpec]) -> None:
        """Ask the engine to end jobs, and end what they left; may be called twice."""

    def find(self, run_ids: Sequence[str]) -> dict[str, Job]:
        """The jobs the engine knows of these runs: heals a crash between its yes and our note."""
