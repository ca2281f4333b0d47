"""What an environment costs: numpy + pandas cold, warm and reused, beside `python -m venv` and pip.

    python benchmarks/bench_environment.py [--rounds 3]

Cold: neither uv nor pip has anything in its cache, so all is downloaded. Warm: the caches are full,
the environment is not there. Reused: it is there; what a run of it costs before its script starts.
Medians of interleaved rounds on this machine, now; quote the ratios, machines and networks differ.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from jupyter_runcfg.environments.definition import Asked, define
from jupyter_runcfg.environments.interpreter import this
from jupyter_runcfg.environments.wanted import wanted
from jupyter_runcfg.runtime.environment.build import Watcher, ensure
from jupyter_runcfg.runtime.paths import Home

PACKAGES = ("numpy", "pandas")
REUSED_LIMIT_MS = 30
QUIET = Watcher(lambda data: None, lambda step: None, lambda: False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
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
