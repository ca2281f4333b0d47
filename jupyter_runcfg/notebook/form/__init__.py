"""`%runcfg form`: a configuration as widgets, bound to the object that `%runcfg set` and Python change."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakSet

if TYPE_CHECKING:
    from ..verb import NotebookVerbs
    from .form import Form

_open: WeakSet[Form] = WeakSet()


def show(verbs: NotebookVerbs) -> Form:
    """Display a form of the current configuration under the running cell."""
    from .form import Form

    form = Form(verbs)
    _open.add(form)
    form.display()
    return form


def refresh() -> None:
    """Let every form show what was changed elsewhere."""
    for form in list(_open):
        form.refresh()
