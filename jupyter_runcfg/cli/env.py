"""The shell's `env` and its kin."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from ..config import RunConfiguration
from ..verbs import env
from .printing import print_json


def env_list(options: argparse.Namespace) -> int:
    if options.curated:
        return _curated(options)
    listed = env.list_them()
    if options.json:
        print_json(listed.as_json())
    elif not listed.built:
        print("no environments are built yet: `jupyter runcfg submit train.py --env infer` builds one")
    else:
        from .table import print_table

        print_table(env.COLUMNS, listed.rows, numbers=(3, 4))
        print(listed.note, file=sys.stderr)
    return 0


def _curated(options: argparse.Namespace) -> int:
    listed = env.ListedCurated()
    if options.json:
        print_json(listed.as_json())
    else:
        from .table import print_table

        print_table(listed.columns, listed.rows)
    return 0


def env_show(options: argparse.Namespace) -> int:
    curated = [text for text in map(env.curated_text, options.names) if text is not None]
    if len(curated) == len(options.names) and not options.json:
        print("\n".join(curated))
        return 0
    found = [env.find(word) for word in options.names]
    if options.json:
        print_json([env.facts_of(one) for one in found])
    else:
        print("\n".join(map(env.text_of, found)))
    return 0


def env_build(options: argparse.Namespace) -> int:
    from ..verbs.env_build import build

    made = build(RunConfiguration(), options.name, options.target, sys.stderr.write)
    if options.json:
        print_json(made.facts)
    else:
        print(made.said)
    return 0


def env_remove(options: argparse.Namespace) -> int:
    gone = env.removed(options)
    if options.json:
        print_json([one.name for one in gone])
    else:
        print("\n".join(f"{one.name} is removed" for one in gone) or "none is that old")
    return 0


def env_infer(options: argparse.Namespace) -> int:
    found = env.inferred(options.script, ())
    for note in found.notes:
        print(f"note: {note}", file=sys.stderr)
    file = env.write(found, options.to) if options.to is not None else None
    if options.json:
        print_json({"packages": found.packages, "python_path": found.python_path, "notes": found.notes})
    else:
        print(f"written: {file}" if file else env.conda_text(found).rstrip())
    return 0


VERBS: dict[str, Callable[[argparse.Namespace], int]] = {
    "env": env_list,
    "env list": env_list,
    "env show": env_show,
    "env build": env_build,
    "env remove": env_remove,
    "env infer": env_infer,
}
