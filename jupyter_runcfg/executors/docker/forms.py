"""How the values of `docker run`'s options are written, and what the engine makes of them."""

from __future__ import annotations

import os
import re
from typing import Any

_UNITS = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_ANY_GPU = [["gpu"]]
_PORT = re.compile(
    r"(?:(?P<ip>[\d.]+|\[[\da-fA-F:]+\]):)?(?:(?P<host>\d*):)?(?P<port>\d+)(?:/(?P<kind>tcp|udp|sctp))?"
)


class Wrong(ValueError):
    """A value that an option cannot have; `hint` says what it may look like."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def size(text: str) -> int:
    """Bytes: `512m`, `2g`, `1.5 GB`; -1: without a limit."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?", text.strip().lower())
    if text.strip() == "-1":
        return -1
    if found is None:
        raise Wrong(f"'{text}' is no size", "a number with b, k, m, g or t: 2g, 512m")
    return int(float(found[1]) * _UNITS[found[2]])


def whole(text: str) -> int:
    if not re.fullmatch(r"-?\d+", text):
        raise Wrong(f"'{text}' is no whole number", "1, 2, 3 …")
    return int(text)


def cpus(text: str) -> int:
    """Billionths of a core."""
    if not re.fullmatch(r"\d+(\.\d+)?|\.\d+", text) or float(text) <= 0:
        raise Wrong(f"'{text}' is no number of cores", "1, 2, 0.5 …")
    return int(float(text) * 1e9)


def pair(text: str) -> tuple[str, str]:
    key, _, value = text.partition("=")
    if not key:
        raise Wrong(f"'{text}' has no name", "NAME=VALUE")
    return key, value


def variable(text: str) -> tuple[str, str]:
    """A variable with its value; one that is taken from here would be in the record for everybody to see."""
    key, is_there, value = text.partition("=")
    if not key or not is_there:
        hint = f"`-e {key or 'NAME'}=VALUE`, or `--secret {key or 'NAME'}` to send what it holds here"
        raise Wrong(f"'{text}' has no value", hint)
    return key, value


def file(text: str) -> str:
    path = os.path.abspath(os.path.expanduser(text))
    if not os.path.isfile(path):
        raise Wrong(f"there is no file '{text}'", "a path on this machine")
    return path


def host_entry(text: str) -> str:
    name, _, address = text.replace("=", ":", 1).partition(":")
    if not name or not address:
        raise Wrong(f"'{text}' names no host and its address", "NAME:ADDRESS")
    return f"{name}:{address}"


def device(text: str) -> dict[str, str]:
    host, _, rest = text.partition(":")
    inside, _, allowed = rest.partition(":")
    if re.fullmatch("[rwm]+", inside):
        inside, allowed = "", inside
    if not host.startswith("/"):
        raise Wrong(f"'{text}' is no device", "/dev/name, or /dev/name:/dev/other:rw")
    return {"PathOnHost": host, "PathInContainer": inside or host, "CgroupPermissions": allowed or "rwm"}


def gpus(text: str) -> dict[str, Any]:
    """`all`, a number, `device=0,1`."""
    text = text.strip("'\"")
    if text == "all":
        return {"Count": -1, "Capabilities": _ANY_GPU}
    if text.isdigit():
        return {"Count": int(text), "Capabilities": _ANY_GPU}
    if text.startswith("device=") and len(text) > len("device="):
        names = text.partition("=")[2].strip("'\"").split(",")
        return {"DeviceIDs": names, "Capabilities": _ANY_GPU}
    raise Wrong(f"'{text}' names no GPUs", "all, 2, or device=0,1")


def mount(text: str) -> dict[str, Any]:
    """`type=bind,source=/data,target=/data,readonly`."""
    found: dict[str, str] = {}
    for part in text.split(","):
        key, _, value = part.partition("=")
        found[{"src": "source", "destination": "target", "dst": "target", "ro": "readonly"}.get(key, key)] = (
            value
        )
    unknown = set(found) - {"type", "source", "target", "readonly", "tmpfs-size", "tmpfs-mode"}
    kind = found.get("type", "volume")
    if unknown or not found.get("target", "").startswith("/") or kind not in ("bind", "volume", "tmpfs"):
        hint = "type=bind,source=/data,target=/data,readonly; type is bind, volume or tmpfs"
        raise Wrong(f"'{text}' is no mount", hint)
    source = _path(found.get("source", "")) if kind == "bind" else found.get("source", "")
    made: dict[str, Any] = {"Type": kind, "Source": source, "Target": found["target"]}
    if "readonly" in found:
        made["ReadOnly"] = found["readonly"].lower() not in ("false", "0")
    if kind == "tmpfs" and "tmpfs-size" in found:
        made["TmpfsOptions"] = {"SizeBytes": size(found["tmpfs-size"])}
    return made


def port(text: str) -> str:
    found = re.fullmatch(r"(\d+)(/(?:tcp|udp|sctp))?", text)
    if found is None or int(found[1]) > 65535:
        raise Wrong(f"'{text}' is no port", "8080, or 8080/udp")
    return found[1] + (found[2] or "/tcp")


def published(text: str) -> tuple[str, dict[str, str]]:
    """A port of the container, and where on this machine it is reached."""
    found = _PORT.fullmatch(text)
    if found is None or any(int(found[name] or 0) > 65535 for name in ("host", "port")):
        raise Wrong(f"'{text}' publishes no port", "8080:80, 127.0.0.1:8080:80, or 8080:80/udp")
    binding = {"HostIp": (found["ip"] or "").strip("[]"), "HostPort": found["host"] or ""}
    return f"{found['port']}/{found['kind'] or 'tcp'}", binding


def tmpfs(text: str) -> tuple[str, str]:
    place, _, options = text.partition(":")
    if not place.startswith("/"):
        raise Wrong(f"'{text}' is no directory of the container", "/scratch, or /scratch:size=1g")
    return place, options


def ulimit(text: str) -> dict[str, Any]:
    found = re.fullmatch(r"([a-z]+)=(-?\d+)(?::(-?\d+))?", text)
    if found is None:
        raise Wrong(f"'{text}' is no limit", "memlock=-1, or nofile=1024:4096")
    return {"Name": found[1], "Soft": int(found[2]), "Hard": int(found[3] or found[2])}


def volume(text: str) -> str:
    """`/data:/data:ro`, or the name of a volume in place of the directory."""
    parts = text.split(":")
    if len(parts) not in (2, 3) or not parts[0] or not parts[1].startswith("/"):
        raise Wrong(f"'{text}' is no volume", "/directory/here:/directory/there, with :ro to protect it")
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", parts[0]):
        return text  # a volume that the engine keeps
    return ":".join([_path(parts[0]), *parts[1:]])


def _path(text: str) -> str:
    return os.path.abspath(os.path.expanduser(text))
