"""The environment of a run whose packages are conda's, solved and installed without conda."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..config import CondaDependencies
from ..environments import channel, conda, conda_existing, conda_wanted
from ..environments.definition import Asked, Definition
from ..environments.definition import define as define_pip
from ..environments.lines import expand
from ..environments.wanted import find_uv
from ..runtime.paths import Home
from .environment import Built, Places, asks_for_packages, describe, left_out_notes, notes_of

if TYPE_CHECKING:
    from ..config import RunConfiguration

_BASE = "environment.python.baseCondaEnvironment"


def is_asked(config: RunConfiguration) -> bool:
    """Whether conda has to install more than a Python."""
    python = config.environment.python
    if python.user_managed_dependencies or python.conda_dependencies is None:
        return False
    return conda.installs_packages(python.conda_dependencies.conda_packages)


def plan_conda(config: RunConfiguration, source: Path, home: Home) -> Built:
    """What has to be built for a configuration with packages of conda's.

    Raises:
        ConfigError: With every line that cannot be a part of it.
        UserErrorException: There is nothing to build it with.
    """
    packages = config.environment.python.conda_dependencies or CondaDependencies()
    where = Places(config, packages, source)
    definition = _define(config, packages, where)
    made = conda_wanted.wanted(home, definition, where.directory, find_uv())
    written = (*packages.conda_channels, *conda.own_channels(packages.conda_packages))
    secrets = conda_wanted.secrets(definition, written, where.directory)
    notes = [*notes_of(config), *left_out_notes(definition)]
    if not channel.named(packages.conda_channels)[1]:
        names = ", ".join(definition.conda_channels)
        notes.append(f"no channel is named: packages are taken from {names}")
    return Built(made, describe(home, made), tuple(notes), {**definition.secrets, **secrets})


def plan_existing(config: RunConfiguration, source: Path) -> Built:
    """The conda environment of this machine that a configuration names: used as it is, nothing is installed.

    Raises:
        ConfigError: It is not there.
    """
    named = str(config.environment.python.base_conda_environment)
    prefix = conda_existing.find(named, source, _BASE)
    made = {"python": str(prefix / "bin" / "python"), "conda_prefix": str(prefix)}
    notes = []
    if asks_for_packages(config):
        notes.append(f"packages are not installed: the conda environment '{named}' is used as it is")
    return Built(made, f"conda environment {named}", tuple(notes))


def _define(config: RunConfiguration, packages: CondaDependencies, where: Places) -> Definition:
    pip = [*packages.pip_options, *packages.pip_packages]
    lines, limits = expand([Asked(one, where(one)) for one in pip], where.directory)
    names, _ = channel.named(packages.conda_channels)
    of_pip = define_pip("", lines, limits, keeps_v1=config.environment.python.keep_v1_packages)
    return conda.define(of_pip, names, packages.conda_packages, where)
