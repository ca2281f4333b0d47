"""Whether an environment can be had, and has what a script imports: asked before anything is submitted."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import metadata
from typing import Any

from packaging.utils import canonicalize_name

from .. import settings
from ..environments.conda_names import conda_names
from ..errors import Fault
from ..runtime.environment.build import BuildFailed, Watcher, resolve, versions
from ..runtime.environment.conda import packages_of
from ..runtime.environment.place import EnvironmentPaths
from ..runtime.failure import distribution
from ..runtime.paths import Home
from ..submission.environment import Built
from ..submission.image import resolvable

_MOST_NAMED = 8


def look(environment: Built, imports: Sequence[str], faults: list[Fault]) -> list[str]:
    """What was found, in lines; what is wrong goes to `faults`. It takes as long as to resolve takes.

    Args:
        environment: What a plan would have built.
        imports: The first names of the modules that the script imports.
        faults: What is wrong so far.
    """
    wanted = environment.wanted
    if not wanted.get("definition"):
        return [environment.described]  # it is there, and nothing is installed into it
    if "name" not in wanted:
        wanted = resolvable(wanted)
        environment = replace(environment, wanted=wanted)
    there = EnvironmentPaths(Home(str(settings.home())), wanted["name"]).read()
    if there is not None:
        packages = {**(there.get("brought") or {}), **there["packages"]}
    else:
        try:
            packages = _packages(wanted, _resolved(environment))
        except BuildFailed as failed:
            error = failed.error
            hint = re.sub(r";? ?the whole log: .*$", "", error.get("hint", ""))  # gone with its directory
            faults.append(Fault(error["message"], file=error.get("where", ""), hint=hint))
            return []
    owners = metadata.packages_distributions()
    for name in imports:
        package = _brings(name, owners)
        if not package or package in packages or _has_of_conda(wanted, name, package, packages):
            continue
        message = f"the script imports '{name}', and its environment has no {package}"
        faults.append(Fault(message, "script", hint=f"add `{package}` to its packages"))
    count = "1 package" if len(packages) == 1 else f"{len(packages)} packages"
    return [f"{environment.described}; {count} in all", *_differences(packages)]


def _differences(packages: Mapping[str, str]) -> list[str]:
    """Packages that are here in another version: what works here may not there."""
    here: dict[str, str] = {
        canonicalize_name(one.metadata["Name"]): one.version for one in metadata.distributions()
    }
    others = [
        f"{name} {version} (here {here[name]})"
        for name, version in packages.items()
        if name in here and "://" not in version and here[name].partition("+")[0] != version
    ]
    more = f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
    return [f"other versions than here: {', '.join(others[:_MOST_NAMED])}{more}"] if others else []


def _resolved(environment: Built) -> str:
    quiet = Watcher(lambda data: None, lambda step: None, lambda: False)
    with tempfile.TemporaryDirectory(prefix="runcfg-") as folder:
        return resolve(Home(folder), environment.wanted, quiet, environment.secrets)


def _packages(wanted: Mapping[str, Any], lock: str) -> dict[str, str]:
    return packages_of(lock) if wanted["definition"].get("conda") else versions(lock)


def _has_of_conda(wanted: Mapping[str, Any], module: str, package: str, packages: Mapping[str, str]) -> bool:
    """Whether conda brings it under a name of its own."""
    if not wanted["definition"].get("conda"):
        return False
    return any(name in packages for name in conda_names(package, module))


def _brings(module: str, owners: Mapping[str, Sequence[str]]) -> str:
    """The package that a module is of: by what is installed here, else if well known; empty if unknown."""
    found = owners.get(module)
    return canonicalize_name(found[0] if found else distribution.known(module))
