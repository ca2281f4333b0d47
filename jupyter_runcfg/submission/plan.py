"""What exactly will run, where and from which directory; every fault is found before anything is done."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import settings
from ..config import default_experiment, find_project, is_home, working_directory
from ..errors import ConfigError, Fault, TargetError, UserErrorException, did_you_mean
from ..executors import accept
from ..runtime.paths import Home
from . import notebook, secret
from .capture import MODULE, Capture, free_name
from .cell import SUFFIX, Cell, find_fault
from .data import Found, find_data
from .distribution import distribution
from .environment import Built, plan_environment
from .image import plan_image
from .resources import resources_of
from .target import Target, find_target_of

if TYPE_CHECKING:
    from ..config import RunConfiguration

_IN_IMAGES = ("docker",)  # the executors whose runs are in containers
_PROGRAMS = {".sh": "bash", ".r": "Rscript"}  # by a script's ending
_OPEN_FILE = "$file"  # of Azure ML Workbench: the script that was open in it
_EXPERIMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,254}")


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
    capture: Capture = field(default_factory=Capture)
    """What travels with the cell."""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Variables of the job's environment that are in no file of the record."""
    origin: str | None = None
    """Names the cell, or the script of a directory, that this is a submission of; the same one each time."""


@dataclass(frozen=True)
class Plan:
    """A submission that can be run: all names resolved."""

    submission: Submission
    source: Path
    experiment: str
    target: Target
    script: str | None
    """Path in the snapshot; None for a command."""
    argv: tuple[str, ...]
    title: str
    """What runs, for people: `train.py --alpha 0.03`, `cell, 3 lines`."""
    python: str
    data: Found
    """Where its data are."""
    options: dict[str, Any]
    """What the target's executor needs to know of it, as `Executor.accept` gave it."""
    extra: dict[str, bytes]
    """Files that go into the snapshot beside those of the directory: the cell."""
    environment: Built | None
    """What is built for it; None where an interpreter that is there runs it."""

    @property
    def secrets(self) -> dict[str, str]:
        """What its job gets and no record has: the person's secrets, and passwords for its environment."""
        return {**self.submission.secrets, **({} if self.environment is None else self.environment.secrets)}

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
        self.target = Target(str(self.config.target), "local")

    def plan(self) -> Plan:
        source = self.source()
        options = self.options()
        data = self.data()
        environment = self.environment(source)
        python = self.python() if environment is None else environment.python
        if environment is not None and environment.wanted.get("image"):
            image = environment.wanted["image"]
            options["image"] = image.get("base") or image.get("shown", "")
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
        self.faults += secret.find_faults(self.submission, ran[1], extra)
        if self.faults:
            raise ConfigError(self.faults)
        return Plan(
            self.submission, source, experiment, self.target, *ran, python, data, options, extra, environment
        )

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
        try:
            self.target = find_target_of(self.config)
            home = Home(str(settings.home()))
            return accept(self.target.executor, home, resources_of(self.config), self.target.options)
        except ConfigError as error:
            for fault in error.faults:
                self.fault(fault.message, fault.key, fault.hint, file=fault.file, line=fault.line)
        except TargetError as error:
            self.fault(error.message, error.where, error.hint)
        return {}

    def data(self) -> Found:
        found = find_data(self.config, Home(str(settings.home())))
        for fault in found.faults:
            self.fault(*fault)
        return found

    def environment(self, source: Path) -> Built | None:
        home = Home(str(settings.home()))
        named = self.config.environment
        if named.is_reference and named.name:
            version = f" in version {named.version}" if named.version else ""
            self.fault(
                f"no environment '{named.name}'{version} is registered here",
                "environment.name",
                "name a conda or requirements file, `--env environment.yml`; or register it once: "
                f'`Environment.from_conda_specification("{named.name}", FILE).register(workspace)`',
            )
            return None
        try:
            if self.target.executor in _IN_IMAGES:
                return plan_image(self.config, self.target, source, home)
            return plan_environment(self.config, source, home, self.target.options.get("python", ""))
        except ConfigError as error:
            self.faults += error.faults
        except UserErrorException as error:
            self.fault(error.message, "environment.python", error.hint)
        return None

    def python(self) -> str:
        """The interpreter of the script: the one named, else the target's, else the one we run in."""
        key = "environment.python.interpreterPath"
        named: str | None = self.config.environment.python.interpreter_path
        if named in (None, "", "python"):
            key, named = f"target {self.target.name}", self.target.options.get("python")
        if not named:
            return sys.executable
        found = shutil.which(os.path.expanduser(named))
        if found is None:
            self.fault(
                f"there is no interpreter '{named}' on this machine",
                key,
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
        capture = self.submission.capture
        if cell.language == "python":
            found = [find_fault(part.code, python, f"part {part.name}") for part in capture.parts]
            found.append(find_fault(cell.code, python))
            self.faults += [fault for fault in found if fault is not None]
        name = free_name(source, f"cell{SUFFIX[cell.language]}")
        extra[name] = cell.code.encode("utf-8", "surrogatepass")
        program: tuple[str, ...] = (python if cell.language == "python" else "bash", name)
        if capture:
            program = (python, "-m", MODULE, capture.add_files(source, name, python, extra))
        return name, (*program, *self.arguments()), cell.described

    def arguments(self) -> tuple[str, ...]:
        return tuple(self.config.argument_words)

    def script(self, source: Path, python: str) -> tuple[str | None, tuple[str, ...], str]:
        named = self.config.script
        if not named:
            self.fault(
                "nothing to run: no script, no command, no cell body",
                "script",
                "`submit train.py`, with a configuration `submit NAME train.py`, or code in the cell below "
                "`%%runcfg submit`",
            )
            return None, (), ""
        path = self.find_script(named, source)
        if path is None:
            return None, (), ""
        title = shlex.join([path, *self.arguments()])
        if path.endswith(notebook.SUFFIX):
            self.faults += notebook.find_faults(source / path, self.arguments(), python)
            return path, (python, "-m", notebook.MODULE, path, *self.arguments()), title
        usual = "Rscript" if str(self.config.framework).lower() == "r" else python
        program = _PROGRAMS.get(os.path.splitext(path)[1].lower(), usual)
        return path, (program, path, *self.arguments()), title

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
        if named == _OPEN_FILE:
            message = f"the configuration leaves its script open: '{named}' was the one shown in Workbench"
            self.fault(message, "script", "say which: `submit NAME train.py`")
            return
        try:
            names = os.listdir((source / named).parent)
        except OSError as error:
            hint = f"{error.strerror}: {error.filename}"
        else:
            hint = did_you_mean(Path(named).name, names) or "is it in another directory? `--source`"
        self.fault(f"no script '{named}' in {source}", "script", hint)
