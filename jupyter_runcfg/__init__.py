"""From a notebook cell to any computer, and back, live: run configurations of Azure ML's SDK v1."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .version import __version__ as __version__

if TYPE_CHECKING:
    from .config import (
        CondaDependencies,
        DockerConfiguration,
        Environment,
        MpiConfiguration,
        ParallelRunConfig,
        ParallelTaskConfiguration,
        PyTorchConfiguration,
        RunConfiguration,
        ScriptRunConfig,
        TensorflowConfiguration,
    )
    from .run import Dataset, Datastore, Experiment, Model, Run, Workspace, get_run, list_runs, remote, submit

# public name → the module that has it; imported when first asked for, so that `%load_ext` is quick
_PUBLIC = {
    "CondaDependencies": "config",
    "Dataset": "run",
    "Datastore": "run",
    "DockerConfiguration": "config",
    "Environment": "config",
    "Experiment": "run",
    "Model": "run",
    "MpiConfiguration": "config",
    "ParallelRunConfig": "config",
    "ParallelTaskConfiguration": "config",
    "PyTorchConfiguration": "config",
    "Run": "run",
    "RunConfiguration": "config",
    "ScriptRunConfig": "config",
    "TensorflowConfiguration": "config",
    "Workspace": "run",
    "get_run": "run",
    "list_runs": "run",
    "remote": "run",
    "submit": "run",
}

__all__ = [
    "CondaDependencies",
    "Dataset",
    "Datastore",
    "DockerConfiguration",
    "Environment",
    "Experiment",
    "Model",
    "MpiConfiguration",
    "ParallelRunConfig",
    "ParallelTaskConfiguration",
    "PyTorchConfiguration",
    "Run",
    "RunConfiguration",
    "ScriptRunConfig",
    "TensorflowConfiguration",
    "Workspace",
    "get_run",
    "list_runs",
    "remote",
    "submit",
]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_PUBLIC[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext jupyter_runcfg`: the magics, and SDK v1's names where it is not installed."""
    from . import azureml, notebook

    azureml.offer()
    notebook.load(shell)


def unload_ipython_extension(shell: Any) -> None:
    from . import azureml, notebook

    notebook.unload(shell)
    azureml.withdraw()


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "jupyter_runcfg"}]


def _load_jupyter_server_extension(server: Any) -> None:
    from . import server as extension

    extension.load(server)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Where `jupyter-builder develop` finds what an installation has in share/jupyter."""
    return [{"src": "_labextension", "dest": "jupyter-runcfg"}]
