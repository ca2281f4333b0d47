"""The proxies of containers and builds: those that the person has told Docker's own program."""

from __future__ import annotations

import json

_KEYS = ("httpProxy", "httpsProxy", "ftpProxy", "noProxy", "allProxy")


def of_person(host: str) -> dict[str, str]:
    """Variables in both spellings that programs know, by `proxies` of ~/.docker/config.json."""
    from ... import settings

    try:
        found = json.loads((settings.docker_config() / "config.json").read_text(encoding="utf-8"))["proxies"]
        said = {**found.get("default", {}), **found.get(host, {})}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    names = {key: f"{key.removesuffix('Proxy')}_proxy" for key in _KEYS if isinstance(said.get(key), str)}
    return {spelled: said[key] for key, name in names.items() for spelled in (name, name.upper())}
