"""The form with its buttons, bound to a configuration of this kernel's session."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from contextlib import redirect_stdout
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets
from IPython.display import publish_display_data

from ...errors import ConfigError, RuncfgError
from ..verb import NotebookVerbs
from . import answer
from .field import box, button, html
from .page import Page
from .submitting import submit

if TYPE_CHECKING:
    from ...config import RunConfiguration

WIDGET_MIME = "application/vnd.jupyter.widget-view+json"
_STYLE = Path(__file__).with_name("style.css")


class Form:
    """Edits the object that `rc = %runcfg config NAME` gives; `refresh` takes in what others changed."""

    def __init__(self, verbs: NotebookVerbs) -> None:
        self._verbs = verbs
        self._session = session = verbs.session
        self._name = session.name
        self._id = uuid.uuid4().hex
        self._still: dict[str, str] = {}
        self._is_suggested = False
        self._submitted: list[str] = []
        self._title = html("", "runcfg-title")
        self._as = widgets.Text(description="Name", placeholder="to save it as")
        self._answer = html("", "runcfg-answer")
        self._below = box((), "runcfg-below")
        self.page = Page(session.current, self._show_title)
        self.widget = box(
            (self._style(), self._bar(), self._answer, *self.page.groups, self._below), "runcfg-form"
        )

    def display(self) -> None:
        """Under the running cell: the widget, and beside it what remains of it in a saved notebook."""
        widget = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        _publish({WIDGET_MIME: widget, "text/html": "", "text/plain": ""})
        self._still = self._picture()
        _publish(self._still, self._id)

    def refresh(self) -> None:
        """Show what was changed by `%runcfg set`, by Python, by a cell that made the configuration anew."""
        current = self._current()
        self._show_title()
        if current is None or current is self.page.config:
            self.page.refresh()
        else:
            self.page.bind(current)
        if not self._is_suggested:
            self._is_suggested = True
            self.page.suggest()

    def _current(self) -> RunConfiguration | None:
        """The object that has this form's name now; None when it was deleted."""
        session, mine = self._session, self.page.config
        if mine is session.unnamed:
            self._name = None
        elif self._name is None:  # saved under a name in a cell
            self._name = next((name for name, held in session.configurations.items() if held is mine), None)
        return session.unnamed if self._name is None else session.configurations.get(self._name)

    def _style(self) -> widgets.Widget:
        """The looks, and the rule that hides the picture beside the form while the form is there."""
        beside = f".jp-OutputArea-child:has(.runcfg-still-{self._id}) {{ display: none; }}"
        return html(f"<style>{_STYLE.read_text(encoding='utf-8')}{beside}</style>", "runcfg-style")

    def _bar(self) -> widgets.Widget:
        buttons = (
            button(
                "Preview", self._guarded(self._preview), tooltip="the YAML that changes, and what is sent"
            ),
            button("Save", self._guarded(self._save), tooltip="write .azureml/NAME.runconfig"),
            button("Submit", self._guarded(self._submit), button_style="primary", tooltip="run it now"),
        )
        line = box((self._title, self._as, *buttons), "runcfg-bar")
        return box((line, self.page.status), "runcfg-group")

    def _guarded(self, act: Callable[[], str]) -> Callable[[], None]:
        """What a button does: its answer, or our error as a box."""

        def acted() -> None:
            self._is_suggested = False  # there may be new scripts
            try:
                self.refresh()
                told = act()
                self._answer.value = "" if told == self._answer.value else told  # pressed again, it goes
            except RuncfgError as error:
                self._answer.value = answer.error_box(error)
            self.page.refresh()

        return acted

    def _preview(self) -> str:
        return answer.preview(self.page.config, self._file())

    def _file(self) -> Path | None:
        """The file that Save would write over."""
        name = self._name or self._as.value.strip()
        file = self.page.config.path
        if file is None and name:
            file = self._session.file_of(name)
        return file if file is not None and file.exists() else None

    def _save(self) -> str:
        self._check_all_taken()
        name = self._name or self._as.value.strip()
        if not name:
            self._as.focus()
            raise ConfigError.single("the configuration has no name yet", hint="type one beside Save")
        self._make_current()
        file, difference = self._session.save(name)
        self._name = name
        self._show_title()
        return answer.said("\n".join([f"saved {file}", *difference]))

    def _submit(self) -> str:
        self._check_all_taken()
        self._make_current()
        said = io.StringIO()
        with redirect_stdout(said):
            view, label = submit(self._verbs)
        if label:
            self._submitted.append(label)
            said.write(f"{label} is submitted: see below the form\n")
        if view is not None:
            self._below.children = (view, *self._below.children)
        self._show_title()
        return answer.said(said.getvalue().strip())

    def _check_all_taken(self) -> None:
        """A value that is typed and not right is not in the object: nothing is done without it."""
        faults = [fault for field in self.page.pending for fault in field.faults]
        if faults:
            raise ConfigError(faults)

    def _make_current(self) -> None:
        """The buttons act on this configuration, whichever was current."""
        if self._name is None:
            self._session.name = None
        else:
            self._session.make_current(self._name, self.page.config)

    def _show_title(self) -> None:
        title = f"<span>{escape(self._name or 'a configuration without a name')}</span>"
        if self._title.value != title:
            self._title.value = title
        (self._as.add_class if self._name else self._as.remove_class)("runcfg-hidden")
        if self._still and (picture := self._picture()) != self._still:
            self._still = picture
            _publish(picture, self._id, update=True)

    def _picture(self) -> dict[str, str]:
        """What a saved notebook shows in the place of the form: what differs from the defaults."""
        masked = answer.masked_changes(self.page.changes)
        name = self._name or "a configuration without a name"
        runs = f"submitted: {', '.join(self._submitted)}" if self._submitted else ""
        told = f"form of {name}: it needs its kernel; run the cell again"
        lines = [f"{key}: {value}" for key, value in masked] or ["all settings have their defaults"]
        # a page that opens the saved notebook has no widget, and says so above: that is hidden
        above = (
            f"<style>.jp-OutputArea-child:has(+ .jp-OutputArea-child .runcfg-still-{self._id})"
            ":not(:has(.runcfg-form)) { display: none; }</style>"
        )
        rows = "".join(
            f'<tr><th style="text-align:left">{escape(key)}</th>'
            f'<td style="text-align:left"><code>{escape(value)}</code></td></tr>'
            for key, value in masked
        )
        table = f"<table>{rows}</table>" if rows else f"<div>{lines[0]}</div>"
        parts = (f"<div><i>{escape(told)}</i></div>", table, f"<div>{escape(runs)}</div>" if runs else "")
        return {
            "text/html": f'{above}<div class="runcfg-still-{self._id}">{"".join(parts)}</div>',
            "text/plain": "\n".join(filter(None, (told, *lines, runs))),
        }


def _publish(data: dict[str, Any], display_id: str = "", *, update: bool = False) -> None:
    transient = {"display_id": display_id} if display_id else {}
    publish_display_data(data=data, metadata={}, transient=transient, update=update)  # type: ignore[no-untyped-call]
