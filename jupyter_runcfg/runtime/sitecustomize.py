"""Runs at the start of every Python of a job: offers `azureml.core` and us where nothing else does.

And it counts what of the log finds no room on the disk: nobody else sees it.

Where a genuine azureml is installed, it is what is imported; its run is then this job's.

It comes first on the path, so it also runs the sitecustomize that it hides. Nothing of ours may
keep the person's script from starting: whatever goes wrong here is left out.
"""

import io
import os
import stat
import sys

# its frozen name: PYTHONPATH may hold a person's own importlib.py
from _frozen_importlib_external import PathFinder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _chain() -> "None":
    """Run the sitecustomize that stands behind this one."""
    here = __file__.rpartition("/")[0]
    path = [entry for entry in sys.path if entry != here]
    spec = PathFinder.find_spec("sitecustomize", path)
    if spec is not None and spec.loader is not None:
        module = type(sys)("sitecustomize")  # importlib.util would cost each Python 5 ms
        module.__spec__, module.__loader__, module.__file__ = spec, spec.loader, spec.origin
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


class _Fallback:
    """Asked last: finds what the interpreter does not have."""

    @staticmethod
    def find_spec(name: "str", path: "object" = None, target: "object" = None) -> "object":
        if name.partition(".")[0] not in ("azureml", "jupyter_runcfg") or _is_of_genuine(name):
            return None
        from _runcfg.runtime.v1 import fallback  # type: ignore[import-not-found]

        return fallback.find_spec(name)


def _is_of_genuine(name: "str") -> "bool":
    """Whether a name that was not found belongs to a genuine azureml: ours would not fit to it."""
    if not name.startswith("azureml.") or name == "azureml.core":
        return False
    core = sys.modules.get("azureml.core")
    if core is not None:
        return getattr(core.__spec__, "origin", "") != "jupyter_runcfg"
    path = getattr(sys.modules.get("azureml"), "__path__", None)
    return path is not None and PathFinder.find_spec("azureml.core", path) is not None


class _Genuine:
    """Asked first, and for one module only: the run of a genuine azureml."""

    @staticmethod
    def find_spec(name: "str", path: "object" = None, target: "object" = None) -> "object":
        if name != "azureml.core.run":
            return None
        from _runcfg.runtime.v1 import genuine

        return genuine.find_spec(name, path, (_Genuine, _Fallback))


class _Log(io.FileIO):
    """Standard output or error, straight into a file; one that cannot be written is an error as ever."""

    def write(self, data: "Any") -> "int":
        size = memoryview(data).nbytes
        written = 0
        try:
            while written < size:  # a text stream above it would not look how much was taken
                written += super().write(memoryview(data).cast("B")[written:] if written else data) or 0
        except OSError:
            _count_lost(self.fileno(), size - written)
            raise
        return size


_lost = {}  # type: dict[tuple[int, int], list[int]]


def _count_lost(stream: "int", size: "int") -> "None":
    """Where it is the run's log, the length of an empty file says how many bytes are not in it."""
    run, key = os.environ.get("RUNCFG_RUN_DIR", ""), (os.getpid(), stream)
    try:
        logs = [entry.inode() for entry in os.scandir(os.path.join(run, "logs"))]
        if os.fstat(stream).st_ino not in logs:
            return
        if key not in _lost:
            name = "{}-{}-{}.lost-bytes".format(*key, os.urandom(4).hex())
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            _lost[key] = [os.open(os.path.join(run, "events", name), flags, 0o600), 0]
        _lost[key][1] += size
        os.ftruncate(*_lost[key])
    except OSError:
        pass  # a record that was removed


def _watch(name: "str") -> "None":
    """Put our stream in the place of one that writes each piece at once, as those of a job do."""
    old = getattr(sys, name, None)  # type: Any  # older Pythons make theirs after this file has run
    is_raw = type(getattr(old, "buffer", None)) is io.FileIO
    if not is_raw or not stat.S_ISREG(os.fstat(old.fileno()).st_mode):
        return
    log = _Log(old.fileno(), "wb", closefd=False)
    log.name = old.name
    by_line = old.line_buffering  # in Python 3.6
    new = io.TextIOWrapper(log, old.encoding, old.errors, "\n", by_line, not by_line)
    new.mode = old.mode  # type: ignore[misc]
    setattr(sys, name, new)
    setattr(sys, "__{}__".format(name), new)


sys.meta_path.insert(0, _Genuine)  # type: ignore[arg-type]
sys.meta_path.append(_Fallback)  # type: ignore[arg-type]
try:
    _watch("stdout")
    _watch("stderr")
except (OSError, ValueError):
    pass  # a stream that is closed
try:
    _chain()
except ImportError:
    pass
