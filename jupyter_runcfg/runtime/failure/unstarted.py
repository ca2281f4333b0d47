"""Why the program of a run could not be started: missing, not executable, built for another machine."""

import errno
import os

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from typing import Any

_ELF = b"\x7fELF"


def error(
    argv: "list[str]", cause: "OSError", request: "dict[str, Any]", work: "str" = ""
) -> "dict[str, str]":
    program = argv[0] if argv else ""
    path = _find(program, work)
    number = cause.errno
    if not isinstance(cause, (FileNotFoundError, PermissionError)) and number is None:
        message, advice = str(cause), ""
    elif number == errno.ENOENT and path:
        message, advice = _no_interpreter(program, path)
    elif number in (errno.ENOENT, errno.ENOTDIR):
        message = "there is no program '{}' to run the script".format(program)
        advice = _missing(program, request)
    elif number == errno.EACCES:
        message, advice = "'{}' may not be executed".format(program), _not_executable(program, path)
    elif number == errno.ENOEXEC:
        message, advice = "'{}' is no program for this machine".format(program), _wrong_format(path)
    elif number == errno.E2BIG:
        message = "the arguments and variables of the run are too long for this system"
        advice = "put long values into a file of the source directory"
    else:
        message = "'{}' could not be started: {}".format(program, cause.strerror or cause)
        advice = ""
    found = {"type": type(cause).__name__, "message": message, "hint": advice}
    return {key: value for key, value in found.items() if value}


def _find(program: "str", work: "str") -> "str":
    """The file that would be started; empty where there is none."""
    if "/" in program:
        path = os.path.join(work, program)
        return path if os.path.isfile(path) else ""
    places = os.environ.get("PATH", os.defpath).split(os.pathsep)
    files = [os.path.join(place, program) for place in places if place]
    return next((file for file in files if os.path.isfile(file)), "")


def _is_interpreter(program: "str", request: "dict[str, Any]") -> "bool":
    named = (request.get("environment") or {}).get("python")
    return program == named or os.path.basename(program).startswith("python")


def _missing(program: "str", request: "dict[str, Any]") -> "str":
    if _is_interpreter(program, request):
        others = ", ".join(_pythons())
        here = " (this machine has {})".format(others) if others else ""
        return "change environment.python.interpreterPath{}".format(here)
    if "/" not in program:
        return "install it on this machine, or name its whole path"
    for entry in request.get("ignored") or []:
        inner = os.path.normpath(program)
        if inner == entry[0] or inner.startswith(entry[0] + "/"):
            return "'{}' is left out of the snapshot by {}: change that line".format(inner, entry[1])
    return "" if program.startswith("/") else "programs of the snapshot are named from its root: './run.sh'"


def _pythons() -> "list[str]":
    """The interpreters on PATH, by their names."""
    found = set()  # type: set[str]
    for place in os.environ.get("PATH", os.defpath).split(os.pathsep):
        try:
            names = os.listdir(place or ".")
        except OSError:
            continue
        found.update(
            name
            for name in names
            if name.startswith("python3") and name[len("python3") :].strip(".0123456789") == ""
        )
    return sorted(found, key=lambda name: [int(part) for part in name[len("python") :].split(".") if part])


def _no_interpreter(program: "str", path: "str") -> "tuple[str, str]":
    """The file is there, what its first line names is not."""
    first = _head(path, 200).split(b"\n")[0]
    if not first.startswith(b"#!"):
        return (
            "'{}' is built for another system: the loader it names is not here".format(program),
            "use a build for this machine",
        )
    shown = first.decode("utf-8", "replace").rstrip()
    message = "the interpreter that '{}' names is not here: {}".format(program, shown)
    if first.endswith(b"\r"):
        return message, "its lines end as Windows has it: `sed -i 's/\\r$//' {}`, and submit again".format(
            program
        )
    return message, "correct its first line, or start it by name: `bash {}`".format(program)


def _not_executable(program: "str", path: "str") -> "str":
    if not path:
        return ""
    if os.path.isfile(path) and not os.stat(path).st_mode & 0o111:
        return "`chmod +x {}` and submit again: the snapshot keeps that bit".format(program)
    return "its directory or its disk lets nobody execute (mounted noexec?)"


def _wrong_format(path: "str") -> "str":
    head = _head(path, 4)
    if head.startswith(b"#!") or not head:
        return ""
    if head == _ELF:
        return "it was built for another kind of processor than {}".format(os.uname()[4])
    return "a script needs a first line that names its interpreter: `#!/usr/bin/env bash`"


def _head(path: "str", size: "int") -> "bytes":
    try:
        with open(path, "rb") as stream:
            return stream.read(size)
    except OSError:
        return b""
