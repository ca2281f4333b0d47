"""Where configurations are on disk: SDK v1's rules, and errors that list what is there."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ..errors import ConfigError, Fault, did_you_mean

EXTENSION = ".runconfig"
DIRECTORIES = ("aml_config", ".azureml")
FILE_SUFFIXES = (EXTENSION, ".yml", ".yaml")


def working_directory() -> Path:
    """Where we are.

    Raises:
        ConfigError: The directory was deleted meanwhile.
    """
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise ConfigError.single(
            "the working directory is not there any more", hint="change into one that is: `%cd`, `cd`"
        ) from error


def is_home(directory: Path) -> bool:
    """Whether this is the person's home or the root of the file system, which hold more than a project."""
    try:
        home = Path.home().resolve()
    except RuntimeError:  # a user without a name and without HOME has none
        home = None
    place = directory.resolve()
    return place in (home, Path(place.anchor))


def find_project(start: Path) -> Path | None:
    """The nearest directory, from `start` upwards, that has `.azureml` or `aml_config`.

    The home directory is one only for those who are in it: SDK v1 keeps its own settings in ~/.azureml.
    """
    start = Path(start).absolute()
    for directory in (start, *start.parents):
        if any((directory / name).is_dir() for name in DIRECTORIES):
            return None if directory != start and is_home(directory) else directory
    return None


def current_project() -> Path:
    """The project we are in, else the working directory. Raises ConfigError as `working_directory`."""
    here = working_directory()
    return find_project(here) or here


def config_directory(project: Path) -> Path:
    """`aml_config` where it exists, else `.azureml`, which need not exist."""
    old = project / "aml_config"
    return old if old.is_dir() else project / ".azureml"


def project_of(file: Path) -> Path:
    """The directory that a configuration file belongs to."""
    parent = file.absolute().parent
    return parent.parent if parent.name in DIRECTORIES else parent


def list_configurations(directory: Path | str) -> list[str]:
    """Names of the configurations that `load(directory, name)` finds, sorted."""
    project = Path(directory)
    names: set[str] = set()
    for place in (*(project / directory for directory in DIRECTORIES), project):
        try:
            files = [entry for entry in place.iterdir() if entry.name.endswith(EXTENSION)]
        except OSError:
            continue
        names |= {entry.name.removesuffix(EXTENSION) for entry in files if is_file(entry)}
    return sorted(names - {""})


def is_file(path: Path) -> bool:
    """Whether there is a file; there is none where the system does not let us look, or refuses the name."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_directory(path: Path) -> bool:
    """As `is_file`."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def below(directory: Path, named: str) -> Path:
    """A file that a configuration names, from `directory`; `~` is a person's home."""
    try:
        return directory / Path(named).expanduser()
    except RuntimeError:  # nobody is called so
        return directory / named


def given_place(path: object, name: object) -> Path:
    """The path given, else the working directory. Raises ConfigError."""
    from .value import shown

    if path and not isinstance(path, str | os.PathLike):
        raise ConfigError.single(f"{shown(path)} is no path", "path", "give a str or a Path")
    if name is not None and not isinstance(name, str):
        raise ConfigError.single(f"{shown(name)} is no name", "name", "give a str")
    return Path(path) if isinstance(path, str | os.PathLike) and path else working_directory()


def find_file(path: Path | str | None, name: str | None) -> Path:
    """The file that `load(path, name)` reads. Raises ConfigError with what is there instead."""
    place = given_place(path, name)
    if is_directory(place):
        if not name:
            raise _error("a directory needs the name of a configuration", place, place, None)
        inside = [place / directory / word for directory in DIRECTORIES for word in (name, name + EXTENSION)]
        candidates = [*inside, place / (name + EXTENSION)]
        word, project = name, place
    else:
        candidates = [place, place.with_name(place.name + EXTENSION)]
        word, project = place.name.removesuffix(EXTENSION), project_of(place)
    for candidate in candidates:
        if is_file(candidate):
            return candidate
    raise _error(f"no configuration named '{word}'", place, project, word)


def find_named(name: str) -> Path:
    """The configuration that a person names: one of the project we are in, or a file by its path from here.

    Raises:
        ConfigError: With what there is instead.
    """
    try:
        return find_file(current_project(), name)
    except ConfigError:
        file = find_path(name)
        if file is None:
            raise
        return file


def find_path(name: str) -> Path | None:
    """The configuration's file of that path from here: `config/train.runconfig`, or without its ending."""
    place = working_directory() / name
    for file in (place, place.parent / (place.name + EXTENSION)):
        if file.name.endswith(FILE_SUFFIXES) and is_file(file):
            return file
    return None


def file_to_write(path: Path | str | None, name: str | None, loaded: Path | None) -> Path:
    """The file that `save(path, name)` writes; its directory may be missing. Raises ConfigError."""
    if path is None and name is None and loaded is not None:
        return loaded
    place = given_place(path or (project_of(loaded) if loaded else None), name)
    if is_directory(place):
        if not name:
            raise _error("a directory needs the name of a configuration", place, place, None)
        _check_name(name)
        directory = config_directory(place)
        exact = directory / name
        if is_directory(exact):
            raise ConfigError.single(f"'{name}' is a directory", str(exact))
        return exact if is_file(exact) else directory / _with_extension(name)
    if is_file(place):
        return place
    if name:
        raise ConfigError.single(f"no directory '{place}'", str(place), "create it first")
    if not is_directory(place.parent) and place.parent.name not in DIRECTORIES:
        raise ConfigError.single(f"no directory '{place.parent}'", str(place), "create it first")
    return place.with_name(_with_extension(place.name))


def delete(path: Path | str | None, name: str) -> None:
    """Remove the configuration's file, in `.azureml` and `aml_config`. Raises ConfigError."""
    place = given_place(path, name)
    _check_name(name)
    found = [
        file
        for directory in DIRECTORIES
        for file in (place / directory / name, place / directory / (name + EXTENSION))
        if is_file(file) and (file.name.endswith(FILE_SUFFIXES) or not file.suffix)
    ] or [file for file in [place / (name + EXTENSION)] if is_file(file)]
    if not found:
        raise _error(f"no configuration named '{name}'", place, place, name)
    for file in found:
        try:
            file.unlink()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise ConfigError.single(f"cannot be removed: {reason}", str(file)) from None


def _with_extension(name: str) -> str:
    return name if name.endswith(FILE_SUFFIXES) else name + EXTENSION


def _check_name(name: str) -> None:
    if not name or name in (".", "..") or "/" in name or "\\" in name or "\0" in name:
        raise ConfigError.single(f"'{name}' cannot name a configuration", hint="use a plain word")


def _error(message: str, place: Path, project: Path, word: str | None) -> ConfigError:
    names = list_configurations(project)
    there = f"there are: {', '.join(names)}" if names else "there is none here"
    near = did_you_mean(word, names) if word else ""
    return ConfigError([Fault(message, file=str(place), hint=f"{near} {there}".strip())])


def default_experiment(source: Path) -> str:
    """The source directory's name, as far as it is a name for an experiment."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", source.name).strip("-_")[:64] or "experiment"
