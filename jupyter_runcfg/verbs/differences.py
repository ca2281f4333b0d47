"""What several runs were asked for differently: one column a setting, one value a run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..run.diff import flat, shown
from ..snapshot.secret import secrets_in
from .wording import one_line

Columns = dict[str, list[Any]]

_PACKAGES = "environment.python.condaDependencies.dependencies"
_OWN_PACKAGES = "environment.python.userManagedDependencies"
_DOCKER = ("environment.docker.enabled", "docker.useDocker")
_PACKAGE = re.compile(r"(?:[\w.-]+::)?([A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?)\s*(.*)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_DIGITS = 8  # of a digest: enough to see that two differ


def differing(told: Sequence[Mapping[str, Any]]) -> Columns:
    """The settings that are not the same in all runs, of each its `facts`; None where a run has none.

    A tag that repeats an argument (`--tag lr={lr} -- --lr {lr}`) is left out.
    """
    columns: Columns = {}
    for key in dict.fromkeys(key for facts in told for key in facts):
        values = [facts.get(key) for facts in told]
        if any(value != values[0] for value in values):
            columns[key] = values
    others = [list(map(str, values)) for key, values in columns.items() if not key.startswith("tags.")]
    return {
        key: values
        for key, values in columns.items()
        if not (key.startswith("tags.") and list(map(str, values)) in others)
    }


def facts(request: Mapping[str, Any], tags: Mapping[str, str]) -> dict[str, Any]:
    """All that was asked for in one run, by name; what people change most often first."""
    return dict(_facts(request, tags))


def _facts(request: Mapping[str, Any], tags: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    settings = flat(request.get("configuration"), "")
    yield from arguments_by_name(settings.pop("arguments", None) or ()).items()
    packages = () if settings.get(_OWN_PACKAGES) is True else settings.get(_PACKAGES) or ()
    yield from ((key, value) for key, value in settings.items() if not _is_idle(key, settings))
    yield from _packages(packages)
    environment = request.get("environment")
    yield "python", environment.get("python") if isinstance(environment, dict) else None
    yield "snapshot", str(request.get("snapshot") or "")[:_DIGITS] or None
    git = request.get("git")
    yield "git.commit", str((git if isinstance(git, dict) else {}).get("commit") or "")[:_DIGITS] or None
    yield from ((f"tags.{name}", value) for name, value in tags.items())


def _is_idle(key: str, settings: Mapping[str, Any]) -> bool:
    """Whether a setting has no effect beside the others: images without Docker, packages not installed."""
    if key.startswith(("environment.docker.", "docker.")) and key not in _DOCKER:
        return not any(settings.get(switch) is True for switch in _DOCKER)
    if key.startswith("environment.python.condaDependencies."):
        return key == _PACKAGES or settings.get(_OWN_PACKAGES) is True
    return False


def arguments_by_name(words: Sequence[object]) -> dict[str, Any]:
    """`--lr 0.1 --fast data.csv` → `{"--lr": "0.1", "--fast": "data.csv"}`.

    Whether a word belongs to the option before it only the script knows: it is taken for its value. One
    that stands alone is named by its place, an option without a value is True, one given twice a list.
    """
    found: dict[str, Any] = {}
    name, place = "", 0
    for word in map(str, words):
        if word.startswith("-") and word.strip("-") and not _NUMBER.fullmatch(word):
            name, equals, value = word.partition("=")
            _add(found, name, value if equals else True)
            name = "" if equals else name
        elif name:
            found[name] = word if found[name] is True else [*_listed(found[name])[:-1], word]
            name = ""
        else:
            place += 1
            found[f"argument {place}"] = word
    return found


def _add(found: dict[str, Any], name: str, value: Any) -> None:
    found[name] = [*_listed(found[name]), value] if name in found else value


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _packages(dependencies: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """`numpy=1.26` as (`package numpy`, `1.26`); what is no package of a name stands as it is."""
    for item in dependencies if isinstance(dependencies, list) else ():
        if isinstance(item, dict):
            for inner in item.values():
                yield from _packages(inner)
        else:
            named = _PACKAGE.fullmatch(str(item).strip())
            name, version = named.groups() if named else (str(item), "")
            yield f"package {name.lower()}", version.lstrip("=").strip() or "any version"


def value_text(value: Any) -> str:
    """A value in a cell of a table, without what looks like a secret."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = shown(value)
    kinds = [kind for _, kind in secrets_in(text.encode("utf-8", "surrogateescape"))]
    return f"[left out: looks like {kinds[0]}]" if kinds else one_line(text)


def as_number(value: Any) -> float | None:
    """What sorts by its size: numbers, and texts of arguments that are one."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return value
    text = str(value)
    return float(text) if _NUMBER.fullmatch(text) else None
