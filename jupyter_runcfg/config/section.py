"""The base of every section: names in three spellings, checked assignment, equality by value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from ..errors import ConfigError, Fault, did_you_mean


class Section(BaseModel):
    """A group of settings; `place` is where it stands in a configuration ('' for the whole).

    Assignment checks the value and raises ConfigError; an attribute that does not exist is an
    AttributeError. None given to a setting that cannot be None sets its default.
    """

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        validate_assignment=True,
        extra="forbid",
        hide_input_in_errors=True,
    )
    place: ClassVar[str] = ""

    def __init__(self, **values: Any) -> None:
        cls = type(self)
        given = {name: item for name, item in values.items() if not cls._takes_default(name, item)}
        try:
            super().__init__(**given)
        except ValidationError as error:
            raise ConfigError(cls._faults(error)) from None

    def __setattr__(self, name: str, value: Any) -> None:
        cls = type(self)
        if name.startswith("_") and name in cls.__private_attributes__:
            super().__setattr__(name, value)
            return
        if name not in cls.model_fields:
            if isinstance(getattr(cls, name, None), property):
                super().__setattr__(name, value)
                return
            near = did_you_mean(name, list(cls.model_fields))
            message = f"'{cls.__name__}' has no setting '{name}'"
            raise AttributeError(f"{message}; {near}" if near else message)
        if cls._takes_default(name, value):
            value = cls.default(name)
        try:
            super().__setattr__(name, value)
        except ValidationError as error:
            raise ConfigError(cls._faults(error, name)) from None

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def default(cls, name: str) -> Any:
        """A fresh default value of the field."""
        return cls.model_fields[name].get_default(call_default_factory=True)

    @classmethod
    def _takes_default(cls, name: str, value: object) -> bool:
        field = cls.find_field(name)
        if field is None:
            return False
        default = cls.default(field)
        return default is not None and (value is None or (value == "" and isinstance(default, str)))

    @classmethod
    def find_field(cls, key: str) -> str | None:
        """The attribute for a key in camelCase, snake_case or PascalCase; None when there is none."""
        return cls._names().get(camel(key))

    @classmethod
    def key(cls, name: str) -> str:
        """The YAML key of a field: `node_count` → `nodeCount`."""
        return cls.model_fields[name].alias or name

    @classmethod
    def _names(cls) -> dict[str, str]:
        return {cls.key(name): name for name in cls.model_fields}

    @classmethod
    def dotted(cls, key: str) -> str:
        return f"{cls.place}.{key}" if cls.place else key

    @classmethod
    def _faults(cls, error: ValidationError, name: str = "") -> list[Fault]:
        return [cls._fault(details, name) for details in error.errors(include_url=False)]

    @classmethod
    def _fault(cls, details: ErrorDetails, name: str) -> Fault:
        parts = [str(part) for part in details["loc"]] or [name]
        key = cls.dotted(".".join(camel(part) for part in parts))
        if details["type"] == "extra_forbidden":
            known = list(cls._names())
            hint = did_you_mean(parts[-1], known)
            return Fault(f"no setting named '{parts[-1]}'", cls.place, hint=hint)
        cause = details.get("ctx", {}).get("error")
        return Fault(str(cause) if cause else details["msg"].lower(), key)

    def leaves(self, prefix: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
        """Every setting below this one: its path in YAML keys, and its value."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            path = (*prefix, self.key(name))
            if isinstance(value, Section):
                yield from value.leaves(path)
            else:
                yield path, value

    def to_dict(self) -> dict[str, Any]:
        """All settings as plain values under their YAML keys."""
        return self.model_dump(by_alias=True)

    def copy(self) -> Self:  # type: ignore[override]
        """An equal object that shares nothing with this one."""
        return self.model_copy(deep=True)

    def changes(self) -> dict[str, Any]:
        """What differs from the defaults: dotted YAML keys and values."""
        plain = dict(type(self)().leaves())
        found: dict[str, Any] = {}
        for path, value in self.leaves():
            if value == plain[path]:
                continue
            if isinstance(value, dict):
                found |= {".".join((*path, name)): item for name, item in value.items()}
            else:
                found[".".join(path)] = value
        return found

    def __repr__(self) -> str:
        shown = ", ".join(f"{key}={value!r}" for key, value in self.changes().items())
        return f"{type(self).__name__}({shown})"

    __str__ = __repr__

    def _repr_html_(self) -> str:
        from html import escape

        rows = "".join(
            f"<tr><th style='text-align:left'>{escape(key)}</th>"
            f"<td style='text-align:left'>{escape(str(value))}</td></tr>"
            for key, value in self.changes().items()
        )
        title = escape(type(self).__name__)
        return f"<table><caption>{title}</caption>{rows or '<tr><td>defaults</td></tr>'}</table>"


def camel(key: str) -> str:
    """SDK v1's rule: split at `_`, capitalise all parts but the first, whose first letter is small."""
    first, *rest = key.split("_")
    joined = first + "".join(part[:1].upper() + part[1:] for part in rest)
    return joined[:1].lower() + joined[1:]
