"""Runs at the start of every Python of a job: offers `azureml.core` and us where nothing else does.

Where a genuine azureml is installed, it is what is imported; its run is then this job's.

It comes first on the path, so it also runs the sitecustomize that it hides. Nothing of ours may
keep the person's script from starting: whatever goes wrong here is left out.
"""

import sys

# its frozen name: PYTHONPATH may hold a person's own importlib.py
from _frozen_importlib_external import PathFinder


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


sys.meta_path.insert(0, _Genuine)  # type: ignore[arg-type]
sys.meta_path.append(_Fallback)  # type: ignore[arg-type]
try:
    _chain()
except ImportError:
    pass
