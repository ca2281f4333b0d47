"""`env`: the environments that are built here, what is in them, and those that a run would have."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .. import settings
from ..config import CondaDependencies, Environment, current_project, working_directory
from ..environments.curated import find_curated, list_curated
from ..environments.store import Built, find_built, list_built, remove
from ..errors import ConfigError, RunNotFoundError, did_you_mean, home_error
from ..history import Query
from ..history.when import moment_s
from ..run import Run
from ..run.environment import find_environment, list_environments
from ..run.select import find_summaries, opened_home
from ..runtime import atomic
from ..runtime.environment.explain import masked
from ..runtime.environment.place import EnvironmentPaths
from ..snapshot.value import size_text
from ..submission import Submission
from . import infer
from .wording import duration, moment

COLUMNS = ("environment", "python", "packages", "size", "runs", "last used")
WORDS = ("kernel", "infer")
_FILES = (".yml", ".yaml", ".txt", ".in")
_MOST_SHOWN = 4


def use(submission: Submission, word: str) -> tuple[str, ...]:
    """Give a submission the environment that `--env WORD` names; returns what to tell of it.

    Raises:
        ConfigError: There is none of that name, or it cannot be inferred.
    """
    if word in WORDS:
        return infer.apply(submission, word)
    submission.config.environment = named(word)
    return ()


def named(word: str) -> Environment:
    """A registered environment, by NAME or NAME:VERSION, or one of a conda or requirements file.

    Raises:
        ConfigError: There is none, or the file is wrong.
    """
    if "=" in word:
        hint = f"a variable of the run is `--set environmentVariables.{word}`"
        raise ConfigError.single(f"'{word}' names no environment", "--env", hint)
    if word.endswith(_FILES) or os.sep in word:
        return _of_file(Path(word).expanduser())
    name, _, version = word.partition(":")
    home = opened_home()
    found = find_environment(home, name, version or None)
    if found is None:
        known = [*WORDS, *list_environments(home)]
        near = did_you_mean(name, known) or f"there is {', '.join(known)}; or a conda or requirements file"
        raise ConfigError.single(f"no environment '{word}'", "--env", near)
    return found


def _of_file(file: Path) -> Environment:
    path = working_directory() / file
    made = Environment.bare()
    if path.suffix in (".yml", ".yaml"):
        made.python.conda_dependencies = CondaDependencies(path)
        made.python.conda_dependencies_file = str(path)
        return made
    if not path.is_file():
        raise ConfigError.single(f"no file '{file}'", "--env", "a conda file (.yml) or requirements (.txt)")
    tree = {"dependencies": [{"pip": [f"-r {path}"]}]}
    made.python.conda_dependencies = CondaDependencies(_underlying_structure=tree)
    return made


@dataclass(frozen=True)
class Listed:
    """The built environments, for a table and for programs."""

    built: list[Built]

    @property
    def rows(self) -> list[tuple[str, ...]]:
        return [_row(one) for one in self.built]

    @property
    def note(self) -> str:
        here = sum(one.size_bytes for one in self.built if not one.image)
        there = sum(one.size_bytes for one in self.built if one.image)
        place = settings.short_path(opened_home().environments)
        told = [f"{size_text(here)} in {place}"] if here or not there else []
        return ", ".join([*told, *([f"{size_text(there)} in images"] if there else [])]) if self.built else ""

    def as_json(self) -> list[dict[str, Any]]:
        return [facts_of(one) for one in self.built]


def list_them() -> Listed:
    return Listed(list_built(opened_home()))


def facts_of(built: Built) -> dict[str, Any]:
    """One for programs; times in unix seconds."""
    return {
        "environment": built.name,
        "directory": built.directory,
        "image": built.image or None,
        "is_whole": built.is_whole,
        "definition": _shown_definition(built),
        "packages": built.packages,
        "size_bytes": built.size_bytes,
        "created": built.facts.get("created"),
        "last_used": built.last_used,
        "runs": _labels(built),
    }


def _shown_definition(built: Built) -> dict[str, Any]:
    """Without the passwords of indexes."""
    found = dict(built.facts.get("definition") or {})
    return {**found, "options": [masked(option) for option in found["options"]]} if found else {}


@dataclass(frozen=True)
class ListedCurated:
    """The environments that SDK v1 curated, as they are defined here."""

    columns = ("environment", "since", "python", "packages", "stands for")

    @property
    def rows(self) -> list[tuple[str, ...]]:
        return [
            (one.name, one.since, one.python, ", ".join(one.packages) or "none", one.stands_for)
            for one in list_curated().values()
        ]

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(one) for one in list_curated().values()]


def find(word: str) -> Built:
    return find_built(opened_home(), word)


def text_of(built: Built) -> str:
    """What is in one, as `env show` says it."""
    facts, definition = built.facts, built.facts.get("definition") or {}
    if not built.is_whole:
        place = EnvironmentPaths(opened_home(), built.name)
        return f"{built.name}: not whole: it is being built, or its build failed\n  log     {place.log}"
    if "made_of" in built.image:
        return _text_of_image(built)
    packages = [
        f"{name}=={version}" if "://" not in version else name for name, version in built.packages.items()
    ]
    lines = [
        f"{built.name}: Python {_python(built)}, {size_text(built.size_bytes)}, "
        f"built {moment(facts['created'])} in {duration(facts['seconds'])}",
        f"  asked   {', '.join(_asked(definition)) or 'no packages'}",
        *([f"  channels {', '.join(definition['conda']['channels'])}"] if definition.get("conda") else []),
        *([f"  options {masked(' '.join(definition['options']))}"] if definition.get("options") else []),
        f"  has     {', '.join(packages) or 'no packages'}",
        _place_of(built),
        f"  runs    {', '.join(_labels(built)) or 'none'}",
    ]
    return "\n".join(lines)


def _text_of_image(built: Built) -> str:
    """Of one that is the image of a Dockerfile, and nothing more."""
    facts, image = built.facts, built.image
    lines = [
        f"{built.name}: Python {_python(built)}, {size_text(built.size_bytes)}, "
        f"built {moment(facts['created'])} in {duration(facts['seconds'])}",
        f"  of      {masked(image['made_of'])}",
        f"  image   {image['tag']}, at {image['engine']}",
        f"  runs    {', '.join(_labels(built)) or 'none'}",
    ]
    return "\n".join(lines)


def _place_of(built: Built) -> str:
    """The line that says where it is."""
    image = built.image
    if not image:
        return f"  python  {EnvironmentPaths(opened_home(), built.name).python}"
    return f"  image   {image['tag']}, upon {image['base']}, at {image['engine']}"


def curated_text(name: str) -> str | None:
    """What one of SDK v1's names stands for; None where it is none of them."""
    one = find_curated(name)
    if one is None:
        return None
    packages = ", ".join(one.packages) or "none"
    return f"{one.note}\n  python  {one.python}\n  asked   {packages}"


def removed(options: argparse.Namespace) -> list[Built]:
    """Do `env remove`: those named, or those not used for a time.

    Raises:
        ConfigError: A run that has not ended needs one of them.
    """
    home = opened_home()
    chosen = [find_built(home, word) for word in options.names]
    if options.older is not None:
        before = moment_s(options.older, "--older")
        chosen += [one for one in list_built(home) if one.last_used < before]
    if not chosen and options.older is None:
        raise ConfigError.single(
            "which ones?", "env remove", "`env` lists them; `--older 30d`: not used since"
        )
    needed = _needed()
    for built in dict.fromkeys(one.name for one in chosen):
        if built in needed:
            hint = f"`cancel {needed[built]}`, or wait for it"
            raise ConfigError.single(
                f"run {needed[built]} needs the environment '{built}'", "env remove", hint
            )
    done = list({one.name: one for one in chosen}.values())
    for one in done:
        try:
            if one.image:
                from ..executors.docker.image import remove as remove_image

                remove_image(home, one.image)
            remove(home, one)
        except OSError as error:
            raise home_error(error, home.root) from error
    return done


def inferred(script: str | None, cells: Sequence[tuple[str, str]]) -> infer.Inferred:
    """Do `env infer`: of a script, or of the cells that were run here. Raises ConfigError."""
    source = current_project()
    if script is not None:
        pieces, beside = infer.read_script(script, source)
        return infer.infer_from(pieces, source, beside)
    if not cells:
        raise ConfigError.single("nothing to infer from", "env infer", "name a script: `env infer train.py`")
    return infer.infer_from(list(cells), source, working_directory())


def conda_text(found: infer.Inferred) -> str:
    """The inferred environment as a conda file."""
    packages = found.environment.python.conda_dependencies
    return "" if packages is None else packages.serialize_to_string()


def write(found: infer.Inferred, file: str) -> Path:
    """Write it as a conda file, which `--env FILE` takes. Raises ConfigError."""
    path = working_directory() / Path(file).expanduser()
    if path.exists():
        raise ConfigError.single(f"'{file}' is there already", "--to", "name another file")
    packages = found.environment.python.conda_dependencies or CondaDependencies()
    packages.save(path)
    return path


def _needed() -> dict[str, str]:
    """The environments of runs that have not ended, with the label of one that needs it."""
    found = {}
    for summary in find_summaries(Query(active=True, children=True, archived=True)):
        run = Run(None, summary.run_id)
        locks = [atomic.read_json(run.paths.attempt(one).lock) for one in run.paths.attempt_numbers()]
        for told in (run.request.get("environment"), *locks):
            if told and told.get("name"):
                found[str(told["name"])] = summary.label
    return found


def _row(built: Built) -> tuple[str, ...]:
    definition = built.facts.get("definition") or {}
    asked = _asked(definition)
    if "made_of" in built.image:
        asked = [f"image of {masked(built.image['made_of'])}"]
    shown = ", ".join(asked[:_MOST_SHOWN]) + (
        f" and {len(asked) - _MOST_SHOWN} more" if len(asked) > _MOST_SHOWN else ""
    )
    if not built.is_whole:
        return built.name, "–", "not whole: being built, or failed", "–", str(len(built.runs)), _used(built)
    return (
        built.name,
        _python(built),
        shown,
        size_text(built.size_bytes),
        str(len(_labels(built))),
        _used(built),
    )


def _asked(definition: Mapping[str, Any]) -> list[str]:
    """What was asked for, of conda first."""
    conda = definition.get("conda") or {}
    return [*(conda.get("packages") or []), *(definition.get("packages") or [])]


def _python(built: Built) -> str:
    """The version that it has, as far as its definition, or a look into the image, has said it."""
    known = built.facts.get("python") or (built.facts.get("definition") or {}).get("python")
    if not known and built.image:
        from ..executors.docker.known import python_file

        known = (atomic.read_json(python_file(opened_home(), built.image["id"])) or {}).get("version")
    return str(known or "–")


def _used(built: Built) -> str:
    return moment(built.last_used) if built.last_used else "–"


def _labels(built: Built) -> list[str]:
    """The runs that used it and are still kept, the newest last."""
    labels = []
    for run_id in built.runs:
        try:
            labels.append(Run(None, run_id).label)
        except RunNotFoundError:
            continue
    return labels
