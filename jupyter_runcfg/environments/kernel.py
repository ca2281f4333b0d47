"""The packages of the Python that we run in, as pins: those that modules need, or all."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlparse

from packaging.utils import canonicalize_name

from .conda_kernel import Kernel
from .left_out import is_offered

_OURS = ("jupyter-runcfg",)  # and SDK v1: the runtime offers their names
_OFFERED_MODULES = ("azureml", "jupyter_runcfg")
_NOT_OF_RUNS = ("pip", "uv", "setuptools", "wheel")  # of `kernel`: they install, and are no part of a run


@dataclass
class Pins:
    """Packages with their versions here, and what cannot be pinned."""

    packages: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    """Modules that nothing here brings → where they are imported."""
    local: dict[str, Path] = field(default_factory=dict)
    """Modules that are here, and on no index → the directory that Python finds them in."""
    conda: list[str] = field(default_factory=list)
    """Packages that conda has installed here, as it writes them."""
    channels: list[str] = field(default_factory=list)
    """Where those come from."""
    kernel: Kernel = field(default_factory=Kernel)


def pins_of(
    modules: Mapping[str, Iterable[str]],
    optional: Mapping[str, Iterable[str]],
    lines: Mapping[str, str],
) -> Pins:
    """The packages that bring these modules (first name → dotted names), at their versions here.

    `lines` says where each is imported; of optional ones, only those that are here count.
    """
    owners = metadata.packages_distributions()
    pins = Pins()
    names: dict[str, str] = {}
    for first, dotted in [*modules.items(), *optional.items()]:
        if first in _OFFERED_MODULES:
            continue
        found = owners.get(first)
        place = None if found else _place_of(first)
        if found:
            names.update(dict.fromkeys(_narrowed(found, dotted), first))
        elif place is not None:
            pins.local[first] = place
        elif first in modules:
            pins.missing[first] = lines.get(first, "")
    for name, first in names.items():
        _pin(metadata.distribution(name), pins, first)
    pins.packages.sort()
    return _with_channels(pins)


def _place_of(module: str) -> Path | None:
    """The directory that Python finds a module in; None where it finds none."""
    try:
        spec = find_spec(module)
    except (ImportError, ValueError):
        return None
    if spec is None or not (spec.origin or spec.submodule_search_locations):
        return None
    if spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations))).parent
    return Path(str(spec.origin)).parent


def all_pins() -> Pins:
    """Everything that is installed here."""
    pins = Pins()
    found = {
        canonicalize_name(one.metadata["Name"]): one
        for one in metadata.distributions()
        if one.metadata["Name"]
    }
    for name, distribution in sorted(found.items()):
        if name not in _NOT_OF_RUNS:
            _pin(distribution, pins, name.replace("-", "_"))
    asked = [
        one for one in pins.kernel.packages if one.is_asked and one.name not in (*_NOT_OF_RUNS, "python")
    ]
    pins.conda += [one.pin for one in asked]
    return _with_channels(pins)


def _with_channels(pins: Pins) -> Pins:
    pins.conda = sorted(set(pins.conda))
    pins.channels = pins.kernel.channels if pins.conda else []
    return pins


def this_version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _narrowed(names: Sequence[str], dotted: Iterable[str]) -> list[str]:
    """Of several packages that share a first name (google.cloud …), those that have what is imported."""
    unique = list(dict.fromkeys(names))
    if len(unique) == 1:
        return unique
    starts = tuple(one.replace(".", "/") for one in dotted if "." in one)
    kept = [name for name in unique if starts and _has(name, starts)]
    return kept or unique


def _has(name: str, starts: tuple[str, ...]) -> bool:
    files = metadata.distribution(name).files or ()
    return any(
        str(file).startswith(tuple(f"{start}{end}" for start in starts for end in ("/", ".py")))
        for file in files
    )


def _pin(distribution: metadata.Distribution, pins: Pins, module: str) -> None:
    name, version = canonicalize_name(distribution.metadata["Name"]), distribution.version
    if name in _OURS or is_offered(name):
        return
    owner = pins.kernel.owner(name, version)
    if owner is not None:
        pins.conda.append(owner.pin)
        return
    origin = _origin(distribution)
    url = str(origin.get("url", ""))
    source = Path(unquote(urlparse(url).path)) if url.startswith("file:") else None
    vcs = origin.get("vcs_info")
    if source is not None and source.exists():  # conda's packages name the directory of their builder
        pins.local[module] = _place_of(module) or source
    elif isinstance(vcs, dict):
        pins.packages.append(f"{name} @ {vcs.get('vcs', 'git')}+{url}@{vcs.get('commit_id', '')}")
    elif url and source is None:
        pins.packages.append(f"{name} @ {url}")
    else:
        public, plus, build = version.partition("+")
        if plus:
            pins.notes.append(
                f"{name} {version} is pinned as {public}: no index has the build '{build}' by itself"
            )
        pins.packages.append(f"{name}=={public}")


def _origin(distribution: metadata.Distribution) -> dict[str, object]:
    """What direct_url.json says: where a package comes from that no index gave (PEP 610)."""
    try:
        found = json.loads(distribution.read_text("direct_url.json") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
