"""`submit`: from its words, and a cell body, to a submission."""

from __future__ import annotations

import argparse
import ast
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..config import RunConfiguration
from ..config.location import FILE_SUFFIXES, find_path
from ..errors import ConfigError, did_you_mean
from ..run.environment import with_registered
from ..submission import Capture, Cell, Submission, notebook
from ..submission.secret import read_secrets
from ..submission.target import switch_of
from . import grammar
from .capture import Namespace, Words, captured

ASK_ABOVE_BYTES = 300_000_000
_RESOURCES = {
    "gpus": "resources.gpus",
    "cpus": "resources.cpus",
    "mem": "resources.memory",
    "node_count": "nodeCount",
}
_SCRIPT_ENDINGS = (".py", ".sh", ".ipynb")


@dataclass(frozen=True)
class Context:
    """What a front door knows beside the words."""

    current: Callable[[], RunConfiguration]
    named: Callable[[str], RunConfiguration]
    experiment: str | None = None
    notebook: str | None = None
    """The path of the notebook, where it is known."""
    namespace: Namespace | None = None
    """The notebook's variables and parts; None in the shell."""
    origin: str | None = None
    """Names the cell that this comes from."""
    find_notebook: Callable[[str], str] = str
    """The path of the notebook that `--notebook` means; sees to it that the file is what is on the screen."""


@dataclass(frozen=True)
class Reading:
    """A submission, and what to tell the person about how their words were read."""

    submission: Submission
    notes: tuple[str, ...] = ()


def read_submission(options: argparse.Namespace, body: str | None, context: Context) -> Reading:
    """Put words, cell body, configuration and defaults together.

    Raises:
        ConfigError: The words or the body are wrong.
    """
    name, script = _positionals(options.positionals)
    if options.notebook is not None:
        script = _notebook(options, script, body, context)
    elif script is not None and script.endswith(notebook.SUFFIX):
        script = context.find_notebook(script)
    notes: list[str] = []
    language = _language(options.lang, body)
    if body is not None and script is not None:
        raise ConfigError.single(
            f"both a script, '{script}', and a cell body",
            hint="`%runcfg submit` (one %) for the script, or leave its name out",
        )
    config = _configuration(name, body if language == "yaml" else None, context)
    cell = None
    if body is not None and language != "yaml":
        cell = Cell(body, language)
        if config.script or config.command:
            notes.append(f"the cell replaces {config.script or 'the command'} and its arguments")
        config.command, config.script, config.arguments = "", None, []
    capture = _captured(options, cell, context)
    _apply(options, script, config)
    if options.env is None:
        config = with_registered(config)
    notes += _container_note(config)
    notes += [f"{key} is kept, but not acted on by this version" for key in config.not_acted_on()]
    submission = Submission(
        config,
        source=None if options.source is None else Path(options.source).expanduser(),
        experiment=options.experiment or context.experiment,
        name=options.name,
        tags=dict(grammar.key_value(word, "--tag") for word in options.tag),
        cell=cell,
        notebook=context.notebook,
        limit_bytes=None if options.yes else ASK_ABOVE_BYTES,
        capture=capture,
        secrets=read_secrets(options.secret, context.namespace.variables if context.namespace else {}),
        origin=context.origin,
    )
    if options.env is not None:
        from .env import use

        notes += use(submission, options.env)
    return Reading(submission, tuple(notes))


def _container_note(config: RunConfiguration) -> list[str]:
    """A file of v1 may ask for a container where the person expects this machine."""
    switch = switch_of(config)
    file, line = config.place_of(switch) if switch and config.target == "local" else ("", 0)
    if not file:
        return []
    place = f"{Path(file).name}:{line}" if line else Path(file).name
    return [f"{switch}, {place}, asks for a container; `--set {switch}=false` runs it without"]


def _notebook(options: argparse.Namespace, script: str | None, body: str | None, context: Context) -> str:
    """The path that `--notebook [FILE]` means. Raises ConfigError."""
    if script is not None or body is not None:
        what = f"a script, '{script}'" if script is not None else "a cell body"
        raise ConfigError.single(f"both `--notebook` and {what}", hint="leave one out")
    named = str(options.notebook)
    if named and not named.endswith(notebook.SUFFIX):
        raise ConfigError.single(f"'{named}' is no notebook", "--notebook", "a file that ends in .ipynb")
    return context.find_notebook(named)


def _captured(options: argparse.Namespace, cell: Cell | None, context: Context) -> Capture:
    """What travels with the cell; a script has its own imports and files. Raises ConfigError."""
    words = Words.read(options.with_names, options.include_names, options.get_names, yes=options.yes)
    if words and context.namespace is None:
        raise ConfigError.single(
            "the shell has no variables and no cells to send",
            where=words.option,
            hint="in a notebook: `%%runcfg submit --with df --get model`; here arguments follow `--`",
        )
    if cell is None or cell.language != "python":
        if words:
            what = "a cell body" if cell is None else f"a cell of Python, and this one is {cell.language}"
            hint = "`%%runcfg submit …` above the code; arguments of a script follow `--`"
            raise ConfigError.single(f"`{words.option}` goes with {what}", hint=hint)
        return Capture()
    if words.get and options.wait is False:
        raise ConfigError.single(
            "`--get` waits for the run, `--detach` does not", hint="`run.result()` later"
        )
    return Capture() if context.namespace is None else captured(cell.code, words, context.namespace)


def _positionals(words: list[str]) -> tuple[str | None, str | None]:
    """The configuration's name and the script among the plain words."""
    scripts = [
        word for word in words if word.endswith(_SCRIPT_ENDINGS) or ("/" in word and not _is_file(word))
    ]
    names = [word for word in words if word not in scripts]
    for kind, found in (("script", scripts), ("configuration", names)):
        if len(found) > 1:
            raise ConfigError.single(
                f"more than one {kind}: {', '.join(found)}",
                hint="the script's own arguments follow `--`: `submit train.py -- --alpha 0.03`",
            )
    return (names[0] if names else None), (scripts[0] if scripts else None)


def _is_file(word: str) -> bool:
    """Whether it is a configuration by its file; one that is not there is missed as such."""
    return word.endswith(FILE_SUFFIXES) or find_path(word) is not None


def _configuration(name: str | None, yaml: str | None, context: Context) -> RunConfiguration:
    if yaml is not None:
        if name is not None:
            raise ConfigError.single(
                f"both a configuration, '{name}', and one in the cell", hint="leave one out"
            )
        return RunConfiguration.from_text(yaml, file="cell", strict=True)
    config = context.current() if name is None else context.named(name)
    return config.copy()


def _apply(options: argparse.Namespace, script: str | None, config: RunConfiguration) -> None:
    """Words win over the configuration."""
    if script is not None:
        config.command, config.script, config.arguments = "", script, []
    if options.arguments is not None:
        config.arguments = options.arguments
    if options.parameters:
        if not str(config.script or "").endswith(notebook.SUFFIX):
            hint = "arguments of a script follow `--`"
            raise ConfigError.single("`-p` gives a parameter to a notebook, and this is none", "-p", hint)
        config.arguments = [
            *config.arguments,
            *(word for text in options.parameters for word in ("-p", text)),
        ]
    if options.target is not None:
        config.target = options.target
    if options.timeout is not None:
        config.max_run_duration_seconds = grammar.seconds(options.timeout)
    words = {key: getattr(options, name) for name, key in _RESOURCES.items()}
    config.set_all((key, value) for key, value in words.items() if value is not None)
    config.set_all(grammar.key_value(word, "--set") for word in options.settings)


def _language(asked: str | None, body: str | None) -> str:
    if asked is not None and body is None:
        raise ConfigError.single("`--lang` says what a cell body is, and there is none", where="--lang")
    return asked or ("yaml" if body is not None and is_yaml(body) else "python")


def is_yaml(body: str) -> bool:
    """Whether a cell body is a configuration: a YAML mapping that is no Python program.

    `script: train.py` is a valid annotation in Python too: a body of annotations without a value is YAML.
    """
    try:
        tree = ast.parse(body)
    except (SyntaxError, ValueError):
        return _is_mapping(body)
    annotations = all(isinstance(node, ast.AnnAssign) and node.value is None for node in tree.body)
    return bool(tree.body) and annotations and _is_mapping(body)


def _is_mapping(body: str) -> bool:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        tree = YAML(typ="safe", pure=True).load(body)
    except (YAMLError, ValueError):
        return False
    # a broken program may read as a mapping too: a configuration has a key that we know, or nearly
    return isinstance(tree, dict) and any(_is_like_setting(str(key)) for key in tree)


def _is_like_setting(key: str) -> bool:
    known = RunConfiguration.setting_names()
    return key in known or bool(did_you_mean(key.replace("_", ""), known))
