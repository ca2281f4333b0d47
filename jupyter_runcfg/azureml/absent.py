"""What of SDK v1 is Azure's own, or not in this version: it can be imported, and says so where it is used.

A notebook that imports all it needs in its first cell so trains, up to the cell that cannot be done here.
"""

from __future__ import annotations

from typing import NamedTuple, NoReturn

from ..errors import UserErrorException
from ..runtime.v1 import serving
from ..runtime.v1.fallback import TableModule


class Part(NamedTuple):
    """Some names of v1: why they are absent, and what to do in their place."""

    why: str
    instead: str


_AUTOML = Part(
    "automated ML is a service of Azure",
    "search in a script of your own, with scikit-learn's HalvingRandomSearchCV, FLAML or AutoGluon",
)
_SEARCH = Part(
    "this version has no search over parameters",
    "submit a run for each value in a loop, `%runcfg submit train.py --group NAME -- --lr {lr}`; "
    "`%runcfg compare --group NAME` shows them side by side",
)
_STEPS = Part(
    "this version has no pipelines of steps",
    "submit the script of each step as a run, one after the other with `run.wait_for_completion()` between",
)
_SERVING = Part(serving.WHY, serving.INSTEAD)
_OPEN_DATA = Part("it downloads from Azure's storage", "read the files with pandas from where you have them")
_WATCHING = Part(
    "it is an addition to Azure's service",
    "use the library below it (interpret-community, fairlearn, evidently), and `run.upload_file`",
)
_SPARK = Part("Synapse is a service of Azure", "run the script where a Spark is installed")

# a module and all below it; what we have of it is in the table, and wins
_MODULES = {
    "azureml.automl": _AUTOML,
    "azureml.contrib": _WATCHING,
    "azureml.core.image": _SERVING,
    "azureml.core.webservice": _SERVING,
    "azureml.datadrift": _WATCHING,
    "azureml.explain": _WATCHING,
    "azureml.interpret": _WATCHING,
    "azureml.monitoring": _WATCHING,
    "azureml.opendatasets": _OPEN_DATA,
    "azureml.pipeline": _STEPS,
    "azureml.synapse": _SPARK,
    "azureml.train.automl": _AUTOML,
    "azureml.train.hyperdrive": _SEARCH,
}
_NAMES = {
    "azureml.core": dict.fromkeys(("Image", "ContainerImage", "Webservice"), _SERVING)
    | {"LinkedService": _SPARK, "SynapseWorkspaceLinkedServiceConfiguration": _SPARK},
    "azureml.core.compute": {"SynapseCompute": _SPARK},
    "azureml.core.model": {"InferenceConfig": _SERVING},
    "azureml.pipeline.steps": {
        "AutoMLStep": _AUTOML,
        "HyperDriveStep": _SEARCH,
    },
}


def find(module: str, name: str = "") -> Part | None:
    """Why a module, or a name of it, is absent; None where it is not v1's at all."""
    named = _NAMES.get(module, {}).get(name)
    above = [one for one in _MODULES if f"{module}.".startswith(f"{one}.")]
    return named or (_MODULES[above[0]] if above else None)


class Module(TableModule):
    """A module of our names, which has those that are absent, too."""

    def __getattr__(self, name: str) -> object:
        try:
            return super().__getattr__(name)
        except AttributeError:
            part = find(self.__name__, name)
            if name.startswith("_") or part is None:
                raise
        value = Absent(name, (), {"__module__": self.__name__, "__doc__": part.why, "_part": part})
        setattr(self, name, value)
        return value


class Absent(type):
    """The kind of a name that is absent: a class, so that `isinstance` and `import` work."""

    _part: Part

    def __call__(cls, *_arguments: object, **_named: object) -> NoReturn:
        cls._refuse()

    def __getattr__(cls, name: str) -> NoReturn:
        if name.startswith("_"):  # whoever looks at it from outside: IPython, inspect, copy
            raise AttributeError(f"type object {cls.__name__!r} has no attribute {name!r}")
        cls._refuse()

    def _refuse(cls) -> NoReturn:
        raise UserErrorException(f"no {cls.__name__} here: {cls._part.why}", hint=cls._part.instead)
