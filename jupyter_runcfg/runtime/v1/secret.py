"""Secrets of a run: environment variables, so that no file of ours holds one."""

import os
import re

from ...errors import NotRegisteredError


def get_secret(name: "str") -> "str":
    """What the variable of that name holds, or of the name as variables are written: db-key → DB_KEY.

    Raises:
        NotRegisteredError: Neither is set.
    """
    variable = re.sub(r"\W", "_", name, flags=re.ASCII).upper()
    for candidate in (name, variable):
        if candidate in os.environ:
            return os.environ[candidate]
    raise NotRegisteredError(
        "no secret named '{}'".format(name),
        hint="set the environment variable {} for the run".format(variable),
    )
