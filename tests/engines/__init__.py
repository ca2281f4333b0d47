"""The real engines that tests ask for: is each one there, and how does one get it."""

from .engine import Engine, Engines, interpreter

__all__ = ["Engine", "Engines", "interpreter"]
