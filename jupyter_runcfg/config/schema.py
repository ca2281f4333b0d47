"""What a configuration file may hold, as JSON Schema 2020-12: the source of forms, and for editors.

The schema knows the camelCase keys and the spelling of words that we write ourselves; files with other
spellings are read all the same. `runconfig.schema.json` beside this module is `text()` of RunConfiguration.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from .section import Section

FILE_NAME = "runconfig.schema.json"
_NAMES = {
    "mpi": "MPI",
    "hdi": "HDI",
    "pytorch": "PyTorch",
    "tensorflow": "TensorFlow",
    "paralleltask": "Parallel task",
    "datacaches": "Data caches",
    "amlcompute": "Azure ML compute",
    "kubernetescompute": "Kubernetes",
    "gpus": "GPUs",
    "cpus": "CPUs",
}
_MARK = "x-section"
_ITEM = {"type": ["string", "number", "boolean"]}


class _Generator(GenerateJsonSchema):
    """Sections in a section are references; each is defined once."""

    def is_instance_schema(self, schema: Any) -> dict[str, Any]:
        return {_MARK: schema["cls"].__name__}


def json_schema(cls: type[Section]) -> dict[str, Any]:
    """The schema of a section with everything below it."""
    found = _one(cls)
    definitions = {section.__name__: _one(section) for section in _sections(cls)[1:]}
    properties = found["properties"]
    if "environment" in properties:
        properties["environment"] = _or_file(properties["environment"])
    if "arguments" in properties:
        properties["arguments"]["anyOf"] = [
            {"type": "array", "items": _ITEM},
            *({"type": kind} for kind in ("string", "null")),
        ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": dict(sorted(definitions.items())),
        **found,
    }


def _one(section: type[Section]) -> dict[str, Any]:
    found = section.model_json_schema(by_alias=True, schema_generator=_Generator)
    _finish(section, found)
    return dict(_with_references(found))


def _with_references(value: Any) -> Any:
    """The marks made references, which pydantic would want to follow at once."""
    if isinstance(value, list):
        return [_with_references(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: _with_references(item) for key, item in value.items() if key != _MARK}
    return {"$ref": f"#/$defs/{value[_MARK]}", **found} if _MARK in value else found


def text(cls: type[Section]) -> str:
    """The schema as a file has it."""
    return json.dumps(json_schema(cls), indent=1, ensure_ascii=False) + "\n"


def _sections(cls: type[Section]) -> list[type[Section]]:
    found = [cls]
    for shape in cls.shapes().values():
        if shape.section is not None:
            found += _sections(shape.section)
    return found


def _finish(section: type[Section], place: dict[str, Any]) -> None:
    """The title as people say it, and the keys of older files, marked as such."""
    place["title"] = _title(section)
    place["description"] = (section.__doc__ or "").partition("\n\n")[0].partition(";")[0]
    for name in section.shapes():
        value = place["properties"][section.key(name)]
        value["title"] = _NAMES.get(section.key(name)) or _spaced(section.key(name))
        default = section.default(name)
        if not hasattr(default, "as_dict") and not isinstance(default, Section):
            value["default"] = default
        place["properties"][section.key(name)] = _or_null(_with_plain_values(value, section, name))
    for old, became in section.old_keys.items():
        now = f"Read as {section.key(became)}." if became else "Without effect."
        place["properties"][old] = {"deprecated": True, "title": _spaced(old), "description": now}


def _title(section: type[Section]) -> str:
    """`MpiConfiguration` → Mpi, `DataPath` → Data path."""
    name = section.__name__.removesuffix("Configuration").removesuffix("Section")
    if name in ("Run", "Mpi", "Hdi", "PyTorch", "R"):
        return {"Run": "Run configuration", "PyTorch": "PyTorch"}.get(name, name.upper())
    return _spaced(name[:1].lower() + name[1:])


def _with_plain_values(value: dict[str, Any], section: type[Section], name: str) -> dict[str, Any]:
    """Names with texts take numbers and booleans as well: a variable may be 8."""
    inner = value.get("additionalProperties")
    if section.shapes()[name].section is None and inner == {"type": "string"}:
        value["additionalProperties"] = {"type": ["string", "number", "boolean", "null"]}
    return value


def _or_null(value: dict[str, Any]) -> dict[str, Any]:
    """Nothing said, as in `priority:`, is the default: null is always allowed."""
    known = ("title", "description", "default")
    about = {key: value[key] for key in known if key in value}
    kind = {key: item for key, item in value.items() if key not in known}
    choices = kind["anyOf"] if list(kind) == ["anyOf"] else [kind]
    if {"type": "null"} not in choices:
        choices = [*choices, {"type": "null"}]
    return {**about, "anyOf": choices}


def _or_file(environment: dict[str, Any]) -> dict[str, Any]:
    """The section may be a file of its own, named here."""
    return {**environment, "anyOf": [*environment["anyOf"], {"type": "string"}]}


def _spaced(key: str) -> str:
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in key)
    return words[:1].upper() + words[1:]


if (
    __name__ == "__main__"
):  # python -m jupyter_runcfg.config.schema > jupyter_runcfg/config/runconfig.schema.json
    from .model import RunConfiguration

    print(text(RunConfiguration), end="")  # noqa: T201 what it is run for
