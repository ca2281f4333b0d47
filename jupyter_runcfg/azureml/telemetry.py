"""SDK v1's switch for what it tells Microsoft; we tell nobody anything."""

from __future__ import annotations


def set_diagnostics_collection(
    send_diagnostics: bool = True, verbosity: object = None, reason: str = ""
) -> None:
    """Nothing: there is nothing to switch."""
