"""Modules by name for those who import them where they are not installed (SDK v1's, and our own)."""

import sys
from importlib.machinery import ModuleSpec

# module → {attribute: (our module, its attribute)}
_RUN = {"Run": ("_runcfg.runtime.context", "Run")}
IN_JOB = {
    "azureml": {},
    "azureml.core": _RUN,
    "azureml.core.run": _RUN,
    "jupyter_runcfg": _RUN,
}


class TableLoader:
    """Fills a module from a table of names."""

    def __init__(self, names: "dict[str, tuple[str, str]]") -> "None":
        self.names = names

    def create_module(self, spec: "ModuleSpec") -> "None":
        return None

    def exec_module(self, module: "object") -> "None":
        from importlib import import_module

        def take(name: "str") -> "object":
            if name not in self.names:
                raise AttributeError("module {!r} has no attribute {!r}".format(module.__name__, name))  # type: ignore[attr-defined]
            source, attribute = self.names[name]
            value = getattr(import_module(source), attribute)
            setattr(module, name, value)
            return value

        module.__all__ = sorted(self.names)  # type: ignore[attr-defined]
        module.__getattr__ = take  # type: ignore[attr-defined]
        if sys.version_info < (3, 7):  # which does not ask a module for what it lacks
            for name in self.names:
                take(name)


def find_spec(
    name: "str", table: "dict[str, dict[str, tuple[str, str]]] | None" = None
) -> "ModuleSpec | None":
    """The spec of a module in the table (default: what a job offers)."""
    names = (IN_JOB if table is None else table).get(name)
    if names is None:
        return None
    spec = ModuleSpec(name, TableLoader(names), origin="jupyter_runcfg")  # type: ignore[arg-type]
    spec.submodule_search_locations = []
    return spec
