"""Runs that a process records itself, with no job: `start_logging` and `child_run`.

They are Running from their first moment. `complete`, `fail` and `cancel` end them; what is left open is ended
with its process, by itself where it exits in order, else by whoever reads the record next.
"""

import os
import sys
import time

from ...errors import UserErrorException, home_error
from .. import atomic, changes, ending, process
from ..number import new_run_id, release_number, take_number
from ..paths import Home, RunPaths
from .standing import INTERACTIVE
from .tracker import Tracker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

WRITER = "client"
LOST = "its process ended before run.complete()"

_open = {}  # type: dict[str, tuple[int, RunPaths]]
_unhandled = []  # type: list[BaseException]


def start(
    home: "Home", experiment: "str", run_id: "str | None" = None, watched: "bool" = True, **facts: "Any"
) -> "tuple[RunPaths, Tracker]":
    """A new record of a run that this process is; Running at once.

    Args:
        home: Where records are.
        experiment: Its experiment.
        run_id: One of the caller's own that is free; else a new one.
        watched: Whether the end of this process ends it.
        facts: More keys of its request (`name`, `parent`, `snapshot`, `tags` …).

    Raises:
        UserErrorException: The id is taken.
        HomeError: It cannot be written; nothing of it is left.
    """
    paths = home.run(str(run_id or new_run_id(experiment)))
    try:
        tracker = _create(home, paths, experiment, facts)
    except FileExistsError:
        raise UserErrorException("there is a run '{}' already".format(paths.run_id)) from None
    except OSError as error:
        raise home_error(error, home.root) from error
    tracker.append("status", status="Running", attempt=1)
    if watched:
        _watch(paths)
    return paths, tracker


def _create(home: "Home", paths: "RunPaths", experiment: "str", facts: "dict[str, Any]") -> "Tracker":
    home.create()
    before = changes.moment(home.runs)
    os.mkdir(paths.directory, 0o700)  # an id that is taken stops here
    number = 0
    try:
        paths.create()
        number = take_number(home, experiment, paths.run_id)
        request = _request(paths, experiment, number)
        request.update(facts)
        if request["name"] is not None:
            request["name"] = str(request["name"])
        tracker = Tracker(paths.events, WRITER)
        atomic.write_once(paths.request, atomic.encode(request))
    except BaseException:
        _remove(home, paths, experiment, number)
        raise
    changes.note(paths.directory, before)
    return tracker


def _request(paths: "RunPaths", experiment: "str", number: "int") -> "dict[str, Any]":
    return {
        "version": 1,
        "kind": INTERACTIVE,
        "run_id": paths.run_id,
        "number": number,
        "experiment": experiment,
        "name": None,
        "created": time.time(),
        "script": os.path.basename(sys.argv[0]) if sys.argv and sys.argv[0] else "",
        "target": {"name": "local", "executor": "local", "options": {}},
        "environment": {"python": sys.executable},
        "parent": None,
        "tags": {},
        "properties": {},
        "client": process.identity(os.getpid()),
    }


def _remove(home: "Home", paths: "RunPaths", experiment: "str", number: "int") -> "None":
    import shutil

    shutil.rmtree(paths.directory, ignore_errors=True)
    if number:
        release_number(home, experiment, number)


def end(paths: "RunPaths", status: "str", cause: "str" = "", **more: "Any") -> "None":
    """End it, unless it has ended. Where there is no room for that, the end of the process tries again."""
    try:
        ending.write_status(paths, status, cause, **more)
    except OSError as error:
        sys.stderr.write("[run] its end could not be recorded yet: {}\n".format(error))
    else:
        _open.pop(paths.run_id, None)


def settle(paths: "RunPaths", request: "dict[str, Any]") -> "None":
    """End the record of a run whose process is gone without a word. Raises OSError."""
    if os.path.exists(paths.end):
        return
    status, cause = _judge(paths, request)
    if not status:
        return
    end = {"status": status, "cause": cause, "exit_code": None, "t": _last_word(paths)}  # type: dict[str, Any]
    if status == "Failed":
        hint = "it was killed, or its machine was: the record has what it said until then"
        end["error"] = {"type": "ProcessEnded", "message": cause, "hint": hint}
    ending.write(paths, end)


def _judge(paths: "RunPaths", request: "dict[str, Any]") -> "tuple[str, str]":
    """The end that is due, and why; empty while the process lives, or where nobody can tell."""
    parent = paths.home.run(str(request["parent"])) if request.get("parent") else None
    over = atomic.read_json(parent.end) if parent else None
    client = request.get("client")
    with_job = over is not None and parent is not None and not _is_interactive(parent)
    if not with_job and not _is_gone(client):
        return "", ""
    if over is not None and over.get("status") == "Canceled":
        return "Canceled", "its parent was canceled"
    return "Failed", LOST


def _is_gone(client: "object") -> "bool":
    if not isinstance(client, dict) or process.is_elsewhere(client):
        return False  # not ours to judge
    return not process.is_alive(client)


def _is_interactive(paths: "RunPaths") -> "bool":
    return (atomic.read_json(paths.request) or {}).get("kind") == INTERACTIVE


def _last_word(paths: "RunPaths") -> "float":
    """When its process was last heard of."""
    from ..events import event_files

    return max([os.path.getmtime(path) for path in event_files(paths.events)] or [time.time()])


def _watch(paths: "RunPaths") -> "None":
    """See to it that the end of this process ends the run."""
    if not _open:
        import atexit

        atexit.unregister(_at_exit)
        atexit.register(_at_exit)
        if not isinstance(sys.excepthook, _Hook):
            sys.excepthook = _Hook(sys.excepthook)
    _open[paths.run_id] = (os.getpid(), paths)


class _Hook:
    """Notes what ended the process; IPython, where an exception ends a cell only, does not call it."""

    def __init__(self, before: "Any") -> "None":
        self._before = before

    def __call__(self, kind: "Any", value: "Any", trace: "Any") -> "None":
        _unhandled[:] = [value]
        self._before(kind, value, trace)


def _at_exit() -> "None":
    for pid, paths in reversed(list(_open.values())):
        if pid != os.getpid() or not os.path.isdir(paths.directory):
            continue  # a forked child does not end its parent's run; a record that was removed stays so
        if not _unhandled:
            end(paths, "Completed")
        elif isinstance(_unhandled[0], KeyboardInterrupt):
            end(paths, "Canceled", "interrupted")
        else:
            from ..failure import shorten

            error = _unhandled[0]
            facts = {"type": type(error).__name__, "message": shorten(str(error))}
            end(paths, "Failed", "{type}: {message}".format(**facts), error=facts)
