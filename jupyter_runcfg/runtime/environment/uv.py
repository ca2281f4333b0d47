"""The commands that lock and install, for the uv that the submitting machine has."""

import os

from ..variables import RUN_ID
from . import pip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .place import EnvironmentPaths

# what would steer uv elsewhere than where we say
_FOREIGN = (
    *("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYTHONHOME", "UV_PYTHON", "UV_PROJECT_ENVIRONMENT"),
    *("UV_SYSTEM_PYTHON", "UV_CONSTRAINT", "UV_OVERRIDE", "UV_REQUIRE_HASHES", "UV_TARGET", "UV_PREFIX"),
)
_ON_THE_LINE = {"--pre": "--prerelease=allow", "--trusted-host": "--allow-insecure-host"}
_OF_ALL = "--index-strategy=unsafe-best-match"
_ALWAYS = ["--no-progress", "--color=never", "--no-python-downloads"]


def environment(run_id: "str") -> "dict[str, str]":
    """The variables of uv's processes: ours, pip's settings where uv has none, and whose they are."""
    env = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    env.update(pip.settings(env))
    if run_id:
        env[RUN_ID] = run_id
    return env


def lock(wanted: "dict[str, Any]", place: "EnvironmentPaths") -> "list[str]":
    """Resolve what is asked for into exact versions with hashes."""
    words = [wanted["uv"], "pip", "compile", place.asked, "--output-file", place.lock]
    words += ["--generate-hashes", "--no-header", "--no-annotate", "--python", wanted["base"]]
    if wanted.get("python_version"):  # of an image that is not asked
        words += ["--python-version", wanted["python_version"]]
    if wanted["definition"]["constraints"]:
        words += ["--constraint", place.limits]
    return words + _ALWAYS + _flags(wanted)


def create(wanted: "dict[str, Any]", place: "EnvironmentPaths") -> "list[str]":
    return [
        wanted["uv"],
        "venv",
        place.prefix,
        "--quiet",
        "--no-project",
        "--python",
        wanted["base"],
    ] + _ALWAYS


def install(wanted: "dict[str, Any]", place: "EnvironmentPaths") -> "list[str]":
    """Put exactly what the lock has into the prefix; what has a hash must match it."""
    words = [wanted["uv"], "pip", "install", "--python", place.python, "--requirement", place.install]
    return words + ["--no-deps"] + _ALWAYS + _flags(wanted)


def file_options(wanted: "dict[str, Any]") -> "list[str]":
    """The options that stand in files: an index's URL may hold a password, and command lines are public."""
    return [option for option in wanted["definition"]["options"] if option.split(" ")[0] not in _ON_THE_LINE]


def _flags(wanted: "dict[str, Any]") -> "list[str]":
    flags = []
    for option in wanted["definition"]["options"]:
        name, _, value = option.partition(" ")
        if name in _ON_THE_LINE:
            flags += [_ON_THE_LINE[name]] + ([value] if value else [])
        elif (
            name == "--extra-index-url" and _OF_ALL not in flags
        ):  # as pip has it, for whom the line was written
            flags.append(_OF_ALL)
    return flags
