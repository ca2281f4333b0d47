"""The image of a run in a container: what its configuration asks for, as something an engine can have."""

from __future__ import annotations

import platform
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..config.docker import DEFAULT_CPU_IMAGE, DEFAULT_GPU_IMAGE
from ..config.environment_file import dockerfile_text
from ..environments.credentials import hide
from ..environments.definition import Definition, define
from ..environments.left_out import is_default_python
from ..environments.requirement import accepts
from ..environments.wanted import find_uv
from ..errors import ConfigError
from ..runtime.paths import Home
from ..runtime.variables import REGISTRY_PASSWORD
from .conda import is_asked, plan_conda
from .environment import Built, asks_for_packages, curated_notes, left_out_notes, packages_of

if TYPE_CHECKING:
    from ..config import RunConfiguration
    from ..config.docker import ContainerRegistry, DockerBuildContext, DockerSection
    from .target import Target

_KEY = "environment.docker"
_PROCESSORS = {"x86_64": "amd64", "aarch64": "arm64"}  # as the machine says it, and as images do
_OFFICIAL = "python:{}-slim"
_GIT = re.compile(r"(?:https?|git|ssh)://\S+|[\w.-]+@[\w.-]+:\S+|file:///\S+")


def plan_image(config: RunConfiguration, target: Target, source: Path, home: Home) -> Built:
    """What an engine must have for a configuration: an image, and the packages that are put upon it.

    Nothing is asked of the engine, which may be busy or far away.

    Raises:
        ConfigError: With what cannot be a part of it.
        UserErrorException: There is no uv to install packages with.
    """
    docker = config.environment.docker
    definition, asked_python, of_conda = None, "", None
    if is_asked(config) or config.environment.python.base_conda_environment:
        of_conda = _of_conda(config, source, home)
    elif asks_for_packages(config):
        definition, asked_python = _definition(config, source)
    image, notes = _image(docker, target, source, asked_python)
    if docker.platform.os.lower() != "linux":
        place = f"{_KEY}.platform.os"
        raise ConfigError.single(
            f"containers of '{docker.platform.os}' cannot be run", place, "write `Linux`"
        )
    if docker.platform.architecture.lower() != "amd64":  # v1 writes amd64 everywhere: there nobody chose
        image["platform"] = f"linux/{docker.platform.architecture.lower()}"
    secrets = _registry(docker.base_image_registry, image)
    if "git" in image.get("context", {}):
        image["context"]["git"], hidden = hide(image["context"]["git"])
        secrets.update(hidden)
    if of_conda is not None:
        _check_processor(docker)
        described = f"image {image.get('base') or image['shown']}, {of_conda.described}"
        secrets.update(of_conda.secrets)
        return Built({**of_conda.wanted, "image": image}, described, (*notes, *of_conda.notes), secrets)
    made: dict[str, Any] = {"python": _python(config, target), "image": image}
    described = f"image {image.get('base') or image['shown']}"
    if definition is not None:
        image["python"] = _specifier(asked_python)
        made.update(
            definition=definition.facts(),
            asked=dict(definition.asked),
            uv=find_uv(),
            lock="",
            credentials=definition.variables,
        )
        made["python"] = "python"
        count = len(definition.packages)
        described += f" with {'1 package' if count == 1 else f'{count} packages'}"
        notes += [*curated_notes(config), *definition.notes, *left_out_notes(definition)]
        secrets.update(definition.secrets)
    return Built(made, described, tuple(notes), secrets)


def _of_conda(config: RunConfiguration, source: Path, home: Home) -> Built:
    """Packages of conda's: they bring their own Python, and are seen from the container through its mount."""
    if config.environment.python.base_conda_environment:
        place = "environment.python.baseCondaEnvironment"
        hint = "list its packages in a conda file, or name an image that has them"
        raise ConfigError.single("a conda environment of this machine is not in the image", place, hint)
    return plan_conda(config, source, home)


def _check_processor(docker: DockerSection) -> None:
    """Conda's packages are of this machine. Raises ConfigError where the image is of another kind."""
    wanted, mine = docker.platform.architecture.lower(), platform.machine().lower()
    if wanted not in ("amd64", mine, _PROCESSORS.get(mine)):  # amd64: v1 writes it everywhere
        place = f"{_KEY}.platform.architecture"
        hint = f"leave it out for {mine}, or list the packages below `- pip:`"
        raise ConfigError.single(f"conda's packages are installed here, not for '{wanted}'", place, hint)


def resolvable(wanted: dict[str, Any]) -> dict[str, Any]:
    """The same as something that can be resolved here, for the Python that its image is said to have."""
    image = wanted["image"]
    said = re.search(r"==(\d+\.\d+)", image.get("python", "")) or re.search(
        r"\bpython:(\d+\.\d+)", image.get("base", "")
    )
    version = said[1] if said else "{}.{}".format(*sys.version_info)
    return {**wanted, "name": "resolved", "base": sys.executable, "python_version": version}


def _definition(config: RunConfiguration, source: Path) -> tuple[Definition, str]:
    """What is installed upon the image, and the Python that was asked for; empty: the image's."""
    asked_python, lines, limits = packages_of(config, source)
    version = "" if is_default_python(asked_python.text or None) else asked_python.text
    keeps_v1 = config.environment.python.keep_v1_packages
    return define(version, lines, limits, keeps_v1=keeps_v1), version


def _image(
    docker: DockerSection, target: Target, source: Path, asked_python: str
) -> tuple[dict[str, Any], list[str]]:
    """The image as the request has it, and what to tell of it."""
    if docker.build_context is not None:
        return {"context": _context(docker.build_context, source), "shown": "of its build context"}, []
    if docker.base_dockerfile:
        named = docker.base_dockerfile.strip()
        is_text = "\n" in docker.base_dockerfile
        text = dockerfile_text(docker.base_dockerfile if is_text else _beside(named, source))
        name = "Dockerfile" if text == docker.base_dockerfile else Path(named).name
        return {"dockerfile": text, "where": name, "shown": f"of {name}"}, []
    name = (docker.base_image or "").strip()
    if name and name not in (DEFAULT_CPU_IMAGE, DEFAULT_GPU_IMAGE):
        return {"base": _checked(name, f"{_KEY}.baseImage")}, []
    chosen = target.options.get("image", "").strip()
    if chosen:
        return {"base": _checked(chosen, target.where or f"target {target.name}")}, []
    name = _OFFICIAL.format(_minor(asked_python))
    why = f"{_KEY}.baseImage or the target's `image` names another"
    return {"base": name}, [f"image {name}: nobody chose one ({why})"]


def _beside(named: str, source: Path) -> str:
    """The Dockerfile of a path that is meant from the source directory, or its text as it is."""
    path = source / named
    return str(path) if path.is_file() else named


def _context(context: DockerBuildContext, source: Path) -> dict[str, Any]:
    place = f"{_KEY}.buildContext"
    location = (context.location or "").strip()
    if context.location_type == "storageAccount":
        hint = "copy it to a directory, and name that as its location, or a git URL"
        raise ConfigError.single("a storage account cannot be asked for a build context", place, hint)
    if not location or location.startswith("-"):
        hint = "a directory, or a git URL: `https://github.com/me/images#main:train`"
        raise ConfigError.single("the build context has no location", f"{place}.location", hint)
    if context.location_type == "git" or _GIT.fullmatch(location):
        return {"git": location, "dockerfile": context.dockerfile_path}
    directory = (source / Path(location).expanduser()).resolve()
    if not directory.is_dir():
        hint = "name a directory that is there, or a git URL"
        raise ConfigError.single(f"no directory '{directory}' to build from", f"{place}.location", hint)
    if not (directory / context.dockerfile_path).is_file():
        hint = "dockerfilePath names another one"
        message = f"no '{context.dockerfile_path}' in {directory}"
        raise ConfigError.single(message, f"{place}.dockerfilePath", hint)
    return {"directory": str(directory), "dockerfile": context.dockerfile_path}


def _registry(registry: ContainerRegistry, image: dict[str, Any]) -> dict[str, str]:
    """Put the registry into the image; returns its password, which no request has."""
    address = (registry.address or "").strip().removeprefix("https://").rstrip("/")
    if not (address or registry.username):
        return {}
    first = str(image.get("base", "")).partition("/")[0]
    has_registry = "/" in image.get("base", "") and (re.search(r"[.:]", first) or first == "localhost")
    if address and "base" in image and not has_registry:
        image["base"] = f"{address}/{image['base']}"
    image["registry"] = {"address": address, "username": registry.username or ""}
    return {REGISTRY_PASSWORD: registry.password} if registry.password else {}


def _python(config: RunConfiguration, target: Target) -> str:
    """The interpreter of the script, by its name or path in the image."""
    named: str | None = config.environment.python.interpreter_path
    return target.options.get("python") or "python" if named in (None, "", "python") else str(named)


def default_image() -> str:
    """The image of runs for which nobody chose one."""
    return _OFFICIAL.format(_minor(""))


def _minor(asked: str) -> str:
    """The version of Python whose official image is taken."""
    mine = "{}.{}".format(*sys.version_info)
    if not asked or accepts(_specifier(asked), f"{mine}.99"):
        return mine
    found = re.search(r"\d+\.\d+", asked)
    return found[0] if found else mine


def _specifier(asked: str) -> str:
    """The versions that an asked one stands for: `3.8.13` any 3.8, as images have the newest of each."""
    if not asked or re.match(r"[<>=!~]", asked):
        return asked
    return "==" + ".".join(asked.removesuffix(".*").split(".")[:2]) + ".*"


def _checked(name: str, where: str) -> str:
    if re.search(r"\s", name) or name.startswith("-"):
        raise ConfigError.single(f"'{name}' is no name of an image", where, "write `python:3.13-slim`")
    return name
