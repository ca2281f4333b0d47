"""The next step for an error: one or two lines that a person can act on, or none rather than a wrong one."""

import os
import re

from . import distribution, missing_file, missing_module, missing_name, remedy
from .source import Source

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from typing import Any

    from ..usage.memory import Memory

_MOST = 600
_MOST_TEXT = 20000


class Problem:
    """An error with all that is known around it."""

    def __init__(
        self, error: "dict[str, str]", text: "str", source: "Source", memory: "Memory | None" = None
    ) -> "None":
        self.type = error["type"]
        self.message = error["message"]
        self.where = error.get("where", "")
        self.traceback = error.get("traceback", "")
        self.text = text[:_MOST_TEXT]  # the error with the lines after it
        self.source = source
        self.memory = memory

    @property
    def request(self) -> "dict[str, Any]":
        return self.source.request

    @property
    def words(self) -> "list[str]":
        return [str(word) for word in self.request.get("argv") or []]

    @property
    def python(self) -> "str":
        """The interpreter that the script ran in."""
        first = (self.words or [""])[0]
        if os.path.basename(first).startswith("python"):
            return first
        return str((self.request.get("environment") or {}).get("python") or "")

    @property
    def script(self) -> "str":
        """The path of the script in the snapshot; empty for a command."""
        words = self.words
        return words[1] if len(words) > 1 and self.source.read(words[1]) else ""

    @property
    def is_cell(self) -> "bool":
        return bool(self.script) and self.script in (self.request.get("extra") or [])

    def adding(self, distribution: "str") -> "str":
        """How a distribution gets to where this script runs."""
        name = re.split("[<>=]", distribution)[0]
        if set(self.request.get("environment") or {}) - {"python"}:  # one that was built for it
            return "install '{}': add it to the pip list of environment.python.condaDependencies".format(name)
        words = "'{}'".format(distribution) if name != distribution else distribution
        if not self.python:
            return "install '{}' into the interpreter of this run".format(name)
        return "install '{}': `{} -m pip install {}`".format(name, self.python, words)

    def shadow(self, module: "str") -> "str":
        """Whether a file of the snapshot stands before a library's module of that name."""
        top = module.partition(".")[0]
        place = os.path.join(os.path.dirname(self.script), top + ".py").lstrip("/")
        if not self.source.read(place) or not (distribution.known(top) or distribution.is_of_python(top)):
            return ""
        return "'{}' of the snapshot is imported, not the library '{}': rename it".format(place, top)

    def azureml(self, module: "str") -> "str":
        """What there is of SDK v1 where it is not installed."""
        from ..v1.names import IN_JOB

        if "-packages" in self.message:  # it is installed, and speaks for itself
            return ""
        own = sorted(name for name in IN_JOB.get(module, ()) if not name.startswith("_"))
        if not own:
            return "a run has no '{}' of its own: install it, or leave that line out".format(module)
        return "of '{}', a run has {}: install it for more".format(module, ", ".join(own))


_BY_TYPE = {
    "ModuleNotFoundError": missing_module.hint,
    "ImportError": missing_module.hint,
    "NameError": missing_name.name_hint,
    "AttributeError": missing_name.attribute_hint,
    "FileNotFoundError": missing_file.hint,
    "NotADirectoryError": missing_file.hint,
    "PermissionError": missing_file.permission_hint,
    "IsADirectoryError": missing_file.directory_hint,
}


def of(problem: "Problem") -> "str":
    """The hint for an error; empty where nothing sure can be said."""
    kind = problem.type.rpartition(".")[2]
    found = remedy.find(problem)
    if not found:
        look = _BY_TYPE.get(kind)
        if look is None and re.search(r"No such file or directory|does not exist", problem.message):
            look = missing_file.hint
        found = look(problem) if look else ""
    if not found and problem.memory is not None and problem.memory.job_kills():
        found = "the kernel ended {} of its processes: {}".format(
            problem.memory.job_kills(), problem.memory.advice()
        )
    return found if len(found) <= _MOST else found[:_MOST] + "…"
