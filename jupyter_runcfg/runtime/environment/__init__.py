"""Environments built from a definition: once for each, by whoever needs it first, while the others wait."""
