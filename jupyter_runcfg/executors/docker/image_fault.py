"""Why an image cannot be had, as the error of a run: type, message, hint."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ...errors import did_you_mean
from ...runtime.environment.explain import masked
from .engine import Engine, EngineError, EngineGone

_LONGEST = 500
_LINES_OF_A_STEP = 4
_BUILDKIT = "build it yourself, `docker build --tag NAME .`, and name it: environment.docker.baseImage=NAME"
_PRUNE = "`docker image prune` frees some"
_NO_SPACE = re.compile(r"no space left on device|disk quota exceeded", re.IGNORECASE)
_NO_NETWORK = re.compile(
    r"dial tcp|no such host|connection refused|i/o timeout|network is unreachable|TLS handshake"
    r"|Client\.Timeout|server gave HTTP response|proxyconnect|x509",
    re.IGNORECASE,
)
_WRONG_PASSWORD = re.compile(
    r"unauthorized|authentication required|incorrect username or password|no basic auth credentials"
    r"|401|403 Forbidden",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"not found|manifest unknown|repository does not exist|access to the resource is denied|access denied"
    r"|name unknown",
    re.IGNORECASE,
)
_OTHER_PLATFORM = re.compile(r"no matching manifest|does not match the specified platform", re.IGNORECASE)
_NO_NAME = re.compile(r"invalid reference format|invalid (?:repository|tag)|must be lowercase", re.IGNORECASE)


# what says so, the type of the error, its message and its hint
_KINDS = (
    (_NO_SPACE, "DiskFull", "no space is left for the image '{name}'", _PRUNE),
    (_NO_NAME, "UnknownImage", "'{name}' is no name of an image", "write `python:3.13-slim`"),
    (
        _OTHER_PLATFORM,
        "UnknownImage",
        "the image '{name}' does not exist for this processor",
        "environment.docker.platform.architecture names another one; or name another image",
    ),
    (
        _WRONG_PASSWORD,
        "NoAccess",
        "the registry refused: '{name}'",
        "{login}, or environment.docker.baseImageRegistry with the right username and password",
    ),
    (
        _UNKNOWN,
        "UnknownImage",
        "no registry that can be asked has the image '{name}', and it {is_here}",
        "{near}is its name right? for a private one {login}",
    ),
    (
        _NO_NETWORK,
        "NoNetwork",
        "the registry of '{name}' cannot be reached, and the image {is_here}",
        "{near}is there a network? `docker images` lists those that are here",
    ),
)


def not_pulled(name: str, said: str, engine: Engine) -> dict[str, str]:
    """Why `name` could not be pulled, by the engine's words."""
    first = name.partition("/")[0]
    registry = f" {first}" if "/" in name and re.search(r"[.:]|^localhost$", first) else ""
    near = did_you_mean(name, [one for one in _local_names(engine) if one != name])
    told = {
        "name": name,
        "login": f"`docker login{registry}`",
        "near": f"{near} " if near else "",
        "is_here": _is_here(name, engine),
    }
    for words, kind, message, hint in _KINDS:
        if words.search(said):
            said = f"{message.format(**told)}: {cut(said)}"
            return {"type": kind, "message": said, "hint": hint.format(**told)}
    return {"type": "ImageError", "message": f"cannot pull '{name}': {cut(said)}", "hint": near}


def no_python(name: str) -> dict[str, str]:
    """The image has nothing that the runtime could run on."""
    return {
        "type": "NoPython",
        "message": f"the image '{name}' has no Python, which a run is started by",
        "hint": "name one that has it (`environment.docker.baseImage=python:3.13-slim`), or add Python >= 3.6"
        " to it: `RUN apt-get update && apt-get install -y python3`",
    }


def other_processor(name: str, has: str, engine_has: str) -> dict[str, str]:
    """Nothing in the image can be started."""
    return {
        "type": "OtherProcessor",
        "message": f"the image '{name}' is for {has}, and the engine's machine is {engine_has}",
        "hint": f"name one for {engine_has}, or have the engine emulate {has}: "
        "`docker run --privileged --rm tonistiigi/binfmt --install all`",
    }


def old_python(name: str, version: str) -> dict[str, str]:
    """The runtime cannot run on it."""
    return {
        "type": "NoPython",
        "message": f"the image '{name}' has Python {version}, and a run is started by Python 3.6 or newer",
        "hint": "name another image, or add a newer Python to it",
    }


def no_context(message: str) -> dict[str, str]:
    """There is nothing to build from."""
    hint = "environment.docker.buildContext: a directory, or a git URL: `https://…/images#main:train`"
    return {"type": "NoBuildContext", "message": cut(message), "hint": hint}


def not_parsed(said: str, name: str) -> dict[str, str]:
    """The engine refused a Dockerfile before its first step."""
    line = re.search(r"(?:line |:)(\d+)", said)
    return {
        "type": "ImageBuildFailed",
        "message": f"{name} cannot be built: {cut(said)}",
        "where": f"{name}:{line[1]}" if line else name,
        "hint": _BUILDKIT if "BuildKit" in said else "its first instruction is `FROM IMAGE`",
    }


def step_failed(step: tuple[int, int, str], printed: list[str], said: str, log: str) -> dict[str, str]:
    """What the failing step printed last, and how it ended."""
    number, count, instruction = step
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).strip() for line in printed]
    lines = [line for line in lines if line and not re.match(r"---> |Removing intermediate", line)]
    code = re.search(r"returned a non-zero code: (\d+)", said)
    end = f"exit code {code[1]}" if code else cut(said)
    shown = cut(" / ".join([*lines[-_LINES_OF_A_STEP:], end]))
    if "BuildKit" in said:
        return {"type": "ImageBuildFailed", "message": f"step {number}: {cut(said)}", "hint": _BUILDKIT}
    if _NO_SPACE.search(" ".join([said, *lines])):
        return {"type": "DiskFull", "message": f"no space is left for step {number}: {shown}", "hint": _PRUNE}
    return {
        "type": "ImageBuildFailed",
        "message": f"step {number} of {count} failed, `{cut(instruction)}`: {shown}",
        "hint": f"the whole log: {log}",
    }


def other_python(name: str, version: str, asked: str) -> dict[str, str]:
    """The packages are for another Python than the image's."""
    wanted = asked.removeprefix("==").removesuffix(".*")
    return {
        "type": "OtherPython",
        "message": f"the image '{name}' has Python {version}, and its packages ask for {wanted}",
        "hint": f"an image with that one (`environment.docker.baseImage=python:{wanted}-slim`), or take the "
        "line `python=…` out of the packages",
    }


def broken(name: str, said: str) -> dict[str, str]:
    """The container in which packages are installed ended before they were."""
    why = f": {cut(said)}" if said.strip() else " (was it stopped, or out of memory?)"
    return {
        "type": "EnvironmentError",
        "message": f"the build upon the image '{name}' broke off{why}",
        "hint": "submit it again; nothing of it is left",
    }


def of_engine(error: EngineError | EngineGone) -> dict[str, str]:
    """The engine does not answer, or answers that it cannot."""
    if isinstance(error, EngineGone):
        return {"type": "EngineGone", "message": cut(error.message), "hint": error.hint}
    if _NO_SPACE.search(error.message):
        message, hint = "no space is left where the engine keeps images", _PRUNE
        return {"type": "DiskFull", "message": message, "hint": hint}
    return {"type": "ImageError", "message": f"the Docker engine refused: {cut(error.message)}", "hint": ""}


def cut(text: str) -> str:
    """One line, not too long, without the passwords of URLs."""
    text = masked(re.sub(r"\s+", " ", text).strip())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _is_here(name: str, engine: Engine) -> str:
    """`is not here`, or for which platform it is."""
    try:
        found = engine.image(name)
    except (EngineError, EngineGone):
        found = None
    return f"is here for {platform_of(found)} only" if found else "is not here"


def platform_of(facts: Mapping[str, Any]) -> str:
    """`linux/amd64`, as an engine says it of an image."""
    return f"{facts.get('Os')}/{facts.get('Architecture')}".lower()


def _local_names(engine: Engine) -> list[str]:
    try:
        images = engine.ask("GET", "/images/json")
    except (EngineError, EngineGone):
        return []
    return [tag for image in images for tag in image.get("RepoTags") or () if tag != "<none>:<none>"]
