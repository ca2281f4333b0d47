"""The form of one configuration: groups of fields that are bound to the very object."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from ...errors import ConfigError, Fault, TargetError
from . import layout
from .field import (
    AreaField,
    ChoiceField,
    Field,
    LinesField,
    PasswordField,
    SuggestedField,
    SwitchField,
    WordsField,
    YamlField,
    box,
    button,
    html,
)
from .rows import PackagesField, RowsField
from .setting import Setting

if TYPE_CHECKING:
    import ipywidgets as widgets

    from ...config import RunConfiguration

_KINDS: dict[str, type[Field]] = {
    "text": Field,
    "number": Field,
    "password": PasswordField,
    "choice": ChoiceField,
    "switch": SwitchField,
    "lines": LinesField,
    "words": WordsField,
    "rows": RowsField,
    "packages": PackagesField,
    "yaml": YamlField,
}
_SUGGESTED = ("target", "script")


class Page:
    """The fields in `groups`, and `status` in a line; `changed` is called when the object has changed."""

    def __init__(self, config: RunConfiguration, changed: Callable[[], None]) -> None:
        self.config = config
        self._changed = changed
        self._fields: dict[str, Field] = {}
        self._open = set(layout.OPEN)
        self._tree: dict[str, Any] | None = None
        self.changes: dict[str, Any] = {}
        """What differs from the defaults."""
        self._moved: Sequence[str] = ()
        self.status = html("", "runcfg-status")
        self._heads = {name: self._head(name) for name in layout.groups()}
        self._bodies = {name: box((), "runcfg-grid") for name in layout.groups()}
        self.groups = [
            box((self._heads[name], self._bodies[name]), "runcfg-group") for name in layout.groups()
        ]
        self.refresh()

    @property
    def pending(self) -> list[Field]:
        """The fields whose typed value is not in the object."""
        return [field for field in self._fields.values() if field.faults]

    def bind(self, config: RunConfiguration) -> None:
        """Show another object in the place of this one."""
        self.config = config
        self._tree = None
        for field in self._fields.values():
            field.faults = []
        self.refresh()

    def refresh(self) -> None:
        """Take in what was changed elsewhere; cheap where nothing was."""
        tree = self.config.to_dict()
        if tree != self._tree:
            self._settle(tree)

    def suggest(self) -> None:
        """Offer the targets and scripts that there are; it takes longer than to draw the form."""
        for key, field in self._fields.items():
            if isinstance(field, SuggestedField):
                field.suggest(_suggestions(key))

    def _edit(self, field: Field) -> None:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            field.write(self.config)
            for other in self.pending:  # what was wrong may be right now: of two that exclude each other
                if other is not field:
                    other.write(self.config)
        self._moved = [str(warning.message) for warning in caught]
        self._settle(self.config.to_dict())

    def _settle(self, tree: dict[str, Any]) -> None:
        """Show the values, the settings that matter with them, and what does not fit together."""
        self._tree = tree
        changes = self.changes = self.config.changes()
        for name in layout.groups():
            self._draw(name, changes)
        for field in self._fields.values():
            field.show(self.config, tree)
        self._tell()
        count = len(changes)
        differ = f"{count} setting{'s differ' if count != 1 else ' differs'} from the defaults"
        wrong = len(self.pending)
        left = (
            f" · {wrong} value{'s are' if wrong != 1 else ' is'} not right yet, and not in it"
            if wrong
            else ""
        )
        said = "".join(f"<br>{escape(line)}" for line in self._moved)
        self.status.value = f"<span>{escape(differ)}{escape(left)}{said}</span>"
        self._moved = ()
        self._changed()

    def _draw(self, name: str, changes: dict[str, Any]) -> None:
        head, body = self._heads[name], self._bodies[name]
        kept = {*changes, *(field.setting.key for field in self.pending)}
        settings = layout.shown(name, self.config, kept)
        group_keys = [setting.key for setting in layout.groups()[name]]
        count = sum(any(key == k or key.startswith(f"{k}.") for k in group_keys) for key in changes)
        is_open = name in self._open
        head.description = f"{name} · {count} set" if count else name
        head.tooltip = f"{'hide' if is_open else 'show'} these settings"
        (head.add_class if is_open else head.remove_class)("runcfg-open")
        (head.remove_class if settings else head.add_class)("runcfg-hidden")
        fields = [self._field(setting) for setting in settings] if is_open else []
        children = tuple(widget for field in fields for widget in field.pair)
        if children != body.children:
            body.children = children

    def _head(self, name: str) -> widgets.Button:
        return button(name, lambda: self._toggle(name), "runcfg-head")

    def _toggle(self, name: str) -> None:
        self._open ^= {name}
        self._settle(self.config.to_dict())

    def _field(self, setting: Setting) -> Field:
        if setting.key not in self._fields:
            kind = SuggestedField if setting.key in _SUGGESTED else _KINDS[setting.kind]
            field = kind(setting, self._edit)
            field.show(self.config, self._tree or self.config.to_dict())
            if isinstance(field, AreaField):
                field.input.add_class("runcfg-area")
            self._fields[setting.key] = field
        return self._fields[setting.key]

    def _tell(self) -> None:
        """Beside each field what is wrong with it, or that nothing is done with its value yet."""
        faults = [*self.config.faults(), *_target_faults(self.config)]
        waiting = self.config.not_acted_on()
        for key, field in self._fields.items():
            here = [fault for fault in faults if fault.key == key or fault.key.startswith(f"{key}.")]
            is_waiting = any(word == key or word.startswith(f"{key}.") for word in waiting)
            remark = "kept, but not acted on by this version" if is_waiting else ""
            field.tell(here, remark)


def _target_faults(config: RunConfiguration) -> list[Fault]:
    """That there is no such compute target; the configuration keeps its name all the same."""
    from ...config import current_project
    from ...executors.registry import BUILT_IN_TARGETS

    if config.target in BUILT_IN_TARGETS:
        return []
    from ...submission.target import find_target

    try:
        find_target(config.target, current_project())
    except (TargetError, ConfigError) as error:
        return [Fault(error.message, "target", hint=error.hint)]
    return []


def _suggestions(key: str) -> Sequence[str]:
    from ...verbs.known import scripts, targets

    return targets() if key == "target" else scripts()
