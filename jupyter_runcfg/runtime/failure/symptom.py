"""Errors without a Python traceback: of argument parsers, shells, R, Julia, Java, pytest, `sys.exit`."""

import os
import re

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from .source import Source

_ARGPARSE = re.compile(r"^(?P<program>\S+?): error: (?P<message>.+)$", re.MULTILINE)
_CLICK = re.compile(
    r"^(?:Error: |[│|] )"
    r"(?P<message>(?:No such (?:option|command)|Missing |Invalid value|Got unexpected).+?)\s*[│|]?$",
    re.MULTILINE,
)
_ABSL = re.compile(r"^FATAL Flags parsing error:\n\s*(?P<message>.+)$", re.MULTILINE)
_OPTION = re.compile(r"(?<![\w-])--[A-Za-z][\w-]*")
_NO_FILE = re.compile(r"^\S*python[\w.]*: can't open file '?(?P<path>[^'\n]+)'?: \[Errno 2\]", re.MULTILINE)
_NO_MODULE = re.compile(
    r"^\S*python[\w.]*: (?:Error while finding module specification for .*\(ModuleNotFoundError: )?"
    r"(?P<message>No module named '?[\w.]+'?)",
    re.MULTILINE,
)
_NOT_FOUND = re.compile(
    r"^(?:\S+: )?(?:line )?(?:\d+: )?(?P<name>[^\s:]+): (?:command )?not found$", re.MULTILINE
)
_DENIED = re.compile(
    r"^(?:\S+: )?(?:line )?(?:\d+: )?(?P<name>[^\s:]+): "
    r"(?P<why>Permission denied|cannot execute.*|Is a directory|Exec format error)$",
    re.MULTILINE,
)
_LIBRARY = re.compile(r"error while loading shared libraries: (?P<name>[^:\s]+)")
_BAD_INTERPRETER = re.compile(
    r"^(?:\S+: )?(?:line )?(?:\d+: )?(?P<name>[^\s:]+): (?P<line>\S+): bad interpreter", re.MULTILINE
)
_R = re.compile(r"^Error(?: in (?P<call>.+?) ?)?: ?(?:\n +)?(?P<message>.*(?:\n  .+)*)", re.MULTILINE)
_R_FILE = re.compile(r"cannot open (?:compressed )?file '(?P<path>[^']+)'")
_R_PACKAGE = re.compile(r"there is no package called .(?P<name>[\w.]+).")
_JULIA = re.compile(r"^ERROR: (?:LoadError: )?(?P<type>\w+): (?P<message>.*)$", re.MULTILINE)
_JULIA_PLACE = re.compile(r"^in expression starting at (?P<path>.+):(?P<line>\d+)$", re.MULTILINE)
_JAVA = re.compile(r'^Exception in thread "main" (?P<type>[\w.$]+)(?:: (?P<message>.*))?$', re.MULTILINE)
_PYTEST = re.compile(
    r"^(?:FAILED|ERROR) (?P<test>[^\s:]+::\S+|\S+\.py)(?: - (?P<message>.*))?$", re.MULTILINE
)
_PYTEST_PLACE = re.compile(r"^(?P<path>[^\s:]+\.py):(?P<line>\d+): (?P<type>\w+)", re.MULTILINE)
_EXIT = re.compile(r"\b(?:sys\.exit|SystemExit|quit|exit)\(\s*(?P<text>[rf]?['\"].*)")
_NEAR_END = 4000


def find(text: "str", source: "Source", exit_code: "int | None") -> "dict[str, str] | None":
    """Type, message and what else is known, from the end of a log; None where nothing is recognised."""
    if exit_code is None or exit_code <= 0:
        return None
    end = text[-_NEAR_END:]
    looks = {2: (_arguments, _no_script), 126: (_shell,), 127: (_shell,)}
    for look in (*looks.get(exit_code, ()), _no_script, _absl, _r, _julia, _java):
        found = look(end, source)
        if found:
            return found
    return _pytest(text, source) or (
        _exit_text(end, source) if exit_code == 1 else _signal(exit_code, source)
    )


def _error(
    kind: "str", message: "str", hint: "str" = "", where: "str" = "", code: "str" = ""
) -> "dict[str, str]":
    from . import shorten

    return {"type": kind, "message": shorten(message), "where": where, "code": code, "hint": hint}


def _last(pattern: "re.Pattern[str]", text: "str") -> "re.Match[str] | None":
    return (list(pattern.finditer(text)) or [None])[-1]  # type: ignore[list-item]


def _arguments(text: "str", source: "Source") -> "dict[str, str] | None":
    """A parser of arguments refused them: which ones there were, and what it knows."""
    found = _last(_ARGPARSE, text) or (_last(_CLICK, text) if re.search(r"(?m)^\s*Usage:", text) else None)
    return _refused(found.group("message"), text, source) if found else None


def _absl(text: "str", source: "Source") -> "dict[str, str] | None":
    found = _last(_ABSL, text)
    return _refused(found.group("message"), text, source) if found else None


def _refused(message: "str", text: "str", source: "Source") -> "dict[str, str]":
    from ...errors import did_you_mean

    words = [str(word) for word in source.request.get("argv") or []]
    given = words[2:] if len(words) > 1 and source.read(words[1]) else words[1:]
    if not source.request:
        return _error("ArgumentError", message)
    shown = " ".join(given)
    shown = "`{}`".format(shown if len(shown) <= 200 else shown[:200] + "…") if shown else "none"
    hint = "the arguments of this run: {} (set by `arguments`, or by what follows `--`)".format(shown)
    wrong = _OPTION.search(message)
    if wrong and re.search(r"unrecognized|No such option|Unknown", message):
        known = set(_OPTION.findall(text[: text.rfind(message)])) - {wrong.group()} - set(given)
        near = did_you_mean(wrong.group(), sorted(known))
        hint = "{} {}".format(near, hint) if near else hint
    return _error("ArgumentError", message, hint)


def _no_script(text: "str", source: "Source") -> "dict[str, str] | None":
    """Python itself could not begin."""
    from .missing_file import of_path

    found = _last(_NO_FILE, text)
    if found:
        path = found.group("path")
        error = _error("FileNotFoundError", "there is no script '{}'".format(source.inside(path) or path))
        return dict(error, hint=of_path(path, _problem(error, source)))
    found = _last(_NO_MODULE, text)
    return _error("ModuleNotFoundError", found.group("message")) if found else None


def _problem(error: "dict[str, str]", source: "Source"):  # type: ignore[no-untyped-def]
    from .hint import Problem

    return Problem(error, error["message"], source)


def _shell(text: "str", source: "Source") -> "dict[str, str] | None":
    """126 and 127: a program that a shell could not start."""
    from .missing_file import missing_program

    if re.search(r"\\r'?: (?:command )?not found|\^M: bad interpreter|^: not found", text, re.MULTILINE):
        hint = "the script's lines end as Windows has it: `sed -i 's/\\r$//' FILE`, and submit again"
        return _error("CommandNotFound", "a carriage return is taken for a command", hint)
    found = _last(_BAD_INTERPRETER, text)
    if found:
        name, line = found.group("name"), found.group("line")
        hint = "correct the first line of '{}', or start it by name: `bash {}`".format(name, name)
        return _error(
            "CommandNotFound", "'{}' names an interpreter that is not here: {}".format(name, line), hint
        )
    found = _last(_LIBRARY, text)
    if found:
        return _error(
            "CommandNotFound",
            "a program needs the system library {}, which is not here".format(found.group("name")),
        )
    found = _last(_NOT_FOUND, text)
    if found:
        error = _error("CommandNotFound", "{}: command not found".format(found.group("name")))
        return dict(error, hint=missing_program(found.group("name"), _problem(error, source)))
    found = _last(_DENIED, text)
    return _denied(found.group("name"), found.group("why"), source) if found else None


def _denied(name: "str", why: "str", source: "Source") -> "dict[str, str]":
    hint = ""
    path = source.inside(name)
    if why == "Permission denied" and path and not os.access(os.path.join(source.work, path), os.X_OK):
        hint = "`chmod +x {}` and submit again: the snapshot keeps that bit".format(path)
    elif "format" in why or "binary" in why:
        hint = "it was built for another kind of machine than {}".format(os.uname()[4])
    return _error("NotExecutable", "{}: {}".format(name, why), hint)


def _r(text: "str", source: "Source") -> "dict[str, str] | None":
    """R ends with `Execution halted`."""
    if "Execution halted" not in text:
        return None
    found = _last(_R, text[: text.rfind("Execution halted")])
    if not found:
        return None
    lines = found.group("message").split("\n")
    message = " ".join(line.strip() for line in lines if line.strip() and not line.startswith("Calls:"))
    hint = ""
    package, file = _R_PACKAGE.search(message), _R_FILE.search(text)
    if package:
        hint = '`install.packages("{}")` in the R of this run'.format(package.group("name"))
    elif file:
        from .missing_file import of_path

        hint = of_path(file.group("path"), _problem(_error("R", message), source))
        message += ": " + file.group("path")
    return _error("R error", message, hint)


def _julia(text: "str", source: "Source") -> "dict[str, str] | None":
    found = _last(_JULIA, text)
    if not found or "Stacktrace:" not in text:
        return None
    place = _last(_JULIA_PLACE, text)
    path = source.inside(place.group("path")) if place else ""
    line = int(place.group("line")) if place else 0
    where, code = ("{}:{}".format(path, line), source.excerpt(path, line)) if path else ("", "")
    package = re.search(r"Package (\w+) not found", found.group("message"))
    hint = '`import Pkg; Pkg.add("{}")` in the Julia of this run'.format(package.group(1)) if package else ""
    return _error(found.group("type"), found.group("message"), hint, where, code)


def _java(text: "str", source: "Source") -> "dict[str, str] | None":
    found = _last(_JAVA, text)
    return _error(found.group("type"), found.group("message") or "") if found else None


def _pytest(text: "str", source: "Source") -> "dict[str, str] | None":
    """The summary of pytest at the end: how many, and the first."""
    start = text.rfind("= short test summary info =")
    failed = list(_PYTEST.finditer(text, start)) if start >= 0 else []
    if not failed:
        return None
    first = failed[0]
    count = "1 test failed" if len(failed) == 1 else "{} tests failed; the first".format(len(failed))
    reason = " - " + first.group("message") if first.group("message") else ""
    place = next((p for p in _PYTEST_PLACE.finditer(text[:start]) if source.read(p.group("path"))), None)
    where = "{}:{}".format(place.group("path"), place.group("line")) if place else ""
    code = source.excerpt(place.group("path"), int(place.group("line"))) if place else ""
    kind = place.group("type") if place else "TestFailure"
    return _error(kind, "{}: {}{}".format(count, first.group("test"), reason), "", where, code)


def _exit_text(text: "str", source: "Source") -> "dict[str, str] | None":
    """`sys.exit("no data")`: the last line of the log is what a line of the snapshot says."""
    lines = [line for line in text.split("\n") if line.strip()]
    words = [str(word) for word in source.request.get("argv") or []]
    if not lines or not words:
        return None
    scripts = [word for word in words[1:2] if word.endswith(".py")]
    others = [path for path in source.paths()[:200] if path.endswith(".py") and path not in scripts]
    for path in scripts + others:
        for number, line in enumerate(source.read(path).split("\n"), 1):
            found = _EXIT.search(line)
            if found and _says(found.group("text"), lines[-1]):
                place = "{}:{}".format(path, number)
                return _error("SystemExit", lines[-1].strip(), "", place, source.excerpt(path, number))
    return None


def _says(literal: "str", line: "str") -> "bool":
    """Whether all plain pieces of a (formatted) string literal are in a line, in their order."""
    quote = literal.lstrip("rf")[0]
    body = literal.lstrip("rf")[1:].split(quote)[0]
    pieces = [piece for piece in re.split(r"\{[^{}]*\}|%[\w.]*[sdfr]|\\.", body) if piece.strip()]
    if not any(len(piece.strip()) >= 4 for piece in pieces):
        return False
    at = 0
    for piece in pieces:
        at = line.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True


def _signal(exit_code: "int", source: "Source") -> "dict[str, str] | None":
    """A shell and others say by 128 + n that a program of theirs was killed by signal n."""
    program = os.path.basename(str((source.request.get("argv") or [""])[0]))
    if not 128 < exit_code <= 128 + 31 or program not in (
        "sh",
        "bash",
        "dash",
        "zsh",
        "docker",
        "srun",
        "mpirun",
    ):
        return None
    from .death import name_of

    name = name_of(exit_code - 128)
    return _error(name, "a program of it was killed by {} (exit code {})".format(name, exit_code))
