"""What `docker login` keeps on this machine, for the registries that images come from."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

from ...runtime.environment.build import Watcher


def of_registry(repository: str, given: Mapping[str, str] | None, watcher: Watcher) -> dict[str, str]:
    """The header of a pull: what the configuration gives, else what is kept, if that is anything."""
    from docker import auth

    registry = auth.resolve_repository_name(repository)[0]
    found: Any = {**given, "serveraddress": registry} if given else None
    if found is None:
        found = _kept(lambda kept: kept.resolve_authconfig(registry), watcher)
    return {"X-Registry-Auth": auth.encode_header(found).decode("ascii")} if found else {}


def of_all(given: Mapping[str, str] | None, watcher: Watcher) -> dict[str, str]:
    """The header of a build, which may start from images of any registry."""
    from docker import auth

    found = dict(_kept(lambda kept: kept.get_all_credentials(), watcher) or {})
    if given:
        found[given["serveraddress"] or auth.INDEX_NAME] = dict(given)
    return {"X-Registry-Config": auth.encode_header(found).decode("ascii")} if found else {}


def _kept(read: Callable[[Any], Any], watcher: Watcher) -> Any:
    """None where a helper of the person's does not answer: most images need no sign-in."""
    from docker import auth, errors
    from docker.credentials.errors import StoreError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a helper that is not there: the error says so too
            return read(auth.load_config())
    except (errors.DockerException, StoreError) as error:
        said = f"── the sign-ins that Docker keeps cannot be read ({error}): goes on without\n"
        watcher.show(said.encode("utf-8", "replace"))
        return None
