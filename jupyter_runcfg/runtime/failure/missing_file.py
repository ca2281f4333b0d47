"""A next step for files and programs that are not there, or may not be used."""

import os
import re

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from .hint import Problem

_PATH = (
    re.compile(r"\[Errno \d+\][^:\n]*: b?(?P<quote>['\"])(?P<path>.*?)(?P=quote)"),
    re.compile(r"(?:file|directory|path|name) (?:= )?(?P<quote>['\"`‘])(?P<path>[^'\"`‘’\n]+)['\"`’]"),
    re.compile(r"^(?P<path>\S+) (?:does not exist|not found)"),
    re.compile(r"(?P<quote>['\"])(?P<path>[^'\"\n]+)(?P=quote)"),
)
# a line that writes a file, not one that reads it
_WRITES = re.compile(
    r"open\(.*['\"][wax][bt]?\+?['\"]|\.to_\w+\(|\bsave\w*\(|\bdump\(|\.write_\w+\(|imwrite\("
)
_OF_AZURE = ("/mnt/batch/", "/mnt/azureml/", "/azureml-run/")


def path_in(message: "str") -> "str":
    """The path that a message speaks of; empty without one."""
    for pattern in _PATH:
        found = pattern.search(message)
        if found:
            return found.group("path")
    return ""


def hint(problem: "Problem") -> "str":
    """For FileNotFoundError and what other libraries and shells say in its place."""
    if "_execute_child" in problem.traceback:
        return missing_program(path_in(problem.message), problem)
    return of_path(path_in(problem.message), problem)


def of_path(path: "str", problem: "Problem") -> "str":
    """Why a file is not where a script looks for it."""
    if not path or "://" in path:
        return ""
    inner = problem.source.relative(path)
    return _odd(path) or (_inside(path, inner, problem) if inner else _outside(path))


def _inside(path: "str", inner: "str", problem: "Problem") -> "str":
    """Why the snapshot has no such file."""
    source = problem.source
    rule = source.rule(inner)
    if rule:
        return _left_out(inner, rule)
    if path.startswith("/") and not source.inside(path):
        return "this machine has no such file: name it as the snapshot has it, '{}'".format(inner)
    near = source.near(inner)
    if near:
        return "did you mean '{}'?".format(near)
    parent = os.path.dirname(inner)
    if _WRITES.search(problem.traceback) and not os.path.isdir(os.path.join(source.work, parent)):
        return "the snapshot has no directory '{0}': to write there, `os.makedirs('{0}')` first".format(
            parent
        )
    return (
        "the snapshot has no '{}': a run sees what was in the source directory when it was submitted".format(
            inner
        )
    )


def _odd(path: "str") -> "str":
    if path.startswith("~"):
        return "nothing expands '~' here: `os.path.expanduser('{}')`".format(path)
    if re.match(r"[A-Za-z]:[\\/]|\\\\", path):
        return "a path of Windows: name it as the run's machine has it"
    if "\\" in path and "/" not in path:
        return "directories are separated by `/` here: '{}'".format(path.replace("\\", "/"))
    if re.match(r"\$\w+|\$\{", path):
        return "nothing expands '{}' here: `os.path.expandvars`".format(path)
    return ""


def _left_out(inner: "str", rule: "str") -> "str":
    if rule.startswith("default list"):
        pattern = rule[len("default list ") :]
        return (
            "'{}' is left out of the snapshot by the default list ({}):"
            " an .amlignore of your own replaces it".format(inner, pattern)
        )
    return "'{}' is left out of the snapshot by {}: change that line".format(inner, rule)


def _outside(path: "str") -> "str":
    """What there is of a path that is not of the snapshot."""
    if not path.startswith("/"):
        return "it lies outside of the snapshot: move it into the source directory, or give its whole path"
    top = path.split("/")[1]
    if top in ("outputs", "logs"):
        return "a run keeps './{0}', not '/{0}': leave the first slash out".format(top)
    if path.startswith(_OF_AZURE):
        return "a path of Azure's machines: take it from an argument or a variable"
    there = path
    while there != "/" and not os.path.lexists(there):
        there = os.path.dirname(there)
    if there == os.path.dirname(path):
        return ""
    missing = path[: len(there.rstrip("/")) + 1 + len(path[len(there.rstrip("/")) + 1 :].split("/")[0])]
    return "this machine has no '{}'".format(missing)


def missing_program(name: "str", problem: "Problem") -> "str":
    """A program that a script, a shell or the request wanted to start."""
    if not name or "/" in name:
        return of_path(name, problem)
    if name == "python":
        return "use the interpreter of this run, {}".format(problem.python) if problem.python else ""
    if name in ("nvidia-smi", "nvcc"):
        return "this machine has no '{}': it has no GPU, or PATH lacks the directory of CUDA".format(name)
    rule = problem.source.rule(name)
    if rule:
        return _left_out(name, rule)
    if problem.source.read(name):
        return "'{0}' is in the snapshot: call it as './{0}'".format(name)
    return "there is no program '{}' on the PATH of this run".format(name)


def permission_hint(problem: "Problem") -> "str":
    """For PermissionError: whose file it is."""
    path = path_in(problem.message)
    if not path:
        return ""
    top = path.split("/")[1] if path.startswith("/") and path.count("/") else ""
    if top in ("outputs", "logs"):
        return "a run keeps './{0}', not '/{0}': leave the first slash out".format(top)
    full = os.path.join(problem.source.work, path)
    if "_execute_child" in problem.traceback and os.path.isfile(full):
        return "'{0}' is not executable: `chmod +x {0}` and submit again".format(path)
    there = full
    while there != "/" and not os.path.lexists(there):
        there = os.path.dirname(there)
    try:
        info = os.stat(there)
    except OSError:
        return ""
    return "'{}' is of user {} (mode {:04o}), and the run is of user {}".format(
        there if there != full else path, _user(info.st_uid), info.st_mode & 0o7777, _user(os.getuid())
    )


def _user(uid: "int") -> "str":
    import pwd

    try:
        return "'{}'".format(pwd.getpwuid(uid).pw_name)
    except KeyError:
        return str(uid)


def directory_hint(problem: "Problem") -> "str":
    """For IsADirectoryError: what is in it."""
    path = path_in(problem.message)
    inner = problem.source.inside(path)
    inside = [other for other in problem.source.paths() if inner and other.startswith(inner + "/")]
    return "'{}' is a directory: name a file in it, as '{}'".format(path, inside[0]) if inside else ""
