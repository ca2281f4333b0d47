"""`--env infer` and `--env kernel`: packages at the versions of the Python that we run in."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..config import CondaDependencies, Environment, RunConfiguration
from ..environments.imports import Reached, reach
from ..environments.kernel import Pins, all_pins, pins_of, this_version
from ..errors import ConfigError, Fault
from ..runtime.failure import distribution
from ..submission import Submission, find_source, notebook

_FOR_NOTEBOOKS = ("ipykernel", "nbclient", "nbformat")
_MOST_NAMED = 20
Pieces = list[tuple[str, str]]


@dataclass(frozen=True)
class Inferred:
    """An environment, and what to tell of it."""

    environment: Environment
    packages: tuple[str, ...]
    python_path: tuple[str, ...]
    """Directories of the snapshot that hold local modules where Python does not look by itself."""
    notes: tuple[str, ...]
    files: int = 0
    """How many local modules were read."""


def apply(submission: Submission, word: str) -> tuple[str, ...]:
    """Give a submission the environment `infer` or `kernel`; returns what to tell.

    Raises:
        ConfigError: It imports what nothing here has, or there is nothing to infer from.
    """
    config = submission.config
    found = kernel() if word == "kernel" else infer(submission)
    config.environment.python = found.environment.python
    if found.python_path:
        before = config.environment_variables.get("PYTHONPATH", "")
        places = [*found.python_path, *filter(None, before.split(os.pathsep))]
        config.environment_variables["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(places))
    return found.notes


def kernel() -> Inferred:
    """All packages of the Python that we run in."""
    pins = all_pins()
    notes = [*pins.notes]
    if pins.local:
        notes.append(f"not in the environment, as no index has them: {', '.join(sorted(pins.local))}")
    return Inferred(_environment(pins), (*pins.conda, *pins.packages), (), tuple(notes))


def infer(submission: Submission) -> Inferred:
    """What the script, or the cell and its parts, and the local modules they reach import.

    Raises:
        ConfigError: Nothing here has one of the modules, or no Python is to be run.
    """
    source = find_source(submission)
    pieces, beside = _pieces(submission, source)
    needs = [package for one in submission.capture.variables for package in one.packages]
    if str(submission.config.script or "").endswith(notebook.SUFFIX):
        needs += _FOR_NOTEBOOKS
    return infer_from(pieces, source, beside, _python_path(submission.config, source), needs)


def infer_from(
    pieces: Pieces, source: Path, beside: Path, search: Sequence[Path] = (), more: Sequence[str] = ()
) -> Inferred:
    """What pieces of code import that run beside others of a source directory.

    Args:
        pieces: Names and texts.
        source: The directory that is sent.
        beside: The one that they are in.
        search: Where else modules are found.
        more: Modules whose packages are needed too, as far as they are here.

    Raises:
        ConfigError: Nothing here has one of the modules.
    """
    reached = reach(pieces, list(dict.fromkeys([beside, source, *search])))
    pins = pins_of(reached.needed, reached.optional, reached.lines)
    _add_known(pins)
    _add(pins, pins_of({}, {name: {name} for name in dict.fromkeys(more)}, {}))
    if pins.missing:
        raise ConfigError([_missing(name, place) for name, place in list(pins.missing.items())[:_MOST_NAMED]])
    path, notes = _local(pins, source)
    notes = [*pins.notes, *notes, *_unread(reached)]
    packages = (*pins.conda, *pins.packages)
    return Inferred(_environment(pins), packages, path, tuple(notes), len(reached.files))


def _add(pins: Pins, more: Pins) -> None:
    """The packages of the others too."""
    pins.packages = sorted({*pins.packages, *more.packages})
    pins.conda = sorted({*pins.conda, *more.conda})
    pins.channels = pins.channels or more.channels


def _environment(pins: Pins) -> Environment:
    """What conda has installed here is asked of conda, the rest of pip."""
    pip = [{"pip": pins.packages}] if pins.packages or not pins.conda else []
    tree: dict[str, object] = {"name": "inferred"}
    if pins.conda:
        tree["channels"] = pins.channels
    tree["dependencies"] = [f"python={this_version()}", *pins.conda, *pip]
    made = Environment.bare()
    made.python.conda_dependencies = CondaDependencies(_underlying_structure=tree)
    return made


def _pieces(submission: Submission, source: Path) -> tuple[Pieces, Path]:
    """The code that is run, and the directory it runs in. Raises ConfigError."""
    cell, config = submission.cell, submission.config
    if cell is not None and cell.language == "python":
        parts = [(f"part {part.name}", part.code) for part in submission.capture.parts]
        return [*parts, ("cell", cell.code)], source
    script = str(config.script or "")
    if cell is None and not config.command and script.endswith((".py", notebook.SUFFIX)):
        return read_script(script, source)
    raise ConfigError.single(
        "there is no Python to infer packages from",
        "--env",
        "`--env kernel` takes all that is installed here, `--env FILE` a conda or requirements file",
    )


def read_script(script: str, source: Path) -> tuple[Pieces, Path]:
    """The code of a script or notebook, and the directory it is in. Raises ConfigError."""
    places = [Path.cwd(), source]
    file = next((place / script for place in places if (place / script).is_file()), None)
    if file is None:
        raise ConfigError.single(f"no script '{script}' in {source}", "script", "is it in another directory?")
    if script.endswith(notebook.SUFFIX):
        cells = notebook.code_cells(notebook.read_notebook(file))
        return [(f"{file.name} cell {n}", code) for n, (_, code) in enumerate(cells, 1)], file.parent
    try:
        return [(file.name, file.read_text(encoding="utf-8-sig"))], file.parent
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError.single(f"cannot read '{file}': {error}", "script") from error


def _python_path(config: RunConfiguration, source: Path) -> list[Path]:
    """Where else the run looks for modules."""
    said = {**config.environment.environment_variables, **config.environment_variables}
    return [source / place for place in str(said.get("PYTHONPATH", "")).split(os.pathsep) if place]


def _add_known(pins: Pins) -> None:
    """Well-known modules that are not installed here: their newest version."""
    for module in list(pins.missing):
        name = distribution.known(module)
        if name:
            del pins.missing[module]
            pins.packages.append(name)
            pins.notes.append(f"'{module}' is not installed here: {name} is taken in a version that fits")


def _missing(module: str, place: str) -> Fault:
    near = distribution.meant(module)
    hint = f"did you mean '{near}'?" if near else "install it here, or name the packages: `--env FILE`"
    return Fault(f"nothing here has the module '{module}'", file=place, hint=hint)


def _local(pins: Pins, source: Path) -> tuple[tuple[str, ...], list[str]]:
    """Which directories of the snapshot Python must look in, and a word on modules that do not travel."""
    root = source.resolve()
    path, notes = [], []
    for module, directory in sorted(pins.local.items()):
        place = directory.resolve()
        if place.is_relative_to(root):
            path.append(place.relative_to(root).as_posix())
            notes.append(f"'{module}' goes with the snapshot, and is found there: PYTHONPATH={path[-1]}")
        else:
            notes.append(
                f"'{module}' is not sent: no index has it, and {directory} is outside of the source directory"
            )
    return tuple(dict.fromkeys(path)), notes


def _unread(reached: Reached) -> list[str]:
    names = ", ".join(dict.fromkeys(reached.unread))
    return [f"not read for imports, as it is no Python of this version: {names}"] if names else []
