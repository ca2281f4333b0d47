"""A run from outside: submit it, find it, watch it, wait for it, end it, read what it left."""

import sys

from .run import Run
from .select import get_run, list_runs
from .submitting import submit

__all__ = ["Run", "get_run", "list_runs", "submit"]

# the import of the package `submit` gave its name to the package: `from jupyter_runcfg import submit`
# is the function, whatever was imported before
vars(sys.modules[__name__.rpartition(".")[0]])["submit"] = submit
