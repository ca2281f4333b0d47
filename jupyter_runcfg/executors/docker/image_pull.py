"""An image from its registry, with its progress."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ...runtime.environment.build import BuildFailed, Watcher
from . import image_fault, image_sign_in
from .engine import Engine
from .image_stream import EngineSaid, events

_TELL_S = 1.0
_MB = 1e6


def pull(engine: Engine, name: str, platform: str, auth: Mapping[str, str] | None, watcher: Watcher) -> None:
    """Have the engine fetch an image.

    Args:
        engine: Where it has to be.
        name: As `docker pull` takes it; without a tag or digest the tag is `latest`.
        platform: `linux/arm64`; empty: the engine's.
        auth: `username` and `password`; None: what `docker login` keeps, if that is anything.
        watcher: Who wants it.

    Raises:
        BuildFailed: It cannot be pulled.
        BuildCanceled: The watcher does not want it any more.
    """
    from docker.utils import parse_repository_tag

    repository, tag = parse_repository_tag(name)
    query = {"fromImage": repository, "tag": tag or "latest", "platform": platform}
    watcher.tell(f"pulls its image {name}")
    watcher.show(f"── pulling {name}\n".encode())
    progress = _Progress(name, watcher)
    head = image_sign_in.of_registry(repository, auth, watcher)
    try:
        for event in events(engine, "/images/create", watcher, query, headers=head):
            progress.take(event)
    except EngineSaid as said:
        raise BuildFailed(image_fault.not_pulled(name, str(said), engine)) from None


class _Progress:
    """The bytes of all layers, told once a second at most."""

    def __init__(self, name: str, watcher: Watcher) -> None:
        self._name = name
        self._watcher = watcher
        self._layers: dict[str, tuple[int, int]] = {}
        self._told = time.monotonic()

    def take(self, event: Mapping[str, Any]) -> None:
        detail = event.get("progressDetail") or {}
        status = str(event.get("status", ""))
        if status == "Downloading" and detail.get("total"):
            self._layers[str(event.get("id"))] = (int(detail["current"]), int(detail["total"]))
        elif status in ("Download complete", "Pull complete") and event.get("id") in self._layers:
            total = self._layers[event["id"]][1]
            self._layers[event["id"]] = (total, total)
        elif status.startswith(("Digest:", "Status:")):
            self._watcher.show(f"{status}\n".encode())
        if self._layers and time.monotonic() - self._told >= _TELL_S:
            self._told = time.monotonic()
            done, total = (sum(numbers) / _MB for numbers in zip(*self._layers.values(), strict=True))
            self._watcher.tell(f"pulls its image {self._name}: {done:.0f} of {total:.0f} MB")
            self._watcher.show(f"{done:.0f} of {total:.0f} MB\n".encode())
