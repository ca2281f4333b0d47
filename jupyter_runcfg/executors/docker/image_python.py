"""The Python that an image has: asked in a container once, and remembered by the image's id."""

from __future__ import annotations

import http
import io
import json
import os
import secrets
import shutil
import tarfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ...runtime import atomic
from ...runtime.environment.build import BuildFailed, Watcher
from ...runtime.paths import Home
from . import image_fault, known
from .engine import Engine, EngineError
from .image_stream import frames

_NAMES = ("python3", "python")
_ASK = (
    "import json, platform, sys; print(json.dumps({'path': sys.executable, 'machine': platform.machine(), "
    "'version': platform.python_version(), 'libc': platform.libc_ver()[0]}))"
)
_FACTS = ("path", "version", "machine", "libc")


@dataclass(frozen=True)
class ImagePython:
    """An interpreter in an image."""

    path: str
    version: str
    machine: str
    """`x86_64`, as platform.machine has it."""
    libc: str
    """`glibc`; empty for another one."""


def find(
    engine: Engine, home: Home, image_id: str, asked: Mapping[str, Any], watcher: Watcher
) -> ImagePython:
    """The interpreter of an image that can start the runtime.

    Raises:
        BuildFailed: It has none, or one that is too old.
    """
    file = known.python_file(home, image_id)
    facts = atomic.read_json(file)
    if facts is None:
        facts = _ask(engine, image_id, labels(home, watcher))
        if not facts:
            raise BuildFailed(_why_none(engine, image_id, shown(asked)))
        forget_gone(engine, home)  # an image that is new here often is in the place of another
        os.makedirs(home.images, mode=0o700, exist_ok=True)
        atomic.write_once(file, atomic.encode({**facts, "engine": engine.host}))
    found = ImagePython(*(facts[key] for key in _FACTS))
    if tuple(int(number) for number in found.version.split(".")[:2]) < known.OLDEST:
        raise BuildFailed(image_fault.old_python(shown(asked), found.version))
    return found


def forget_gone(engine: Engine, home: Home) -> None:
    """Drop what is remembered of images that an engine had and has no more, and what they have compiled.

    Raises:
        EngineGone: It does not answer.
    """
    for name in os.listdir(home.images) if os.path.isdir(home.images) else ():
        image_id, kind = os.path.splitext(name)
        facts = atomic.read_json(os.path.join(home.images, name)) if kind == ".json" else None
        if facts is None or facts.get("engine") != engine.host:
            continue
        try:
            if engine.image(f"sha256:{image_id}") is not None:
                continue
        except EngineError:
            continue  # it may be there
        shutil.rmtree(known.bytecode(home, image_id), ignore_errors=True)
        with suppress(FileNotFoundError):  # somebody else does the same
            os.unlink(os.path.join(home.images, name))


def shown(asked: Mapping[str, Any]) -> str:
    """The image as people know it."""
    return str(asked.get("base") or asked.get("shown") or "the one that is built")


def labels(home: Home, watcher: Watcher) -> dict[str, str]:
    """On all that is made for an image, so that it can be found whatever becomes of us."""
    return {"runcfg.home": home.root, "runcfg.prepares": watcher.run_id or "env build"}


def read_file(engine: Engine, image_id: str, path: str, marked: Mapping[str, str]) -> bytes | None:
    """A small file of an image; None where it has no such file."""
    spec = {"Image": image_id, "Entrypoint": ["-"], "Labels": dict(marked)}
    container = engine.create(f"runcfg-reads-{secrets.token_hex(6)}", spec)
    try:
        with engine.open("GET", f"/containers/{container}/archive", path=path) as answer:
            data = answer.read()
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            stream = tar.extractfile(tar.getmembers()[0])
            return None if stream is None else stream.read()
    except EngineError as error:
        if error.status == http.HTTPStatus.NOT_FOUND:
            return None
        raise
    finally:
        engine.remove(container)


def _ask(engine: Engine, image_id: str, marked: dict[str, str]) -> dict[str, str]:
    """What Python says of itself; {} where there is none that runs."""
    for name in _NAMES:
        said = _run(engine, image_id, [name, "-I", "-S", "-c", _ASK], marked)
        for line in said.splitlines():
            if line.startswith(b"{"):
                facts = json.loads(line)
                return {key: str(facts[key]) for key in _FACTS}
    return {}


def _why_none(engine: Engine, image_id: str, name: str) -> dict[str, str]:
    facts, about = engine.image(image_id) or {}, engine.version()
    has, engine_has = image_fault.platform_of(facts), f"{about.get('Os')}/{about.get('Arch')}".lower()
    if facts and has != engine_has:
        return image_fault.other_processor(name, has, engine_has)
    return image_fault.no_python(name)


def _run(engine: Engine, image_id: str, argv: list[str], marked: dict[str, str]) -> bytes:
    """What a command prints in a container of its own; nothing where it cannot be started."""
    spec = {
        "Image": image_id,
        "Entrypoint": argv,
        "Cmd": [],
        "User": "0:0",
        "Labels": marked,
        "AttachStdout": True,
        "HostConfig": {"NetworkMode": "none", "AutoRemove": True},
    }
    container = engine.create(f"runcfg-asks-{secrets.token_hex(6)}", spec)
    try:
        with engine.open("POST", f"/containers/{container}/attach", stream="1", stdout="1") as answer:
            engine.start(container)
            return b"".join(text for _, text in frames(answer))
    except EngineError as error:
        if error.status < http.HTTPStatus.INTERNAL_SERVER_ERROR or "exec" in error.message:
            return b""  # there is no such program in it
        raise
    finally:
        engine.remove(container)
