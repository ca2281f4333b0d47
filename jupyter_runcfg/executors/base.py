"""The interface of every executor. It gets plain job specifications, never a RunConfiguration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
class Container:
    """How a container is started, where there is one."""

    arguments: tuple[str, ...] = ()
    """More options of `docker run`."""
    shm_size: str = ""
    shares_files: bool = True
    """Directories of this machine are mounted; else files are copied in and out."""


@dataclass(frozen=True)
class Resources:
    """What a run asks of each of its nodes."""

    nodes: int = 1
    gpus: int = 0
    cpus: int = 0
    """0: as many as there are."""
    memory: str = ""
    """`32G`; empty: as much as there is."""
    container: Container = Container()
    is_one_machine: bool = False
    """Its nodes can only be tried out as groups of processes: MPI's starter finds no others."""


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
class Finding:
    """What a look at a target found: what is well, or is not, and then what to do."""

    is_well: bool
    text: str
    hint: str = ""


@dataclass(frozen=True)
class EngineWord:
    """What the engine says of a job: one of our statuses, or `Gone` for a job that has ended or is lost."""

    status: str
    reason: str = ""
    hint: str = ""


class Executor(Protocol):
    """Makes one kind of engine run jobs. Every verb takes a list, so that many runs cost one call."""

    def accept(self, asked: Resources, target: Mapping[str, str]) -> dict[str, Any]:
        """The options of a job that asks for that; looks at nothing but this machine.

        Raises:
            ConfigError: What is asked for is wrong.
            TargetError: The target, which says that of itself, cannot give it.
        """

    def renew(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The options of a job again, with what this machine has now. Raises TargetError."""

    def check(self, options: Mapping[str, Any]) -> Iterator[Finding]:
        """Look whether a job with those options can be run now; `accept` gave them."""

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
