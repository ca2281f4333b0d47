"""All addresses of the extension, below `runcfg/` of the server; a test asks each without a token."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jupyter_server.utils import url_path_join

from .file import FileHandler
from .run import CancelHandler, RunHandler
from .stream import StreamHandler
from .table import TableHandler

_RUN = r"runcfg/runs/(?P<run_id>[^/]+)"

ROUTES: tuple[tuple[str, type[Any]], ...] = (
    (_RUN, RunHandler),
    (rf"{_RUN}/cancel", CancelHandler),
    (rf"{_RUN}/files/(?P<name>.+)", FileHandler),
    (rf"{_RUN}/stream", StreamHandler),
    (r"runcfg/table", TableHandler),
)


def addresses(base_url: str, routes: Iterable[tuple[str, type[Any]]]) -> list[tuple[str, type[Any]]]:
    """The routes below a server's base URL."""
    return [(url_path_join(base_url, route), handler) for route, handler in routes]
