"""The run that an address names, in the home of this server."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from .. import settings
from ..errors import RunNotFoundError
from ..runtime.paths import Home

if TYPE_CHECKING:
    from ..run import Run

P = ParamSpec("P")
T = TypeVar("T")

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,254}")

# reading records has threads of its own: a slow disk or engine must not hold up what else a server does
_readers = ThreadPoolExecutor(8, "runcfg-server")


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do what reads or writes records without holding up the server's loop."""
    return await asyncio.wrap_future(_readers.submit(work, *args, **kwargs))


def find_run(run_id: str) -> Run:
    """The run of exactly that id.

    Raises:
        RunNotFoundError: This server's home has none; the kernel may have another home.
        HomeError: The home cannot be told.
    """
    from ..run import Run

    home = settings.home()
    if _RUN_ID.fullmatch(run_id) and os.path.exists(Home(str(home)).run(run_id).request):
        return Run(None, run_id)
    raise RunNotFoundError(
        f"no run '{run_id}' on this server",
        where=settings.short_path(str(home)),
        hint="a kernel with another RUNCFG_HOME keeps its runs elsewhere",
    )
