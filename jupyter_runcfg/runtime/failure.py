"""Why a script failed, from its log: the last traceback, and a next step for the common ones."""

import os
import re

TAIL_BYTES = 1 << 17

_FRAME = re.compile(r'^  File "(?P<file>[^"]+)", line (?P<line>\d+)', re.MULTILINE)
_ERROR = re.compile(r"^(?P<type>[A-Za-z_](?:[\w.]|<locals>)*)(?:: (?P<message>.*))?$")
# Python 3.13 paints tracebacks where FORCE_COLOR is set, as it is in kernels
_COLOUR = re.compile("\x1b\\[[0-9;]*m")
# the exceptions in an ExceptionGroup, and how the lines of the group itself begin
_INNER = re.compile(r"^  \+-\+-.*?^    \+-{10,}$", re.MULTILINE | re.DOTALL)
_GROUP = re.compile(r"^  (?:\+ Exception Group (?=Traceback)|\| )", re.MULTILINE)
_STARTS = ("Traceback (most recent call last):", '  File "')


def read_tail(path: "str", size: "int" = TAIL_BYTES) -> "str":
    try:
        with open(path, "rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - size))
            return stream.read().decode("utf-8", "replace")
    except OSError:
        return ""


def explain(log: "str", work: "str", exit_code: "int | None" = 1) -> "dict[str, str] | None":
    """Type, message, place and hint of the last Python traceback in a log's tail, or None.

    `work` is the directory the script ran in: the innermost frame below it is the user's line. Python
    itself ends with exit code 1 after a traceback: with another, what was printed was dealt with.
    """
    if exit_code != 1:
        return None
    log = _GROUP.sub("", _INNER.sub("", _COLOUR.sub("", log)))
    start = log.rfind(_STARTS[0])
    if start < 0:
        start = ("\n" + log).rfind("\n" + _STARTS[1])  # a SyntaxError of the script itself
        if start < 0:
            return None
    lines = log[start:].splitlines()
    for end in range(1, len(lines)):
        found = _ERROR.match(lines[end])
        if found:
            break
    else:
        return None
    frames = list(_FRAME.finditer("\n".join(lines[: end + 1])))
    error = {"type": found.group("type"), "message": (found.group("message") or "")[:2000]}
    own = [frame for frame in frames if _inside(frame.group("file"), work)]
    if own:
        file = own[-1].group("file")
        name = os.path.relpath(file, work) if os.path.isabs(file) else file
        error["where"] = "{}:{}".format(name, own[-1].group("line"))
    error["traceback"] = "\n".join(lines[: end + 1])[-8000:]
    hint = _hint(error)
    if hint:
        error["hint"] = hint
    return error


def _inside(file: "str", work: "str") -> "bool":
    return not os.path.isabs(file) or file.startswith(work + os.sep)


def _hint(error: "dict[str, str]") -> "str":
    kind, message = error["type"], error["message"]
    if kind in ("ModuleNotFoundError", "ImportError"):
        if "azureml" in message:
            return "of azureml.core, runs have `Run`; what else of it is needed must be installed"
        found = re.search(r"No module named '([\w]+)", message)
        if found:
            return "install '{}' into the interpreter of this run".format(found.group(1))
    if kind == "EOFError":
        return "a run has no keyboard: pass values as arguments, after `--`"
    if kind == "FileNotFoundError":
        return "the run sees the snapshot only: is the file left out by .amlignore, or outside?"
    return ""
