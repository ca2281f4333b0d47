"""`KEY=VALUE` words: finds the setting that a dotted key names and sets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import ConfigError, Fault, did_you_mean
from .fault import Report
from .section import Section, camel

if TYPE_CHECKING:
    from .model import RunConfiguration

_NULL = ("", "~", "null")


def assign(config: RunConfiguration, dotted_key: str, text: str) -> None:
    """Set the value; below a map of names (environmentVariables) the rest of the key is the name.

    Nothing is changed when it cannot be set.
    """
    section: Any = config
    words = dotted_key.split(".")
    missing: tuple[Section, str, Section] | None = None
    position = 0
    while True:
        name = section.find_field(words[position])
        if name is None:
            raise _unknown(section, words, position)
        rest = words[position + 1 :]
        shape = section.shapes()[name]
        if shape.kind == "section":
            if not rest:
                _set_section(section, name, dotted_key, text)
                return
            inner = getattr(section, name)
            if inner is None:
                inner = shape.section.bare()
                missing = missing or (section, name, inner)
            section, position = inner, position + 1
            continue
        if shape.kind in ("map", "list") and len(rest) > 1:
            section, position = _entry(section, name, words, position), position + 2
            continue
        try:
            _set_value(section, name, rest, dotted_key, text)
        except ConfigError as error:
            raise ConfigError([_at(fault, dotted_key) for fault in error.faults]) from None
        break
    if missing is not None:
        setattr(*missing)


def _at(fault: Fault, dotted_key: str) -> Fault:
    """The fault with the key that the person wrote, where it names the end of it only."""
    known = fault.key.startswith(dotted_key) or not fault.key
    return fault if known else Fault(fault.message, dotted_key, hint=fault.hint)


def _set_value(section: Section, name: str, rest: list[str], dotted_key: str, text: str) -> None:
    shape, value = section.shapes()[name], getattr(section, name)
    if not rest:
        packages = name == "conda_dependencies"
        new = typed(text) if shape.typed or shape.section or packages else parsed(text)
        setattr(section, name, arguments(new) if name == "arguments" and isinstance(new, str) else new)
    elif isinstance(value, dict) or (value is None and shape.typed):
        item = typed(text) if shape.typed or shape.section else _text(text)
        setattr(section, name, {**(value or {}), ".".join(rest): item})
    elif isinstance(value, list) and rest[0].isdecimal() and int(rest[0]) < len(value):
        items: list[Any] = list(value)
        items[int(rest[0])] = typed(text) if shape.typed or shape.section else _text(text)
        setattr(section, name, items)
    else:
        whole = dotted_key.removesuffix("." + ".".join(rest))
        has = f"has {len(value)} items, counted from 0" if isinstance(value, list) else "has no parts"
        raise ConfigError.single(f"no setting named '{dotted_key}'", hint=f"'{whole}' {has}")


def arguments(line: str) -> list[str]:
    """A line of words as a shell takes it apart."""
    from .value import words

    try:
        return words(line)
    except ValueError as error:
        raise ConfigError.single(str(error), "arguments") from None


def _set_section(section: Section, name: str, dotted_key: str, text: str) -> None:
    """A whole section may be named by null or by a `{map}`, nothing else."""
    value = typed(text)
    inner = section.shapes()[name].section
    assert inner is not None
    if value is not None and not isinstance(value, dict):
        hint = f"one of {', '.join(inner.keys())}"
        raise ConfigError.single(f"'{dotted_key}' is a group of settings", hint=hint)
    setattr(section, name, value)


def _entry(section: Section, name: str, words: list[str], position: int) -> Section:
    """The entry of a map or list that the key goes on below; one of a map is made when it is not there."""
    value, word = getattr(section, name), words[position + 1]
    if isinstance(value, dict):
        if word not in value:
            entry = section.shapes()[name].section
            assert entry is not None
            value[word] = entry.bare()
        return value[word]  # type: ignore[no-any-return]
    if word.isdecimal() and int(word) < len(value):
        return value[int(word)]  # type: ignore[no-any-return]
    key = ".".join(words[: position + 2])
    raise ConfigError.single(f"no setting named '{key}'", hint=f"it has {len(value)} items, counted from 0")


def parsed(text: str) -> Any:
    """A quoted word, a `[list]` or a `{map}` as YAML has it, any other text as it stands."""
    stripped = text.strip()
    if stripped in _NULL:
        return None
    if stripped[0] not in "'\"[{":
        return text
    from .reading import words

    root = _root(stripped)
    return text if root is None else words(root)


def typed(text: str) -> Any:
    """As `parsed`, where numbers and booleans are what they are in YAML."""
    stripped = text.strip()
    if stripped in _NULL:
        return None
    if stripped[0] not in "'\"[{" and (": " in stripped or " " in stripped):
        return text
    root = _root(stripped)
    if root is None and stripped[0] in "[{":
        hint = "write it as one word: quote the whole, 'KEY={a: b}'"
        raise ConfigError.single(f"'{stripped}' opens a bracket and does not close it", hint=hint)
    return text if root is None else root.plain()


def _root(text: str) -> Any:
    from .node import parse

    report = Report("")
    root = parse(text, report)
    return None if report.faults else root


def _text(text: str) -> str:
    value = parsed(text)
    return value if isinstance(value, str) else text


def _unknown(section: Section, words: list[str], position: int) -> ConfigError:
    word = words[position]
    dotted = ".".join(words[: position + 1])
    old = section.old_keys.get(camel(word))
    if old is not None:
        now = (
            f"it is '{'.'.join([*words[:position], section.key(old)])}' now"
            if old
            else "it has no effect any more"
        )
        return ConfigError.single(f"no setting named '{dotted}'", hint=now)
    near = did_you_mean(word, section.keys())
    return ConfigError.single(f"no setting named '{dotted}'", hint=near)
