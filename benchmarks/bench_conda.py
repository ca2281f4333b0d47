"""What an environment with conda packages costs, beside a plain copy of the same files.

    python benchmarks/bench_conda.py [--rounds 5] [--packages 40]

The channel is made here, of this machine's whole Python and of modules: nothing comes from a network.
Solve: what `submit --check` waits for. Cold: no package was ever read. Warm: all were, the environment
is not there. Reused: it is there; what a run of it costs before its script starts. The floor is
`cp -r` of the built prefix. Medians of interleaved rounds on this machine, now; quote the ratios.
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

sys.path.insert(0, str(Path(__file__).parents[1]))

from jupyter_runcfg.environments import conda, conda_wanted
from jupyter_runcfg.environments.definition import define
from jupyter_runcfg.environments.wanted import find_uv
from jupyter_runcfg.runtime.environment.build import Watcher, ensure, resolve
from jupyter_runcfg.runtime.environment.place import EnvironmentPaths
from jupyter_runcfg.runtime.paths import Home
from tests.engines.channel import Channel

REUSED_LIMIT_MS = 30
QUIET = Watcher(lambda data: None, lambda step: None, lambda: False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--packages", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        os.environ["CONDARC"] = str(place / "none")
        entries = make_channel(Channel(place / "channel"), options.packages)
        times: dict[str, list[float]] = {"solve": [], "cold": [], "warm": [], "reused": [], "cp -r": []}
        for _ in range(options.rounds):
            shutil.rmtree(place / "home", ignore_errors=True)
            times["solve"].append(seconds(lambda: solve(place, entries)))
            times["cold"].append(seconds(lambda: build(place, entries)))
            times["cp -r"].append(seconds(lambda: copy(built_at(place, entries).prefix, place / "copy")))
            shutil.rmtree(built_at(place, entries).directory)
            times["warm"].append(seconds(lambda: build(place, entries)))
            times["reused"] += [seconds(lambda: build(place, entries)) for _ in range(20)]
        count = sum(len(names) for _, _, names in os.walk(built_at(place, entries).prefix))
    middle = {state: statistics.median(found) for state, found in times.items()}
    floor = middle.pop("cp -r")
    reused_ms = middle.pop("reused") * 1e3
    print(f"Python and {options.packages} packages, {count} files; cp -r of them: {floor:.2f} s")
    for state, found in middle.items():
        print(f"{state:>6}: {found:6.2f} s, {found / floor:.1f} × cp -r")
    print(f"reused: {reused_ms:6.2f} ms (at most {REUSED_LIMIT_MS} ms)")


def make_channel(channel: Channel, count: int) -> list[str]:
    """Modules that need one another, four files each; what asks for all of them."""
    channel.add_whole_python()
    for number in range(count):
        needs = [f"module{number - 1}"] if number else []
        channel.add_module(f"module{number}", "1.0", depends=["python", *needs])
    return [f"module{count - 1}"]


def seconds(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def wanted(place: Path, entries: list[str]) -> dict[str, object]:
    definition = conda.define(define("", []), [(place / "channel").as_uri()], entries, str)
    return conda_wanted.wanted(Home(str(place / "home")), definition, place, find_uv())


def solve(place: Path, entries: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        resolve(Home(folder), wanted(place, entries), QUIET)


def build(place: Path, entries: list[str]) -> None:
    """From the words of a configuration to an environment that is whole, as submit and the job do it."""
    ensure(Home(str(place / "home")), wanted(place, entries), QUIET)


def built_at(place: Path, entries: list[str]) -> EnvironmentPaths:
    return EnvironmentPaths(Home(str(place / "home")), str(wanted(place, entries)["name"]))


def copy(prefix: str, to: Path) -> None:
    shutil.rmtree(to, ignore_errors=True)
    subprocess.run(["cp", "-r", prefix, str(to)], check=True)


if __name__ == "__main__":
    main()
