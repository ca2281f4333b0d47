"""Conda's channels: the URLs that their names stand for, by the person's `.condarc`."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from .. import settings
from ..errors import ConfigError, Fault

NONE_NAMED = "conda-forge"
_ALIAS = "https://conda.anaconda.org"
_ANACONDA = "https://repo.anaconda.com/pkgs"
_DEFAULTS = (f"{_ANACONDA}/main", f"{_ANACONDA}/r")
_PRIORITIES = ("strict", "flexible", "disabled")
_PLATFORM = re.compile(r"/(?:noarch|(?:linux|osx|win|emscripten|wasi|freebsd|zos)-\w+)/?$")
_TOKEN = re.compile(r"/t/([^/]+)(?=/|$)")
_NAME = re.compile(r"[A-Za-z0-9_][\w.-]*(/[\w.-]+)*")


@dataclass(frozen=True)
class Channels:
    """Where packages are looked for, the first that has one wins; and what must not be written down."""

    urls: tuple[str, ...]
    """Without passwords and tokens."""
    tls: str = ""
    """A file of certificates; 'false': they are not looked at; empty: the system's."""
    priority: str = ""
    """`strict`, `flexible` or `disabled`; empty: strict, and flexible where that has no solution."""
    auth: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """By host, as py-rattler has it."""
    proxies: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def secrets(self) -> dict[str, Any]:
        """What the builder is told by a variable, and no file of the record holds."""
        found = {"auth": dict(self.auth), "proxies": dict(self.proxies)}
        return {key: value for key, value in found.items() if value}


def named(channels: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """The channels of a definition, without passwords, and whether somebody named them."""
    shown = [without_secrets(one)[0] for one in channels if one.strip() != "nodefaults"]
    if shown:
        return tuple(dict.fromkeys(shown)), True
    return tuple(dict.fromkeys(_texts(_condarc().get("channels")) or [NONE_NAMED])), False


def resolve(channels: Sequence[str], directory: Path) -> Channels:
    """The URLs of channels that are named so, in their order.

    Args:
        channels: Names, URLs and paths.
        directory: Where relative paths begin.

    Raises:
        ConfigError: A name cannot be one.
    """
    settings_of = _condarc()
    auth: dict[str, Any] = {}
    urls: dict[str, None] = {}
    for channel in channels:
        if channel.strip() == "nodefaults":
            continue
        for url in _urls(channel.strip(), settings_of, directory):
            clean, credentials = without_secrets(settings.expanded(url))
            urls[clean] = None
            if credentials:
                auth[urlsplit(clean).netloc] = auth[urlsplit(clean).hostname or ""] = credentials
    verify = settings_of.get("ssl_verify")
    tls = "false" if verify is False else verify if isinstance(verify, str) and os.sep in verify else ""
    proxies = settings_of.get("proxy_servers")
    found = {str(key): str(value) for key, value in proxies.items()} if isinstance(proxies, dict) else {}
    priority = str(settings_of.get("channel_priority") or "").lower()
    return Channels(tuple(urls), tls, priority if priority in _PRIORITIES else "", auth, found)


def without_secrets(url: str) -> tuple[str, dict[str, Any]]:
    """A URL without password and token, and those as py-rattler has them."""
    if "://" not in url:
        return url, {}
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, {}  # no URL: the solver says so
    token = _TOKEN.search(parts.path)
    path = _TOKEN.sub("", parts.path)
    place = parts.netloc.rpartition("@")[2]
    clean = urlunsplit((parts.scheme, place, path, parts.query, ""))
    if token:
        return clean, {"CondaToken": token[1]}
    if parts.username and not parts.username.startswith("${"):  # a variable that is not set
        password = unquote(parts.password or "")
        return clean, {"BasicHTTP": {"username": unquote(parts.username), "password": password}}
    return clean, {}


def name_of(url: str) -> str:
    """A channel's URL, as conda keeps it with a package, by the name that files write."""
    clean = _PLATFORM.sub("", without_secrets(url)[0].rstrip("/")).rstrip("/")
    if clean.startswith(_ANACONDA + "/"):
        return "defaults"
    return clean.removeprefix(_ALIAS + "/")


def _urls(channel: str, said: Mapping[str, Any], directory: Path, above: tuple[str, ...] = ()) -> list[str]:
    """What one name stands for; `above` are those that stand for it."""
    multi = said.get("custom_multichannels")
    several = _texts(multi.get(channel)) if isinstance(multi, dict) else []
    if channel == "defaults" and not several:
        several = _texts(said.get("default_channels")) or list(_DEFAULTS)
    if several:
        above = (*above, channel)
        return [url for one in several if one not in above for url in _urls(one, said, directory, above)]
    if "://" in channel:
        return [_PLATFORM.sub("", channel.rstrip("/"))]
    if channel.startswith(("/", "./", "../", "~")):
        return [(directory / Path(channel).expanduser()).resolve().as_uri()]
    if not _NAME.fullmatch(channel):
        hint = "write `conda-forge`, a URL or a path"
        raise ConfigError([Fault(f"'{channel}' is no channel of conda's", key="channels", hint=hint)])
    custom = {"pkgs": _ANACONDA.rpartition("/")[0]}
    own = said.get("custom_channels")
    custom |= {str(key): str(value) for key, value in own.items()} if isinstance(own, dict) else {}
    parts = channel.split("/")
    for count in range(len(parts), 0, -1):
        base = custom.get("/".join(parts[:count]))
        if base is not None:
            return [f"{base.rstrip('/')}/{channel}"]
    alias = str(said.get("channel_alias") or _ALIAS).rstrip("/")
    return [f"{alias}/{channel}"]


def _condarc() -> dict[str, Any]:
    """What the person's files say, a later one wins. Raises ConfigError."""
    found: dict[str, Any] = {}
    for file in settings.condarcs():
        try:
            text = file.read_text(encoding="utf-8-sig")
        except OSError:
            continue
        except UnicodeDecodeError as error:
            raise ConfigError.single(f"'{file}' is no text in UTF-8", "channels") from error
        found.update(_loaded(text, file))
    return found


def _loaded(text: str, file: Path) -> dict[str, Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        value = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        raise ConfigError.single(
            f"'{file}' is no YAML", "channels", "`conda config --show` reads it"
        ) from error
    return value if isinstance(value, dict) else {}


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(one) for one in value] if isinstance(value, list) else []
