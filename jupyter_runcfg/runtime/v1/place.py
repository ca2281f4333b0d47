"""Where the records are, for code that no workspace was given."""

import os

from ...errors import RuncfgError
from ..paths import Home, RunPaths
from ..variables import RUN_DIRECTORY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

_outside = []  # type: list[Callable[[], Home]]


def set_outside(find: "Callable[[], Home]") -> "None":
    """Say where the home is outside of a job: the settings, which know, stand above the runtime."""
    _outside[:] = [find]


def home() -> "Home":
    """The home of the job we are in, else the person's.

    Raises:
        RuncfgError: Outside of a job, in an interpreter that has only the runtime.
    """
    directory = os.environ.get(RUN_DIRECTORY)
    if directory:
        return RunPaths(directory).home
    if _outside:
        return _outside[0]()
    raise RuncfgError(
        "this process is not part of a run, so there is no home of records here",
        hint="submit the script: `%runcfg submit train.py`",
    )
