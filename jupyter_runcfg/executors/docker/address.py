"""Which engine is meant where nobody names one: as Docker's own program decides it."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

from ... import settings
from ...errors import TargetError

_KINDS = ("unix", "tcp", "http", "https", "ssh")
_FORMS = "unix:///var/run/docker.sock, ssh://user@host or tcp://host:2376"


def find(named: str = "") -> str:
    """The address of the engine: the one named, DOCKER_HOST, the current context, a socket that is there.

    Raises:
        TargetError: An address cannot be one, or there is no such context.
    """
    if named:
        return _checked(named, "the target's option host")
    if settings.docker_host():
        return _checked(settings.docker_host(), "DOCKER_HOST")
    if context := _context():
        return _checked(context, "the current Docker context")
    sockets = settings.docker_sockets()
    return "unix://" + next(filter(os.path.exists, sockets), sockets[0])


def _checked(address: str, where: str) -> str:
    if address.startswith("/"):
        address = f"unix://{address}"
    kind, _, rest = address.partition("://")
    if kind not in _KINDS or not rest or re.search(r"\s", address):
        raise TargetError(f"'{address}' is no address of a Docker engine", where=where, hint=_FORMS)
    return address


def _context() -> str:
    """The address that `docker context use` chose; empty for its default."""
    config = settings.docker_config()
    name = settings.docker_context() or str(_read(config / "config.json").get("currentContext") or "")
    if name in ("", "default"):
        return ""
    place = config / "contexts" / "meta" / hashlib.sha256(name.encode()).hexdigest() / "meta.json"
    try:
        return str(_read(place)["Endpoints"]["docker"]["Host"])
    except (KeyError, TypeError) as error:
        hint = "`docker context ls` lists them"
        raise TargetError(f"there is no Docker context '{name}'", where="target", hint=hint) from error


def _read(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
