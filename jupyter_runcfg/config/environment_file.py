"""Environments from other files: conda, requirements, Dockerfiles, the directory that SDK v1 saved."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ConfigError
from .conda_dependencies import CondaDependencies
from .fault import Report
from .files import write_texts
from .value import shown

if TYPE_CHECKING:
    from .environment import Environment

DEFINITION, CONDA, DOCKERFILE = "azureml_environment.json", "conda_dependencies.yml", "BaseDockerfile"
_PYTHON = "3.10.18"
_INSTRUCTION = re.compile(r"^\s*(FROM|ARG)\s", re.IGNORECASE | re.MULTILINE)


def from_conda(name: str, file_path: str) -> Environment:
    """Raises ConfigError with every fault of the file."""
    made = _new(name)
    packages = CondaDependencies(str(file_path))
    if packages.get_python_version() is None:
        packages.set_python_version(_PYTHON)
    made.python.conda_dependencies = packages
    return made


def from_pip(name: str, file_path: str, pip_version: str | None) -> Environment:
    """Raises ConfigError when the file cannot be read."""
    made = _new(name)
    packages = CondaDependencies()
    lines = read_text(_path(file_path, "file_path"), "requirements file").splitlines()
    packages.set_pip_requirements([line.replace("\t", " ") for line in lines if line.strip()])
    packages.add_conda_package(f"pip={pip_version}" if pip_version else "pip")
    made.python.conda_dependencies = packages
    return made


def with_packages(name: str, conda: str | None, pip: str | None) -> Environment:
    """An environment of one of two files of packages; of none, where the image has them all."""
    if conda and pip:
        message = "'conda_specification' and 'pip_requirements' exclude each other"
        raise ConfigError.single(message, "pip_requirements", "give one of the two files")
    if conda:
        return from_conda(name, conda)
    if pip:
        return from_pip(name, pip, None)
    made = _new(name)
    made.python.user_managed_dependencies = True
    return made


def dockerfile_text(dockerfile: str) -> str:
    """The text itself, or that of the file it names."""
    if isinstance(dockerfile, str) and ("\n" in dockerfile or _INSTRUCTION.match(dockerfile)):
        return dockerfile
    return read_text(_path(dockerfile, "dockerfile"), "Dockerfile")


def from_existing_conda(name: str, conda_environment_name: str) -> Environment:
    """Raises ConfigError when there is no conda, or no such environment."""
    conda = shutil.which("conda")
    if conda is None:
        hint = "install it, or use `Environment.from_conda_specification`"
        raise ConfigError.single("there is no `conda` on this machine", "conda_environment_name", hint)
    words = [conda, "env", "export", "--no-builds", "--name", conda_environment_name]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        reason = next(iter(done.stderr.strip().splitlines()[-1:]), "it failed")
        message = f"cannot export the conda environment '{conda_environment_name}': {reason}"
        raise ConfigError.single(message, "conda_environment_name", "`conda env list` shows those there are")
    made = _new(name)
    packages = CondaDependencies.from_text(done.stdout, file="conda env export")
    content = {key: value for key, value in packages.as_dict().items() if key != "prefix"}
    made.python.conda_dependencies = CondaDependencies(_underlying_structure=content)
    return made


def save_to_directory(environment: Environment, directory: Path, overwrite: bool) -> None:
    """Write the three files, each whole or not at all."""
    tree = environment.to_dict()
    files = {}
    conda = environment.python.conda_dependencies
    tree.get("python", {}).pop("condaDependencies", None)
    if conda is not None:
        files[CONDA] = conda.serialize_to_string()
    if environment.docker.base_dockerfile is not None:
        files[DOCKERFILE] = environment.docker.base_dockerfile
        tree["docker"]["baseDockerfile"] = DOCKERFILE
    files[DEFINITION] = json.dumps(tree, indent=4, ensure_ascii=False) + "\n"
    there = [name for name in (CONDA, DOCKERFILE, DEFINITION) if (directory / name).exists()]
    if there and not overwrite:
        message = f"'{there[0]}' is there already"
        raise ConfigError.single(message, str(directory), "`overwrite=True` replaces it")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        write_texts((directory / name, text) for name, text in files.items())
        for name in {CONDA, DOCKERFILE} - set(files):
            (directory / name).unlink(missing_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError.single(f"cannot be written: {reason}", str(directory)) from None


def load_from_directory(directory: Path) -> Environment:
    """The environment, with what the files beside its definition hold."""
    from .environment import Environment, EnvironmentReference
    from .reading import names_alone, read_into

    report = Report(str(directory / DEFINITION))
    made = Environment.bare()
    found = read_into(made, read_text(directory / DEFINITION, "file"), report, ("environment",))
    report.raise_faults()
    report.show_warnings()
    if names_alone(found.root):
        made = EnvironmentReference(made.name, made.version)
    if (directory / CONDA).is_file():
        made.python.conda_dependencies = CondaDependencies(str(directory / CONDA))
    if made.docker.base_dockerfile == DOCKERFILE and (directory / DOCKERFILE).is_file():
        made.docker.base_dockerfile = read_text(directory / DOCKERFILE, "Dockerfile")
    return made


def read_text(path: Path, what: str) -> str:
    """The text of a file, without a byte order mark. Raises ConfigError."""
    from . import reading

    return reading.read_text(path, what).removeprefix("\ufeff")


def _path(value: Any, what: str) -> Path:
    path = os.fspath(value) if isinstance(value, os.PathLike) else value
    if not isinstance(path, str) or not path or "\0" in path:
        raise ConfigError.single(f"{shown(ascii(path))} is no path", what, "give the path of a file")
    return Path(path)


def _new(name: str) -> Environment:
    from .environment import Environment

    return Environment(name)
