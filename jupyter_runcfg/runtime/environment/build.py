"""The build of one environment: lock, create, install; parallel ones wait for the first.

Nobody takes a build for whole that was interrupted: the file that says so is written last, and while
a process of the build lives, it holds the lock.
"""

import os
import re
import shutil
import signal
import subprocess
import time

from .. import atomic, process
from ..slots import lock as take_lock
from . import explain, uv
from .place import EnvironmentPaths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sized
    from typing import Any

    from ..paths import Home

POLL_S = 0.05
GRACE_S = 2.0


class BuildFailed(Exception):
    """The environment cannot be built; `error` is as the end of a run has it."""

    def __init__(self, error: "dict[str, str]") -> "None":
        super().__init__(error["message"])
        self.error = error


class BuildCanceled(Exception):
    """Somebody asked for the end of it."""


class Watcher:
    """Who wants the environment: shown what the build prints, told its steps, asked whether to go on."""

    def __init__(
        self,
        show: "Callable[[bytes], object]",
        tell: "Callable[[str], object]",
        is_canceled: "Callable[[], bool]",
        run_id: "str" = "",
    ) -> "None":
        self.show = show
        self.tell = tell
        self.is_canceled = is_canceled
        self.run_id = run_id


def ensure(
    home: "Home", wanted: "dict[str, Any]", watcher: "Watcher", secrets: "Mapping[str, str] | None" = None
) -> "dict[str, Any]":
    """The facts of the environment, which is whole when this returns.

    Args:
        home: Where environments are.
        wanted: `name`, `definition`, `base` (a Python), `uv`, `asked` (where each package was asked for)
            and `lock`, the text of one to install in place of a new one.
        watcher: Who wants it.
        secrets: Passwords for indexes, by the variables in their place; default: this process's own.

    Raises:
        BuildFailed: It cannot be built.
        BuildCanceled: The watcher does not want it any more.
        OSError: The disk is full, or not ours to write.
    """
    place = EnvironmentPaths(home, wanted["name"])

    def build(held: "int") -> "dict[str, Any]":
        return _build_of(wanted)(place, wanted, watcher, held, secrets).run()

    facts = place.read() or once(place.building, place.log, watcher, place.read, build)
    place.note_use(watcher.run_id)
    return facts


def resolve(
    home: "Home", wanted: "dict[str, Any]", watcher: "Watcher", secrets: "Mapping[str, str] | None" = None
) -> "str":
    """The text of the lock that a build below `home`, a directory of nobody else, would have.

    Raises:
        BuildFailed: There is none: what is asked for cannot be had together, or from anywhere.
        BuildCanceled: The watcher does not want it any more.
    """
    place = EnvironmentPaths(home, wanted["name"])
    os.makedirs(place.directory)
    held = os.open(place.building, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        return _build_of(wanted)(place, wanted, watcher, held, secrets).resolved()
    finally:
        os.close(held)


def once(
    building: "str",
    log: "str",
    watcher: "Watcher",
    find: "Callable[[], dict[str, Any] | None]",
    build: "Callable[[int], dict[str, Any]]",
) -> "dict[str, Any]":
    """What `find` finds after another builder is done, else what `build` gives: one at a time builds.

    Who waits is shown the log of the other. `build` gets the descriptor that holds the lock `building`,
    for the processes that do the work.
    """
    os.makedirs(os.path.dirname(building), mode=0o700, exist_ok=True)
    held = take_lock(building)
    if held is None:
        held = _wait(building, log, watcher)
    try:
        return find() or build(held)  # the other one may have done it
    finally:
        os.close(held)


def _wait(building: "str", log: "str", watcher: "Watcher") -> "int":
    """The lock, once nobody else builds."""
    tail = _Tail(log, watcher.show)
    watcher.tell("waits for another run that builds its environment")
    held = None
    while held is None:
        time.sleep(POLL_S)
        tail.read()
        if watcher.is_canceled():
            raise BuildCanceled
        held = take_lock(building)
    tail.read()
    return held


def _build_of(wanted: "dict[str, Any]") -> "type[Build]":
    if not wanted["definition"].get("conda"):
        return Build
    from .conda import CondaBuild

    return CondaBuild


class _Tail:
    """What a log gets from now on."""

    def __init__(self, path: "str", show: "Callable[[bytes], object]", offset: "int" = 0) -> "None":
        self._path = path
        self._show = show
        self._offset = offset
        self.seen = b""

    def read(self) -> "None":
        try:
            with open(self._path, "rb") as stream:
                stream.seek(self._offset)
                data = stream.read()
        except OSError:
            return
        self._offset += len(data)
        self.seen += data
        if data:
            self._show(data)


class Build:
    """One build, by the holder of its lock."""

    def __init__(
        self,
        place: "EnvironmentPaths",
        wanted: "dict[str, Any]",
        watcher: "Watcher",
        held: "int",
        secrets: "Mapping[str, str] | None" = None,
    ) -> "None":
        self._place = place
        self._wanted = wanted
        self._watcher = watcher
        self._held = held
        self._secrets = dict(secrets or {})
        self._began = time.time()

    def run(self) -> "dict[str, Any]":
        place, wanted = self._place, self._wanted
        shutil.rmtree(place.directory, ignore_errors=True)  # what an interrupted build left
        os.makedirs(place.directory, mode=0o700)
        try:
            lock = wanted.get("lock") or self.lock()
            facts = self._install(lock)
            atomic.write_once(place.facts, atomic.encode(facts))
        except OSError as error:
            raise BuildFailed(explain.system(error, place.directory))
        return facts

    def resolved(self) -> "str":
        """The lock, with nothing installed."""
        return self.lock()

    def lock(self) -> "str":
        place, definition = self._place, self._wanted["definition"]
        write_lines(place.asked, uv.file_options(self._wanted) + definition["packages"])
        write_lines(place.limits, definition["constraints"])
        self._step("resolving {}".format(count_of(definition["packages"])), uv.lock(self._wanted, place))
        with open(place.lock, encoding="utf-8") as stream:
            return stream.read()

    def _install(self, lock: "str") -> "dict[str, Any]":
        place, wanted = self._place, self._wanted
        packages = versions(lock)
        write_lines(place.lock, [lock.rstrip("\n")])
        write_lines(place.install, uv.file_options(wanted) + [lock.rstrip("\n")])
        self._step("making a Python {}".format(wanted["definition"]["python"]), uv.create(wanted, place))
        if packages:
            self._step("installing {}".format(count_of(packages)), uv.install(wanted, place))
        os.unlink(place.install)
        return {
            "version": 1,
            "name": place.name,
            "definition": wanted["definition"],
            "base": wanted["base"],
            "packages": packages,
            "lock": lock,
            "created": time.time(),
            "seconds": round(time.time() - self._began, 3),
            "size": size_of(place.prefix),
            "built_by": self._watcher.run_id,
        }

    def _step(
        self,
        what: "str",
        argv: "list[str]",
        explained: "Callable[[str, dict[str, Any], EnvironmentPaths], dict[str, str]]" = explain.failed,
        env: "dict[str, str] | None" = None,
        out: "str" = os.devnull,
    ) -> "None":
        """Run one command to its end; what it writes to stderr is the build's log, the rest is in `out`."""
        self._watcher.tell("builds its environment: {}".format(what))
        log = os.open(self._place.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        tail = _Tail(self._place.log, self._watcher.show, os.fstat(log).st_size)
        try:
            output = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError:
            os.close(log)
            raise
        try:
            os.write(log, "── {}\n".format(what).encode("utf-8"))
            started = subprocess.Popen(
                argv,
                cwd=self._place.directory,
                env=dict(uv.environment(self._watcher.run_id), **self._secrets) if env is None else env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=log,
                start_new_session=True,
                pass_fds=(self._held,),  # a build outlives its builder: nobody else may begin one then
            )
        except OSError as error:
            raise BuildFailed(explain.not_started(argv[0], error))
        finally:
            os.close(output)
            os.close(log)
        self._watch(started, tail)
        if started.returncode != 0:
            said = tail.seen.decode("utf-8", "replace")
            raise BuildFailed(explained(said, self._wanted, self._place))

    def _watch(self, started: "subprocess.Popen[bytes]", tail: "_Tail") -> "None":
        try:
            while True:
                try:
                    started.wait(POLL_S)
                except subprocess.TimeoutExpired:
                    pass
                tail.read()
                if started.returncode is not None:
                    return
                if self._watcher.is_canceled():
                    raise BuildCanceled
        finally:
            if started.returncode is None:
                _end(started)


def _end(started: "subprocess.Popen[bytes]") -> "None":
    process.send_tree([started.pid], "", signal.SIGTERM)
    try:
        started.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        process.send_tree([started.pid], "", signal.SIGKILL)
        started.wait()


def versions(lock: "str") -> "dict[str, str]":
    """The packages of a lock with their versions, or the URLs they come from."""
    found = re.findall(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(?:==|@)\s*([^\s;\\]+)", lock, re.MULTILINE)
    return dict(found)


def size_of(directory: "str") -> "int":
    """The bytes below a directory, as its files are long."""
    total = 0
    for path, _, names in os.walk(directory):
        for name in names:
            try:
                total += os.lstat(os.path.join(path, name)).st_size
            except OSError:
                continue
    return total


def count_of(packages: "Sized") -> "str":
    return "1 package" if len(packages) == 1 else "{} packages".format(len(packages))


def write_lines(path: "str", lines: "list[str]") -> "None":
    atomic.write_replace(path, "".join(line + "\n" for line in lines).encode("utf-8"))
