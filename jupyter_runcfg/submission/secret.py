"""Secrets that a job gets by name: their values are in no file of the record."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..errors import ConfigError, Fault, did_you_mean

if TYPE_CHECKING:
    from .plan import Submission

_NAME = re.compile(r"[A-Za-z_]\w*")
_LEAST = 6  # a shorter value stands in many texts by chance


def read_secrets(names: Sequence[str], variables: Mapping[str, object]) -> dict[str, str]:
    """The values: the notebook's variable of that name, else the environment's.

    Raises:
        ConfigError: One has no value.
    """
    found, faults = {}, []
    for name in dict.fromkeys(names):
        value = variables.get(name, os.environ.get(name))
        if not _NAME.fullmatch(name):
            faults.append(Fault("a secret is given by its name, not by its value", "--secret", hint=_HOW))
        elif not isinstance(value, str) or not value or "\0" in value:
            near = did_you_mean(name, [*variables, *os.environ])
            kind = "" if value is None or isinstance(value, str) else f" (it is a {type(value).__name__})"
            faults.append(
                Fault(f"no text to send for the secret '{name}'{kind}", "--secret", hint=near or _HOW)
            )
        else:
            found[name] = value
    if faults:
        raise ConfigError(faults)
    return found


_HOW = (
    "`--secret API_KEY` sends what the variable API_KEY holds: set it in the notebook or in the environment"
)


def find_faults(submission: Submission, argv: Sequence[str], extra: Mapping[str, bytes]) -> list[Fault]:
    """Places of the record that have a secret's value in them, where everybody who reads it would see it."""
    config = submission.config
    settings = {**config.environment.environment_variables, **config.environment_variables}
    faults = []
    for name, value in submission.secrets.items():
        if name in settings:
            message = f"'{name}' is a secret and an environment variable of the configuration"
            faults.append(Fault(message, f"environmentVariables.{name}", hint="leave it out there"))
        if len(value) < _LEAST:
            continue
        data = value.encode("utf-8", "surrogatepass")
        places = {
            "the arguments": any(value in word for word in argv),
            "the environment variables": any(value in str(word) for word in settings.values()),
            "a tag": any(value in word for word in submission.tags.values()),
            "the display name": value in (submission.name or ""),
            **{_place(path): data in content for path, content in extra.items()},
        }
        faults += [
            Fault(f"the value of the secret '{name}' stands in {place}", "--secret", hint=_READ.format(name))
            for place, is_there in places.items()
            if is_there
        ]
    return faults


_READ = "the record keeps that; read it in the job: `os.environ['{}']`"


def _place(path: str) -> str:
    name = path.rpartition("/")[2]
    return f"the variable '{name[:-7]}'" if name.endswith(".pickle") else f"the code of {name}"
