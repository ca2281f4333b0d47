"""A run from outside: submit it, find it, watch it, wait for it, end it, read what it left."""

from .. import settings
from ..runtime.paths import Home
from ..runtime.v1 import place
from ..runtime.v1.dataset import Dataset
from ..runtime.v1.datastore import Datastore
from ..runtime.v1.model import Model
from .compute import ComputeTarget
from .decorator import remote
from .experiment import Experiment
from .run import Run
from .select import get_run, list_runs
from .submitting import submit
from .workspace import Workspace

__all__ = [
    "ComputeTarget",
    "Dataset",
    "Datastore",
    "Experiment",
    "Model",
    "Run",
    "Workspace",
    "get_run",
    "list_runs",
    "remote",
    "submit",
]

place.set_outside(lambda: Home(str(settings.home())))
