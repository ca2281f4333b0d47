"""`data`: SDK v1's datastores, names for directories of this machine."""

from __future__ import annotations

import argparse
import os
from typing import Any

from .. import settings
from ..errors import ConfigError, NotRegisteredError, did_you_mean
from ..run import Workspace
from ..run.select import opened_home
from ..runtime.v1.datastore import DEFAULT, Datastore
from .grammar import key_value

COLUMNS = ("name", "path", "")


def _workspace() -> Workspace:
    return Workspace.of(opened_home())


def stores() -> list[Datastore]:
    """All of them; v1's default one is always there."""
    workspace = _workspace()
    return [Datastore(workspace, name) for name in Datastore.names(workspace)]


def rows() -> list[tuple[str, ...]]:
    default = Datastore(_workspace()).name
    return [(store.name, settings.short_path(store.root), _note(store, default)) for store in stores()]


def _note(store: Datastore, default: str) -> str:
    notes = ["the default"] if store.name == default else []
    notes += [] if os.path.isdir(store.root) else ["not there now"]
    return ", ".join(notes)


def as_json() -> list[dict[str, Any]]:
    default = Datastore(_workspace()).name
    return [
        {"name": s.name, "path": s.root, "is_default": s.name == default, "is_there": os.path.isdir(s.root)}
        for s in stores()
    ]


def add(options: argparse.Namespace) -> str:
    """Do `data add NAME path=DIR`.

    Raises:
        ConfigError: The words are not NAME path=DIR.
        UserErrorException: There is no such directory, or the name cannot be one.
    """
    words = dict(key_value(word, "data add") for word in options.options)
    wrong = next((word for word in words if word != "path"), "")
    if wrong or "path" not in words:
        near = did_you_mean(wrong, ["path"]) if wrong else ""
        hint = f"{near} `data add {options.name} path=/mnt/data`".strip()
        message = f"'{wrong}' means nothing here" if wrong else "where is the data?"
        raise ConfigError.single(message, "data add", hint)
    store = Datastore.register(_workspace(), options.name, words["path"], options.default)
    return f"{store.name} is {settings.short_path(store.root)}"


def remove(options: argparse.Namespace) -> str:
    """Forget a name; the directory stays.

    Raises:
        ConfigError: It is v1's default, which is always there.
        NotRegisteredError: There is none of that name.
    """
    known = {store.name: store for store in stores()}
    if options.name not in known:
        hint = did_you_mean(options.name, known) or f"there is {', '.join(known)}"
        raise NotRegisteredError(f"no datastore named '{options.name}'", hint=hint)
    store = known[options.name]
    own = os.path.join(store.home.root, "data", DEFAULT)
    if store.name == DEFAULT and store.root == own:
        raise ConfigError.single(
            f"'{DEFAULT}' is always there", "data remove", "`data add` gives it another path"
        )
    store.unregister()
    return f"{store.name} is forgotten; {settings.short_path(store.root)} stays as it is"
