"""Runs of an experiment are numbered 1, 2, 3 …: each number is taken once, by link, and never again."""

import os
import re
import time

from . import atomic
from .paths import Home


def new_run_id(experiment: "str") -> "str":
    """`<experiment as a slug>_<epoch seconds>_<8 hex>`: also the engine's job name."""
    slug = re.sub(r"[^A-Za-z0-9-]+", "-", experiment).strip("-")[:32] or "run"
    return "{}_{}_{}".format(slug, int(time.time()), os.urandom(4).hex())


def directory(home: "Home", experiment: "str") -> "str":
    """Where the numbers of an experiment are: one small file each, holding the run's id."""
    return os.path.join(home.experiments, file_name(experiment))


def file_name(name: "str") -> "str":
    """A name that a person chose, as one that a file may have."""
    from urllib.parse import quote

    return quote(name, safe="").replace(".", "%2E")


def take_number(home: "Home", experiment: "str", run_id: "str") -> "int":
    """The next free number of the experiment, now this run's. Raises OSError."""
    root = directory(home, experiment)
    os.makedirs(root, mode=0o700, exist_ok=True)
    number = _last(root) + 1
    while not atomic.write_once(os.path.join(root, str(number)), run_id.encode("ascii")):
        number += 1
    return number


def release_number(home: "Home", experiment: "str", number: "int") -> "None":
    """Give back the number of a run that was never written, unless a later one is taken already."""
    root = directory(home, experiment)
    if not os.path.exists(os.path.join(root, str(number + 1))):
        os.unlink(os.path.join(root, str(number)))


def run_id_of(home: "Home", experiment: "str", number: "int") -> "str | None":
    """The run that has this number."""
    path = os.path.join(directory(home, experiment), str(number))
    try:
        with open(path, encoding="ascii") as stream:
            return stream.read()
    except OSError:
        return None


def _last(root: "str") -> "int":
    """The highest number taken, found by doubling and halving: there are no gaps."""

    def taken(number: "int") -> "bool":
        return os.path.exists(os.path.join(root, str(number)))

    high = 1
    while taken(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if taken(middle) else (low, middle)
    return low
