"""Files that people do not mean to send: told by their names, never read."""

from __future__ import annotations

from fnmatch import fnmatch

_NAMES = (
    ".env", ".env.*", ".netrc", ".pypirc", ".npmrc", "credentials", "credentials.json",
    "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "*.pem", "*.key", "*.p12", "*.pfx", "*.keytab",
)  # fmt: skip
_HARMLESS = (".env.example", ".env.sample", ".env.template")


def looks_secret(path: str) -> bool:
    """Whether a file of that name usually holds keys, passwords or tokens."""
    name = path.rpartition("/")[2].lower()
    return name not in _HARMLESS and any(fnmatch(name, pattern) for pattern in _NAMES)
