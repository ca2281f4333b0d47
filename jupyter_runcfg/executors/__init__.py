"""One file per engine, behind one interface: lists in, lists out."""

from .base import EngineWord, Executor, Job, JobSpec, Prepared, Resources
from .registry import BUILT_IN_TARGETS, accept, check_target, get_executor

__all__ = [
    "BUILT_IN_TARGETS",
    "EngineWord",
    "Executor",
    "Job",
    "JobSpec",
    "Prepared",
    "Resources",
    "accept",
    "check_target",
    "get_executor",
]
