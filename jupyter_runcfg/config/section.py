"""The base of every section: names in three spellings, checked assignment, equality by value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, ClassVar, Self, cast

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, PrivateAttr, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, ErrorDetails, core_schema

from ..errors import ConfigError, Fault, did_you_mean
from . import shape
from .shape import Shape
from .value import ItemError, name_of, shown


class Section(BaseModel):
    """A group of settings; `place` is where it stands in a configuration ('' where it has no fixed place).

    Assignment checks the value and raises ConfigError; an attribute that does not exist is an
    AttributeError. None given to a setting that cannot be None sets its default. Names that SDK v1
    spells with a leading underscore (`_name`) are the ones without it. Keys that nobody knows, found
    in a file, are kept in `unknown_keys`, and written again.
    """

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        validate_assignment=True,
        extra="forbid",
        hide_input_in_errors=True,
        defer_build=True,
        protected_namespaces=(),
    )
    place: ClassVar[str] = ""
    old_keys: ClassVar[dict[str, str]] = {}
    """Keys of older files → the attribute they became."""
    omitted: ClassVar[frozenset[str]] = frozenset()
    """Attributes that are not written while they have their default, not even in a full file."""

    _building: ClassVar[list[type]] = []

    _unknown: dict[str, Any] = PrivateAttr(default_factory=dict)

    def __init__(self, **values: Any) -> None:
        cls = type(self)
        given = {}
        faults: list[Fault] = []
        for word, item in values.items():
            name = cls.find_field(word) or word
            try:
                given[name] = cls._prepared(name, item)
            except ConfigError as error:
                faults += error.faults
        try:
            super().__init__(**given)
        except ValidationError as error:
            faults += cls._faults(error)
        if faults:
            raise ConfigError(faults)

    def __getattr__(self, name: str) -> Any:
        if name[:1] == "_" and name[1:] in type(self).model_fields:
            return getattr(self, name[1:])
        return super().__getattr__(name)  # type: ignore[misc]

    def __setattr__(self, name: str, value: Any) -> None:
        cls = type(self)
        if name[:1] == "_":
            if name[1:] not in cls.model_fields or name in cls.__private_attributes__:
                super().__setattr__(name, value)
                return
            name = name[1:]
        if name not in cls.model_fields:
            if isinstance(getattr(cls, name, None), property):
                object.__setattr__(self, name, value)
                return
            near = did_you_mean(name, list(cls.model_fields))
            message = f"'{cls.__name__}' has no setting '{name}'"
            raise AttributeError(f"{message}; {near}" if near else message)
        try:
            super().__setattr__(name, cls._prepared(name, value))
        except ValidationError as error:
            raise ConfigError(cls._faults(error, name)) from None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Section) or type(self) is not type(other):
            return NotImplemented
        return self.__dict__ == other.__dict__ and self._unknown == other._unknown

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """A section checks itself; one that it stands in asks only whether it is one.

        So pydantic builds the validator of a section when the first is made, not those of all for the whole.
        """
        if cls._building:
            return core_schema.is_instance_schema(cls)
        cls._building.append(cls)
        try:
            return handler(source)
        finally:
            cls._building.clear()

    @classmethod
    def given(cls, value: object) -> Self:
        """The section that a value stands for: one of this class, or a map of its settings.

        Raises:
            ConfigError: It is neither, or what the map holds is wrong.
        """
        if isinstance(value, cls):
            return value
        if not isinstance(value, Mapping):
            hint = f"give an object of {cls.__name__}, or a map of its settings"
            raise ConfigError.single(f"{shown(value)} is no {cls.__name__}", cls.place, hint)
        section = cls.bare()
        faults: list[Fault] = []
        for word, item in value.items():
            name = cls.find_field(str(word)) or cls.old_keys.get(camel(str(word)))
            if not name:
                near = did_you_mean(str(word), list(cls._names()))
                faults.append(Fault(f"no setting named {shown(word)}", cls.place, hint=near))
                continue
            try:
                Section.__setattr__(section, name, item)
            except ConfigError as error:
                faults += error.faults
        if faults:
            raise ConfigError(faults)
        return section

    @classmethod
    def bare(cls) -> Self:
        """What a map in a file starts from."""
        return cls()

    @classmethod
    @cache
    def shapes(cls) -> dict[str, Shape]:
        """What each setting is made of, by its attribute, in the order of files."""
        return {name: shape.of(field, Section) for name, field in cls.model_fields.items()}

    @classmethod
    def _prepared(cls, name: str, value: Any) -> Any:
        """The value as the model takes it: maps made sections, defaults filled in."""
        known = cls.shapes().get(name)
        if known is None:
            return value
        if known.takes_default(value):
            return cls.default(name)
        if known.section is None or value is None:
            return value
        section, place = cast(type[Section], known.section), cls.dotted(cls.key(name))
        if known.kind == "section":
            return _entries(section, [(section.place or place, value)])[0]
        if known.kind == "list" and isinstance(value, list | tuple):
            return _entries(section, [(f"{place}.{step}", item) for step, item in enumerate(value)])
        if known.kind == "map" and isinstance(value, Mapping):
            try:
                names = [name_of(key) for key in value]
            except ValueError as error:
                raise ConfigError.single(str(error), place) from None
            steps = [(f"{place}.{step}", item) for step, item in zip(names, value.values(), strict=True)]
            return dict(zip(names, _entries(section, steps), strict=True))
        kind = "list" if known.kind == "list" else "map"
        raise ConfigError.single(f"{shown(value)} is no {kind} of {section.__name__}", place)

    @classmethod
    def default(cls, name: str) -> Any:
        """A fresh default value of the field."""
        return cls.model_fields[name].get_default(call_default_factory=True)

    @classmethod
    def find_field(cls, key: str) -> str | None:
        """The attribute for a key in camelCase, snake_case or PascalCase; None when there is none."""
        names = cls._names()
        return names.get(key) or names.get(camel(key)) or (key if key in cls.model_fields else None)

    @classmethod
    def key(cls, name: str) -> str:
        """The YAML key of a field: `node_count` → `nodeCount`."""
        return cls.model_fields[name].alias or name

    @classmethod
    @cache
    def _names(cls) -> dict[str, str]:
        return {cls.key(name): name for name in cls.model_fields}

    @classmethod
    def keys(cls) -> list[str]:
        """The YAML keys of all settings, in the order of files."""
        return list(cls._names())

    @classmethod
    def dotted(cls, key: str) -> str:
        return f"{cls.place}.{key}" if cls.place else key

    @classmethod
    def _faults(cls, error: ValidationError, name: str = "") -> list[Fault]:
        return [cls._fault(details, name) for details in error.errors(include_url=False)]

    @classmethod
    def _fault(cls, details: ErrorDetails, name: str) -> Fault:
        parts = [str(part) for part in details["loc"]] or [name]
        key = cls.dotted(".".join(cls.key(part) if part in cls.model_fields else part for part in parts))
        if details["type"] == "extra_forbidden":
            hint = did_you_mean(parts[-1], [*cls._names(), *cls.model_fields])
            return Fault(f"no setting named '{parts[-1]}'", cls.place, hint=hint)
        cause = details.get("ctx", {}).get("error")
        if isinstance(cause, ItemError):
            key = f"{key}.{cause.step}"
        return Fault(str(cause) if cause else details["msg"].lower(), key)

    @property
    def unknown_keys(self) -> dict[str, Any]:
        """Keys of the file that are no settings, with their values."""
        return self._unknown

    def sections(self) -> Iterator[tuple[str, Section]]:
        """Every section directly below this one, with its dotted key."""
        for name in type(self).shapes():
            value, key = getattr(self, name), self.key(name)
            if isinstance(value, Section):
                yield key, value
            elif isinstance(value, dict):
                yield from ((f"{key}.{n}", item) for n, item in value.items() if isinstance(item, Section))
            elif isinstance(value, list):
                yield from ((f"{key}.{n}", item) for n, item in enumerate(value) if isinstance(item, Section))

    def settle(self) -> list[Fault]:
        """Check lists and maps that were changed in place, as an assignment does; returns what is wrong."""
        found: list[Fault] = []
        for name in type(self).shapes():
            value = getattr(self, name)
            if not isinstance(value, list | dict):
                continue
            try:
                Section.__setattr__(self, name, value)
            except ConfigError as error:
                found += error.faults
            else:
                if repr(getattr(self, name)) == repr(value):
                    self.__dict__[name] = value  # what others hold stays what is in it
        for key, section in self.sections():
            for fault in section.settle():
                if not section.place:
                    fault.key = self.dotted(f"{key}.{fault.key}")
                found.append(fault)
        return found

    def faults(self) -> list[Fault]:
        """What is wrong with values that are right each for itself; keys are relative to this section."""
        found = []
        for key, section in self.sections():
            for fault in section.faults():
                fault.key = f"{key}.{fault.key}".rstrip(".")
                found.append(fault)
        return found

    def to_dict(self) -> dict[str, Any]:
        """All settings as plain values under their YAML keys, with the keys that nobody knows."""
        return self._tree(full=True)

    def _tree(self, *, full: bool, written: bool = False) -> dict[str, Any]:
        """Plain values; without those that have their default unless `full`.

        `written`: as the file of this configuration has it, where some parts may be other files.
        """
        cls = type(self)
        found: dict[str, Any] = {}
        for name, known in cls.shapes().items():
            value = getattr(self, name)
            is_default = (
                known.section is None or known.nullable or name in cls.omitted or known.kind != "section"
            )
            if (not full or name in cls.omitted) and is_default and value == cls.default(name):
                continue
            plain = _plain(value, full=full, written=written)
            if full or plain or known.section is None or known.nullable or known.kind != "section":
                found[cls.key(name)] = plain
        return found | dict(_plain(self._unknown, full=full, written=written))

    def copy(self) -> Self:  # type: ignore[override]
        """An equal object that shares nothing with this one."""
        return self.model_copy(deep=True)

    def changes(self) -> dict[str, Any]:
        """What differs from the defaults: dotted YAML keys and values."""
        return differences(self._tree(full=False), type(self)().to_dict())

    def __repr__(self) -> str:
        shown_values = ", ".join(f"{key}={value!r}" for key, value in self.changes().items())
        return f"{type(self).__name__}({shown_values})"

    __str__ = __repr__

    def _repr_html_(self) -> str:
        from html import escape

        from .rendering import inline

        left = "style='text-align:left'"
        rows = "".join(
            f"<tr><th {left}>{escape(key)}</th><td {left}><code>{escape(inline(value))}</code></td></tr>"
            for key, value in self.changes().items()
        )
        rows = rows or f"<tr><td {left}>all settings have their defaults</td></tr>"
        caption = f"<caption style='text-align:left'>{escape(self._caption())}</caption>"
        return f"<table>{caption}{rows}</table>"

    def _caption(self) -> str:
        return type(self).__name__


def _entries(section: type[Section], items: list[tuple[str, Any]]) -> list[Section]:
    """Sections made of values, each with the key that it stands at. Raises ConfigError with all faults."""
    made: list[Section] = []
    faults: list[Fault] = []
    for place, item in items:
        try:
            made.append(section.given(item))
        except ConfigError as error:
            below = "" if section.place else f"{place}."
            faults += [Fault(f.message, f"{below}{f.key}".rstrip("."), hint=f.hint) for f in error.faults]
    if faults:
        raise ConfigError(faults)
    return made


def _plain(value: Any, *, full: bool, written: bool) -> Any:
    if isinstance(value, Section):
        return value._tree(full=full, written=written)
    if isinstance(value, dict):
        return {key: _plain(item, full=full, written=written) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, full=full, written=written) for item in value]
    return value.as_dict() if hasattr(value, "as_dict") else value


def differences(value: dict[str, Any], plain: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """What of `value` is not in `plain`, by dotted key; lists are taken whole."""
    found: dict[str, Any] = {}
    for key, item in value.items():
        other = plain.get(key)
        if key in plain and item == other:
            continue
        if isinstance(item, dict) and item and (isinstance(other, dict) or other is None):
            said = item if other is not None else {k: v for k, v in item.items() if v is not None}
            found |= differences(said, other or {}, f"{prefix}{key}.")
        else:
            found[prefix + key] = item
    return found


def camel(key: str) -> str:
    """SDK v1's rule: split at `_`, capitalise all parts but the first, whose first letter is small."""
    first, *rest = key.split("_")
    joined = first + "".join(part[:1].upper() + part[1:] for part in rest)
    return joined[:1].lower() + joined[1:]
