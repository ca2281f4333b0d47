"""Where an engine's commands and files are: this machine, or (later) one behind SSH."""

from .base import Host
from .local import LocalHost

__all__ = ["Host", "LocalHost"]
