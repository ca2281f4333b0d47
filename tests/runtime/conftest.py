"""Fixtures of the runtime's tests."""

from .disk import tmpfs

__all__ = ["tmpfs"]
