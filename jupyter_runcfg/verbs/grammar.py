"""Reads the words of a verb. One grammar for the magics and the shell."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import NoReturn

from ..errors import ConfigError, did_you_mean
from .help import HelpFormatter, examples_of, grouped, usage_of
from .options import VERBS, Verb

# what argparse says → what a person can read
_SAID = (
    (r"^argument (\S+): expected one argument$", r"\1 needs a value"),
    (r"^argument (\S+): expected at least one argument$", r"\1 needs a value"),
    (r"^argument (\S+): invalid int value: (.*)$", r"\1 \2 is not a whole number"),
    (r"^argument (\S+): invalid choice: (.*) \(choose from (.*)\)$", r"\1 \2 is none of \3"),
    (r"^argument (\S+): not allowed with argument (\S+)$", r"\1 and \2 exclude each other"),
    (r"^the following arguments are required: (.*)$", r"missing: \1"),
)
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class HelpAsked(Exception):
    """The person asked for `-h`: `.text` is the answer."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class _Parser(argparse.ArgumentParser):
    """argparse that neither prints nor exits, and answers a typo with the nearest word."""

    def error(self, message: str) -> NoReturn:
        hint = f"`{self.prog} -h` explains it"
        unknown = re.match(r"unrecognized arguments: (\S+)", message)
        if unknown:
            word = unknown.group(1)
            flags = [flag for action in self._actions for flag in action.option_strings]
            message = f"no option '{word}'" if word.startswith("-") else f"one word too many: '{word}'"
            near = did_you_mean(word.partition("=")[0], flags) if word.startswith("-") else ""
            hint = " ".join(filter(None, (near, hint)))
        for pattern, said in _SAID:
            message = re.sub(pattern, said, message)
        raise ConfigError.single(message, hint=hint)


def verbs_of(where: str) -> dict[str, Verb]:
    """The verbs that there are in a `notebook` or in the `shell`."""
    return {name: verb for name, verb in VERBS.items() if verb.where in ("both", where)}


def overview(prog: str, where: str) -> str:
    """What `-h` without a verb says."""
    verbs = verbs_of(where)
    width = max(map(len, verbs))
    lines = [f"usage: {prog} VERB …"]
    for title, names in grouped(verbs).items():
        lines += ["", f"{title}:", *(f"  {name:<{width}}  {verbs[name].does}" for name in names)]
    return "\n".join([*lines, "", f"`{prog} VERB -h` explains each, with examples."])


def parse(words: Sequence[str], prog: str, where: str) -> argparse.Namespace:
    """The options of a verb, with `verb` and `arguments` (what follows `--`; None without one).

    Raises:
        ConfigError: No such verb, no such option.
        HelpAsked: The words ask for help.
    """
    words, arguments = _split(words)
    if not words or words[0] in ("-h", "--help", "help"):
        raise HelpAsked(overview(prog, where))
    known = verbs_of(where)
    name, *rest = _joined(words, known)
    if name not in known:
        near = did_you_mean(name, known) or f"there is {', '.join(known)}"
        raise ConfigError.single(f"no verb '{name}'", hint=f"{near}  `{prog} -h` explains them")
    parser = parser_of(name, where, prog)
    if {"-h", "--help"} & set(words):  # asked for here: intermixed parsing cannot print a `%` of ours
        raise HelpAsked(parser.format_help())
    options = parser.parse_intermixed_args(_glued(rest))
    options.verb = name
    options.arguments = arguments
    if arguments is not None and name not in ("submit", "rerun"):
        raise ConfigError.single(f"`{name}` takes no arguments after `--`")
    return options


def parser_of(name: str, where: str, prog: str = "") -> argparse.ArgumentParser:
    """The words of one verb, and its help."""
    verb = VERBS[name]
    parser = _Parser(
        prog=f"{prog} {name}".strip(),
        description=verb.does,
        epilog=examples_of(name, where, prog) or None,
        formatter_class=HelpFormatter,
        allow_abbrev=False,
        add_help=False,
    )
    verb.words(parser)
    parser.add_argument("-h", "--help", action="help", help="explain these words")
    if where == "shell":
        parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.usage = usage_of(parser, name).replace("%", "%%")
    return parser


def _joined(words: Sequence[str], known: dict[str, Verb]) -> list[str]:
    """`runs remove` is one verb, of two words."""
    both = " ".join(words[:2])
    return [both, *words[2:]] if both in known else list(words)


def _glued(words: Sequence[str]) -> list[str]:
    """`--sort -accuracy` as argparse takes it: the word after it begins with a dash, and is no option."""
    found: list[str] = []
    for word in words:
        if found[-1:] == ["--sort"]:
            found[-1] += f"={word}"
        else:
            found.append(word)
    return found


def _split(words: Sequence[str]) -> tuple[list[str], list[str] | None]:
    words = list(words)
    if "--" not in words:
        return words, None
    place = words.index("--")
    return words[:place], words[place + 1 :]


def seconds(text: str) -> int:
    """`90`, `90s`, `30m`, `2h`, `1d` as whole seconds.

    Raises:
        ConfigError: It is none of these.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd]?)", text.strip().lower())
    value = round(float(found.group(1)) * _UNITS[found.group(2) or "s"]) if found else 0
    if value <= 0:
        raise ConfigError.single(f"'{text}' is no time", "--timeout", "90 (seconds), 30m, 2h or 1d")
    return value


def key_value(text: str, option: str) -> tuple[str, str]:
    """`KEY=VALUE` as two texts.

    Raises:
        ConfigError: There is no `=` in it.
    """
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise ConfigError.single(
            f"'{text}' is not KEY=VALUE",
            where=option,
            hint=f"{option} {'lr=0.03' if option == '--tag' else 'nodeCount=2'}",
        )
    return key.strip(), value
