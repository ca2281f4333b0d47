"""`@remote`: a function whose calls are runs."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UserErrorException, did_you_mean
from ..submission import Capture, Cell, Submission
from ..submission.payload import ASK_ABOVE_BYTES, pack
from ..submission.secret import read_secrets

if TYPE_CHECKING:
    from ..config import RunConfiguration
    from .run import Run

RESULT = "result"
_SETTINGS = {
    "target": "target",
    "gpus": "resources.gpus",
    "cpus": "resources.cpus",
    "mem": "resources.memory",
    "node_count": "nodeCount",
    "timeout_s": "maxRunDurationSeconds",
    "python": "environment.python.interpreterPath",
}
_WORDS = ("config", "experiment", "name", "tags", "source", "settings", "secrets", "any_size")


def remote(
    function: Callable[..., Any] | None = None,
    *,
    target: str | None = None,
    with_: Sequence[str] | Mapping[str, object] = (),
    **options: Any,
) -> Any:
    """Make calls of a function runs: `fit(df, lr=0.1)` returns a Run at once, `.result()` waits for it.

    The function travels with its arguments and whatever of its module it reads; a method travels with its
    object.

    Args:
        function: The function, where the decorator stands without brackets.
        target: The compute target; default: the configuration's, else local.
        with_: Names that the function only reaches by name at run time (`eval`, `globals`), or those with
            their values.
        **options: `config` (a RunConfiguration), `experiment`, `name`, `tags`, `source`, `gpus`, `cpus`,
            `mem`, `node_count`, `timeout_s`, `python`, `settings` (`{"environmentVariables.A": "1"}`),
            `secrets` (names), `any_size=True` (arguments above 50 MB).

    Raises:
        UserErrorException: An option means nothing.
    """
    known = [*_WORDS, *_SETTINGS]
    for option in options:
        if option not in known:
            hint = did_you_mean(option, [*known, "with_"]) or f"there is {', '.join(known)}"
            raise UserErrorException(f"`remote` has no option '{option}'", hint=hint)
    asked = {**options, "target": target} if target is not None else options

    def wrap(made: Callable[..., Any]) -> Callable[..., Run]:
        @functools.wraps(made)
        def call(*args: Any, **kwargs: Any) -> Run:
            return _call(made, args, kwargs, with_, asked)

        return call

    if function is not None and not callable(function):
        raise UserErrorException("`remote` takes a function", hint='`@remote(target="local")` above a `def`')
    return wrap if function is None else wrap(function)


def _call(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    with_: Sequence[str] | Mapping[str, object],
    options: Mapping[str, Any],
) -> Run:
    from .submitting import submit_words

    sent = {"function": function, "args": args, "kwargs": kwargs, "names": _named(function, with_)}
    sent = {name: value for name, value in sent.items() if value or name == "function"}
    variables = pack(sent, None if options.get("any_size") else ASK_ABOVE_BYTES)
    name = getattr(function, "__name__", type(function).__name__)
    source, tags = options.get("source"), options.get("tags") or {}
    return submit_words(
        Submission(
            _configuration(options),
            source=None if source is None else Path(source).expanduser(),
            experiment=options.get("experiment"),
            name=options.get("name"),
            tags={str(key): str(value) for key, value in tags.items()},
            cell=Cell(_code(sent), title=f"{name}({', '.join(_shown(args, kwargs))})"),
            capture=Capture(variables=variables, results=(RESULT,)),
            secrets=read_secrets(options.get("secrets") or (), {}),
        )
    )


def _code(sent: Mapping[str, object]) -> str:
    """The script of the run."""
    given = ", ".join(text for name, text in (("args", "*args"), ("kwargs", "**kwargs")) if name in sent)
    first = "function.__globals__.update(names)\n" if "names" in sent else ""
    return f"{first}{RESULT} = function({given})\n"


def _configuration(options: Mapping[str, Any]) -> RunConfiguration:
    from ..config import RunConfiguration

    config = options["config"].copy() if options.get("config") is not None else RunConfiguration()
    config.command, config.script, config.arguments = "", None, []
    words = {_SETTINGS[key]: str(value) for key, value in options.items() if key in _SETTINGS}
    config.set_all(words.items())
    config.set_all((key, str(value)) for key, value in (options.get("settings") or {}).items())
    return config


def _named(function: Callable[..., Any], with_: Sequence[str] | Mapping[str, object]) -> dict[str, object]:
    """Raises UserErrorException for a name that the function's module does not have."""
    if isinstance(with_, Mapping):
        return dict(with_)
    names = with_.split(",") if isinstance(with_, str) else list(with_)
    there = getattr(function, "__globals__", {})
    for name in names:
        if name not in there:
            hint = did_you_mean(name, there) or "`with_={'name': value}` gives it one"
            raise UserErrorException(f"no variable '{name}' where the function was made", "with_", hint)
    return {name: there[name] for name in names}


def _shown(args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[str]:
    """The arguments in a few words: a table is its type."""
    texts = [_short(value) for value in args] + [f"{name}={_short(value)}" for name, value in kwargs.items()]
    return [*texts[:4], "…"] if len(texts) > 4 else texts


def _short(value: object) -> str:
    is_plain = value is None or isinstance(value, bool | int | float | str)
    text = repr(value) if is_plain else type(value).__name__
    return text if len(text) <= 24 else text[:23] + "…"
