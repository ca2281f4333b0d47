"""`KEY=VALUE` words: finds the setting that a dotted key names and sets it."""

from __future__ import annotations

from typing import Any

from ..errors import ConfigError, did_you_mean
from . import legacy
from .fault import Report
from .section import Section, camel

_NULL = ("", "~", "null")


def assign(config: Section, dotted_key: str, text: str) -> None:
    """Set the value; below a map of names (environmentVariables) the rest of the key is the name."""
    section: Section = config
    words = dotted_key.split(".")
    for position, word in enumerate(words):
        name = section.find_field(word)
        if name is None:
            raise _unknown(section, words, position)
        value = getattr(section, name)
        rest = words[position + 1 :]
        if isinstance(value, Section):
            if not rest:
                raise _needs_more(value, dotted_key)
            section = value
        elif isinstance(value, dict) and rest:
            setattr(section, name, {**value, ".".join(rest): _text(text)})
            return
        elif rest:
            hint = f"'{'.'.join(words[: position + 1])}' has no parts"
            raise ConfigError.single(f"no setting named '{dotted_key}'", hint=hint)
        else:
            setattr(section, name, parsed(text))
            return


def parsed(text: str) -> Any:
    """A quoted word, a `[list]` or a `{map}` as YAML has it, any other text as it stands."""
    stripped = text.strip()
    if stripped in _NULL:
        return None
    if stripped[0] not in "'\"[{":
        return text
    from .node import parse
    from .reading import words

    report = Report("")
    root = parse(stripped, report)
    if root is None or report.faults:
        return text
    return words(root)


def _text(text: str) -> str:
    value = parsed(text)
    return value if isinstance(value, str) else text


def _unknown(section: Section, words: list[str], position: int) -> ConfigError:
    word = words[position]
    place = tuple(camel(part) for part in words[: position + 1])
    dotted = ".".join(words[: position + 1])
    if legacy.is_setting(place) or legacy.is_group(place):
        hint = "write it into the file; it is kept there, and not acted on"
        dotted = ".".join(words)
        return ConfigError.single(f"'{dotted}' cannot be set by this version", hint=hint)
    known = [section.key(name) for name in type(section).model_fields]
    near = did_you_mean(word, known + legacy.names(place[:-1]))
    return ConfigError.single(f"no setting named '{dotted}'", hint=near)


def _needs_more(section: Section, dotted_key: str) -> ConfigError:
    known = ", ".join(section.key(name) for name in type(section).model_fields)
    return ConfigError.single(f"'{dotted_key}' is a group of settings", hint=f"one of {known}")
