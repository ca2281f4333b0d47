"""What an image is built from: a Dockerfile alone, a directory, or one of a git repository."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import stat
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from ...runtime.environment.build import BuildFailed, Watcher
from . import image_fault, image_git

_DOCKERFILE = "Dockerfile"
_BLOCK = 1 << 20


class Context:
    """The files as a tar in a temporary file, and what they are."""

    def __init__(self, dockerfile: str, text: str) -> None:
        self.dockerfile = dockerfile
        """Its path in the context."""
        self.text = text
        """The Dockerfile itself."""
        self.digest = ""
        self.tar: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `opened`

    def pack(self, files: Mapping[str, Path | bytes]) -> None:
        """Take these files, by their paths in the context. Raises OSError."""
        found = hashlib.sha256(f"{self.dockerfile}\0".encode())
        with tarfile.open(fileobj=self.tar, mode="w") as tar:
            for name, place in sorted(files.items()):
                if isinstance(place, bytes):
                    entry = tarfile.TarInfo(name)
                    entry.size, entry.mode = len(place), 0o644
                    tar.addfile(entry, io.BytesIO(place))
                    found.update(f"{name}\0{hashlib.sha256(place).hexdigest()}\n".encode())
                else:
                    found.update(_add(tar, name, place).encode("utf-8", "surrogateescape"))
        self.digest = found.hexdigest()
        self.tar.seek(0)


@contextlib.contextmanager
def opened(asked: Mapping[str, Any], watcher: Watcher, secrets: Mapping[str, str]) -> Iterator[Context]:
    """What a request's `image` asks to build from.

    Raises:
        BuildFailed: It cannot be had.
        BuildCanceled: The watcher does not want it any more.
    """
    context = asked.get("context")
    with contextlib.ExitStack() as stack:
        if context is None:
            found = Context(_DOCKERFILE, str(asked["dockerfile"]))
            stack.callback(found.tar.close)
            found.pack({_DOCKERFILE: found.text.encode("utf-8")})
        else:
            directory = context.get("directory")
            if directory is None:
                directory = stack.enter_context(image_git.cloned(str(context["git"]), watcher, secrets))
            found = _read(Path(directory), str(context["dockerfile"]), watcher, shown=context)
            stack.callback(found.tar.close)
        yield found


def _read(directory: Path, dockerfile: str, watcher: Watcher, *, shown: Mapping[str, Any]) -> Context:
    """The files of a directory, without those that its .dockerignore names."""
    from docker.utils import exclude_paths

    place = shown.get("directory") or shown.get("git")
    path = os.path.normpath(dockerfile)
    if path.startswith("..") or os.path.isabs(path) or not (directory / path).is_file():
        raise BuildFailed(image_fault.no_context(f"no '{dockerfile}' in the build context {place}"))
    try:
        text = (directory / path).read_text(encoding="utf-8")
        ignored = directory / ".dockerignore"
        lines = ignored.read_text(encoding="utf-8-sig").splitlines() if ignored.is_file() else []
        rules = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        names = exclude_paths(str(directory), rules, dockerfile=path)
        found = Context(path.replace(os.sep, "/"), text)
        if "git" in shown:  # as Docker itself, which leaves its clone's own files out
            names = {name for name in names if name.split("/")[0] != ".git"}
        found.pack({name: directory / name for name in names if name})
    except (OSError, UnicodeDecodeError) as error:
        raise BuildFailed(
            image_fault.no_context(f"the build context {place} cannot be read: {error}")
        ) from error
    size = found.tar.seek(0, os.SEEK_END)
    found.tar.seek(0)
    watcher.show(f"── build context {place}, {size / 1e6:.1f} MB\n".encode())
    return found


def _add(tar: tarfile.TarFile, name: str, path: Path) -> str:
    """Put one file into the archive; returns what tells it from others."""
    entry = tar.gettarinfo(str(path), name)
    if entry is None or not (entry.isreg() or entry.isdir() or entry.issym() or entry.islnk()):
        return ""  # a socket or a device: no build has it
    if entry.islnk():  # a second name of a file that is there already: a file of its own
        entry.type, entry.linkname, entry.size = tarfile.REGTYPE, "", path.stat().st_size
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    content = entry.linkname
    if entry.isreg():
        with path.open("rb") as stream:
            read = _Reading(stream)
            tar.addfile(entry, read)
        content = read.digest.hexdigest()
    else:
        tar.addfile(entry)
    return f"{name}\0{stat.filemode(entry.mode)}{entry.type!r}\0{content}\n"


class _Reading:
    """A file that is hashed as it is read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()

    def read(self, size: int = _BLOCK) -> bytes:
        data = self._stream.read(size)
        self.digest.update(data)
        return data
