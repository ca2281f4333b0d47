"""Runs at the start of every Python of a job: offers `azureml.core` and us where nothing else does.

It comes first on the path, so it also runs the sitecustomize that it hides. Nothing of ours may
keep the person's script from starting: whatever goes wrong here is left out.
"""

import sys


def _chain() -> "None":
    """Run the sitecustomize that stands behind this one."""
    from importlib.machinery import PathFinder

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
        if name.partition(".")[0] not in ("azureml", "jupyter_runcfg"):
            return None
        from _runcfg.runtime import fallback  # type: ignore[import-not-found]

        return fallback.find_spec(name)


sys.meta_path.append(_Fallback)  # type: ignore[arg-type]
try:
    _chain()
except ImportError:
    pass
