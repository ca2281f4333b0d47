"""One file per engine, behind one interface: lists in, lists out."""

from .base import EngineWord, Executor, Job, JobSpec, Prepared
from .registry import BUILT_IN_TARGETS, check_target, get_executor

__all__ = [
    "BUILT_IN_TARGETS",
    "EngineWord",
    "Executor",
    "Job",
    "JobSpec",
    "Prepared",
    "check_target",
    "get_executor",
]
