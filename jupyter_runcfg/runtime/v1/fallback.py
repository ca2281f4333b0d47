"""Modules by name for those who import them where they are not installed (SDK v1's, and our own)."""

from importlib.machinery import ModuleSpec
from types import ModuleType

from .names import IN_JOB

WHOLE = "jupyter_runcfg"


class TableModule(ModuleType):
    """A module whose names are imported when they are first asked for, on Python 3.6 too."""

    def __init__(self, name: "str", table: "dict[str, tuple[str, str]]") -> "None":
        super().__init__(name)
        self._table = table

    def __getattr__(self, name: "str") -> "object":
        if name == "__all__":
            return sorted(
                key for key in self._table if not key.startswith("__") and _is_there(self._table[key][0])
            )
        if name not in self._table:
            raise AttributeError("module {!r} has no attribute {!r}".format(self.__name__, name))
        value = _take(self.__name__, name, *self._table[name])
        setattr(self, name, value)
        return value


def _take(module: "str", name: "str", source: "str", attribute: "str") -> "object":
    from importlib import import_module

    try:
        return getattr(import_module(source), attribute)
    except ImportError:
        if _is_there(source):
            raise
        raise ImportError(
            "{}.{} in a job needs jupyter_runcfg in its interpreter: `pip install jupyter-runcfg` there "
            "(Python 3.11 or later)".format(module, name)
        ) from None


def _is_there(source: "str") -> "bool":
    """Whether our whole package can be imported, for rows that need it: it is no table of ours then."""
    if not source.startswith(WHOLE + "."):
        return True
    from importlib import import_module

    return not isinstance(import_module(WHOLE), TableModule)


class TableLoader:
    """Fills a module from a table of names."""

    def __init__(
        self, names: "dict[str, tuple[str, str]]", kind: "type[TableModule]" = TableModule
    ) -> "None":
        self.names = names
        self.kind = kind

    def create_module(self, spec: "ModuleSpec") -> "ModuleType":
        return self.kind(spec.name, self.names)

    def exec_module(self, module: "ModuleType") -> "None":
        """Nothing: names come when they are asked for."""


def find_spec(name: "str") -> "ModuleSpec | None":
    """The spec of a module that a job offers."""
    names = IN_JOB.get(name)
    return None if names is None else spec_of(name, TableLoader(names))


def spec_of(name: "str", loader: "TableLoader") -> "ModuleSpec":
    """The spec of a module that may have others below it."""
    spec = ModuleSpec(name, loader, origin="jupyter_runcfg")  # type: ignore[arg-type]
    spec.submodule_search_locations = []
    return spec
