"""What exactly will run, where and from which directory; every fault is found before anything is done."""

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
import sys
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import settings
from ..config import default_experiment, find_project, is_home, working_directory
from ..errors import ConfigError, Fault, TargetError, did_you_mean
from ..executors import Resources, accept
from ..runtime.paths import Home
from .data import find_data
from .distribution import distribution

if TYPE_CHECKING:
    from ..config import RunConfiguration

_EXPERIMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,254}")
_SUFFIX = {"python": ".py", "bash": ".sh"}


@dataclass(frozen=True)
class Cell:
    """Code of a notebook cell that is to be the script."""

    code: str
    language: str = "python"

    @property
    def lines(self) -> int:
        return len(self.code.strip("\n").splitlines())


@dataclass(frozen=True)
class Submission:
    """What a person asked for, before it is checked."""

    config: RunConfiguration
    source: Path | None = None
    """Named source directory; else found from the configuration, the project, the working directory."""
    experiment: str | None = None
    name: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    cell: Cell | None = None
    notebook: str | None = None
    parent: str | None = None
    """The run_id of the run above."""
    limit_bytes: int | None = None
    """A bigger directory is refused; None: any size."""


@dataclass(frozen=True)
class Plan:
    """A submission that can be run: all names resolved."""

    submission: Submission
    source: Path
    experiment: str
    target: str
    script: str | None
    """Path in the snapshot; None for a command."""
    argv: tuple[str, ...]
    title: str
    """What runs, for people: `train.py --alpha 0.03`, `cell, 3 lines`."""
    python: str
    data: dict[str, str]
    """Variables that hold the paths of its data."""
    options: dict[str, Any]
    """What the target's executor needs to know of it, as `Executor.accept` gave it."""
    extra: dict[str, bytes]
    """Files that go into the snapshot beside those of the directory: the cell."""

    @property
    def distribution(self) -> dict[str, Any]:
        """The processes of a distributed run; {} for a plain one."""
        return distribution(self.submission.config)


def make_plan(submission: Submission) -> Plan:
    """Check everything that can be checked before the snapshot.

    Raises:
        ConfigError: With every fault.
    """
    return _Planner(submission).plan()


def find_source(submission: Submission) -> Path:
    """The directory that would be sent.

    Raises:
        ConfigError: It is not there, or one that is only sent when it is named.
    """
    planner = _Planner(submission)
    source = planner.source()
    if planner.faults:
        raise ConfigError(planner.faults)
    return source


class _Planner:
    """Collects faults while it resolves one name after the other."""

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.config = submission.config
        self.faults: list[Fault] = []

    def plan(self) -> Plan:
        source = self.source()
        options = self.options()
        data = self.data()
        python = self.python()
        if self.faults and not source.is_dir():
            raise ConfigError(self.faults)  # where there is no directory, there is no script to miss
        extra: dict[str, bytes] = {}
        ran: tuple[str | None, tuple[str, ...], str]
        if self.submission.cell is not None:
            ran = self.cell(self.submission.cell, source, python, extra)
        elif self.config.command:
            ran = self.command()
        else:
            ran = self.script(source, python)
        experiment = self.experiment(source)
        if self.faults:
            raise ConfigError(self.faults)
        target = str(self.config.target)
        return Plan(self.submission, source, experiment, target, *ran, python, data, options, extra)

    def fault(self, message: str, key: str = "", hint: str = "", *, file: str = "", line: int = 0) -> None:
        if key and not file:
            file, line = self.config.place_of(key)
        self.faults.append(Fault(message, key=key, file=file, line=line, hint=hint))

    def source(self) -> Path:
        named = self.submission.source
        if named is not None:
            if not os.path.isdir(named):
                self.fault(f"the source directory '{named}' is not there", "--source", "name a directory")
            return named.absolute()
        found = self.config.project_directory() or find_project(working_directory()) or working_directory()
        if found.resolve() == settings.home().resolve():
            self.fault(
                f"the source directory would be {found}, where the records are",
                "--source",
                "set RUNCFG_HOME to another directory, or name the source: `--source DIR`",
            )
        if is_home(found):
            self.fault(
                f"the source directory would be {found}, with everything in it",
                "--source",
                "work in a directory of its own for each project, or name it: `--source .`",
            )
        return found

    def options(self) -> dict[str, Any]:
        """What the target's executor makes of the resources that are asked for."""
        wanted = Resources(nodes=self.config.node_count, gpus=self.config.resources.gpus or 0)
        found: dict[str, Any] = {}
        try:
            found = accept(str(self.config.target), Home(str(settings.home())), wanted)
        except TargetError as error:
            self.fault(error.message, error.where, error.hint)
        for key, asked in (
            ("environment.docker.enabled", self.config.environment.docker.enabled),
            ("docker.useDocker", self.config.docker.use_docker),
        ):
            if asked:
                hint = f"`{key}=false` runs it in this interpreter"
                self.fault("the docker executor is not there yet", key, hint)
        return found

    def data(self) -> dict[str, str]:
        found = find_data(self.config, Home(str(settings.home())))
        for fault in found.faults:
            self.fault(*fault)
        return found.variables

    def python(self) -> str:
        """The interpreter of the script: the one named, else the one we run in."""
        named = self.config.environment.python.interpreter_path or "python"
        if named == "python":
            return sys.executable
        found = shutil.which(os.path.expanduser(named))
        if found is None:
            self.fault(
                f"there is no interpreter '{named}' on this machine",
                "environment.python.interpreterPath",
                f"leave it out to run in this one, {sys.executable}",
            )
        return found or named

    def experiment(self, source: Path) -> str:
        named = self.submission.experiment
        if named is None:
            return default_experiment(source)
        if not _EXPERIMENT.fullmatch(named):
            self.fault(
                f"'{named}' is no name for an experiment",
                "--experiment",
                "letters, digits, _ and -, beginning with a letter or digit",
            )
        return named

    def command(self) -> tuple[None, tuple[str, ...], str]:
        command = self.config.command or ""
        if isinstance(command, str):
            return None, ("/bin/sh", "-c", command), command
        return None, tuple(str(word) for word in command), shlex.join(str(word) for word in command)

    def cell(
        self, cell: Cell, source: Path, python: str, extra: dict[str, bytes]
    ) -> tuple[str, tuple[str, ...], str]:
        if not cell.code.strip():
            self.fault("the cell has no code to run", hint="write the script below the first line")
        if cell.language == "python":
            self.check_syntax(cell.code, python)
        name = _free_name(source, _SUFFIX[cell.language])
        extra[name] = cell.code.encode("utf-8", "surrogatepass")
        program = python if cell.language == "python" else "bash"
        lines = "1 line" if cell.lines == 1 else f"{cell.lines} lines"
        return name, (program, name, *self.arguments()), f"{cell.language.capitalize()} cell, {lines}"

    def check_syntax(self, code: str, python: str) -> None:
        """Find what would fail before the first line runs; another interpreter may know newer syntax."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                if python == sys.executable:
                    compile(code, "cell", "exec", dont_inherit=True)
                else:
                    ast.parse(code)
        except SyntaxError as error:
            text = (error.text or "").strip()
            message = f"{error.msg}: {text}" if text else str(error.msg)
            self.fault(message, file="cell", line=error.lineno or 0, hint=_syntax_hint(text, str(error.msg)))
        except ValueError as error:  # a NUL byte
            self.fault(str(error), file="cell")

    def arguments(self) -> tuple[str, ...]:
        return tuple(self.config.argument_words)

    def script(self, source: Path, python: str) -> tuple[str | None, tuple[str, ...], str]:
        named = self.config.script
        if not named:
            self.fault(
                "nothing to run: no script, no command, no cell body",
                "script",
                "`submit train.py`, or code in the cell below `%%runcfg submit`",
            )
            return None, (), ""
        path = self.find_script(named, source)
        if path is None:
            return None, (), ""
        program = "bash" if path.endswith(".sh") else python
        return path, (program, path, *self.arguments()), shlex.join([path, *self.arguments()])

    def find_script(self, named: str, source: Path) -> str | None:
        """The script's path below the source directory: the working directory first, then the source."""
        expanded = os.path.expanduser(named)
        places = [source] if self.submission.source is not None else [working_directory(), source]
        paths = dict.fromkeys(Path(os.path.normpath(place / expanded)) for place in places)
        hits = [path for path in paths if os.path.isfile(path)]
        inside = [path for path in hits if path.is_relative_to(source)]
        if len(inside) == 2:
            both = " and ".join(str(path) for path in inside)
            self.fault(f"'{named}' is two files: {both}", "script", "name it from the source directory")
        elif inside:
            return inside[0].relative_to(source).as_posix()
        elif hits:
            self.fault(
                f"the script '{hits[0]}' is outside of the source directory",
                "script",
                f"it must lie below {source}, or name another directory with `--source`",
            )
        else:
            self.no_such_script(named, source)
        return None

    def no_such_script(self, named: str, source: Path) -> None:
        try:
            names = os.listdir((source / named).parent)
        except OSError as error:
            hint = f"{error.strerror}: {error.filename}"
        else:
            hint = did_you_mean(Path(named).name, names) or "is it in another directory? `--source`"
        self.fault(f"no script '{named}' in {source}", "script", hint)


def _syntax_hint(text: str, message: str) -> str:
    if text.startswith(("!", "%")):
        return "a run is a plain script: IPython's own lines do not work in it; leave this one out"
    if "await" in message or "async" in message:
        return "a script has no event loop of its own: `import asyncio; asyncio.run(…)`"
    return "taken for Python (`--lang` says otherwise); lines are counted below the %%runcfg line"


def _free_name(source: Path, suffix: str) -> str:
    """A name for the cell's file that no file of the directory has."""
    name, number = f"cell{suffix}", 1
    while os.path.lexists(source / name):
        number += 1
        name = f"cell{number}{suffix}"
    return name
