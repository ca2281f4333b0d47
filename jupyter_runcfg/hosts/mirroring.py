"""A mirror on this machine, over any pair of streams: what a job needs goes out, its record comes in."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from ..runtime import manifest
from ..runtime.mirror import frame, names
from ..runtime.mirror.filling import PER_FRAME
from ..runtime.mirror.frame import Broken
from ..runtime.paths import AttemptPaths, Home, RunPaths
from .mirror import Receiver
from .transfer import difference, tar_of

_TELL_S = 0.1  # how soon a cancel goes out
_ALIVE_S = 5.0
_CHUNK = 1 << 18
_MOST_CHILDREN = 10_000


class Line(Protocol):
    """A pair of streams. Both raise OSError when the connection is lost, or silent for long."""

    def read(self, size: int, /) -> bytes:
        """Some of what came, at most that much; b"" at the end."""

    def write(self, data: bytes, /) -> None:
        """All of it."""


class Mirror:
    """One connection to where a job is. Its calls are made in this order: `greet`, `fill`, `follow`.

    All raise Broken or OSError when the connection is lost: the next one goes on where this one was.
    """

    def __init__(self, line: Line, paths: RunPaths, attempt: AttemptPaths) -> None:
        self._line = line
        self._paths = paths
        self._attempt = attempt
        self._writing = threading.Lock()
        self.is_sent = False
        self._snapshots: list[str] = []

    def greet(self) -> None:
        """Wait for the other side; afterwards `is_sent` says whether it has all that the job needs."""
        frame.skip_to_banner(self._line.read)
        hello = _loaded(self._expect(frame.HELLO))
        if not isinstance(hello, dict) or not isinstance(hello.get("snapshots"), list):
            raise Broken("its first words make no sense")
        self.is_sent = hello.get("is_sent") is True
        self._snapshots = [word for word in hello["snapshots"] if _is_digest(word)]

    def fill(self, snapshot: str, files: Iterable[str]) -> None:
        """Send what the job needs, as far as it is not there, and let it start.

        Args:
            snapshot: The digest of its manifest.
            files: The names of those of its record.

        Raises:
            SnapshotError: A stored object is missing or damaged here.
        """
        home = self._paths.home
        with open(home.manifest(snapshot), "rb") as stream:
            data = stream.read()
        self._send_manifest(home, snapshot, data)
        entries = manifest.load(data)
        sizes = {entry.digest: entry.size for entry in entries if entry.mode != manifest.DIRECTORY}
        lacks = self._ask(sizes)
        for piece in tar_of(home, lacks) if lacks else ():
            self._say(frame.OBJECTS, data=piece)
        for name in files:
            self._put_file(name)
        self._say(frame.GO)
        self.is_sent = True

    def follow(
        self,
        before_end: Callable[[list[str]], object] = lambda children: None,
        at_child: Callable[[str], object] = lambda child: None,
    ) -> bool:
        """Receive until all of the record is here; False where the other side went away before.

        `before_end` is called when everything is here but the ends, of the attempt and of the run, with the
        ids of the runs that the script recorded; `at_child` with each of them, soon after it began.
        """
        children: list[str] = []
        is_ending = False
        with Receiver(self._paths.directory) as receiver:
            for items in receiver.have():
                self._say(frame.HAVE, data=json.dumps(items).encode("ascii"))
            self._say(frame.HAVE, data=b"[]")
            with self._telling():
                while not receiver.is_ended:
                    said = frame.read(self._line.read)
                    if said is None:
                        return False
                    if said.kind == frame.PLACE and not is_ending and names.is_end(said.name):
                        before_end(children)
                        is_ending = True
                    if said.kind == frame.CHILD:
                        children.append(_run_id(said.name))
                        at_child(said.name)
                    else:
                        receiver.take(said)
                    if len(children) > _MOST_CHILDREN:
                        raise Broken("it names more runs than a script records")
        with suppress(OSError):
            self._say(frame.DONE)
        return True

    def _say(self, kind: bytes, name: str = "", offset: int = 0, data: bytes = b"") -> None:
        with self._writing:
            self._line.write(frame.pack(kind, name, offset, data))

    def _expect(self, kind: bytes) -> bytes:
        said = frame.read(self._line.read)
        if said is None or said.kind != kind:
            raise Broken("the other side went away" if said is None else "it said what nobody asked for")
        return said.data

    def _send_manifest(self, home: Home, digest: str, data: bytes) -> None:
        base, old = "", b""
        for word in self._snapshots:
            with suppress(OSError), open(home.manifest(word), "rb") as stream:
                base, old = word, stream.read()
                break
        changes = difference(old, data)
        for start in range(0, len(changes), _CHUNK):
            self._say(frame.MANIFEST, f"{base} {digest}", data=changes[start : start + _CHUNK])
        self._say(frame.MANIFEST, f"{base} {digest}")

    def _ask(self, sizes: dict[str, int]) -> list[str]:
        """Those of the objects that are not there."""
        items = sorted(sizes.items())
        for start in range(0, len(items), PER_FRAME):
            self._say(frame.ASK, data=json.dumps(items[start : start + PER_FRAME]).encode("ascii"))
        self._say(frame.ASK, data=b"[]")
        lacks: list[str] = []
        while words := _loaded(self._expect(frame.LACKS)):
            if not isinstance(words, list) or not all(map(_is_digest, words)) or set(words) - sizes.keys():
                raise Broken("it asks for objects that it does not need")
            lacks += words
            if len(lacks) > len(sizes):
                raise Broken("it asks for objects again and again")
        return lacks

    def _put_file(self, name: str) -> None:
        with open(os.path.join(self._paths.directory, name), "rb") as stream:
            offset = 0
            while True:
                data = stream.read(_CHUNK)
                if data or not offset:
                    self._say(frame.PUT, name, offset, data)
                if not data:
                    return
                offset += len(data)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Meanwhile, tell the other side that we are here, and that somebody asks for the end."""
        over = threading.Event()
        thread = threading.Thread(target=self._tell, args=(over,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _tell(self, over: threading.Event) -> None:
        is_cancel_told, waited = False, 0.0
        with suppress(OSError):  # whoever reads from the line sees it, too
            while not over.wait(_TELL_S):
                if not is_cancel_told and os.path.exists(self._paths.cancel):
                    self._say(frame.PUT, "cancel")
                    is_cancel_told = True
                waited += _TELL_S
                if waited >= _ALIVE_S:
                    self._say(frame.ALIVE)
                    waited = 0.0


def files_of(paths: RunPaths, attempt: AttemptPaths) -> list[str]:
    """The files of a record that its job must have: its request, and what was written of it so far."""
    found = ["request.json"]
    for directory in ("logs", "events"):
        place = os.path.join(paths.directory, directory)
        found += sorted(f"{directory}/{name}" for name in os.listdir(place) if not names.is_ours(name))
    for name in sorted(os.listdir(attempt.directory)):
        if name == os.path.basename(attempt.lock) or name.startswith("secrets"):
            found.append(f"attempts/{attempt.number}/{name}")
    return found


def _loaded(data: bytes) -> object:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Broken(f"what it said makes no sense: {error}") from error


def _run_id(word: str) -> str:
    if not names.is_sound(word) or "/" in word or word.startswith("."):
        raise Broken(f"{word[:200]!a} is no id of a run")
    return word


def _is_digest(word: object) -> bool:
    return isinstance(word, str) and len(word) == 64 and not set(word) - set("0123456789abcdef")
