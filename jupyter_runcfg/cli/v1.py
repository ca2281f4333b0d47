"""`v1 enable`: SDK v1's names in every Python of this environment."""

from __future__ import annotations

import argparse

from ..verbs import v1 as names
from .printing import print_json


def v1(options: argparse.Namespace) -> int:
    """Enable, disable, or say which of them holds."""
    if options.action == "enable":
        names.enable()
    elif options.action == "disable":
        names.disable()
    paths = [str(path) for path in names.enabled()]
    if options.json:
        print_json({"enabled": paths})
    elif paths:
        print(f"enabled: `from azureml.core import …` works in this environment ({', '.join(paths)})")
    else:
        print("not enabled: `from azureml.core import …` works in runs and after `%load_ext jupyter_runcfg`")
    return 0
