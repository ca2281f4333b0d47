"""What may follow the words of a line: verbs, options, and values by what an option or positional takes."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ..history import RunSummary
from ..history.field import COLUMNS
from ..runtime.status import STATUSES
from . import known
from .grammar import parser_of, verbs_of
from .line import Line
from .setting_keys import assignments


class Candidate(NamedTuple):
    """A word that would fit, and what it is."""

    text: str
    about: str = ""


@dataclass(frozen=True)
class Place:
    """What a front door knows beside the line."""

    where: str
    """notebook or shell."""
    configurations: Sequence[str] = ()
    experiment: str | None = None
    last_run: str | None = None
    """The label of the newest run of this kernel."""
    variables: Sequence[str] = field(default=())
    parts: Sequence[str] = field(default=())
    """Names for `--include`."""


def complete(line: Line, place: Place) -> list[Candidate]:
    """What may stand in the place of the word that the line ends with, in the order of use."""
    found = [one for one in _candidates(line, place) if _fits(one.text, line.fragment)]
    return list({one.text: one for one in found}.values())


def _fits(text: str, fragment: str) -> bool:
    return text.lower().startswith(fragment.lower())


def _candidates(line: Line, place: Place) -> list[Candidate]:
    if "{" in line.fragment and "}" not in line.fragment[line.fragment.rindex("{") :]:
        before = line.fragment[: line.fragment.rindex("{") + 1]
        return [Candidate(f"{before}{name}}}", "variable") for name in place.variables]
    verbs = verbs_of(place.where)
    if not line.words:
        return [Candidate(name, verb.does) for name, verb in verbs.items()]
    both = " ".join(line.words[:2])
    name, rest = (both, line.words[2:]) if both in verbs else (line.words[0], line.words[1:])
    if name not in verbs:
        return []
    if "--" in rest:
        return _files(line.fragment)
    second = [
        Candidate(two.removeprefix(f"{name} "), verb.does)
        for two, verb in verbs.items()
        if two.startswith(f"{name} ") and not rest
    ]
    return second + _words_of(name, rest, line.fragment, place)


def _words_of(verb: str, words: Sequence[str], fragment: str, place: Place) -> list[Candidate]:
    """What may follow the words of a verb: the value of an option, an option, or a positional."""
    parser = parser_of(verb, place.where)
    actions = {flag: action for action in parser._actions for flag in action.option_strings}
    before = actions.get(words[-1]) if words else None
    if before is not None and _takes_value(before):
        return _values(verb, before, fragment, place)
    flag, equals, value = fragment.partition("=")
    if equals and flag in actions:
        return [
            Candidate(f"{flag}={one.text}", one.about) for one in _values(verb, actions[flag], value, place)
        ]
    options = [
        Candidate(one.option_strings[0], (one.help or "").partition(";")[0])
        for one in parser._actions
        if one.option_strings and (not set(one.option_strings) & set(words) or _may_come_again(one))
    ]
    if fragment.startswith("-"):
        return options
    positional = _positional(parser, words, actions)
    return ([] if positional is None else _values(verb, positional, fragment, place)) + options


def _takes_value(action: argparse.Action) -> bool:
    return bool(action.option_strings) and action.nargs != 0


def _may_come_again(action: argparse.Action) -> bool:
    return isinstance(action, argparse._AppendAction)


def _positional(
    parser: argparse.ArgumentParser, words: Sequence[str], actions: dict[str, argparse.Action]
) -> argparse.Action | None:
    """The positional that the next plain word would be."""
    plain, skip = 0, False
    for word in words:
        if skip or word.startswith("-"):
            skip = not skip and word in actions and _takes_value(actions[word])
        else:
            plain += 1
    for action in parser._actions:
        if action.option_strings:
            continue
        if action.nargs in ("*", "+"):
            return action
        if plain == 0:
            return action
        plain -= 1
    return None


def _values(verb: str, action: argparse.Action, fragment: str, place: Place) -> list[Candidate]:
    if action.choices is not None:
        return [Candidate(str(word)) for word in action.choices]
    for key in (f"{verb}:{action.dest}", action.dest, str(action.metavar)):
        if key in _KINDS:
            return _KINDS[key](fragment, place)
    return []


def _named(names: Iterable[str], about: str = "") -> list[Candidate]:
    return [Candidate(name, about) for name in names]


def _runs(_fragment: str, place: Place) -> list[Candidate]:
    """`last`, then the newest of this experiment by their numbers, then those of others."""
    here = known.recent_runs(place.experiment) if place.experiment else []
    others = [run for run in known.recent_runs(None) if run.experiment != place.experiment]
    newest = place.last_run or (here[0].label if here else others[0].label if others else "")
    lasts = [Candidate("last", newest or "the newest run")]
    lasts += [Candidate(f"last~{back}", run.label) for back, run in enumerate(here[1:4], start=1)]
    numbers = [Candidate(str(run.number), _about(run)) for run in here]
    labels = [Candidate(run.label, _about(run)) for run in (*here, *others)]
    return [*lasts, *numbers, *labels]


def _about(run: RunSummary) -> str:
    return f"{run.status} · {run.name or run.script}"


def _configurations(_fragment: str, place: Place) -> list[Candidate]:
    return _named(dict.fromkeys([*place.configurations, *known.configurations()]), "configuration")


def _submitted(fragment: str, place: Place) -> list[Candidate]:
    """A configuration's name, or a script: from the project's directory, or as a path."""
    scripts = _named(known.scripts(), "script") if os.sep not in fragment else []
    paths = [one for one in _files(fragment) if one.text.endswith((os.sep, *known.SCRIPT_ENDINGS))]
    return [*_configurations(fragment, place), *scripts, *paths]


def _files(fragment: str) -> list[Candidate]:
    """Paths below the directory that the fragment names."""
    directory, slash, _ = fragment.rpartition(os.sep)
    try:
        with os.scandir(os.path.expanduser(directory + slash) or ".") as entries:
            found = sorted((entry.name, entry.is_dir()) for entry in entries)
    except OSError:
        return []
    shown = [one for one in found if fragment.rpartition(os.sep)[2][:1] == "." or not one[0].startswith(".")]
    return [
        Candidate(f"{directory}{slash}{name}{os.sep * is_directory}", "directory" if is_directory else "file")
        for name, is_directory in shown
    ]


def _directories(fragment: str, _place: Place) -> list[Candidate]:
    return [one for one in _files(fragment) if one.text.endswith(os.sep)]


def _columns(fragment: str, _place: Place) -> list[Candidate]:
    """Columns, metrics and tags, after a comma the next one, after `-` the greatest first."""
    start = max(fragment.rfind(sign) for sign in ", (") + 1
    if fragment[start : start + 1] == "-":
        start += 1
    before = fragment[:start]
    names = [(name, "metric") for name in known.metrics()]
    names += [(f"tags.{name}", "tag") for name in known.tags()] + [(name, "column") for name in COLUMNS]
    return [Candidate(before + name, about) for name, about in names]


def _tags(_fragment: str, _place: Place) -> list[Candidate]:
    return [Candidate(f"{name}=", "tag") for name in known.tags()]


def _environments(fragment: str, _place: Place) -> list[Candidate]:
    """What `--env` takes: words of ours, registered names, and the files that say packages."""
    words = [Candidate("infer", "what is imported"), Candidate("kernel", "all of this Python")]
    ends = (os.sep, ".yml", ".yaml", ".txt")
    files = [one for one in _files(fragment) if one.text.endswith(ends)]
    return [*words, *_named(known.environments(), "environment"), *files]


def _settings(fragment: str, _place: Place) -> list[Candidate]:
    return [Candidate(text, about) for text, about in assignments(fragment)]


def _variables(fragment: str, place: Place) -> list[Candidate]:
    """Names of the notebook, after a comma the next one."""
    before = fragment[: fragment.rfind(",") + 1]
    return [Candidate(before + name, "variable") for name in place.variables]


# by VERB:dest, by dest, by metavar; what is not here is free text
_KINDS: dict[str, Callable[[str, Place], list[Candidate]]] = {
    "submit:positionals": _submitted,
    "runs": _runs,
    "parent": _runs,
    "RUN": _runs,
    "config:name": _configurations,
    "form:name": _configurations,
    "load:name": _configurations,
    "save:name": _configurations,
    "delete:name": _configurations,
    "base": _configurations,
    "experiment:name": lambda _fragment, _place: _named(known.experiments(), "experiment"),
    "experiment": lambda _fragment, _place: _named(known.experiments(), "experiment"),
    "targets check:names": lambda _fragment, _place: _named(known.targets(), "target"),
    "targets remove:name": lambda _fragment, _place: _named(known.targets(), "target"),
    "target": lambda _fragment, _place: _named(known.targets(), "target"),
    "executor": lambda _fragment, _place: _named(known.executors(), "executor"),
    "status": lambda _fragment, _place: _named(STATUSES, "status"),
    "sort": _columns,
    "columns": _columns,
    "where": _columns,
    "metrics": lambda fragment, _place: [
        Candidate(fragment[: fragment.rfind(",") + 1] + name, "metric") for name in known.metrics()
    ],
    "settings": _settings,
    "env": _environments,
    "env build:name": _environments,
    "ENVIRONMENT": lambda _fragment, _place: _named(known.built(), "built environment"),
    "tag": _tags,
    "VAR": _variables,
    "NAMES": _variables,
    "include": lambda _fragment, place: _named(place.parts, "part"),
    "DIR": _directories,
    "FILE": lambda fragment, _place: _files(fragment),
    "PATH": lambda fragment, _place: _files(fragment),
}
