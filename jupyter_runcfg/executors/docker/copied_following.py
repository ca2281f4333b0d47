"""Fills a container, mirrors it while it runs, and brings what it left: a thread of its supervisor."""

from __future__ import annotations

import errno
import os
import tarfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, BinaryIO, cast

from ...errors import RuncfgError, TargetError
from ...hosts.mirror import Receiver
from ...hosts.mirroring import Mirror, files_of
from ...runtime import atomic, ending
from ...runtime.events import EventWriter
from ...runtime.mirror.frame import Broken
from ...runtime.paths import AttemptPaths, RunPaths
from . import copied_data, copied_kept
from .copied_children import Children
from .copied_exec import SILENCE_S, ExecLine
from .copied_files import take_record, take_tree
from .engine import Engine, EngineError, EngineGone

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 10.0
ENDING_S = 10.0
MOST_FAULTS = 6  # of a container that does not get what it needs, or does not give what it left


class Following:
    """One container of a run, from its start until all that it left is here."""

    def __init__(self, engine: Engine, paths: RunPaths, attempt: AttemptPaths, container: str) -> None:
        self._engine = engine
        self._paths = paths
        self._attempt = attempt
        self._container = container
        self._over = threading.Event()
        self._gone: EngineGone | None = None
        self._fault: Exception | None = None
        self._is_sent = self._is_complete = False
        self._faults = 0
        threading.Thread(target=self._follow, daemon=True).start()

    def wait(self, timeout_s: float) -> bool:
        """Whether it is over within that time; raises what ended it, or EngineGone meanwhile."""
        if self._over.wait(timeout_s):
            if self._fault is not None:
                raise self._fault
            return True
        if self._gone is not None:
            raise self._gone
        return False

    def _follow(self) -> None:
        try:
            pause = FIRST_PAUSE_S
            while not self._is_over():
                is_well = self._gone is None and not self._faults
                pause = FIRST_PAUSE_S if is_well else min(2 * pause, LONGEST_PAUSE_S)
                self._over.wait(pause)
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            self._fault = error
        finally:
            ending.Reserve(self._attempt.reserve).release()  # the runtime over there has its own
            self._over.set()

    def _is_over(self) -> bool:
        """One look at the container, or one connection to it for as long as that lasts."""
        is_running = True
        try:
            found = self._engine.container(self._container)
            self._gone = None
            is_running = found is not None and found["State"]["Running"]
            if found is not None and is_running:
                self._attend(found)
            elif found is not None:
                self._collect()
            self._faults = 0
        except EngineGone as error:
            self._gone = error
            return False
        except FileNotFoundError:  # the record was removed here
            raise
        except (EngineError, Broken, OSError) as error:  # it may have ended just now: the next look tells
            self._note_fault(error, is_running)
            return False
        return not is_running

    def _note_fault(self, error: Exception, is_running: bool) -> None:
        """A job that has all it needs goes on without us; else there is an end to trying."""
        self._faults += 1
        is_patient = (self._is_sent and is_running) or _is_full(error)
        if self._faults >= MOST_FAULTS and not is_patient:
            what = "give what it left" if self._is_sent else "take the files of the run"
            where = str(error) or type(error).__name__
            raise TargetError(f"the container does not {what}", where=where) from error

    def _attend(self, found: Mapping[str, Any]) -> None:
        """Fill and mirror it, as far as that is still to be done."""
        if self._is_complete:
            self._engine.wait(self._container, ENDING_S)
            return
        words = [*found["Config"]["Entrypoint"], *found["Config"]["Cmd"]]
        own = words[: words.index("--when-sent")]
        argv = [*own, "--mirror", self._paths.directory, str(self._attempt.number)]
        line = ExecLine(self._engine, self._container, argv, found["Config"]["User"])
        children = Children(self._paths, partial(self._fetch, timeout_s=SILENCE_S))

        def take_beside(names: list[str]) -> None:
            children.stop()
            self._take_beside(names)

        try:
            mirror = Mirror(line, self._paths, self._attempt)
            mirror.greet()
            if not mirror.is_sent:
                self._fill(mirror)
            self._is_sent = True
            self._is_complete = mirror.follow(take_beside, children.add)
        except Broken as error:
            raise Broken(line.said.decode("utf-8", "replace").strip() or str(error)) from error
        finally:
            line.close()
            children.stop()

    def _fill(self, mirror: Mirror) -> None:
        files = files_of(self._paths, self._attempt)
        request = atomic.read_json(self._paths.request) or {}
        mirror.fill(str(request.get("snapshot")), files)
        for name in files:
            if os.path.basename(name).startswith("secrets"):
                with suppress(FileNotFoundError):
                    os.unlink(os.path.join(self._paths.directory, name))

    def _collect(self) -> None:
        """What an ended container has left, as far as it is not here."""
        if self._is_complete:
            return
        self._take_beside(None)
        with Receiver(self._paths.directory) as receiver, self._fetch(self._paths.directory) as stream:
            take_record(stream, receiver, self._paths.directory)

    def _take_beside(self, children: list[str] | None) -> None:
        """Bring what the job left outside of its record, before anybody reads that it has ended."""
        for place in copied_data.written(self._attempt):
            with self._telling(f"what the run wrote into {place}"), self._fetch(place) as stream:
                take_tree(stream, place)
        with self._telling("what the run recorded and registered"):
            copied_kept.bring(self._paths, children, self._fetch)

    @contextmanager
    def _telling(self, what: str) -> Iterator[None]:
        """A warning for what cannot be brought; an engine that is away and a full disk are waited for."""
        try:
            yield
        except EngineGone:
            raise
        except (RuncfgError, OSError) as error:
            if _is_full(error):
                raise
            events = EventWriter(self._paths.event_file("supervisor"))
            events.append("warning", message=f"{what} is not here: {error}")
            events.close()

    @contextmanager
    def _fetch(self, path: str, timeout_s: float | None = None) -> Iterator[BinaryIO]:
        """The engine's tar of a path in the container.

        Raises:
            EngineError: There is none.
            EngineGone: The engine does not answer.
            Broken: It has stopped in the middle.
        """
        place, fault = f"/containers/{self._container}/archive", None
        with self._engine.open("GET", place, path=path, timeout_s=timeout_s) as stream:
            try:
                yield cast(BinaryIO, stream)
            except (ConnectionError, TimeoutError):
                raise
            except tarfile.TarError as error:
                raise Broken(str(error)) from error
            except OSError as error:  # of this machine's disk: the engine has nothing to do with it
                fault = error
        if fault is not None:
            raise fault


def _is_full(error: Exception) -> bool:
    """Whether it says that there is no room on this machine's disk: somebody may make some."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
