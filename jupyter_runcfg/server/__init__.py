"""Front door: the Jupyter server extension. What it offers stands in `routes.py`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .. import settings
from ..errors import HomeError

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def load(server: ServerApp) -> None:
    """Add the extension to a server, and tell the kernels that it starts which home it reads."""
    from .routes import ROUTES, addresses

    application = server.web_app
    routes = addresses(application.settings["base_url"], ROUTES)
    application.add_handlers(".*$", routes)  # type: ignore[no-untyped-call]
    try:
        os.environ[settings.SERVER_HOME] = str(settings.home())
    except HomeError as error:  # each request says so; a server that does not start would say less
        server.log.warning("jupyter_runcfg: %s", error)
