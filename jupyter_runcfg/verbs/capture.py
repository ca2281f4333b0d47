"""`--with`, `--include`, `--get`: what of the notebook travels with a cell, and what would be missing."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import ConfigError, Fault, did_you_mean
from ..submission.capture import Capture, Part
from ..submission.payload import ASK_ABOVE_BYTES, pack
from ..submission.reads import Names, names_of

AUTO = "auto"


def _no_parts(_name: str) -> list[Part]:
    return []


@dataclass(frozen=True)
class Namespace:
    """The notebook as a cell may reach into it."""

    variables: Mapping[str, object] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    """Names that are the notebook's own machinery: `In`, `get_ipython`."""
    parts: Callable[[str], list[Part]] = _no_parts
    """The cells of that name or tag, in the order they ran."""
    part_names: Callable[[], list[str]] = list


@dataclass(frozen=True)
class Words:
    """What a person asked to be captured."""

    send: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    get: tuple[str, ...] = ()
    sends_much: bool = False

    @classmethod
    def read(cls, send: Sequence[str], include: Sequence[str], get: Sequence[str], *, yes: bool) -> Words:
        """Each of the texts may hold several names, with commas. Raises ConfigError."""
        words = {"--with": _split(send), "--include": _split(include), "--get": _split(get)}
        for option in ("--with", "--get"):
            wrong = next((name for name in words[option] if not name.isidentifier()), None)
            if wrong is not None:
                raise ConfigError.single(
                    f"'{wrong}' is no name of a variable", option, f"`{option} df,model`"
                )
        return cls(words["--with"], words["--include"], words["--get"], yes)

    @property
    def option(self) -> str:
        """The first of the options that were used; empty when none was."""
        used = (("--with", self.send), ("--include", self.include), ("--get", self.get))
        return next((option for option, names in used if names), "")

    def __bool__(self) -> bool:
        return bool(self.option)


def _split(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for text in texts for name in text.split(",") if name.strip()))


def captured(code: str, words: Words, notebook: Namespace) -> Capture:
    """Put together what travels with a cell of Python.

    Raises:
        ConfigError: A name is not there or cannot be sent; or the cell reads one that nobody sends, with the
            words that would send it.
    """
    parts = tuple(part for name in words.include for part in _parts(name, notebook))
    names = _names([part.code for part in parts] + [code])
    read = [one for one in names.read if one in notebook.variables and one not in notebook.hidden]
    send = dict.fromkeys(name for name in words.send if name != AUTO)
    if AUTO in words.send:
        send.update(dict.fromkeys(read))
    _check_there(send, notebook)
    missing = [name for name in read if name not in send] if names.is_certain else []
    if missing:
        raise ConfigError([_missing(missing, words, notebook)])
    _check_bound(words.get, names, send)
    values = {name: notebook.variables[name] for name in send}
    variables = pack(values, None if words.sends_much else ASK_ABOVE_BYTES)
    return Capture(parts, variables, words.get)


def _parts(name: str, notebook: Namespace) -> list[Part]:
    found = notebook.parts(name)
    if not found:
        known = notebook.part_names()
        near = did_you_mean(name, known)
        here = f"there is {', '.join(known)}" if known else "`%%runcfg part NAME` above a cell makes one"
        hint = near or f"{here}; a tag counts once its cell was run"
        raise ConfigError.single(f"no part and no tagged cell '{name}' was run here", "--include", hint)
    return found


def _names(pieces: Sequence[str]) -> Names:
    """Of code that is no Python, the plan tells what is wrong."""
    try:
        return names_of(pieces)
    except (SyntaxError, ValueError, RecursionError):
        return Names((), frozenset(), is_certain=False)


def _check_bound(get: Sequence[str], names: Names, send: Mapping[str, object]) -> None:
    """A name that the cell can never hand back is told before it runs for an hour."""
    faults = []
    for name in get:
        if names.is_certain and name not in names.bound and name not in send:
            hint = did_you_mean(name, names.bound) or "name what the cell assigns"
            faults.append(Fault(f"the cell binds no '{name}'", "--get", hint=hint))
    if faults:
        raise ConfigError(faults)


def _check_there(send: Mapping[str, object], notebook: Namespace) -> None:
    faults = []
    for name in send:
        if name not in notebook.variables or name in notebook.hidden:
            known = [
                one for one in notebook.variables if one not in notebook.hidden and not one.startswith("_")
            ]
            hint = did_you_mean(name, known) or "`--with auto` sends what the cell reads"
            faults.append(Fault(f"no variable '{name}' in this notebook", "--with", hint=hint))
    if faults:
        raise ConfigError(faults)


def _missing(names: Sequence[str], words: Words, notebook: Namespace) -> Fault:
    """One fault with all names, and the exact words for each kind of them."""
    lines = {name: _import_line(name, notebook.variables[name]) for name in names}
    modules = [name for name in names if isinstance(notebook.variables[name], types.ModuleType)]
    send = [name for name in names if name not in modules]
    advice = []
    if send:
        said = [name for name in words.send if name != AUTO]
        advice.append(f"add `--with {','.join([*said, *send])}`")
        imports = [lines[name] for name in send if lines[name]]
        if imports:
            advice[0] += f", or import in the cell: `{'; '.join(imports)}`"
    if modules:
        advice.append(f"import in the cell: `{'; '.join(lines[name] for name in modules)}`")
    are = "is" if len(names) == 1 else "are"
    message = f"the cell reads {_listed(names)}, which {are} not sent"
    return Fault(message, "--with", hint="; and ".join(advice))


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _import_line(name: str, value: object) -> str:
    """The import that gives a module, or a class or function of one; empty for what was made here."""
    if isinstance(value, types.ModuleType):
        return f"import {value.__name__}" + ("" if value.__name__ == name else f" as {name}")
    module, own = getattr(value, "__module__", None), getattr(value, "__name__", None)
    is_made = not isinstance(value, type | types.FunctionType | types.BuiltinFunctionType)
    if (
        is_made
        or not isinstance(module, str)
        or module in ("__main__", "builtins")
        or not isinstance(own, str)
    ):
        return ""
    return f"from {_public(module, own, value)} import {own}" + ("" if own == name else f" as {name}")


def _public(module: str, own: str, value: object) -> str:
    """`sklearn.linear_model` for what is defined in `sklearn.linear_model._ridge`."""
    import sys

    while "._" in f".{module}" and "." in module:
        above = module.rpartition(".")[0]
        if getattr(sys.modules.get(above), own, None) is not value:
            break
        module = above
    return module
