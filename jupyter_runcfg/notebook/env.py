"""The notebook's `env` and its kin."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from ..errors import RuncfgError


class EnvVerbs:
    """A part of NotebookVerbs; `shell` and `session` are there."""

    shell: Any
    session: Any

    def env(self, options: argparse.Namespace, _cell: str | None) -> Any:
        from ..verbs.env import COLUMNS, ListedCurated, list_them
        from .table import TextTable

        if options.curated:
            curated = ListedCurated()
            return TextTable(curated.columns, curated.rows, "")
        listed = list_them()
        if listed.note:
            _say(listed.note)
        none = "no environments are built yet: `%runcfg submit train.py --env infer` builds one"
        return TextTable(COLUMNS, listed.rows, none)

    env_list = env

    def env_show(self, options: argparse.Namespace, _cell: str | None) -> None:
        from ..verbs.env import curated_text, find, text_of

        _say("\n".join(curated_text(word) or text_of(find(word)) for word in options.names))

    def env_build(self, options: argparse.Namespace, _cell: str | None) -> None:
        from ..verbs.env_build import build

        _say(build(self.session.current, options.name, options.target, sys.stdout.write).said)

    def env_remove(self, options: argparse.Namespace, _cell: str | None) -> None:
        from ..verbs.env import removed

        _say("\n".join(f"{one.name} is removed" for one in removed(options)) or "none is that old")

    def env_infer(self, options: argparse.Namespace, _cell: str | None) -> None:
        from ..verbs.env import conda_text, inferred, write

        found = inferred(options.script, self._cells())
        for note in found.notes:
            _say(f"note: {note}")
        _say(f"written: {write(found, options.to)}" if options.to else conda_text(found).rstrip())

    def _cells(self) -> list[tuple[str, str]]:
        """The cells that were run in this kernel, and the bodies of those that it submitted."""
        history = getattr(self.shell, "history_manager", None)
        if history is None:
            raise RuncfgError("this kernel keeps no history", hint="name a script: `env infer train.py`")
        found = []
        for number, raw in enumerate(history.input_hist_raw):
            first, _, body = raw.partition("\n")
            if first.startswith("%%runcfg "):
                found.append((f"In[{number}]", body))
            elif not first.startswith("%%"):  # of another language, or another program's
                found.append((f"In[{number}]", raw))
        return found


def _say(text: str) -> None:
    print(text)  # noqa: T201 - what a magic answers
