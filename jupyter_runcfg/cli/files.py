"""The shell's verbs about files: `snapshot`, `diff`, `checkout`, `download`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict

from rich.console import Console
from rich.text import Text

from ..config import RunConfiguration
from ..run import Run
from ..snapshot.value import printable
from ..verbs import diff as diffs
from ..verbs import restore
from ..verbs import snapshot as looks
from ..verbs.wording import one_line
from .printing import print_exactly, print_json

Select = Callable[[argparse.Namespace], list[Run]]
_STYLES = {"+": "green", "-": "red", "@": "cyan", "A": "green", "D": "red", "R": "cyan", "M": "yellow"}


def snapshot(options: argparse.Namespace) -> int:
    source = looks.source_of(options, RunConfiguration())
    if options.explain is not None:
        explanation = looks.explain_path(source, options.explain)
        if options.json:
            print_json(asdict(explanation))
        else:
            print(one_line(str(explanation)))
    elif options.json:
        print_json(looks.as_json(source))
    else:
        _print_look(looks.look_at(source))
    return 0


def _print_look(look: looks.Look) -> None:
    console = Console(highlight=False)
    titles = {section.title: section.is_warning for section in look.sections()} | {look.title: False}
    for line in looks.text_lines(look):
        style = ("bold yellow" if titles[line] else "bold") if line in titles else ""
        console.print(Text(line, style), soft_wrap=True)


def diff(options: argparse.Namespace, select: Select) -> int:
    found = diffs.read_diff(options, select)
    if options.json:
        print_json(diffs.as_json(found, only_names=options.stat))
        return 0
    console = Console(highlight=False)
    show = _coloured(console) if console.is_terminal else print_exactly
    show("".join(f"{one_line(printable(line))}\n" for line in found.head))
    if options.stat:
        show("".join(f"{line}\n" for line in diffs.stat_lines(found)))
    elif found.changes:
        show("\n")
        for _, text in found:
            show(text)
    return 0


def _coloured(console: Console) -> Callable[[str], None]:
    """Prints a diff for people: colours, no secrets, and no bytes that act on the terminal."""

    def show(text: str) -> None:
        in_hunk = False
        for line in diffs.masked(text).split("\n")[:-1]:
            in_hunk = in_hunk or line.startswith("@@ ")
            style = _STYLES.get(line[:1], "") if in_hunk or line[1:3] == "  " else "bold"
            console.print(Text(_for_terminal(line), style), soft_wrap=True)

    return show


def _for_terminal(line: str) -> str:
    return "".join(char if char == "\t" else one_line(char) for char in printable(line.rstrip("\r")))


def checkout(options: argparse.Namespace, select: Select) -> int:
    run, directory, count = restore.checked_out(options, select)
    if options.json:
        print_json({"run": run.label, "run_id": run.run_id, "directory": directory, "files": count})
    else:
        print(restore.checkout_text(run, directory, count))
    return 0


def download(options: argparse.Namespace, select: Select) -> int:
    run, done = restore.downloaded(options, select)
    if options.json:
        print_json({"run": run.label, "run_id": run.run_id, **asdict(done)})
    else:
        print(restore.download_text(run, done))
    return 0
