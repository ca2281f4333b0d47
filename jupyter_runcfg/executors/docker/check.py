"""Whether an engine can run jobs, and what is missing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from ...errors import TargetError
from .. import base
from . import connection, words
from .engine import Engine, EngineError
from .known import OLDEST

_OLDEST = (1, 41)
_START_S = 30.0
_NVIDIA = "nvidia"
_NO_GPU = "for GPUs install nvidia-container-toolkit, then `sudo nvidia-ctk runtime configure`"
_ROOT = "name=rootless"


def check(options: Mapping[str, Any]) -> Iterator[base.Finding]:
    """Ask the engine that `options` name, one finding a thing; one that does not answer is the only one."""
    engine = Engine(str(options["host"]))
    try:
        facts, about = engine.version(), engine.info()
    except TargetError as error:
        yield base.Finding(False, f"engine: {error.message}, {error.where}", error.hint)
        return
    yield _engine(facts, about, engine)
    yield _limits(about)
    yield _gpus(about, int(options.get("gpus") or 0))
    yield from _image(engine, str(options.get("image") or ""))


def _engine(facts: Mapping[str, Any], about: Mapping[str, Any], engine: Engine) -> base.Finding:
    api = str(facts.get("ApiVersion") or "0.0")
    name = words.product(facts)
    kind = "rootless, " if _ROOT in (about.get("SecurityOptions") or []) else ""
    driver = about.get("Driver")
    text = f"engine: {name} {facts.get('Version')}, {kind}API {api}, storage {driver}, {_files(engine)}"
    if tuple(int(part) for part in api.split(".")[:2]) < _OLDEST:
        wanted = ".".join(map(str, _OLDEST))
        return base.Finding(False, text, f"API {wanted} is needed: Docker 20.10 or podman 4, or later ones")
    return base.Finding(True, text)


def _files(engine: Engine) -> str:
    return "files are copied" if connection.is_remote(engine.host) else "files are mounted"


def _limits(about: Mapping[str, Any]) -> base.Finding:
    """Where the kernel cannot limit a container, resources have no effect."""
    version, driver = about.get("CgroupVersion") or "1", about.get("CgroupDriver")
    text = f"limits: cgroup v{version} ({driver}), {about.get('NCPU')} cores, {_size(about.get('MemTotal'))}"
    lacks = [
        name for name, key in (("memory", "MemoryLimit"), ("cpus", "CpuCfsQuota")) if about.get(key) is False
    ]
    if lacks:
        return base.Finding(
            False, text, f"its kernel cannot limit {' and '.join(lacks)}: rootless needs cgroup v2"
        )
    return base.Finding(True, text)


def _gpus(about: Mapping[str, Any], asked: int) -> base.Finding:
    runtimes = sorted(about.get("Runtimes") or {})
    if _NVIDIA in runtimes or about.get("CDISpecDirs"):
        return base.Finding(True, f"GPUs: runtimes {', '.join(runtimes)}")
    return base.Finding(not asked, f"GPUs: no GPU runtime (there is {', '.join(runtimes)})", _NO_GPU)


def _image(engine: Engine, name: str) -> Iterator[base.Finding]:
    """A container of the image that its runs have; one that would be pulled first is told."""
    facts = engine.image(name) if name else None
    if facts is None:
        if name:
            yield base.Finding(True, f"image: {name} is not here, and pulled with the first run")
        return
    try:
        yield _start(engine, name, str(facts["Id"]))
    except EngineError as error:
        said = words.of(error)
        yield base.Finding(False, f"image: {name} does not start: {said['message']}", said["hint"])


def _start(engine: Engine, name: str, image: str) -> base.Finding:
    """A container that is made, started and taken away again."""
    body = {
        "Image": image,
        "Entrypoint": ["python3"],
        "Cmd": ["-I", "-S", "-c", "import sys; print('%d.%d.%d' % sys.version_info[:3])"],
        "User": f"{os.getuid()}:{os.getgid()}",
        "Labels": {"runcfg.check": str(os.getpid())},
        "HostConfig": {"NetworkMode": "none"},
    }
    made = engine.create(f"runcfg-check-{os.getpid()}-{os.urandom(4).hex()}", body)
    try:
        engine.start(made)
        code = engine.wait(made, _START_S)
        said = (engine.printed(made).decode("utf-8", "replace").strip().splitlines() or [""])[-1]
    finally:
        engine.remove(made)
    if code != 0:
        why = f"its python3 ends with exit code {code}: {said}" if code else f"no end within {_START_S:g} s"
        return base.Finding(False, f"image: {name} does not start: {why}", "name another image")
    if tuple(int(part) for part in said.split(".")[:2]) < OLDEST:
        hint = "a run is started by Python 3.6 or newer: name another image, or add one to it"
        return base.Finding(False, f"image: {name} has Python {said}", hint)
    return base.Finding(True, f"image: {name} starts, Python {said}")


def _size(count: object) -> str:
    return f"{count / 1e9:.1f} GB" if isinstance(count, int) else "memory unknown"
