"""Pip's own settings for uv, which does not read them: where one finds packages, the other shall too."""

import configparser
import os

_KEYS = ("index-url", "extra-index-url", "find-links", "cert")
_OF_UV = ("UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX", "UV_EXTRA_INDEX_URL")
_FILES = ("/etc/pip.conf", "~/.pip/pip.conf", "~/.config/pip/pip.conf")


def settings(env: "dict[str, str]") -> "dict[str, str]":
    """Variables for uv that say what pip's files and variables say; none where uv is told its own indexes."""
    if any(name in env for name in _OF_UV):
        return {}
    said = _said(env)
    extra = [place for place in said["extra-index-url"].split() if _is_there(place)]
    links = [place for place in said["find-links"].split() if _is_there(place)]
    found = {
        "UV_INDEX_URL": said["index-url"],
        "UV_EXTRA_INDEX_URL": " ".join(extra),
        "UV_FIND_LINKS": ",".join(links),
        "UV_INDEX_STRATEGY": "unsafe-best-match" if extra else "",  # pip takes the best of all indexes
        "SSL_CERT_FILE": said["cert"] if os.path.exists(said["cert"]) else "",
    }
    return {name: value for name, value in found.items() if value and name not in env}


def _said(env: "dict[str, str]") -> "dict[str, str]":
    """What pip would take for each key: the variable wins over the files, a later file over an earlier."""
    parser = configparser.RawConfigParser()
    files = [env["PIP_CONFIG_FILE"]] if env.get("PIP_CONFIG_FILE") else _FILES
    try:
        parser.read([os.path.expanduser(file) for file in files], encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError, OSError):
        parser = configparser.RawConfigParser()  # pip will say so itself
    found = {}
    for key in _KEYS:
        value = parser.get("install", key, fallback=parser.get("global", key, fallback=""))
        found[key] = env.get("PIP_" + key.upper().replace("-", "_"), value).strip()
    return found


def _is_there(place: "str") -> "bool":
    """Pip passes over a directory that is missing, uv fails."""
    path = place[len("file://") :] if place.startswith("file://") else place
    return "://" in path or os.path.isdir(path)
