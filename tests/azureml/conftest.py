"""Fixtures: a project to submit from."""

from ..project import project

__all__ = ["project"]
