"""Front door: `%load_ext jupyter_runcfg`. Everything heavy is imported when it is first used."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

_MATCHER = "jupyter_runcfg"


def load(shell: Any) -> None:
    """Register the magics, the display of runs; say where we stand."""
    from .magics import RuncfgMagics

    magics = RuncfgMagics(shell)
    shell.register_magics(magics)
    displays = shell.display_formatter.ipython_display_formatter
    displays.for_type_by_name("jupyter_runcfg.run.run", "Run", magics.verbs.display_run)
    for moment, act in _hooks(magics):
        shell.events.register(moment, act)
    magics.verbs.cells.watch()
    shell.Completer.custom_matchers.append(_matcher(magics))
    if getattr(shell, "kernel", None) is None and sys.stdout.isatty():
        from .terminal import register

        register(shell)
    magics.verbs.greet()


def _hooks(magics: Any) -> list[tuple[str, Callable[[Any], None]]]:
    """What is done around each cell."""
    return [
        ("pre_run_cell", _refresh_forms),
        ("post_run_cell", _refresh_forms),
        ("post_run_cell", _show_ended),
        ("post_run_cell", magics.verbs.look),
    ]


def _matcher(magics: Any) -> Any:
    """TAB in lines and cells of ours; asked before IPython's own, whose words would be mixed with ours."""
    from IPython.core.completer import context_matcher

    @context_matcher(identifier=_MATCHER, priority=1000)  # type: ignore[untyped-decorator]
    def match(context: Any) -> dict[str, Any]:
        if "runcfg" not in context.full_text:
            return {"completions": []}
        from .completion import Completer

        return Completer(magics.verbs).match(context)

    return match


def _show_ended(_result: Any) -> None:
    """After each cell: views of runs that have ended become pictures, also for clients without a page."""
    live = sys.modules.get(f"{__name__}.live")  # not there before the first view
    if live is not None:
        live.show_ended()


def _refresh_forms(_info: Any) -> None:
    """Around each cell: forms show what `%runcfg set` and Python have changed."""
    form = sys.modules.get(f"{__name__}.form")
    if form is not None:
        form.refresh()


def unload(shell: Any) -> None:
    """Take the magics away again; runs go on."""
    magics = shell.magics_manager.registry["RuncfgMagics"]
    for moment, act in _hooks(magics):
        shell.events.unregister(moment, act)
    magics.verbs.cells.unwatch()
    matchers = shell.Completer.custom_matchers
    matchers[:] = [one for one in matchers if getattr(one, "matcher_identifier", "") != _MATCHER]
    terminal = sys.modules.get(f"{__name__}.terminal")
    if terminal is not None:
        terminal.unregister(shell)
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("runcfg", None)
