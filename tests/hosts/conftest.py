"""Fixtures of the tests of hosts."""

from ..snapshot.conftest import full_disk, home, root

__all__ = ["full_disk", "home", "root"]
