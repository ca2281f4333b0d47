"""Names and passwords in the URLs of packages and indexes: kept out of definitions, and so of records.

pip and uv both replace `${NAME}` in a line by that environment variable; who builds gets it as a secret.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from ..runtime.variables import INDEX_PASSWORD

_USER = re.compile(r"(https?://)([^/?#\s'\"]+)@([^\s'\"#]+)")  # up to the last @, as pip, uv and git read it
_TOKEN = re.compile(r"(https?://[^\s/'\"]+)/t/[^/\s'\"]+/")  # of a channel of conda's
_VARIABLE = re.compile(r"\$\{(\w+)\}")


def hide(text: str) -> tuple[str, dict[str, str]]:
    """A line without the names and passwords in its URLs, and these by the variables in their place.

    One variable for each place of the internet, whatever the password is: the definition stays the same.
    """
    hidden: dict[str, str] = {}

    def replaced(found: re.Match[str]) -> str:
        scheme, user, rest = found.groups()
        if not _VARIABLE.sub("", user).strip(":"):
            return found[0]  # the person wrote variables
        name = INDEX_PASSWORD + hashlib.sha256(f"{scheme}{rest}".encode()).hexdigest()[:8].upper()
        hidden[name] = user
        return f"{scheme}${{{name}}}@{rest}"

    return _USER.sub(replaced, text), hidden


def hidden_in(tree: Any) -> Any:
    """The same tree of lists and maps, its texts without names and passwords."""
    if isinstance(tree, dict):
        return {key: hidden_in(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [hidden_in(value) for value in tree]
    return _TOKEN.sub(r"\1/", hide(tree)[0]) if isinstance(tree, str) else tree


def variables_of(lines: list[str]) -> list[str]:
    """The variables that must be set to use these lines."""
    return sorted({name for line in lines for name in _VARIABLE.findall(line)})
