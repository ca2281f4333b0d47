"""A run from outside: submit it, find it, watch it, wait for it, end it, read what it left."""

from .run import Run
from .select import get_run, list_runs
from .submitting import submit

__all__ = ["Run", "get_run", "list_runs", "submit"]
