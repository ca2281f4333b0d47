"""A directory frozen as a value: which files travel, their bytes, one digest for all."""

from .freeze import scan, take
from .value import Ignored, Skipped, Snapshot

__all__ = ["Ignored", "Skipped", "Snapshot", "scan", "take"]
