"""Fixtures: a project to submit from, small disks."""

from ..project import project
from ..runtime.disk import tmpfs

__all__ = ["project", "tmpfs"]
