"""Modules by name for those who import them where they are not installed (SDK v1's, and our own)."""

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

        for name, (source, attribute) in self.names.items():
            setattr(module, name, getattr(import_module(source), attribute))
        module.__all__ = sorted(self.names)  # type: ignore[attr-defined]


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
