"""A directory frozen as a value: which files travel, their bytes, one digest for all."""

from .damage import Use, uses, verify
from .freeze import scan, take
from .gc import Collected, gc
from .value import Ignored, Skipped, Snapshot

__all__ = ["Collected", "Ignored", "Skipped", "Snapshot", "Use", "gc", "scan", "take", "uses", "verify"]
