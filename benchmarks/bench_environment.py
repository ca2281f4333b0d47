"""What an environment costs: numpy + pandas cold, warm and reused, beside `python -m venv` and pip.

    python benchmarks/bench_environment.py [--rounds 3] [--images]

Cold: neither uv nor pip has anything in its cache, so all is downloaded. Warm: the caches are full,
the environment is not there. Reused: it is there; what a run of it costs before its script starts.
With --images (root, docker.io) the same packages upon an image, from wheels of this machine, beside a
prefix here from the same wheels, which is the least that it could cost.
Medians of interleaved rounds on this machine, now; quote the ratios, machines and networks differ.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from jupyter_runcfg.environments.definition import Asked, define
from jupyter_runcfg.environments.interpreter import this
from jupyter_runcfg.environments.store import list_built
from jupyter_runcfg.environments.wanted import find_uv, wanted
from jupyter_runcfg.runtime.environment.build import Watcher, ensure
from jupyter_runcfg.runtime.paths import Home

PACKAGES = ("numpy", "pandas")
REUSED_LIMIT_MS = 30
QUIET = Watcher(lambda data: None, lambda step: None, lambda: False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--images", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        os.environ["UV_CACHE_DIR"], os.environ["PIP_CACHE_DIR"] = str(place / "uv"), str(place / "pip")
        ours: dict[str, list[float]] = {"cold": [], "warm": [], "reused": []}
        pips: dict[str, list[float]] = {"cold": [], "warm": []}
        for _ in range(options.rounds):
            for cache in ("uv", "pip"):
                shutil.rmtree(place / cache, ignore_errors=True)
            for state in ("cold", "warm"):
                shutil.rmtree(place / "home", ignore_errors=True)
                ours[state].append(seconds(lambda: build(place)))
                shutil.rmtree(place / "venv", ignore_errors=True)
                pips[state].append(seconds(lambda: by_pip(place)))
            ours["reused"] += [seconds(lambda: build(place)) for _ in range(20)]
    for state, times in pips.items():
        mine, theirs = statistics.median(ours[state]), statistics.median(times)
        beside = f"venv + pip {theirs:6.2f} s, {theirs / mine:.1f} ×"
        print(f"{' + '.join(PACKAGES)}, {state}: {mine:6.2f} s; {beside}")
    reused_ms = statistics.median(ours["reused"]) * 1e3
    print(f"{' + '.join(PACKAGES)}, reused: {reused_ms:.2f} ms (at most {REUSED_LIMIT_MS} ms)")

    if options.images:
        images(options.rounds)


def images(rounds: int) -> None:
    """Upon an image, in an engine of its own."""
    from jupyter_runcfg.executors.docker.engine import Engine
    from jupyter_runcfg.executors.docker.image import ensure as ensure_image
    from tests.engines.docker import engine

    upon, here, reused = [], [], []
    with tempfile.TemporaryDirectory() as folder, engine() as found:
        place = Path(folder)
        words = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--dest",
            str(place / "wheels"),
            *PACKAGES,
        ]
        subprocess.run(words, check=True)
        lines = [Asked("--no-index"), Asked(f"--find-links {place / 'wheels'}"), *map(Asked, PACKAGES)]
        definition, docker = define("", lines), Engine(found.host)
        told = {"definition": definition.facts(), "asked": {}, "uv": find_uv(), "lock": ""}
        asked = {**told, "image": {"base": found.base}}
        for number in range(rounds):
            home = Home(str(place / f"home-{number}"))
            home.create()
            ensure_image(docker, {"image": asked["image"]}, QUIET, home=home)  # its Python is known
            os.environ["UV_CACHE_DIR"] = str(place / f"cache-{number}")
            plain = wanted(home, define(this().minor, lines), this())
            here.append(seconds(lambda: ensure(home, plain, QUIET)))  # noqa: B023 - called at once
            upon.append(seconds(lambda: ensure_image(docker, asked, QUIET, home=home)))  # noqa: B023
            reused += [seconds(lambda: ensure_image(docker, asked, QUIET, home=home)) for _ in range(20)]  # noqa: B023
            found.client.images.remove(_tag(home), force=True)
    mine, least = statistics.median(upon), statistics.median(here)
    print(f"upon an image, built: {mine:6.2f} s; as a prefix here {least:6.2f} s, {mine / least:.1f} ×")
    reused_ms = statistics.median(reused) * 1e3
    print(f"upon an image, reused: {reused_ms:.2f} ms (at most {REUSED_LIMIT_MS} ms)")


def _tag(home: Home) -> str:
    [built] = [one for one in list_built(home) if "image" in one.facts]
    return str(built.facts["image"]["tag"])


def seconds(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def build(place: Path) -> None:
    """From the words of a configuration to an environment that is whole, as submit and the job do it."""
    base = this()
    definition = define(base.minor, [Asked(name) for name in PACKAGES])
    home = Home(str(place / "home"))
    ensure(home, wanted(home, definition, base), QUIET)


def by_pip(place: Path) -> None:
    subprocess.run([this().path, "-m", "venv", str(place / "venv")], check=True)
    words = [str(place / "venv/bin/python"), "-m", "pip", "install", "--quiet", *PACKAGES]
    subprocess.run([*words, "--disable-pip-version-check"], check=True)


if __name__ == "__main__":
    main()
