"""Runs as one file: records with their snapshots, so that they can be looked at and repeated elsewhere.

A `.tar.gz` of `runs/RUN_ID/…`, `snapshots/DIGEST` and `objects/DIGEST`, and at its end `contents.json`:
every member with its size and SHA-256. Nothing is taken from a file whose contents are not all there.

An imported run keeps its run_id. Its number is the next one of its experiment here: `request.json`
says so, and has what it was in `imported`.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import secrets
import shutil
import tarfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import RuncfgError, SnapshotError, home_error
from ..history.number import release_number, take_number
from ..runtime import atomic, changes, manifest
from ..runtime.checkout import iter_files, read_manifest
from ..runtime.manifest import DIRECTORY
from ..runtime.objects import CHUNK, ObjectStore
from ..runtime.paths import Home, RunPaths
from ..snapshot import lock
from ..snapshot.value import printable
from .keep import with_children
from .run import Run
from .settle import settle

VERSION = 1
_CONTENTS = "contents.json"
# the checkout, whose files are in the snapshot; who asks for a run wants to see it
_LEFT_OUT = ("work/", "archived")
_DIGEST = "[0-9a-f]{64}"
_RUN_ID = r"[A-Za-z0-9_-]{1,255}"  # a child may have one of its script's own
_MEMBER = re.compile(
    rf"runs/(?P<run>{_RUN_ID})/(?P<file>.+)|(?P<kind>snapshots|objects)/(?P<digest>{_DIGEST})"
)
_MOST_CONTENTS = 1 << 28
_BROKEN = "copy it again, or export it again where the run is"


@dataclass(frozen=True)
class Exported:
    """What was written."""

    file: str
    size_bytes: int
    runs: int
    without: tuple[str, ...]
    """Labels of runs whose snapshot is gone or damaged: they can be looked at, not repeated."""
    children: int = 0
    """How many of the runs are in it as children of those that were named."""


@dataclass(frozen=True)
class Imported:
    """What came in: run ids, and those that were here already."""

    runs: tuple[str, ...]
    there: tuple[str, ...]


def export(runs: Sequence[Run], file: str, *, replace: bool = False) -> Exported:
    """Write ended runs, with their children, into one new file.

    Raises:
        RuncfgError: A run is active, the file is there already (without `replace`) or cannot be written.
    """
    asked = len(runs)
    runs = with_children(runs)
    settle(run.paths for run in runs if not run.is_ended)
    active = [run.label for run in runs if not run.is_ended]
    if active:
        raise RuncfgError(f"{', '.join(active)} has not ended", hint=f"`wait {active[0]}`, then export it")
    target = os.path.abspath(os.path.expanduser(file))
    if os.path.lexists(target) and not replace:
        raise RuncfgError(f"'{printable(target)}' is there already", hint="`--force` replaces it")
    temporary = f"{target}.{secrets.token_hex(4)}.tmp"
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            without = _Writer(out).write(runs)
        os.replace(temporary, target)
    except OSError as error:
        raise _unwritable(error, target) from error
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)
    return Exported(target, os.path.getsize(target), len(runs), tuple(without), len(runs) - asked)


def _unwritable(error: OSError, target: str) -> RuncfgError:
    return RuncfgError(
        f"cannot write the file: {error.strerror or error}",
        where=printable(str(error.filename or target)),
        hint="name a file in a directory that you may write, on a disk with room",
    )


class _Writer:
    """Puts members into the archive and notes each for the contents at its end."""

    def __init__(self, out: BinaryIO) -> None:
        self.contents: list[tuple[str, int, str]] = []
        self.names: set[str] = set()
        self.gzip = gzip.GzipFile(fileobj=out, mode="wb", compresslevel=6)
        self.tar = tarfile.TarFile(fileobj=self.gzip, mode="w", format=tarfile.PAX_FORMAT)

    def write(self, runs: Sequence[Run]) -> list[str]:
        """Returns the labels of runs without their snapshot."""
        without = []
        for run in runs:
            for name, _ in iter_files(run.paths.directory):
                if not name.startswith(_LEFT_OUT) and not name.endswith(".tmp"):
                    self.add(f"runs/{run.run_id}/{name}", os.path.join(run.paths.directory, name))
            for file in (run.paths.request, run.paths.snapshot):
                digest = str((atomic.read_json(file) or {}).get("snapshot") or "")
                if digest and not self.add_snapshot(run.paths.home, digest):
                    without.append(run.label)
        data = json.dumps({"version": VERSION, "contents": self.contents}).encode("ascii")
        self._put(_CONTENTS, len(data), io.BytesIO(data))
        self.tar.close()
        self.gzip.close()
        return without

    def add_snapshot(self, home: Home, digest: str) -> bool:
        try:
            entries = read_manifest(home, digest)
        except (SnapshotError, ValueError):
            return False
        store = ObjectStore(home.objects)
        objects = {entry.digest for entry in entries if entry.mode != DIRECTORY}
        if not all(f"objects/{name}" in self.names or store.verify(name) for name in objects):
            return False
        for name in sorted(objects):
            self.add(f"objects/{name}", store.path(name))
        self.add(f"snapshots/{digest}", home.manifest(digest))
        return True

    def add(self, name: str, path: str) -> None:
        if name in self.names:
            return
        self.names.add(name)
        with open(path, "rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            check = _Digesting(stream)
            self._put(name, size, check)
        self.contents.append((name, size, check.digest.hexdigest()))

    def _put(self, name: str, size: int, stream: Any) -> None:
        info = tarfile.TarInfo(name)
        info.size = size
        info.mode = 0o600
        self.tar.addfile(info, stream)


class _Digesting:
    """A stream that keeps the digest of what was read of it."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size)
        self.digest.update(data)
        return data


def import_file(file: str, home: Home) -> Imported:
    """Take the runs of an exported file into the home.

    All or nothing: a file that is cut off, damaged, or no export changes nothing.

    Raises:
        RuncfgError: It is not there, or not whole, or holds what is no part of a run.
        HomeError: The home cannot be written.
    """
    path = os.path.abspath(os.path.expanduser(file))
    staging = os.path.join(home.root, f".import-{secrets.token_hex(6)}")
    try:
        with _opened(path) as tar, lock.shared(home):
            os.mkdir(staging, 0o700)
            _check(_unpack(tar, staging), staging, path)
            return _take(home, staging)
    except OSError as error:
        raise home_error(error, home.root) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


@contextmanager
def _opened(path: str) -> Iterator[tarfile.TarFile]:
    try:
        stream = open(path, "rb")  # noqa: SIM115  closed below
    except OSError as error:
        raise RuncfgError(
            f"cannot read '{printable(path)}': {error.strerror}", hint="name a file that `runs export` wrote"
        ) from error
    with stream:
        try:
            with tarfile.open(fileobj=stream, mode="r|gz") as tar:
                yield tar
        except (tarfile.TarError, EOFError, gzip.BadGzipFile, UnicodeError, ValueError) as error:
            raise _broken(path, str(error)) from error
        except Exception as error:
            if type(error).__name__ != "error":  # zlib.error: a damaged stream
                raise
            raise _broken(path, str(error)) from error


def _broken(path: str, why: str) -> RuncfgError:
    return RuncfgError(f"the file is no export, or is damaged: {why}", where=printable(path), hint=_BROKEN)


def _unpack(tar: tarfile.TarFile, staging: str) -> dict[str, tuple[int, str]]:
    """Write every member below `staging`; their sizes and digests. Raises ValueError for a strange one."""
    found: dict[str, tuple[int, str]] = {}
    for info in tar:
        name = info.name
        parts = name.split("/")
        is_known = name == _CONTENTS or _MEMBER.fullmatch(name)
        if not info.isreg() or not is_known or name in found or {"", ".", ".."} & set(parts) or "\0" in name:
            raise ValueError(f"'{printable(name)[:80]}' is no part of a run")
        target = os.path.join(staging, name)
        os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
        source = tar.extractfile(info)
        digest = hashlib.sha256()
        with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            while source is not None and (chunk := source.read(CHUNK)):
                digest.update(chunk)
                out.write(chunk)
        found[name] = (info.size, digest.hexdigest())
    return found


def _check(found: dict[str, tuple[int, str]], staging: str, path: str) -> None:
    """Hold what came to the contents at the end. Raises RuncfgError."""
    listed = _read_contents(staging)
    members = {name: value for name, value in found.items() if name != _CONTENTS}
    if listed is None:
        raise _broken(path, "its end, with the list of its contents, is missing")
    if listed != members:
        wrong = sorted(name for name in {*listed, *members} if listed.get(name) != members.get(name))
        raise _broken(path, f"'{printable(wrong[0])}' is not as it was written")
    for name, (_, digest) in members.items():
        kind, _, rest = name.partition("/")
        if kind == "objects" and rest != digest:
            raise _broken(path, f"'{name}' has the bytes of another")
        if kind == "snapshots":
            data = Path(staging, name).read_bytes()
            missing = manifest.digest_of(data) != rest or [
                entry.path
                for entry in manifest.load(data)
                if entry.mode != DIRECTORY and f"objects/{entry.digest}" not in members
            ]
            if missing:
                raise _broken(path, f"'{name}' is not whole")


def _read_contents(staging: str) -> dict[str, tuple[int, str]] | None:
    place = Path(staging, _CONTENTS)
    if not place.exists() or place.stat().st_size > _MOST_CONTENTS:
        return None
    read = json.loads(place.read_bytes())
    if not isinstance(read, dict) or read.get("version") != VERSION:
        raise ValueError("it was written by another version of jupyter_runcfg")
    return {name: (size, digest) for name, size, digest in read["contents"]}


def _take(home: Home, staging: str) -> Imported:
    """Objects, then manifests, then each record in one step: whatever happens, no record lacks its files."""
    names = sorted(os.listdir(os.path.join(staging, "runs"))) if os.path.isdir(f"{staging}/runs") else []
    if not names:
        raise ValueError("there is no run in it")
    new = [name for name in names if not os.path.lexists(home.run(name).directory)]
    requests = {name: _request(Path(staging, "runs", name, "request.json"), name) for name in new}
    store = ObjectStore(home.objects)
    for kind in ("objects", "snapshots"):
        place = Path(staging, kind)
        for member in sorted(place.iterdir()) if place.is_dir() and new else ():
            if kind == "objects":
                with open(member, "rb", buffering=0) as stream:
                    store.put(stream)
            else:
                atomic.write_once(home.manifest(member.name), member.read_bytes())
    came = [
        name
        for name in sorted(new, key=lambda name: str(requests[name].get("number")).zfill(9))  # as they were
        if _place(home, os.path.join(staging, "runs", name), home.run(name), requests[name])
    ]
    return Imported(tuple(came), tuple(name for name in names if name not in came))


def _request(path: Path, run_id: str) -> dict[str, Any]:
    request = atomic.read_json(str(path)) or {}
    if request.get("run_id") != run_id or not isinstance(request.get("experiment"), str):
        raise ValueError(f"the request of {run_id} is missing or is another's")
    if not (path.parent / "end.json").exists():
        raise ValueError(f"{run_id} has no end")
    return request


def _place(home: Home, source: str, target: RunPaths, request: dict[str, Any]) -> bool:
    """Put one record there; False when another import of the same file was first."""
    for directory in (target.attempts, target.events, target.logs):
        os.makedirs(os.path.join(source, os.path.basename(directory)), mode=0o700, exist_ok=True)
    old = request.get("number")
    request["number"] = take_number(home, request["experiment"], target.run_id)
    request["imported"] = {"number": old, "at": time.time()}
    atomic.write_replace(os.path.join(source, "request.json"), atomic.encode(request))
    before = changes.moment(home.runs)
    try:
        os.rename(source, target.directory)
    except OSError:
        if not os.path.exists(target.request):
            raise
        release_number(home, request["experiment"], request["number"])
        return False
    changes.note(target.directory, before)
    return True
