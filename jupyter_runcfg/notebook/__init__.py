"""Front door: `%load_ext jupyter_runcfg`. Everything heavy is imported when it is first used."""

from __future__ import annotations

import sys
from typing import Any


def load(shell: Any) -> None:
    """Register the magics, the display of runs; say where we stand."""
    from .magics import RuncfgMagics

    magics = RuncfgMagics(shell)
    shell.register_magics(magics)
    displays = shell.display_formatter.ipython_display_formatter
    displays.for_type_by_name("jupyter_runcfg.run.run", "Run", magics.verbs.display_run)
    shell.events.register("post_run_cell", _show_ended)
    magics.verbs.greet()


def _show_ended(_result: Any) -> None:
    """After each cell: views of runs that have ended become pictures, also for clients without a page."""
    live = sys.modules.get(f"{__name__}.live")  # not there before the first view
    if live is not None:
        live.show_ended()


def unload(shell: Any) -> None:
    """Take the magics away again; runs go on."""
    shell.events.unregister("post_run_cell", _show_ended)
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("runcfg", None)
