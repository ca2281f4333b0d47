"""Runs a cell with what was captured beside it: `python -m _runcfg.runtime.cell DIRECTORY ARGUMENT…`.

DIRECTORY is in the snapshot; `capture.json` there says which parts go before the cell, which variables it
is given and which of its own it hands back. The cell is `__main__`, as any script: what it defines can be
pickled, and processes that it starts by `spawn` find its names.
"""

import builtins
import json
import os
import pickle
import sys
import types

from . import atomic
from .variables import CAPTURE, RANK

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from typing import Any, Callable

RESULTS = "outputs/runcfg-results"
INDEX = "index.json"
OLDEST = (3, 8)  # whose pickle reads what a notebook's writes


class Refused(Exception):
    """Nothing of the person's went wrong where a traceback would show it: `.type` and the message say it."""

    def __init__(self, type_name: "str", message: "str") -> "None":
        super().__init__(message)
        self.type = type_name


def main() -> "None":
    """Be the script: its name, its arguments, its `__main__`."""
    directory, arguments = sys.argv[1], sys.argv[2:]
    os.environ[CAPTURE] = os.path.abspath(directory)
    capture = _read(directory)
    module = types.ModuleType("__main__")
    module.__dict__.update(
        __builtins__=builtins,
        __file__=os.path.abspath(capture["script"]),
        __spec__=sys.modules["__main__"].__spec__,  # a process started by `spawn` begins with us, too
    )
    sys.modules["__main__"] = module
    sys.argv[:] = [capture["script"]] + arguments
    outputs = os.path.abspath(RESULTS)
    try:
        _execute(directory, capture, module.__dict__)
        if capture["results"] and os.environ.get(RANK, "0") == "0":
            save(outputs, capture["results"], module.__dict__, _cloudpickle(directory))
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001 - shown as Python would, without the lines of ours
        _show(error)
        sys.exit(130 if isinstance(error, KeyboardInterrupt) else 1)


def _again(namespace: "dict[str, Any]") -> "None":
    """In a process that the cell started by `spawn`: have its names there too."""
    directory = os.environ[CAPTURE]
    _execute(directory, _read(directory), namespace)


def _read(directory: "str") -> "dict[str, Any]":
    with open(os.path.join(directory, "capture.json"), "rb") as stream:
        return json.loads(stream.read().decode("utf-8"))  # type: ignore[no-any-return]


def _execute(directory: "str", capture: "dict[str, Any]", namespace: "dict[str, Any]") -> "None":
    place = os.path.dirname(os.path.abspath(directory))
    if capture["variables"]:
        load(directory, capture, namespace)
    for name in capture["parts"] + [capture["script"]]:
        path = os.path.join(place, name)
        with open(path, "rb") as stream:
            code = compile(stream.read(), path, "exec", dont_inherit=True)
        exec(code, namespace)


def _show(error: "BaseException") -> "None":
    if isinstance(error, Refused):
        sys.stderr.write("Traceback (most recent call last):\n{}: {}\n".format(error.type, error))
        return
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_globals is globals():
        trace = trace.tb_next
    error.__traceback__ = trace
    sys.excepthook(type(error), error, trace)


def _cloudpickle(directory: "str") -> "Any":
    """The package that wrote what was sent: it travels with it."""
    import importlib

    sys.path.insert(0, os.path.abspath(directory))
    try:
        return importlib.import_module("cloudpickle")
    finally:
        sys.path.pop(0)


def load(directory: "str", capture: "dict[str, Any]", namespace: "dict[str, Any]") -> "None":
    """Put the sent variables into a namespace; what differs here from where they were made is said in a line.

    Raises:
        Refused: This Python cannot read them.
    """
    _check_python(capture)
    _cloudpickle(directory)
    for name, said in sorted(capture["variables"].items()):
        note = _mismatch(said["packages"])
        if note:
            sys.stderr.write("[run] '{}' was made with {}\n".format(name, note))
        try:
            with open(os.path.join(directory, said["file"]), "rb") as stream:
                namespace[name] = pickle.load(stream)
        except BaseException:
            sys.stderr.write("[run] '{}', a {}, cannot be loaded in this job\n".format(name, said["type"]))
            raise


def _check_python(capture: "dict[str, Any]") -> "None":
    here, there = "{}.{}".format(*sys.version_info[:2]), str(capture["python"])
    if here == there:
        return
    codes = sorted(name for name, said in capture["variables"].items() if said["has_code"])
    if codes:
        text = "{} hold code of Python {}, and this job has {}: define them in the cell, a part or a .py file"
        raise Refused("TypeError", text.format(", ".join(codes), there, here))
    if sys.version_info[:2] < OLDEST:
        text = "variables were sent from Python {}, and this job's, {}, cannot read them: it takes 3.8"
        raise Refused("TypeError", text.format(there, here))
    sys.stderr.write("[run] variables were sent from Python {}, this job has {}\n".format(there, here))


def _mismatch(packages: "dict[str, str]") -> "str":
    """`pandas 2.2.3, this job has 2.0.1`; empty where all are the same."""
    found = []
    for name, version in sorted(packages.items()):
        here = version_of(name)
        if here and here != version:
            found.append("{} {}, this job has {}".format(name, version, here))
    return "; ".join(found)


def version_of(package: "str") -> "str":
    """Of an importable package, by what it says itself; empty where it says nothing."""
    module = sys.modules.get(package)
    found = getattr(module, "__version__", "")
    if found or sys.version_info < OLDEST:
        return str(found)
    from importlib import import_module

    try:
        return str(import_module("importlib.metadata").version(package))
    except ImportError:  # it is no distribution's name, or there is none of it
        return ""


def packages_of(value: "object") -> "dict[str, str]":
    """The installed package that a value's type is of, with its version."""
    root = str(type(value).__module__).partition(".")[0]
    version = "" if root in ("builtins", "__main__") else version_of(root)
    return {root: version} if version else {}


def save(directory: "str", names: "list[str]", namespace: "dict[str, Any]", cloudpickle: "Any") -> "None":
    """Write the results, each into a file of its own, and last the index: without it there are none.

    Raises:
        Refused: One of them was not bound, or cannot be pickled; then none is written.
    """
    import hashlib

    missing = [name for name in names if name not in namespace]
    if missing:
        raise Refused("NameError", _missing(missing[0], namespace))
    files, index = {}, {}  # type: dict[str, bytes], dict[str, Any]
    for name in names:
        files[name] = _pickled(name, namespace[name], cloudpickle.dumps)
        index[name] = {
            "file": name + ".pickle",
            "type": type(namespace[name]).__name__,
            "size": len(files[name]),
            "digest": hashlib.sha256(files[name]).hexdigest(),
            "packages": packages_of(namespace[name]),
        }
    os.makedirs(directory, exist_ok=True)
    for name, data in files.items():
        atomic.write_replace(os.path.join(directory, index[name]["file"]), data)
    said = {"version": 1, "python": "{}.{}".format(*sys.version_info[:2]), "results": index}
    atomic.write_replace(os.path.join(directory, INDEX), atomic.encode(said))


def _missing(name: "str", namespace: "dict[str, Any]") -> "str":
    from ..errors import did_you_mean

    bound = [key for key in namespace if not key.startswith("_")]
    near = did_you_mean(name, bound)
    return "the cell binds no '{}', which `--get` asks for{}".format(name, ": " + near if near else "")


def _pickled(name: "str", value: "object", dumps: "Callable[[object], bytes]") -> "bytes":
    try:
        return dumps(value)
    except Exception as error:  # noqa: BLE001 - whatever a type's own code raises
        text = "'{}', a {}, cannot be handed back by `--get`: {}"
        raise Refused("TypeError", text.format(name, type(value).__name__, error)) from None


if __name__ == "__main__":
    main()
elif __name__ == "__mp_main__":
    _again(globals())
