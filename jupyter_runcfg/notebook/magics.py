"""`%runcfg` and `%%runcfg`: reads the words, lets a verb act, turns our errors into short boxes."""

from __future__ import annotations

from typing import Any

from IPython.core.magic import Magics, line_cell_magic, magics_class, needs_local_scope, no_var_expand

from ..errors import ConfigError, RuncfgError
from . import words
from .verb import NotebookVerbs

PROG = "%runcfg"
_BODY_VERBS = ("submit", "config", "part")


@magics_class
class RuncfgMagics(Magics):
    """`%runcfg VERB …`; `%runcfg -h` lists the verbs."""

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self.user_ns = shell.user_ns
        self.verbs = NotebookVerbs(shell)

    @needs_local_scope
    @no_var_expand
    @line_cell_magic
    def runcfg(self, line: str, cell: str | None = None, local_ns: dict[str, Any] | None = None) -> Any:
        """`%runcfg VERB …`; `%runcfg -h` lists the verbs."""
        from ..verbs.grammar import HelpAsked

        try:
            return self._run(line, cell, {**self.user_ns, **(local_ns or {})})
        except HelpAsked as asked:
            print(asked.text)  # noqa: T201 - the answer to -h
            return None
        except RuncfgError as error:
            _show_as_box(error)
            raise
        except KeyboardInterrupt as stop:
            stop._render_traceback_ = lambda: ["KeyboardInterrupt"]  # type: ignore[attr-defined]
            raise

    def _run(self, line: str, cell: str | None, names: dict[str, Any]) -> Any:
        from ..verbs import grammar
        from ..verbs.warned import plain_warnings

        said = words.split(line, names)
        if not said and cell is None:
            return self.verbs.greet()
        options = grammar.parse(said, PROG, "notebook")
        words.check_variable(getattr(options, "variable", None))
        if cell is not None and options.verb not in _BODY_VERBS:
            raise ConfigError.single(
                f"`{options.verb}` takes no cell body", hint=f"`%runcfg {options.verb}` with one %"
            )
        self.verbs.names = names
        with plain_warnings(print):
            return getattr(self.verbs, options.verb.replace(" ", "_"))(options, cell)


def _show_as_box(error: RuncfgError) -> None:
    """Let IPython show a short box instead of a traceback of ours; it still raises, so Run All stops."""
    bold, plain = "\x1b[1m", "\x1b[0m"
    first, *rest = str(error).split("\n")
    lines = [f"{bold}error: {first}{plain}", *rest]  # no colour: the page gives the box its own
    error._render_traceback_ = lambda: lines  # type: ignore[attr-defined]
