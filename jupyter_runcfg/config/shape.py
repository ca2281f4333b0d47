"""What a setting is made of: one value, a section, or a list or map of sections."""

from __future__ import annotations

import types
from dataclasses import dataclass
from typing import Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo


class TypedMark:
    """Stands in a field's annotation: numbers of a file stay numbers, where other fields take their words."""


TYPED = TypedMark()


@dataclass(frozen=True)
class Shape:
    """`kind` is value, section, list or map; `section` is the class of the section or of the entries."""

    kind: str
    section: type[Any] | None
    nullable: bool
    typed: bool
    default: Any

    def takes_default(self, value: object) -> bool:
        """Whether None, or '' where a word is needed, stands for the default."""
        if self.nullable:
            return False
        return value is None or (value == "" and isinstance(self.default, str) and bool(self.default))


def of(field: FieldInfo, base: type[Any]) -> Shape:
    """The shape of a field, read from its annotation; `base` is the class of all sections."""
    kinds = get_args(field.annotation) if _is_union(field.annotation) else (field.annotation,)
    nullable = type(None) in kinds
    typed = any(isinstance(mark, TypedMark) for mark in field.metadata)
    default = None if field.default_factory else field.default
    for kind in kinds:
        origin = get_origin(kind)
        inner = get_args(kind)[-1] if origin in (list, dict) else kind
        if isinstance(inner, type) and issubclass(inner, base):
            name = {list: "list", dict: "map"}.get(origin, "section")
            return Shape(name, inner, nullable, typed, default)
    return Shape("value", None, nullable, typed, default)


def _is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, types.UnionType)
