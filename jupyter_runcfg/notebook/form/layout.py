"""Which settings a form shows, in which group, for the configuration as it is now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from .setting import Setting, all_settings

if TYPE_CHECKING:
    from ...config import RunConfiguration

OTHERS = "Advanced"
OPEN = ("What runs", "Where")
# group → where its settings begin; what no group names is in the last one
_GROUPS = {
    "What runs": ("script", "arguments", "command", "framework", "maxRunDurationSeconds"),
    "Where": ("target", "resources", "nodeCount", "priority"),
    "Distribution": ("communicator", "mpi", "pytorch", "tensorflow", "paralleltask"),
    "Environment": (
        *("environment.name", "environment.version", "environment.python"),
        *("environmentVariables", "environment.environmentVariables"),
    ),
    "Container": ("docker", "environment.docker"),
    "Spark": ("spark", "environment.spark", "hdi"),
    "Data": ("data", "dataReferences", "outputData", "datacaches", "sourceDirectoryDataStore"),
    "History": ("history",),
}


def _communicates(*words: str) -> Callable[[RunConfiguration], bool]:
    return lambda config: config.communicator.lower() in words


def _in_container(config: RunConfiguration) -> bool:
    return config.docker.use_docker or config.environment.docker.enabled


def _is_spark(config: RunConfiguration) -> bool:
    return config.framework.lower() == "pyspark"


def _installs(config: RunConfiguration) -> bool:
    return not config.environment.python.user_managed_dependencies


# where settings begin → when they matter; the first that fits decides
_MATTERS: dict[str, Callable[[RunConfiguration], bool]] = {
    "mpi": _communicates("openmpi", "intelmpi"),
    "pytorch": _communicates("nccl", "gloo"),
    "tensorflow": _communicates("parameterserver"),
    "paralleltask": _communicates("paralleltask"),
    "docker.useDocker": lambda _: True,
    "docker": _in_container,
    "environment.docker": _in_container,
    "spark": _is_spark,
    "environment.spark": _is_spark,
    "hdi": _is_spark,
    "environment.python.condaDependencies": _installs,
    "environment.python.condaDependenciesFile": _installs,
    "environment.python.baseCondaEnvironment": _installs,
    "environment.r": lambda config: config.framework.lower() == "r",
    "environment.databricks": lambda _: False,
    "environment.docker.enabled": _in_container,
    "amlcompute": lambda config: config.target.lower() == "amlcompute",
    "autoClusterComputeSpecification": lambda _: False,
}


@cache
def groups() -> dict[str, tuple[Setting, ...]]:
    """All settings, each in its group, in the order in which a person meets them."""
    found: dict[str, list[Setting]] = {name: [] for name in (*_GROUPS, OTHERS)}
    places = [(prefix, name) for name, prefixes in _GROUPS.items() for prefix in prefixes]
    order = {prefix: number for number, (prefix, _) in enumerate(places)}
    for setting in all_settings():
        fitting = [(prefix, name) for prefix, name in places if _is_below(setting.key, prefix)]
        found[max(fitting, key=lambda place: len(place[0]))[1] if fitting else OTHERS].append(setting)

    def rank(setting: Setting) -> int:
        return min((order[prefix] for prefix in order if _is_below(setting.key, prefix)), default=0)

    return {name: _told_apart(sorted(settings, key=rank)) for name, settings in found.items()}


def _told_apart(settings: list[Setting]) -> tuple[Setting, ...]:
    """Of two with the same title, the one of the environment says so."""
    titles = Counter(setting.title for setting in settings)
    return tuple(
        replace(setting, title=f"{setting.title} (environment)")
        if titles[setting.title] > 1 and setting.path[0] == "environment"
        else setting
        for setting in settings
    )


def matters(setting: Setting, config: RunConfiguration) -> bool:
    """Whether the setting has an effect with the framework, communicator and container of now."""
    for prefix in sorted(_MATTERS, key=len, reverse=True):
        if _is_below(setting.key, prefix):
            return _MATTERS[prefix](config)
    return True


def shown(group: str, config: RunConfiguration, changed: set[str]) -> list[Setting]:
    """The settings of a group that matter now, and those that were set all the same."""
    return [
        setting
        for setting in groups()[group]
        if matters(setting, config) or any(_is_below(key, setting.key) for key in changed)
    ]


def _is_below(key: str, prefix: str) -> bool:
    return key == prefix or key.startswith(prefix + ".")
