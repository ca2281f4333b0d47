"""What the container of a build is given: the runtime, uv, what is wanted, where packages are found."""

from __future__ import annotations

import io
import os
import platform
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from ...runtime import atomic
from ...runtime.environment import uv
from ...runtime.variables import INDEX_PASSWORD
from .image_python import ImagePython

PREFIX_HOME = "/opt/runcfg"
TOOLS = f"{PREFIX_HOME}/build"  # a volume: what is in it does not get into the image
PYZ = "runtime.pyz"
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
_OURS = ("UV_CACHE_DIR", "UV_FIND_LINKS", "UV_LINK_MODE", "UV_CONCURRENT_BUILDS")


def variables_of(wanted: Mapping[str, Any], secrets: Mapping[str, str]) -> dict[str, str]:
    """Of all that this machine would build with, what says where packages are and how to get there."""
    env = {**uv.environment(""), **secrets}
    needed = set(wanted.get("credentials") or ())
    found = {
        name: value
        for name, value in env.items()
        if name in needed
        or name.startswith(INDEX_PASSWORD)
        or name.lower() in _PROXIES
        or (name.startswith("UV_") and name not in _OURS)
        or name == "SSL_CERT_FILE"
    }
    return {
        **found,
        "UV_FIND_LINKS": env.get("UV_FIND_LINKS", ""),
        "UV_CACHE_DIR": f"{TOOLS}/cache",
        "UV_LINK_MODE": "copy",
        "UV_COMPILE_BYTECODE": "1",  # a run that is not root's could not keep it
        "PYTHONDONTWRITEBYTECODE": "1",  # for the image's own library
        "HOME": TOOLS,
    }


class Links:
    """Directories of this machine that packages are found in, and where the container has them."""

    def __init__(self, options: Sequence[str], variables: Mapping[str, str]) -> None:
        named = [option.partition(" ")[2] for option in options if option.startswith("--find-links ")]
        given = [word for word in variables["UV_FIND_LINKS"].split(",") if word]
        self.places: dict[str, str] = {}
        for word in (*named, *given):
            path = word.removeprefix("file://")
            if "://" not in word and os.path.isdir(path):
                self.places[word] = f"{TOOLS}/links/{len(self.places)}"
        self.options = [
            f"--find-links {self.places.get(value, value)}" if name == "--find-links" else option
            for option in options
            for name, _, value in [option.partition(" ")]
        ]
        self.variable = ",".join(self.places.get(word, word) for word in given)

    def mounts(self) -> list[dict[str, Any]]:
        return [
            {
                "Type": "bind",
                "Source": os.path.abspath(word.removeprefix("file://")),
                "Target": place,
                "ReadOnly": True,
            }
            for word, place in self.places.items()
        ]


class Tools:
    """What the container is given: the runtime, uv, what is wanted."""

    def __init__(
        self,
        python: ImagePython,
        wanted: Mapping[str, Any],
        links: Links,
        variables: Mapping[str, str],
        pyz: str,
    ) -> None:
        self.variables = dict(variables)
        self._pyz = pyz
        self._uv = wanted["uv"] if python.machine == platform.machine() and python.libc == "glibc" else ""
        self._wanted = {
            "name": wanted["name"],
            "definition": {**wanted["definition"], "options": links.options},
            "base": python.path,
            "uv": f"{TOOLS}/bin/uv" if self._uv else "",
            "asked": wanted["asked"],
            "lock": wanted["lock"],
        }
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> Tools:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def add_all(self, directories: Mapping[str, str]) -> None:
        """Pack it; of this machine's directories that cannot be mounted, what is in them too."""
        with tarfile.open(fileobj=self._file, mode="w") as tar:
            _add_bytes(tar, "wanted.json", atomic.encode(self._wanted))
            tar.add(self._pyz, PYZ, filter=_of_root)
            if self._uv:
                tar.add(self._uv, "bin/uv", filter=_of_root)
            certificates = self.variables.pop("SSL_CERT_FILE", "")
            if os.path.isfile(certificates):
                tar.add(os.path.realpath(certificates), "certificates.pem", filter=_of_root)
                self.variables["SSL_CERT_FILE"] = f"{TOOLS}/certificates.pem"
            for word, place in directories.items():
                path = os.path.abspath(word.removeprefix("file://"))
                tar.add(path, place.removeprefix(f"{TOOLS}/"), filter=_of_root)

    def stream(self) -> BinaryIO:
        self._file.seek(0)
        return self._file


def _add_bytes(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), 0o644
    tar.addfile(entry, io.BytesIO(data))


def _of_root(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry
