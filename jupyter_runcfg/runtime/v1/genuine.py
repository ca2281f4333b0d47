"""A genuine azureml in the interpreter of a job: its `Run.get_context()` gives the run that records here."""

import os
import sys

from ..variables import RUN_DIRECTORY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any

MODULE = "azureml.core.run"
# what the service itself sets: there a genuine run records where it should
_OF_AZURE = ("AZUREML_RUN_TOKEN", "AZUREML_SERVICE_ENDPOINT")


def is_wanted() -> "bool":
    """Whether this process belongs to a run of ours, and not to one of the service."""
    return bool(os.environ.get(RUN_DIRECTORY)) and not all(os.environ.get(name) for name in _OF_AZURE)


def find_spec(name: "str", path: "Any", ours: "tuple[object, ...]") -> "ModuleSpec | None":
    """The spec that the other finders have for the genuine module, with a loader that adapts it."""
    if not is_wanted():
        return None
    for finder in sys.meta_path:
        find = getattr(finder, "find_spec", None)
        spec = find(name, path) if find is not None and finder not in ours else None
        if spec is not None:
            if hasattr(spec.loader, "exec_module"):
                spec.loader = _Loader(spec.loader)
            return spec  # type: ignore[no-any-return]
    return None


class _Loader:
    """The genuine loader, but for one step after its last."""

    def __init__(self, genuine: "Any") -> "None":
        self._genuine = genuine

    def __getattr__(self, name: "str") -> "Any":
        return getattr(self._genuine, name)

    def exec_module(self, module: "ModuleType") -> "None":
        self._genuine.exec_module(module)
        adapt(module)


def adapt(module: "ModuleType") -> "None":
    """Replace `get_context` of the module's Run; all else stays as it is."""
    genuine = getattr(module, "Run", None)
    if isinstance(genuine, type):
        made = []  # type: list[Any]

        def get_context(cls: "type", *args: "Any", **kwargs: "Any") -> "Any":
            """The run that this process belongs to."""
            if not made:
                made.append(_recording(genuine))
            return made[0].get_context(*args, **kwargs)

        genuine.get_context = classmethod(get_context)  # type: ignore[attr-defined]


def _recording(genuine: "type") -> "type":
    """Our Run, an instance of the genuine class to those who ask, with none of its methods."""
    from .context import Run

    return type("Run", (Run,), {"__class__": property(lambda self: genuine), "__module__": Run.__module__})
