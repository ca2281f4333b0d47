"""What `-h` says beside the words of a verb: the verbs in groups, usage in one line, examples."""

from __future__ import annotations

from argparse import Action, ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Collection

_WIDTH = 96
_OPTIONS_WIDTH = 30
_TAKE_ARGUMENTS = ("submit", "rerun")
_GROUPS = {
    "run": ("submit", "rerun", "wait", "cancel", "part"),
    "look": ("runs", "show", "logs", "metrics", "compare", "diff", "download", "checkout"),
    "what runs": ("config", "set", "form", "load", "save", "delete", "snapshot"),
    "where, and under what name": ("targets", "env", "experiment", "data"),
    "records": ("runs archive", "runs restore", "runs remove", "runs export", "runs import", "doctor"),
}
"""What is in none of them is in the last one; `targets add` is where `targets` is."""

_BOTH = {
    "config": ("{prog} config gpu", "{prog} config --full gpu"),
    "set": (),
    "delete": ("{prog} delete gpu",),
    "submit": (
        "{prog} submit train.py -- --lr 0.03 --epochs 20",
        "{prog} submit gpu --set nodeCount=2 --tag owner=ann --timeout 2h",
    ),
    "runs": ("{prog} runs --where 'loss < 0.3 and status = Completed' --sort loss", "{prog} runs --active"),
    "runs archive": ("{prog} runs archive 3 4",),
    "runs restore": ("{prog} runs restore 3",),
    "runs remove": ("{prog} runs remove 3 4", "{prog} runs remove --older 30d --status Failed"),
    "runs export": ("{prog} runs export 12 --to for-ann.tar.gz",),
    "runs import": ("{prog} runs import for-ann.tar.gz",),
    "metrics": ("{prog} metrics 12", "{prog} metrics 12 loss"),
    "show": ("{prog} show", "{prog} show diabetes/12"),
    "logs": ("{prog} logs 12 --tail 20", "{prog} logs -f"),
    "wait": ("{prog} wait 12 13 --timeout 2h",),
    "cancel": ("{prog} cancel", "{prog} cancel 12 13"),
    "snapshot": ("{prog} snapshot", "{prog} snapshot --explain data/big.csv"),
    "experiment": ("{prog} experiment diabetes",),
    "targets": ("{prog} targets",),
    "targets check": ("{prog} targets check local",),
    "targets add": ("{prog} targets add old local python=/opt/py38/bin/python",),
    "targets remove": ("{prog} targets remove old",),
    "data": ("{prog} data",),
    "data add": ("{prog} data add workspaceblobstore path=/mnt/blob",),
    "data remove": ("{prog} data remove workspaceblobstore",),
    "env": ("{prog} env",),
    "env list": ("{prog} env list",),
    "env show": ("{prog} env show 3f2a",),
    "env build": ("{prog} env build environment.yml", "{prog} env build kernel"),
    "env remove": ("{prog} env remove 3f2a", "{prog} env remove --older 30d"),
    "env infer": ("{prog} env infer train.py --to environment.yml",),
    "compare": ("{prog} compare 12 13 14", "{prog} compare --group lr --sort -accuracy"),
    "diff": ("{prog} diff 12 13", "{prog} diff --stat"),
    "checkout": ("{prog} checkout 12 as-it-ran",),
    "download": ("{prog} download 12", "{prog} download 12 'outputs/*.png' --to pictures"),
    "rerun": ("{prog} rerun 12", "{prog} rerun 12 --set nodeCount=2 -- --lr 0.1"),
    "doctor": ("{prog} doctor", "{prog} doctor --rebuild"),
}
_NOTEBOOK = {
    "config": ("{prog} config gpu", "%%runcfg config gpu --from small      (and YAML below it)"),
    "set": ("{prog} set nodeCount=2 environmentVariables.OMP_NUM_THREADS=8",),
    "form": ("{prog} form", "{prog} form gpu"),
    "load": ("{prog} load gpu",),
    "save": ("{prog} save gpu",),
    "submit": (
        "{prog} submit train.py -- --lr {{lr}} --epochs 20      ({{lr}}: the notebook's variable)",
        "{prog} submit gpu --set nodeCount=2 --tag owner=ann --timeout 2h",
        "%%runcfg submit --as run      (and the code below it)",
    ),
    "part": ("%%runcfg part prepare      (and the code below it)",),
}
_SHELL = {
    "set": ("{prog} set gpu nodeCount=2 environmentVariables.OMP_NUM_THREADS=8",),
    "v1": ("{prog} v1 enable",),
    "quickstart": ("{prog} quickstart",),
}


class HelpFormatter(RawDescriptionHelpFormatter):
    """As wide as a notebook's output, whatever the terminal was that started it."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=_OPTIONS_WIDTH, width=_WIDTH)


def grouped(verbs: Collection[str]) -> dict[str, list[str]]:
    """The verbs under what they are for, each once."""
    found: dict[str, list[str]] = {title: [] for title in _GROUPS}
    homes = {name: title for title, names in _GROUPS.items() for name in names}
    for name in verbs:
        found[homes.get(name) or homes.get(name.split()[0]) or "records"].append(name)
    order = [*(name for names in _GROUPS.values() for name in names), *(name.split()[0] for name in verbs)]
    for names in found.values():
        names.sort(key=lambda name: order.index(name if name in order else name.split()[0]))
    return {title: names for title, names in found.items() if names}


def usage_of(parser: ArgumentParser, verb: str) -> str:
    """Positionals, and that there are options: which, stands below."""
    plain = " ".join(_shown(action) for action in parser._actions if not action.option_strings)
    more = " [-- ARGUMENTS]" if verb in _TAKE_ARGUMENTS else ""
    return f"{parser.prog}{' ' if plain else ''}{plain} [options]{more}"


def _shown(action: Action) -> str:
    name = str(action.metavar or action.dest.upper())
    if action.choices:
        name = "|".join(map(str, action.choices))
    shapes = {"?": f"[{name}]", "*": f"[{name} …]", "+": f"{name} …"}
    return shapes.get(str(action.nargs), name)


def examples_of(verb: str, where: str, prog: str) -> str:
    """The end of its help, for a `notebook` or the `shell`; '' where there is none."""
    mine = _NOTEBOOK if where == "notebook" else _SHELL
    lines = [f"  {line.format(prog=prog)}" for line in mine.get(verb) or _BOTH.get(verb, ())]
    return "\n".join(["examples:", *lines]) if lines else ""
