"""Why a run failed, for its record: what, where in the person's own files, and what to do next."""

import os

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from typing import Any

    from ..usage.memory import Memory
    from .source import Source
    from .stack import Trace

TAIL_BYTES = 1 << 20
_MOST_MESSAGE, _MOST_TRACEBACK, _MOST_CAUSE = 2000, 8000, 300  # an end has to fit its reserve


def shorten(text: "str") -> "str":
    """A message that fits the reserve of an end."""
    return text if len(text) <= _MOST_MESSAGE else text[: _MOST_MESSAGE - 1] + "…"


def read_tail(path: "str", size: "int" = TAIL_BYTES) -> "str":
    try:
        with open(path, "rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - size))
            return stream.read().decode("utf-8", "replace")
    except OSError:
        return ""


def explain(
    log: "str",
    work: "str",
    exit_code: "int | None" = 1,
    request: "dict[str, Any] | None" = None,
    memory: "Memory | None" = None,
) -> "dict[str, str] | None":
    """What the end of a log says of a script that failed; None where it says nothing.

    Args:
        log: The end of the log, as `read_tail` returns it.
        work: The directory the script ran in: the innermost frame below it is the person's line.
        exit_code: Python ends with 1 after a traceback: with another, only one that ends the log counts.
        request: What request.json holds.
        memory: What was counted since the script started.

    Returns:
        `type` and `message`, and as far as they are known `where` (`train.py:41`), `code` (the lines
        around it), `cause` (the error that this one came of), `traceback` and `hint`.
    """
    try:
        return _explain(log, work, exit_code, request, memory)
    except Exception:  # noqa: BLE001 - no fault of a guess may hide how the script ended
        import traceback

        traceback.print_exc()
        return None


def _explain(
    log: "str",
    work: "str",
    exit_code: "int | None",
    request: "dict[str, Any] | None",
    memory: "Memory | None",
) -> "dict[str, str] | None":
    from . import hint, stack, symptom
    from .source import Source

    text, source = stack.clean(log), Source(work, request)
    error = symptom.find(text, source, exit_code) if exit_code != 1 else None
    trace = None
    if error is None:
        trace = _trace(text, exit_code)
        error = _of_trace(trace, source) if trace else symptom.find(text, source, exit_code)
    if error is None:
        return None
    words = trace.text if trace else error["message"]
    if not error.get("hint"):
        advice = hint.of(hint.Problem(error, words, source, memory))
        if not advice and trace is not None and trace.link == "cause" and trace.before is not None:
            before = _of_trace(trace.before, source)
            advice = hint.of(hint.Problem(before, trace.before.text, source, memory))
        error["hint"] = advice
    return {key: value for key, value in error.items() if value or key == "message"}


def _trace(text: "str", exit_code: "int | None") -> "Trace | None":
    from . import stack

    trace = stack.find(text)
    if trace is None or exit_code == 1:
        return trace
    is_last = not any(line.strip() for line in text.split("\n")[trace.end + 1 + trace.message.count("\n") :])
    return trace if exit_code is not None and exit_code > 0 and is_last else None


def _of_trace(trace: "Trace", source: "Source") -> "dict[str, str]":
    from .message import whole_message

    place, cause = trace, trace.before
    if cause is not None and _is_same(trace, cause):  # the same error, raised again for the waiting process
        if cause.type.endswith("RemoteTraceback") and cause.before is not None:
            cause = cause.before
        if _own(cause, source)[0]:
            place = cause
        cause = cause.before
    path, line = _own(place, source)
    error = {"type": trace.type, "message": shorten(whole_message(trace, source.raised(path, line)))}
    if path:
        error["where"] = "{}:{}".format(path, line)
        error["code"] = source.excerpt(path, line)
    if trace.inner:
        error["cause"] = trace.inner[:_MOST_CAUSE]
    elif cause is not None:
        error["cause"] = cause.error.split("\n")[0][:_MOST_CAUSE]
        path, line = _own(cause, source)
        if path:
            error["cause"] += " ({}:{})".format(path, line)
    error["traceback"] = "\n".join(trace.lines)[-_MOST_TRACEBACK:]
    return error


def _own(trace: "Trace", source: "Source") -> "tuple[str, int]":
    """The innermost line of the person's own."""
    for file, line in reversed(trace.frames):
        if file.startswith("<cell "):
            return file[1:-1], line
        path = source.inside(file)
        if path and (os.path.isabs(file) or source.read(path)):  # `sitecustomize.py` may be ours
            return path, line
    return "", 0


def _is_same(trace: "Trace", before: "Trace") -> "bool":
    name = trace.type.rpartition(".")[2]
    return trace.link == "cause" and (before.type.rpartition(".")[2], before.message) == (name, trace.message)


def killed(
    number: "int",
    memory: "Memory | None" = None,
    log: "str" = "",
    work: "str" = "",
    request: "dict[str, Any] | None" = None,
) -> "dict[str, str]":
    """What a signal that ended the script means; `log` and `work` show where, when Python wrote that."""
    from . import death
    from .source import Source

    return death.error(number, memory, log, Source(work, request) if work else None)


def disk_full(record: "str") -> "dict[str, str]":
    """Why a script failed whose last words did not fit onto the disk of its record."""
    return {
        "type": "DiskFull",
        "message": "no space is left where the record is kept, and what the script said last is lost: "
        + record,
        "hint": "free some space: `runs remove --older 30d`, `doctor --gc`; or set RUNCFG_HOME to a directory"
        " on another disk",
    }


def not_started(
    argv: "list[str]", error: "OSError", request: "dict[str, Any] | None" = None, work: "str" = ""
) -> "dict[str, str]":
    """Why the program of a run could not be started at all."""
    from . import unstarted

    return unstarted.error(argv, error, request or {}, work)
