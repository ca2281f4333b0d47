"""The widget of one setting, and beside it what the setting means or what is wrong with its value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets as widgets

from ...errors import ConfigError, Fault
from . import text
from .setting import Setting

if TYPE_CHECKING:
    from ...config import RunConfiguration

_UNSET = "–"
_MOST_LINES = 12
_UNITS = {"bytes": "512m, 2g, 32GB"}

Edited = Callable[["Field"], None]


_layouts: list[widgets.Layout] = []


def shared_layout() -> widgets.Layout:
    """One for all widgets: each of its own would be a message more to the page."""
    if not _layouts or _layouts[-1].comm is None:  # none yet, or closed by `Widget.close_all()`
        _layouts[:] = [widgets.Layout()]
    return _layouts[-1]


def html(value: str = "", *classes: str) -> widgets.HTML:
    made = widgets.HTML(value, layout=shared_layout())
    made._dom_classes = classes
    return made


def box(children: Iterable[widgets.Widget], *classes: str) -> widgets.Box:
    made = widgets.Box(tuple(children), layout=shared_layout())
    made._dom_classes = classes
    return made


def button(word: str, act: Callable[[], None], *classes: str, **more: Any) -> widgets.Button:
    made = widgets.Button(description=word, layout=shared_layout(), **more)
    made._dom_classes = classes
    made.on_click(lambda _button: act())
    return made


class Field:
    """Shows a setting and takes what is typed; a wrong value stays in it, and is not in the object."""

    def __init__(self, setting: Setting, edited: Edited) -> None:
        self.setting = setting
        self.faults: list[Fault] = []
        self._edited = edited
        self._filling = False
        self._seen: Any = ...
        self._told = ""
        self.input = self._build()
        self.note = html("", "runcfg-note")
        self.tell()

    @property
    def pair(self) -> tuple[widgets.Widget, widgets.Widget]:
        return self.input, self.note

    @property
    def label(self) -> str:
        title, unit = self.setting.title, self.setting.unit
        if not unit or unit == "bytes":
            return title
        if title.lower().endswith(f" {unit}"):
            return f"{title[: -len(unit) - 1]} ({unit})"
        return title if unit.rstrip("s").lower() in title.lower() else f"{title} ({unit})"

    def show(self, config: RunConfiguration, tree: dict[str, Any]) -> None:
        """Put the object's value in, where it is another than the one this field knows of."""
        value = self.setting.read(config, tree)
        if value == self._seen and type(value) is type(self._seen):
            return
        self._seen = deepcopy(value)
        self._filling = True
        try:
            self._fill(value)
        finally:
            self._filling = False
        self.faults = []

    def write(self, config: RunConfiguration) -> None:
        """Put what was typed into the object, or note what is wrong with it."""
        try:
            self.setting.write(config, self._value())
        except ConfigError as error:
            self.faults = error.faults
            return
        self.faults = []
        self._seen = deepcopy(self.setting.read(config, config.to_dict()))

    def tell(self, faults: Sequence[Fault] = (), remark: str = "") -> None:
        """Say what is wrong, else the remark, else what the setting means."""
        faults = [*self.faults, *faults]
        if faults:
            said = "; ".join(f"{fault.message}{f' — {fault.hint}' if fault.hint else ''}" for fault in faults)
            told = f'<span class="runcfg-fault" role="alert">{escape(said)}</span>'
        elif remark:
            told = f'<span class="runcfg-remark">{escape(remark)}</span>'
        else:
            example = self.setting.example
            told = (
                f"<span>{escape(self.setting.description)}{' ' + escape(example) if example else ''}</span>"
            )
        if told != self._told:
            self._told = self.note.value = told
            (self.input.add_class if faults else self.input.remove_class)("runcfg-bad")

    def _build(self) -> widgets.Widget:
        made = widgets.Text(**self._said())
        self._watch(made)
        return made

    def _said(self) -> dict[str, Any]:
        return {"description": self.label, "placeholder": self._placeholder(), "layout": shared_layout()}

    def _placeholder(self) -> str:
        default = self.setting.default
        if default not in (None, "", [], {}):
            return str(default)
        return _UNITS.get(self.setting.unit, "")

    def _watch(self, made: widgets.Widget) -> None:
        made.observe(self._on_typed, "value")

    def _on_typed(self, _change: object = None) -> None:
        if not self._filling:
            self._edited(self)

    def _fill(self, value: Any) -> None:
        self.input.value = "" if value is None else str(value)

    def _value(self) -> Any:
        return self.input.value if self.input.value.strip() else None


class PasswordField(Field):
    def _build(self) -> widgets.Widget:
        made = widgets.Password(**self._said())
        self._watch(made)
        return made


class SuggestedField(Field):
    """A text for which there are likely values."""

    def _build(self) -> widgets.Widget:
        made = widgets.Combobox(ensure_option=False, **self._said())
        self._watch(made)
        return made

    def suggest(self, words: Sequence[str]) -> None:
        if self.input.options != tuple(words):
            self.input.options = tuple(words)


class ChoiceField(Field):
    """One of a few words."""

    def _build(self) -> widgets.Widget:
        made = widgets.Dropdown(
            options=self._options(),
            value=self.setting.default,
            description=self.label,
            layout=shared_layout(),
        )
        self._watch(made)
        return made

    def _options(self, more: str | None = None) -> list[tuple[str, str | None]]:
        unset = [(_UNSET, None)] if self.setting.nullable else []
        words = [*self.setting.choices, *([more] if more else [])]
        return [*unset, *((word, word) for word in words)]

    def _fill(self, value: Any) -> None:
        same = [word for word in self.setting.choices if word.lower() == str(value).lower()]
        known = [word for _, word in self._options()]
        if value is not None and not same and value not in known:
            self.input.options = self._options(value)
        self.input.value = same[0] if same else value

    def _value(self) -> Any:
        return self.input.value


class SwitchField(Field):
    def _build(self) -> widgets.Widget:
        made = widgets.Checkbox(value=False, description=self.label, indent=False, layout=shared_layout())
        self._watch(made)
        return made

    def _fill(self, value: Any) -> None:
        self.input.value = bool(value)

    def _value(self) -> Any:
        return bool(self.input.value)


class AreaField(Field):
    """Several lines of text; it grows with what is in it."""

    _LEAST: ClassVar[int] = 1

    def _build(self) -> widgets.Widget:
        made = widgets.Textarea(rows=self._LEAST, **self._said())
        self._watch(made)
        return made

    def _on_typed(self, _change: object = None) -> None:
        self._grow()
        super()._on_typed()

    def _grow(self) -> None:
        self.input.rows = max(self._LEAST, min(_MOST_LINES, self.input.value.count("\n") + 1))

    def _fill(self, value: Any) -> None:
        self.input.value = self._text(value)
        self._grow()

    def _text(self, value: Any) -> str:
        raise NotImplementedError


class LinesField(AreaField):
    """A list, one item a line."""

    def _placeholder(self) -> str:
        return ", ".join(map(str, self.setting.default or [])) or "one a line"

    def _text(self, value: Any) -> str:
        return text.lines_text(value)

    def _value(self) -> Any:
        lines = text.as_lines(self.input.value)
        return lines if lines or not self.setting.nullable else None


class WordsField(AreaField):
    """Words as a shell has them."""

    def _placeholder(self) -> str:
        return "--lr 0.03 --epochs 20" if self.setting.key == "arguments" else "python -m train --lr 0.03"

    def _text(self, value: Any) -> str:
        return text.words_text(value)

    def _value(self) -> Any:
        before = self._seen
        if self.setting.key == "command" and not isinstance(before, list):
            before = before or "one line"
        return text.as_words(self.input.value, before)


class YamlField(AreaField):
    """A list or map of sections, as the file has it."""

    _LEAST: ClassVar[int] = 2

    def _placeholder(self) -> str:
        return "as YAML"

    def _text(self, value: Any) -> str:
        return text.yaml_text(value)

    def _value(self) -> Any:
        return text.as_yaml(self.input.value)
