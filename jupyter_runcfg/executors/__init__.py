"""One file per engine, behind one interface: lists in, lists out."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .base import Container, EngineWord, Executor, Finding, Job, JobSpec, Prepared, Resources
    from .registry import BUILT_IN_TARGETS, accept, check_target, get_executor

__all__ = [
    "BUILT_IN_TARGETS",
    "Container",
    "EngineWord",
    "Executor",
    "Finding",
    "Job",
    "JobSpec",
    "Prepared",
    "Resources",
    "accept",
    "check_target",
    "get_executor",
]


def __getattr__(name: str) -> object:
    """The supervisor of a container is below this package, and its run waits for whatever it imports."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import base, registry

    return getattr(base, name, None) or getattr(registry, name)
